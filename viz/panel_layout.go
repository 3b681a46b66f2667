package viz

// panelPlan is where a panel and its parts go.
type panelPlan struct {
	panel    *Panel
	row, col int
	box      Box // the plot area
	x, y     axisPlan
	aspect   float64 // height over width

	title    []Span
	titleY   float64 // baseline
	badge    string
	badgeBox Box
	twoLines bool // the badge stands below the title

	err error // of a series while drawing
}

// chooseTicks settles the ticks of a plot area of that size.
func (pp *panelPlan) chooseTicks(t Theme, width, height float64) {
	pp.x.chooseTicks(t, width)
	pp.y.chooseTicks(t, height)
	if pp.panel.Equal {
		matchTicks(t, &pp.x, &pp.y)
	}
}

// needsTwoLines says whether the badge has no room beside the title.
func (pp *panelPlan) needsTwoLines(t Theme, w float64) bool {
	return len(pp.title) > 0 && pp.badge != "" && spansWidth(pp.title, t, t.PanelSize)+10+badgeWidth(t, pp.badge) > w
}

// headingHeight is the room above the plot area.
func (pp *panelPlan) headingHeight(t Theme) float64 {
	line := t.PanelSize + 10
	switch {
	case len(pp.title) == 0 && pp.badge == "":
		return 6
	case pp.twoLines:
		return 2*line - 2
	}
	return line
}

const badgePadding = 7

func badgeWidth(t Theme, badge string) float64 {
	return t.Regular.Width(badge, t.NoteSize) + 2*badgePadding
}

// placeHeading puts title and badge above the plot area, cut to its width.
func (pp *panelPlan) placeHeading(t Theme) {
	b := pp.box
	pp.badge = t.Regular.ellipsis(pp.badge, t.NoteSize, b.Width()-2*badgePadding)
	w, h := badgeWidth(t, pp.badge), t.NoteSize+7
	pp.titleY = b.Y0 - 9
	pp.badgeBox = Box{b.X1 - w, b.Y0 - 4 - h, b.X1, b.Y0 - 4}
	if pp.twoLines {
		pp.titleY -= t.PanelSize + 9
		pp.badgeBox.X0, pp.badgeBox.X1 = b.X0, b.X0+w
	}
	pp.title = fitSpans(pp.title, t, t.PanelSize, b.Width())
}

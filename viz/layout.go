package viz

import (
	"errors"
	"fmt"
	"math"
)

// plan is where everything of a figure goes, in px.
type plan struct {
	width, height float64
	panels        []panelPlan
	texts         []textPlan
	keys          []keyPlan
	bar           Box
}

type textPlan struct {
	spans []Span
	size  float64
	at    Point // left end of the baseline
}

type panelPlan struct {
	panel    *Panel
	row, col int
	box      Box
	x, y     axisPlan
	aspect   float64

	title    []Span
	titleY   float64
	badge    string
	badgeBox Box
	twoLines bool // the badge stands below the title

	err error // of a series while drawing
}

const (
	margin  = 16 // around the figure
	gutter  = 14 // between panels
	keyRoom = 18 // between keys of a legend
)

// sideRoom is a series that writes to the right of the plot area.
type sideRoom interface {
	rightRoom(t Theme) float64
}

func (f *Figure) layout() (*plan, error) {
	width := f.Width
	if width == 0 {
		width = DefaultWidth
	}
	switch {
	case !(width >= 240 && width <= 8000):
		return nil, fmt.Errorf("viz: a figure cannot be %v px wide: choose 240 to 8000", width)
	case len(f.Panels) == 0:
		return nil, errors.New("viz: a figure without panels")
	case len(f.Panels) > 400:
		return nil, fmt.Errorf("viz: %d panels are too many for one figure", len(f.Panels))
	case f.Columns < 0:
		return nil, fmt.Errorf("viz: %d columns", f.Columns)
	}
	if err := f.Theme.check(); err != nil {
		return nil, err
	}
	p := &plan{width: width}
	if err := f.gridPanels(p); err != nil {
		return nil, err
	}
	top := f.heading(p)
	bottom := f.panelGrid(p, top)
	p.height = math.Ceil(f.footing(p, bottom) + margin)
	if !svgSafe(p.height) || p.height > 20*width {
		return nil, fmt.Errorf("viz: the figure would be %.0f px high", p.height)
	}
	return p, nil
}

// heading places title, subtitle and legend; it returns where they end.
func (f *Figure) heading(p *plan) float64 {
	t, y, room := f.Theme, float64(margin), p.width-2*margin
	for _, l := range t.Bold.wrap(printable(f.Title), t.TitleSize, room, 8) {
		y += t.TitleSize
		p.texts = append(p.texts, textPlan{[]Span{{Text: l, Bold: true}}, t.TitleSize, Point{margin, y}})
		y += 0.25 * t.TitleSize
	}
	last := 0.0 // width of the last line of the subtitle
	for _, l := range t.Regular.wrap(printable(f.Subtitle), t.SubtitleSize, room, 5) {
		y += 1.1 * t.SubtitleSize
		p.texts = append(p.texts, textPlan{[]Span{{Text: l, Color: t.Muted}}, t.SubtitleSize, Point{margin, y}})
		y += 0.3 * t.SubtitleSize
		last = t.Regular.width(l, t.SubtitleSize)
	}
	return f.placeKeys(p, y, last) + 10
}

// gridPanels gives every panel its row, column and scales.
func (f *Figure) gridPanels(p *plan) error {
	cols := f.columns()
	for i, panel := range f.Panels {
		if panel == nil {
			return fmt.Errorf("viz: panel %d is nil", i+1)
		}
		x, y := panel.axes()
		pp := panelPlan{panel: panel, row: i / cols, col: i % cols, title: panel.Title, badge: panel.Badge, aspect: panel.aspect(x, y)}
		pp.x = newAxisPlan(x, false, !f.ShareX || i+cols >= len(f.Panels))
		pp.y = newAxisPlan(y, true, !f.ShareY || pp.col == 0)
		p.panels = append(p.panels, pp)
	}
	return nil
}

func (f *Figure) columns() int {
	if f.Columns == 0 {
		return len(f.Panels)
	}
	return min(f.Columns, len(f.Panels))
}

// panelGrid finds the panels' common width, which depends on the room for tick labels,
// which depends on the ticks that fit: three rounds settle it.
func (f *Figure) panelGrid(p *plan, top float64) float64 {
	t, cols := f.Theme, f.columns()
	rows := (len(f.Panels) + cols - 1) / cols
	barRoom := 0.0
	if f.ColorBar != nil {
		barRoom = f.ColorBar.room(t)
	}
	w := (p.width-2*margin-barRoom)/float64(cols) - 60
	var left, right []float64
	heights := make([]float64, rows)
	for range 3 {
		w = max(w, 40)
		clear(heights)
		for _, pp := range p.panels {
			heights[pp.row] = max(heights[pp.row], math.Round(w*pp.aspect))
		}
		left, right = make([]float64, cols), make([]float64, cols)
		used := float64(2*margin) + barRoom + float64(cols-1)*gutter
		for i := range p.panels {
			pp := &p.panels[i]
			pp.x.chooseTicks(t, w)
			pp.y.chooseTicks(t, heights[pp.row])
			if pp.panel.Equal {
				matchTicks(&pp.x, &pp.y)
			}
			lead, trail := pp.x.overhang(t, w)
			left[pp.col] = max(left[pp.col], pp.y.room(t), lead)
			right[pp.col] = max(right[pp.col], trail)
			for _, s := range pp.panel.Series {
				if r, ok := s.(sideRoom); ok {
					right[pp.col] = max(right[pp.col], r.rightRoom(t))
				}
			}
		}
		for j := range cols {
			used += left[j] + right[j]
		}
		w = math.Floor((p.width - used) / float64(cols))
	}
	w = max(w, 40)
	for i := range p.panels {
		pp := &p.panels[i]
		pp.y.labelOff = left[pp.col] - t.LabelSize // labels of one column stand in line
	}
	y := top
	for r := range rows {
		y = p.placeRow(t, r, y, w, heights[r], left, right)
		if r < rows-1 {
			y += gutter
		}
	}
	if f.ColorBar != nil {
		first := p.panels[0].box
		lastRow := p.panels[len(p.panels)-1].box
		x := p.width - margin - barRoom + barGap
		p.bar = Box{x, first.Y0, x + barWidth, lastRow.Y1}
	}
	return y
}

// placeRow puts one row of panels below y and returns where it ends.
func (p *plan) placeRow(t Theme, row int, y, w, h float64, left, right []float64) float64 {
	heading, below, twoLines := 0.0, 0.0, false
	for i := range p.panels {
		if pp := &p.panels[i]; pp.row == row {
			twoLines = twoLines || pp.needsTwoLines(t, w)
		}
	}
	for i := range p.panels {
		if pp := &p.panels[i]; pp.row == row {
			pp.twoLines = twoLines
			heading = max(heading, pp.headingHeight(t))
		}
	}
	for i := range p.panels {
		pp := &p.panels[i]
		if pp.row != row {
			continue
		}
		x := float64(margin)
		for j := range pp.col {
			x += left[j] + w + right[j] + gutter
		}
		x += left[pp.col]
		pp.box = Box{x, y + heading, x + w, y + heading + h}
		pp.placeHeading(t)
		below = max(below, pp.x.room(t))
		pp.x.labelOff = tickLength + tickGap + t.TickSize*capHeight + labelGap + 3
		if !pp.x.labelled {
			pp.x.labelOff = tickLength + labelGap
		}
	}
	return y + heading + h + below
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

func badgeWidth(t Theme, badge string) float64 {
	return t.Regular.width(printable(badge), t.NoteSize) + 14
}

func (pp *panelPlan) placeHeading(t Theme) {
	b := pp.box
	pp.titleY = b.Y0 - 9
	h := t.NoteSize + 7
	bw := badgeWidth(t, pp.badge)
	pp.badgeBox = Box{b.X1 - bw, b.Y0 - 4 - h, b.X1, b.Y0 - 4}
	if pp.twoLines {
		pp.titleY -= t.PanelSize + 9
		pp.badgeBox.X0, pp.badgeBox.X1 = b.X0, b.X0+bw
	}
	pp.title = fitSpans(pp.title, t, t.PanelSize, b.Width())
}

// fitSpans cuts the spans, taken together, to a width.
func fitSpans(spans []Span, t Theme, size, width float64) []Span {
	var out []Span
	for _, s := range spans {
		s.Text = printable(s.Text)
		w := s.width(t, size)
		if w > width {
			s.Text = s.face(t).ellipsis(s.Text, size, width)
			return append(out, s)
		}
		width -= w
		out = append(out, s)
	}
	return out
}

// footing places the footnotes and returns where they end.
func (f *Figure) footing(p *plan, y float64) float64 {
	t := f.Theme
	for i, n := range f.Footnotes {
		if i == 0 {
			y += 6
		}
		for _, l := range t.Regular.wrap(printable(n), t.NoteSize, p.width-2*margin, 4) {
			y += 1.35 * t.NoteSize
			p.texts = append(p.texts, textPlan{[]Span{{Text: l, Color: t.Muted}}, t.NoteSize, Point{margin, y}})
		}
	}
	return y
}

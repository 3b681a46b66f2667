package viz

import (
	"cmp"
	"errors"
	"fmt"
	"math"
)

// Layout is where the parts of a figure stand, in px from its upper left corner.
type Layout struct {
	Width, Height float64
	// Panels are the plot areas, in the order of the figure's panels.
	Panels []Box
	Texts  []PlacedText
}

// PlacedText is text in one font, from its baseline to the height of capitals.
type PlacedText struct {
	Text string
	Box  Box
}

// Layout says where the parts of the figure will stand. A figure that cannot be written
// has none.
func (f *Figure) Layout() (*Layout, error) {
	p, err := f.plan()
	if err != nil {
		return nil, err
	}
	l := &Layout{Width: p.width, Height: p.height}
	const k = 100 // places are whole device units
	if err := f.draw(&surface{k: k, texts: &l.Texts}, p); err != nil {
		return nil, err
	}
	for _, pp := range p.panels {
		l.Panels = append(l.Panels, pp.box)
	}
	return l, nil
}

// plan is where everything of a figure goes, in px.
type plan struct {
	theme         Theme
	width, height float64
	panels        []panelPlan
	texts         []textPlan
	keys          []keyPlan
	bar           Box
}

type textPlan struct {
	text Span
	size float64
	at   Point // left end of the baseline
}

const (
	margin  = 16 // around the figure
	gutter  = 14 // between panels
	keyRoom = 18 // between keys of a legend
)

// plan finds a place for everything, on a picture that is not too high.
func (f *Figure) plan() (*plan, error) {
	p, err := f.place()
	if err == nil && !(p.height <= 20*p.width) {
		return nil, fmt.Errorf("viz: the figure would be %.0f px high", p.height)
	}
	return p, err
}

func (f *Figure) place() (*plan, error) {
	width := cmp.Or(f.Width, DefaultWidth)
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
	p := &plan{theme: f.Theme.orDefault(), width: width}
	if err := p.theme.check(); err != nil {
		return nil, err
	}
	grid, err := f.gridOf(p)
	if err != nil {
		return nil, err
	}
	bottom := grid.place(f, p, f.heading(p))
	p.height = math.Ceil(f.footing(p, bottom) + margin)
	return p, nil
}

// heading places title, subtitle and legend; it returns where they end.
func (f *Figure) heading(p *plan) float64 {
	t, y, room := p.theme, float64(margin), p.width-2*margin
	for _, l := range t.Bold.wrap(printable(f.Title), t.TitleSize, room, 8) {
		y += t.TitleSize
		p.texts = append(p.texts, textPlan{Span{Text: l, Bold: true}, t.TitleSize, Point{margin, y}})
		y += 0.25 * t.TitleSize
	}
	last := 0.0 // width of the last line of the subtitle
	for _, l := range t.Regular.wrap(printable(f.Subtitle), t.SubtitleSize, room, 5) {
		y += 1.1 * t.SubtitleSize
		p.texts = append(p.texts, textPlan{Span{Text: l, Color: t.Muted}, t.SubtitleSize, Point{margin, y}})
		y += 0.3 * t.SubtitleSize
		last = t.Regular.Width(l, t.SubtitleSize)
	}
	return f.placeKeys(p, y, last) + 10
}

// footing places the footnotes and returns where they end.
func (f *Figure) footing(p *plan, y float64) float64 {
	t := p.theme
	for i, n := range f.Footnotes {
		if i == 0 {
			y += 6
		}
		for _, l := range t.Regular.wrap(printable(n), t.NoteSize, p.width-2*margin, 4) {
			y += 1.35 * t.NoteSize
			p.texts = append(p.texts, textPlan{Span{Text: l, Color: t.Muted}, t.NoteSize, Point{margin, y}})
		}
	}
	return y
}

// gridPlan is how panels share the width of a figure.
type gridPlan struct {
	cols        int
	width       float64   // of every plot area
	heights     []float64 // of the plot areas of each row
	left, right []float64 // room beside the plot areas of each column
	barRoom     float64
}

// minPanelWidth is the smallest width of a plot area in px.
const minPanelWidth = 110

// sideRoom is a series that writes to the right of the plot area.
type sideRoom interface {
	rightRoom(t Theme) float64
}

// gridOf lays the panels out in the columns asked for, or in fewer where these have no room.
func (f *Figure) gridOf(p *plan) (gridPlan, error) {
	for i, panel := range f.Panels {
		if panel == nil {
			return gridPlan{}, fmt.Errorf("viz: panel %d is nil", i+1)
		}
	}
	cols := len(f.Panels)
	if f.Columns > 0 {
		cols = min(cols, f.Columns)
	}
	for ; cols > 0; cols-- {
		f.planPanels(p, cols)
		if g := f.measure(p, cols); g.width >= minPanelWidth {
			return g, nil
		}
	}
	return gridPlan{}, fmt.Errorf("viz: %.0f px are too narrow for a panel with its labels", p.width)
}

// planPanels gives every panel its row, column and axes.
func (f *Figure) planPanels(p *plan, cols int) {
	p.panels = make([]panelPlan, len(f.Panels))
	for i, panel := range f.Panels {
		x, y := panel.axes()
		p.panels[i] = panelPlan{
			panel: panel, row: i / cols, col: i % cols, aspect: panel.aspect(x, y), title: panel.Title, badge: printable(panel.Badge),
			x: newAxisPlan(x, false, !f.ShareX || i+cols >= len(f.Panels)),
			y: newAxisPlan(y, true, !f.ShareY || i%cols == 0),
		}
	}
}

// measure finds the width of the plot areas, which depends on the room for tick labels, which
// depends on the ticks that fit: three rounds settle it.
func (f *Figure) measure(p *plan, cols int) gridPlan {
	t := p.theme
	g := gridPlan{cols: cols, heights: make([]float64, (len(f.Panels)+cols-1)/cols)}
	if f.ColorBar != nil {
		g.barRoom = f.ColorBar.room(t)
	}
	g.width = (p.width-2*margin-g.barRoom)/float64(cols) - 60
	for range 3 {
		w := max(g.width, minPanelWidth/2)
		clear(g.heights)
		for _, pp := range p.panels {
			g.heights[pp.row] = max(g.heights[pp.row], math.Round(w*pp.aspect))
		}
		g.left, g.right = make([]float64, cols), make([]float64, cols)
		for i := range p.panels {
			pp := &p.panels[i]
			pp.chooseTicks(t, w, g.heights[pp.row])
			lead, trail := pp.x.overhang(t, w)
			g.left[pp.col] = max(g.left[pp.col], pp.y.room(t), lead)
			g.right[pp.col] = max(g.right[pp.col], trail)
			for _, s := range pp.panel.Series {
				if r, ok := s.(sideRoom); ok {
					g.right[pp.col] = max(g.right[pp.col], r.rightRoom(t))
				}
			}
		}
		used := float64(2*margin) + g.barRoom + float64(cols-1)*gutter
		for j := range cols {
			used += g.left[j] + g.right[j]
		}
		g.width = math.Floor((p.width - used) / float64(cols))
	}
	return g
}

// place puts the panels below top and returns where they end.
func (g gridPlan) place(f *Figure, p *plan, top float64) float64 {
	y := top
	for row := range g.heights {
		if row > 0 {
			y += gutter
		}
		y = g.placeRow(p, row, y)
	}
	if f.ColorBar != nil {
		first, last := p.panels[0].box, p.panels[len(p.panels)-1].box
		x := p.width - margin - g.barRoom + barGap
		p.bar = Box{x, first.Y0, x + barWidth, last.Y1}
	}
	return y
}

// placeRow puts one row of panels below y and returns where it ends.
func (g gridPlan) placeRow(p *plan, row int, y float64) float64 {
	t := p.theme
	first := row * g.cols
	panels := p.panels[first:min(first+g.cols, len(p.panels))]
	heading, below, twoLines := 0.0, 0.0, false
	for i := range panels {
		twoLines = twoLines || panels[i].needsTwoLines(t, g.width)
	}
	for i := range panels {
		panels[i].twoLines = twoLines
		heading = max(heading, panels[i].headingHeight(t))
	}
	x := float64(margin)
	for i := range panels {
		pp := &panels[i]
		x += g.left[i]
		pp.box = Box{x, y + heading, x + g.width, y + heading + g.heights[row]}
		x += g.width + g.right[i] + gutter
		pp.placeHeading(t)
		pp.x.placeLabel(t, g.width+gutter)
		pp.y.placeLabel(t, g.heights[row]+heading)
		pp.y.labelOff = g.left[i] - t.LabelSize // labels of one column stand in line
		below = max(below, pp.x.room(t))
	}
	return y + heading + g.heights[row] + below
}

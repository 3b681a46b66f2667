package viz

import (
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

// plan finds a place for everything.
func (f *Figure) plan() (*plan, error) {
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
	if !(p.height <= 20*width) {
		return nil, fmt.Errorf("viz: the figure would be %.0f px high", p.height)
	}
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

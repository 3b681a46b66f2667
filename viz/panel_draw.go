package viz

import (
	"fmt"
	"math"
)

// draw paints the panel: ground, grid, series, axes, heading.
func (pp *panelPlan) draw(c *Canvas) {
	s, t, b := c.surface, c.theme, pp.box
	s.rect(b, t.Panel, Stroke{})
	for _, x := range pp.x.gridLines(b) {
		s.line([]Point{{x, b.Y0}, {x, b.Y1}}, Stroke{Color: t.Grid, Width: 1})
	}
	for _, y := range pp.y.gridLines(b) {
		s.line([]Point{{b.X0, y}, {b.X1, y}}, Stroke{Color: t.Grid, Width: 1})
	}
	for i, series := range pp.panel.Series {
		if series == nil {
			continue
		}
		if err := series.Draw(c); err != nil {
			pp.err = fmt.Errorf("viz: panel %q, series %d: %w", plainText(pp.panel.Title), i+1, err)
			return
		}
	}
	pp.drawAxes(c)
	pp.drawHeading(c)
	if n := pp.panel.Notice; n != "" {
		pp.drawNotice(c, n)
	}
}

const (
	tickLength = 4
	tickGap    = 4 // between mark and label
	labelGap   = 8 // between tick labels and the axis label
)

// length of a tick's mark in px.
func (t Tick) length() float64 {
	if t.Minor {
		return tickLength / 2
	}
	return tickLength
}

func (pp *panelPlan) drawAxes(c *Canvas) {
	s, t, b := c.surface, c.theme, pp.box
	spine := Stroke{Color: t.Spine, Width: 1}
	s.line([]Point{{b.X0, b.Y0}, {b.X0, b.Y1}, {b.X1, b.Y1}}, spine)
	for _, k := range pp.x.ticks {
		x := pp.x.px(k.Value, b)
		s.line([]Point{{x, b.Y1}, {x, b.Y1 + k.length()}}, spine)
		if pp.x.labelled {
			s.text(Span{Text: k.Label, Color: t.Muted}, t, t.TickSize, Point{x, b.Y1 + tickLength + tickGap}, Point{0.5, 1}, 0)
		}
	}
	for _, k := range pp.y.ticks {
		y := pp.y.px(k.Value, b)
		s.line([]Point{{b.X0 - k.length(), y}, {b.X0, y}}, spine)
		if pp.y.labelled {
			s.text(Span{Text: k.Label, Color: t.Muted}, t, t.TickSize, Point{b.X0 - tickLength - tickGap, y}, Point{1, 0.5}, 0)
		}
	}
	if ls, ok := pp.y.scale.(LogScale); ok && ls.shelf > 0 { // break the axis between zero and the rest
		y := b.Y1 - 0.72*ls.shelf*b.Height()
		for _, d := range []float64{-2, 2} {
			s.line([]Point{{b.X0 - 4, y + d + 1.5}, {b.X0 + 4, y + d - 1.5}}, spine)
		}
	}
	if pp.x.label != "" {
		s.text(Span{Text: pp.x.label, Color: t.Muted}, t, t.LabelSize, Point{(b.X0 + b.X1) / 2, b.Y1 + pp.x.labelOff}, Point{0.5, 1}, 0)
	}
	if pp.y.label != "" {
		s.text(Span{Text: pp.y.label, Color: t.Muted}, t, t.LabelSize, Point{b.X0 - pp.y.labelOff, (b.Y0 + b.Y1) / 2}, Point{0.5, 0}, -math.Pi/2)
	}
}

func (pp *panelPlan) drawHeading(c *Canvas) {
	s, t := c.surface, c.theme
	x := pp.box.X0
	for _, sp := range pp.title {
		s.text(sp, t, t.PanelSize, Point{x, pp.titleY}, Point{}, 0)
		x += sp.width(t, t.PanelSize)
	}
	if pp.badge != "" {
		s.plate(pp.badgeBox, 4, t.Paper, Stroke{Color: pp.panel.Accent, Width: 1.2})
		s.text(Span{Text: pp.badge}, t, t.NoteSize, Point{(pp.badgeBox.X0 + pp.badgeBox.X1) / 2, (pp.badgeBox.Y0 + pp.badgeBox.Y1) / 2}, Point{0.5, 0.5}, 0)
	}
}

func (pp *panelPlan) drawNotice(c *Canvas, notice string) {
	t, b := c.theme, pp.box
	lines := t.Regular.wrap(printable(notice), t.NoteSize, b.Width()*0.85, 4)
	y := (b.Y0+b.Y1)/2 - float64(len(lines)-1)/2*t.NoteSize*1.35
	for _, l := range lines {
		w := t.Regular.Width(l, t.NoteSize)
		x := (b.X0 + b.X1) / 2
		c.surface.rect(Box{x - w/2 - 5, y - t.NoteSize*0.72, x + w/2 + 5, y + t.NoteSize*0.72}, Fade(t.Panel, 0.85), Stroke{})
		c.surface.text(Span{Text: l, Color: t.Muted}, t, t.NoteSize, Point{x, y}, Point{0.5, 0.5}, 0)
		y += t.NoteSize * 1.35
	}
}

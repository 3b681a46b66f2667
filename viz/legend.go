package viz

import (
	"math"
)

// Key is one entry of a legend: a marker, a line or both, and what they mean; or a remark without either.
type Key struct {
	Text   string
	Marker Marker // drawn where its Radius is above 0
	Line   Stroke // drawn where its Width is above 0
}

type keyPlan struct {
	key Key
	at  Point // left end, at half the height of the text
}

const keyGap = 6 // between sign and text

func (k Key) signWidth() float64 {
	switch {
	case k.Line.Width > 0:
		return 26
	case k.Marker.Radius > 0:
		return max(12, 2*k.Marker.Radius+2)
	}
	return -keyGap // the text alone
}

func (k Key) width(t Theme) float64 {
	return k.signWidth() + keyGap + t.Regular.Width(printable(k.Text), t.LabelSize)
}

func (k Key) draw(s *surface, t Theme, at Point) {
	k.drawSign(s, at)
	s.text(Span{Text: k.Text}, t, t.LabelSize, Point{at.X + k.signWidth() + keyGap, at.Y}, Point{0, 0.5}, 0)
}

func (k Key) drawSign(s *surface, at Point) {
	w := k.signWidth()
	if k.Line.Width > 0 {
		s.line([]Point{at, {at.X + w, at.Y}}, k.Line)
	}
	if k.Marker.Radius > 0 {
		s.mark(k.Marker, Point{at.X + w/2, at.Y})
	}
}

// placeKeys puts the legend to the right of the last line of the subtitle where there
// is room, else into rows of its own; it returns where heading and legend end.
func (f *Figure) placeKeys(p *plan, y, subtitleWidth float64) float64 {
	t := p.theme
	if len(f.Legend) == 0 {
		return y
	}
	total := -float64(keyRoom)
	for _, k := range f.Legend {
		total += k.width(t) + keyRoom
	}
	if subtitleWidth > 0 && margin+subtitleWidth+28+total <= p.width-margin {
		x := p.width - margin - total
		for _, k := range f.Legend {
			p.keys = append(p.keys, keyPlan{k, Point{x, y - 0.62*t.SubtitleSize}})
			x += k.width(t) + keyRoom
		}
		return y
	}
	x, row := float64(margin), 1.75*t.LabelSize
	for i, k := range f.Legend {
		room := p.width - margin - x
		if k.width(t) > room && i > 0 {
			x, y = margin, y+row
			room = p.width - 2*margin
		}
		k.Text = t.Regular.ellipsis(printable(k.Text), t.LabelSize, room-k.signWidth()-keyGap)
		p.keys = append(p.keys, keyPlan{k, Point{x, y + row/2}})
		x += k.width(t) + keyRoom
	}
	return y + row
}

// ColorBar explains a [Field]: a column to the right of the panels.
type ColorBar struct {
	Label string
	Scale Scale
	Ramp  Ramp // nil means the theme's for probabilities
	// Steps is the number of different colours, as in the field.
	Steps int
	// Marks are values that get a line across the bar.
	Marks []float64
}

const (
	barGap   = 18
	barWidth = 14
)

func (c *ColorBar) ticks() []Tick { return c.Scale.Ticks(4) }

// room is the width from the panels to the right margin.
func (c *ColorBar) room(t Theme) float64 {
	return barGap + barWidth + tickLength + tickGap + t.widestLabel(c.ticks()) + labelGap + t.LabelSize
}

func (c *ColorBar) draw(s *surface, t Theme, b Box) {
	n := min(max(c.Steps, 1), 256)
	for i := range n { // from low to high, each over the one before: no seams
		y := b.Y1 - b.Height()*float64(i)/float64(n)
		s.rect(Box{b.X0, b.Y0, b.X1, y}, c.Ramp((float64(i)+0.5)/float64(n)), Stroke{})
	}
	spine := Stroke{Color: t.Spine, Width: 1}
	s.rect(b, Color{}, spine)
	for _, v := range c.Marks {
		if p := c.Scale.Position(v); p > 0 && p < 1 {
			y := b.Y1 - p*b.Height()
			s.line([]Point{{b.X0, y}, {b.X1, y}}, Stroke{Color: t.Text, Width: 2})
		}
	}
	for _, k := range c.ticks() {
		y := b.Y1 - c.Scale.Position(k.Value)*b.Height()
		s.line([]Point{{b.X1, y}, {b.X1 + tickLength, y}}, spine)
		s.text(Span{Text: k.Label, Color: t.Muted}, t, t.TickSize, Point{b.X1 + tickLength + tickGap, y}, Point{0, 0.5}, 0)
	}
	x := b.X1 + tickLength + tickGap + t.widestLabel(c.ticks()) + labelGap
	label := t.Regular.ellipsis(printable(c.Label), t.LabelSize, b.Height())
	s.text(Span{Text: label, Color: t.Muted}, t, t.LabelSize, Point{x, (b.Y0 + b.Y1) / 2}, Point{0.5, 1}, -math.Pi/2)
}

// drawLying draws the bar from left to right, with its ticks below.
func (c *ColorBar) drawLying(s *surface, t Theme, b Box) {
	n := min(max(c.Steps, 1), 256)
	for i := range n {
		s.rect(Box{b.X0 + b.Width()*float64(i)/float64(n), b.Y0, b.X1, b.Y1}, c.Ramp((float64(i)+0.5)/float64(n)), Stroke{})
	}
	spine := Stroke{Color: t.Spine, Width: 1}
	s.rect(b, Color{}, spine)
	for _, v := range c.Marks {
		if p := c.Scale.Position(v); p > 0 && p < 1 {
			x := b.X0 + p*b.Width()
			s.line([]Point{{x, b.Y0}, {x, b.Y1}}, Stroke{Color: t.Text, Width: 2})
		}
	}
	for _, k := range c.ticks() {
		x := b.X0 + c.Scale.Position(k.Value)*b.Width()
		s.line([]Point{{x, b.Y1}, {x, b.Y1 + tickLength}}, spine)
		s.text(Span{Text: k.Label, Color: t.Muted}, t, t.TickSize, Point{x, b.Y1 + tickLength + tickGap}, Point{0.5, 1}, 0)
	}
}

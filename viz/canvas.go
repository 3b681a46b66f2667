package viz

import (
	"math"
	"slices"
)

// Canvas is the plot area of a panel, as a series sees it. Lengths and places are in
// px of the figure, with y downwards; [Canvas.At] turns data into places.
type Canvas struct {
	surface *surface
	box     Box
	x, y    Scale
	theme   Theme
}

// Box is the plot area.
func (c *Canvas) Box() Box { return c.box }

// Theme is the figure's theme.
func (c *Canvas) Theme() Theme { return c.theme }

// At is the place of a data point; ok is false where it has none (NaN, or zero on
// a logarithmic axis). It may lie outside the plot area.
func (c *Canvas) At(p Point) (at Point, ok bool) {
	if !finite(p.X) || !finite(p.Y) {
		return Point{}, false
	}
	fx, fy := c.x.Position(p.X), c.y.Position(p.Y)
	if math.IsNaN(fx) || math.IsNaN(fy) {
		return Point{}, false
	}
	return Point{c.box.X0 + fx*c.box.Width(), c.box.Y1 - fy*c.box.Height()}, true
}

// Stroke is how a line is drawn. Dash lists the lengths of dashes and gaps in px.
type Stroke struct {
	Color Color
	Width float64
	Dash  []float64
}

// Polyline draws the part of a line that lies in the plot area. Points that are
// not finite break it.
func (c *Canvas) Polyline(ps []Point, s Stroke) {
	if !(s.Width > 0 && s.Width < widest) {
		return
	}
	for _, run := range clipLine(c.box.grow(s.Width/2), ps) {
		c.surface.line(run, s)
	}
}

// Polygon fills rings, together, by the nonzero rule, cut to the plot area. A ring
// with a point that is not finite is left out.
func (c *Canvas) Polygon(rings [][]Point, fill Color) {
	for _, r := range rings {
		if slices.ContainsFunc(r, Point.unreal) {
			continue
		}
		if r = clipRing(c.box, r); len(r) > 2 {
			c.surface.trace(r, true)
		}
	}
	c.surface.SetFillColor(chartColor(fill))
	c.surface.Fill()
}

// Mark draws a marker at a place, unless that is outside the plot area.
func (c *Canvas) Mark(m Marker, at Point) {
	if m.Radius > 0 && m.Radius < widest && c.box.grow(1).contains(at) {
		c.surface.mark(m, at)
	}
}

// Text writes one line of text. The anchor says which point of the text is put at
// the place: X 0 is its left end, 1 its right end; Y 0 its baseline, 1 the top of its capitals.
func (c *Canvas) Text(s Span, size float64, at, anchor Point) {
	if !at.unreal() && !anchor.unreal() && size > 0 && size < widest {
		c.surface.text(s, c.theme, size, at, anchor, 0)
	}
}

// widest bounds line widths, radii and font sizes in px.
const widest = 1000

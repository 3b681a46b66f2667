package viz

import (
	"image"
	"image/draw"
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

// Theme is the figure's theme.
func (c *Canvas) Theme() Theme { return c.theme }

// At is the place of a data point; ok is false where it cannot be placed (NaN, or zero on
// a logarithmic axis). The place may lie outside the plot area.
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
	if !(s.Width > 0 && s.Width < maxLength) {
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
		if slices.ContainsFunc(r, Point.notFinite) {
			continue
		}
		if r = clipRing(c.box, r); len(r) > 2 {
			c.surface.trace(r, true)
		}
	}
	c.surface.draw(fill, Color{})
}

// Mark draws a marker at a place, unless that is outside the plot area.
func (c *Canvas) Mark(m Marker, at Point) {
	if m.Radius > 0 && m.Radius < maxLength && c.box.grow(1).contains(at) {
		c.surface.mark(m, at)
	}
}

// Text writes one line of text. The anchor says which point of the text is put at
// the place: X 0 is its left end, 1 its right end; Y 0 its baseline, 1 the top of its capitals.
func (c *Canvas) Text(s Span, size float64, at, anchor Point) {
	if !at.notFinite() && !anchor.notFinite() && size > 0 && size < maxLength {
		c.surface.text(s, c.theme, size, at, anchor, 0)
	}
}

// maxLength bounds line widths, radii and font sizes in px.
const maxLength = 1000

// These methods draw in px; device units appear nowhere else.

// to turns a place into device units.
func (s *surface) to(p Point) (int, int) { return round(p.X * s.k), round(p.Y * s.k) }

// trace adds a polyline or a ring to the path.
func (s *surface) trace(ps []Point, closed bool) {
	for i, p := range ps {
		if i == 0 {
			s.MoveTo(s.to(p))
		} else {
			s.LineTo(s.to(p))
		}
	}
	if closed {
		s.Close()
	}
}

// line strokes a polyline.
func (s *surface) line(ps []Point, st Stroke) {
	if len(ps) < 2 {
		return
	}
	dash := make([]float64, len(st.Dash))
	for i, d := range st.Dash {
		dash[i] = d * s.k
	}
	s.paint = paintStyle{stroke: st.Color, width: st.Width * s.k}
	s.SetStrokeDashArray(dash)
	s.trace(ps, false)
	s.Stroke()
	s.SetStrokeDashArray(nil)
}

// rect fills and outlines a box.
func (s *surface) rect(b Box, fill Color, edge Stroke) {
	if s.pixels != nil && fill.A == 255 && edge.Color.A == 0 { // much faster than a path
		x0, y0 := s.to(Point{b.X0, b.Y0})
		x1, y1 := s.to(Point{b.X1, b.Y1})
		draw.Draw(s.pixels, image.Rect(x0, y0, x1, y1), image.NewUniform(fill), image.Point{}, draw.Src)
		return
	}
	s.paint = paintStyle{fill: fill, stroke: edge.Color, width: edge.Width * s.k}
	s.trace([]Point{{b.X0, b.Y0}, {b.X1, b.Y0}, {b.X1, b.Y1}, {b.X0, b.Y1}}, true)
	s.FillStroke()
}

// roundedRect is a box with round corners.
func (s *surface) roundedRect(b Box, r float64, fill Color, edge Stroke) {
	s.paint = paintStyle{fill: fill, stroke: edge.Color, width: edge.Width * s.k}
	curve := func(corner, end Point) {
		a, b := s.to(corner)
		x, y := s.to(end)
		s.QuadCurveTo(a, b, x, y)
	}
	s.MoveTo(s.to(Point{b.X0 + r, b.Y0}))
	s.LineTo(s.to(Point{b.X1 - r, b.Y0}))
	curve(Point{b.X1, b.Y0}, Point{b.X1, b.Y0 + r})
	s.LineTo(s.to(Point{b.X1, b.Y1 - r}))
	curve(Point{b.X1, b.Y1}, Point{b.X1 - r, b.Y1})
	s.LineTo(s.to(Point{b.X0 + r, b.Y1}))
	curve(Point{b.X0, b.Y1}, Point{b.X0, b.Y1 - r})
	s.LineTo(s.to(Point{b.X0, b.Y0 + r}))
	curve(Point{b.X0, b.Y0}, Point{b.X0 + r, b.Y0})
	s.Close()
	s.FillStroke()
}

// capHeight is the height of capitals and digits over the font size in the embedded fonts.
const capHeight = 0.71

// text writes one line; see [Canvas.Text].
func (s *surface) text(sp Span, t Theme, size float64, at, anchor Point, turn float64) {
	if s.twin != nil {
		s.textElement(sp, t, size, at, anchor, turn)
		return
	}
	runs := sp.face(t).runs(printable(sp.Text))
	width := 0.0
	for _, r := range runs {
		width += r.width(size)
	}
	s.size, s.textColor, s.turn = size*s.k, sp.color(t), turn
	sin, cos := math.Sincos(turn)
	dx, dy := -anchor.X*width, anchor.Y*size*capHeight
	for _, r := range runs {
		start := Point{at.X + dx*cos - dy*sin, at.Y + dx*sin + dy*cos}
		x, y := s.to(start)
		switch {
		case s.texts != nil:
			w, h := r.width(size), size*capHeight
			end := Point{start.X + w*cos + h*sin, start.Y + w*sin - h*cos} // opposite in a box at a right angle
			box := Box{min(start.X, end.X), min(start.Y, end.Y), max(start.X, end.X), max(start.Y, end.Y)}
			*s.texts = append(*s.texts, PlacedText{r.text, box})
		case r.face == nil:
			s.fallbackText(r.text, x, y, t)
		default:
			s.SetFont(r.face.font)
			s.Text(r.text, x, y)
		}
		dx += r.width(size)
	}
	s.ClearTextRotation()
}

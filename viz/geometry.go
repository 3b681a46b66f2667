package viz

import (
	"math"
	"slices"
)

// Point is a place, in data units or, on a [Canvas], in px.
type Point struct{ X, Y float64 }

// Pt is shorthand for Point{x, y}.
func Pt(x, y float64) Point { return Point{x, y} }

// notFinite says that a coordinate is NaN or infinite.
func (p Point) notFinite() bool { return !finite(p.X) || !finite(p.Y) }

// Box is a rectangle in px: X to the right, Y downwards.
type Box struct{ X0, Y0, X1, Y1 float64 }

// Width is the box's extent in x.
func (b Box) Width() float64 { return b.X1 - b.X0 }

// Height is the box's extent in y.
func (b Box) Height() float64 { return b.Y1 - b.Y0 }

func (b Box) grow(d float64) Box { return Box{b.X0 - d, b.Y0 - d, b.X1 + d, b.Y1 + d} }

func (b Box) contains(p Point) bool {
	return p.X >= b.X0 && p.X <= b.X1 && p.Y >= b.Y0 && p.Y <= b.Y1
}

// Overlap is the area that two boxes share.
func (b Box) Overlap(o Box) float64 {
	w := min(b.X1, o.X1) - max(b.X0, o.X0)
	h := min(b.Y1, o.Y1) - max(b.Y0, o.Y0)
	if w <= 0 || h <= 0 {
		return 0
	}
	return w * h
}

// Extent is the range of finite data that a series covers, for scales that are
// chosen automatically. The zero value is empty.
type Extent struct {
	XMin, XMax, YMin, YMax float64
	hasX, hasY             bool
}

// ExtentOf covers the finite coordinates of all points.
func ExtentOf(ps []Point) Extent {
	var e Extent
	for _, p := range ps {
		e = e.IncludeX(p.X).IncludeY(p.Y)
	}
	return e
}

// extentOver covers the finite numbers of columns of x and of y.
func extentOver(xs []float64, ys ...[]float64) Extent {
	var e Extent
	for _, x := range xs {
		e = e.IncludeX(x)
	}
	for _, y := range slices.Concat(ys...) {
		e = e.IncludeY(y)
	}
	return e
}

// IncludeX widens the extent to x, unless x is not finite.
func (e Extent) IncludeX(x float64) Extent {
	e.XMin, e.XMax, e.hasX = widened(e.XMin, e.XMax, e.hasX, x)
	return e
}

// IncludeY widens the extent to y, unless y is not finite.
func (e Extent) IncludeY(y float64) Extent {
	e.YMin, e.YMax, e.hasY = widened(e.YMin, e.YMax, e.hasY, y)
	return e
}

// widened is the range from lo to hi, where there is one, with v in it unless v is not finite.
func widened(lo, hi float64, known bool, v float64) (float64, float64, bool) {
	switch {
	case !finite(v):
		return lo, hi, known
	case !known:
		return v, v, true
	}
	return min(lo, v), max(hi, v), true
}

// Union covers both extents.
func (e Extent) Union(o Extent) Extent {
	if o.hasX {
		e = e.IncludeX(o.XMin).IncludeX(o.XMax)
	}
	if o.hasY {
		e = e.IncludeY(o.YMin).IncludeY(o.YMax)
	}
	return e
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// clipSegment cuts the segment to the box (Liang and Barsky 1984); ok is false
// where nothing is left.
func clipSegment(b Box, p, q Point) (Point, Point, bool) {
	dx, dy := q.X-p.X, q.Y-p.Y
	t0, t1 := 0.0, 1.0
	for _, e := range [4][2]float64{{-dx, p.X - b.X0}, {dx, b.X1 - p.X}, {-dy, p.Y - b.Y0}, {dy, b.Y1 - p.Y}} {
		switch d, r := e[0], e[1]; {
		case d == 0:
			if r < 0 {
				return p, q, false
			}
		case d < 0:
			t0 = max(t0, r/d)
		default:
			t1 = min(t1, r/d)
		}
	}
	if t0 > t1 {
		return p, q, false
	}
	return Point{p.X + t0*dx, p.Y + t0*dy}, Point{p.X + t1*dx, p.Y + t1*dy}, true
}

// clipLine cuts a polyline to the box; it may fall into several.
func clipLine(b Box, ps []Point) [][]Point {
	var out [][]Point
	var run []Point
	for i := 1; i < len(ps); i++ {
		p, q, ok := clipSegment(b, ps[i-1], ps[i])
		if !ok || ps[i-1].notFinite() || ps[i].notFinite() {
			continue
		}
		if len(run) == 0 || run[len(run)-1] != p {
			if len(run) > 1 {
				out = append(out, run)
			}
			run = []Point{p}
		}
		run = append(run, q)
	}
	if len(run) > 1 {
		out = append(out, run)
	}
	return out
}

// clipRing cuts a closed polygon to the box (Sutherland and Hodgman 1974).
func clipRing(b Box, ring []Point) []Point {
	inside := true
	for _, p := range ring {
		inside = inside && b.contains(p)
	}
	if inside {
		return ring
	}
	type edge struct {
		in  func(Point) bool
		cut func(p, q Point) Point
	}
	atX := func(x float64) func(p, q Point) Point {
		return func(p, q Point) Point { return Point{x, p.Y + (q.Y-p.Y)*(x-p.X)/(q.X-p.X)} }
	}
	atY := func(y float64) func(p, q Point) Point {
		return func(p, q Point) Point { return Point{p.X + (q.X-p.X)*(y-p.Y)/(q.Y-p.Y), y} }
	}
	for _, e := range []edge{
		{func(p Point) bool { return p.X >= b.X0 }, atX(b.X0)},
		{func(p Point) bool { return p.X <= b.X1 }, atX(b.X1)},
		{func(p Point) bool { return p.Y >= b.Y0 }, atY(b.Y0)},
		{func(p Point) bool { return p.Y <= b.Y1 }, atY(b.Y1)},
	} {
		var out []Point
		for i, q := range ring {
			p := ring[(i+len(ring)-1)%len(ring)]
			if e.in(p) != e.in(q) {
				out = append(out, e.cut(p, q))
			}
			if e.in(q) {
				out = append(out, q)
			}
		}
		ring = out
	}
	return ring
}

// thin drops points that lie within tol of the line through their neighbours
// (Douglas and Peucker 1973). Rings keep their start and the point farthest from it.
func thin(ps []Point, tol float64) []Point {
	if len(ps) < 4 {
		return ps
	}
	last := len(ps) - 1
	far, dist := 0, 0.0
	for i, p := range ps {
		if d := math.Hypot(p.X-ps[0].X, p.Y-ps[0].Y); d > dist {
			far, dist = i, d
		}
	}
	keep := make([]bool, len(ps))
	keep[0], keep[far], keep[last] = true, true, true
	type span struct{ a, b int }
	for todo := []span{{0, far}, {far, last}}; len(todo) > 0; {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		a, b := ps[s.a], ps[s.b]
		dx, dy := b.X-a.X, b.Y-a.Y
		l := math.Hypot(dx, dy)
		worst, off := 0, tol
		for i := s.a + 1; i < s.b; i++ {
			ux, uy := ps[i].X-a.X, ps[i].Y-a.Y
			d := math.Hypot(ux, uy)
			if l > 0 {
				d = math.Abs(ux*dy-uy*dx) / l
			}
			if d > off {
				worst, off = i, d
			}
		}
		if worst > 0 {
			keep[worst] = true
			todo = append(todo, span{s.a, worst}, span{worst, s.b})
		}
	}
	var out []Point
	for i, k := range keep {
		if k {
			out = append(out, ps[i])
		}
	}
	return out
}

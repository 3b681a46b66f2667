package viz

import (
	"cmp"
	"math"
	"slices"
)

// Scatter is a set of points with one marker.
type Scatter struct {
	// Name is as in [Line].
	Name string
	// Values are what the marker's colour stands for, point by point, for tables; nil for nothing.
	Values []float64
	Points []Point
	Marker Marker
}

func (s Scatter) Extent() Extent { return ExtentOf(s.Points) }

func (s Scatter) Draw(c *Canvas) error {
	for _, p := range s.Points {
		if at, ok := c.At(p); ok {
			c.Mark(s.Marker, at)
		}
	}
	return nil
}

// Scatters are several sets of points, drawn by turns so that no set covers the others. Above Limit points
// they are shown binned: one marker for each cell of a fine lattice, the larger the more points of that set are
// in it. The lattices of the sets are shifted against each other, so that they show side by side.
type Scatters struct {
	Sets []Scatter
	// Limit is the number of marks, and so of points that are drawn one by one; 0 means 2000.
	Limit int
}

// DefaultLimit is the number of marks of [Scatters] where no limit is set.
const DefaultLimit = 2000

func (s Scatters) Extent() Extent {
	var e Extent
	for _, set := range s.Sets {
		e = e.Union(set.Extent())
	}
	return e
}

// Binned says whether the points are shown binned.
func (s Scatters) Binned() bool {
	n := 0
	for _, set := range s.Sets {
		n += len(set.Points)
	}
	return n > s.limit()
}

func (s Scatters) limit() int { return cmp.Or(s.Limit, DefaultLimit) }

func (s Scatters) Draw(c *Canvas) error {
	if s.Binned() {
		drawBins(c, s.Sets, s.limit())
		return nil
	}
	next := make([]int, len(s.Sets))
	for {
		turn := -1 // the set of which the smallest share is drawn
		for i, set := range s.Sets {
			if next[i] < len(set.Points) && (turn < 0 || next[i]*len(s.Sets[turn].Points) < next[turn]*len(set.Points)) {
				turn = i
			}
		}
		if turn < 0 {
			return nil
		}
		set := s.Sets[turn]
		if at, ok := c.At(set.Points[next[turn]]); ok {
			c.Mark(set.Marker, at)
		}
		next[turn]++
	}
}

// Shape is the form of a marker.
type Shape int

// The shapes have about the same area at the same radius.
const (
	Disc Shape = iota
	Square
	Diamond
	TriangleUp
	TriangleDown
	Cross
	Plus
	Star
	Ring // a circle without filling
)

// Outline are the corners of a shape at radius 1, y downwards; nil of circles.
func (s Shape) Outline() []Point { return slices.Clone(shapeOutlines[s]) }

// Marker is a point's sign. Fill and Edge may be the zero colour for none.
type Marker struct {
	Shape     Shape
	Radius    float64
	Fill      Color
	Edge      Color
	EdgeWidth float64
}

func (s *surface) mark(m Marker, at Point) {
	s.paint = paintStyle{fill: m.Fill, stroke: m.Edge, width: m.EdgeWidth * s.k}
	x, y := s.to(at)
	switch m.Shape {
	case Disc:
		s.Circle(m.Radius*s.k, x, y)
	case Ring:
		s.paint.fill = Color{}
		s.Circle(m.Radius*s.k, x, y)
	default:
		ps := make([]Point, 0, 12)
		for _, p := range shapeOutlines[m.Shape] {
			ps = append(ps, Point{at.X + p.X*m.Radius, at.Y + p.Y*m.Radius})
		}
		s.trace(ps, true)
	}
	s.FillStroke()
}

// shapeOutlines are the corners of the shapes at radius 1.
var shapeOutlines = map[Shape][]Point{
	Square:       {{-.89, -.89}, {.89, -.89}, {.89, .89}, {-.89, .89}},
	Diamond:      {{0, -1.2}, {1.2, 0}, {0, 1.2}, {-1.2, 0}},
	TriangleUp:   {{0, -1.25}, {1.15, .8}, {-1.15, .8}},
	TriangleDown: {{0, 1.25}, {1.15, -.8}, {-1.15, -.8}},
	Plus:         plusSign(0),
	Cross:        plusSign(math.Pi / 4),
	Star:         star(),
}

func plusSign(turn float64) []Point {
	const a, b = 0.42, 1.2
	ps := []Point{{-a, -b}, {a, -b}, {a, -a}, {b, -a}, {b, a}, {a, a}, {a, b}, {-a, b}, {-a, a}, {-b, a}, {-b, -a}, {-a, -a}}
	sin, cos := math.Sincos(turn)
	for i, p := range ps {
		ps[i] = Point{p.X*cos - p.Y*sin, p.X*sin + p.Y*cos}
	}
	return ps
}

func star() []Point {
	var ps []Point
	for i := range 10 {
		r := 1.4
		if i%2 == 1 {
			r = 0.62
		}
		sin, cos := math.Sincos(float64(i) * math.Pi / 5)
		ps = append(ps, Point{r * sin, -r * cos})
	}
	return ps
}

// bins counts points by the cells of a hexagonal lattice over a box.
type bins struct {
	box        Box
	pitch      float64 // distance of neighbouring cells in px
	shift      Point
	cols, rows int
	count      []int
	sum        []Point // of the places in each cell
}

const (
	minPitch = 9
	maxPitch = 40
)

func newBins(b Box, pitch float64, shift Point) *bins {
	h := &bins{box: b, pitch: pitch, shift: shift}
	h.cols, h.rows = int(b.Width()/pitch)+3, int(b.Height()/h.rowPitch())+3
	h.count, h.sum = make([]int, h.cols*h.rows), make([]Point, h.cols*h.rows)
	return h
}

func (h *bins) rowPitch() float64 { return h.pitch * math.Sqrt(3) / 2 }

// place is the mean of the points in a cell: those that lie on a line, such as an axis, stay on it.
func (h *bins) place(cell int) Point {
	n := float64(h.count[cell])
	return Point{h.sum[cell].X / n, h.sum[cell].Y / n}
}

// add counts a point; every other row of cells is shifted by half a cell.
func (h *bins) add(p Point) {
	j := int(math.Round((p.Y-h.box.Y0-h.shift.Y)/h.rowPitch())) + 1
	i := int(math.Round((p.X-h.box.X0-h.shift.X)/h.pitch-0.5*float64(j&1))) + 1
	if i >= 0 && i < h.cols && j >= 0 && j < h.rows {
		cell := j*h.cols + i
		h.count[cell]++
		h.sum[cell] = Point{h.sum[cell].X + p.X, h.sum[cell].Y + p.Y}
	}
}

// binSets counts each set of places on a lattice of its own, all lattices shifted against each other. It
// says how many cells are not empty and how much is in the fullest.
func binSets(b Box, places [][]Point, pitch float64) (all []*bins, filled, most int) {
	for k, ps := range places {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(len(places)))
		h := newBins(b, pitch, Point{pitch / 4 * cos, pitch / 4 * sin})
		for _, p := range ps {
			h.add(p)
		}
		for _, n := range h.count {
			if n > 0 {
				filled++
			}
			most = max(most, n)
		}
		all = append(all, h)
	}
	return all, filled, most
}

// drawBins draws the sets of points as at most limit marks (more on the coarsest lattice),
// whose size grows with the number of points in the same way for all sets.
func drawBins(c *Canvas, sets []Scatter, limit int) {
	b := c.box
	places := make([][]Point, len(sets))
	for k, set := range sets {
		for _, p := range set.Points {
			if at, ok := c.At(p); ok && b.grow(1).contains(at) {
				places[k] = append(places[k], at)
			}
		}
	}
	pitch := float64(minPitch)
	all, filled, most := binSets(b, places, pitch)
	for filled > limit && pitch < maxPitch {
		pitch *= 1.15
		all, filled, most = binSets(b, places, pitch)
	}
	for k, h := range all {
		for cell, n := range h.count {
			if n == 0 {
				continue
			}
			m := sets[k].Marker
			m.Radius = 1 + (0.4*pitch-1)*binSize(n, most)
			m.EdgeWidth = min(m.EdgeWidth, 0.4)
			at := h.place(cell)
			c.Mark(m, Point{min(max(at.X, b.X0), b.X1), min(max(at.Y, b.Y0), b.Y1)})
		}
	}
}

// binSize goes from 0 to 1 with the cube root of the share, in few steps: equal marks keep an SVG small.
func binSize(n, most int) float64 {
	const steps = 8
	return math.Round(steps*math.Cbrt(float64(n)/float64(most))) / steps
}

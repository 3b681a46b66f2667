package viz

import "math"

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

// Marker is a point's sign. Fill and Edge may be the zero colour for none.
type Marker struct {
	Shape     Shape
	Radius    float64
	Fill      Color
	Edge      Color
	EdgeWidth float64
}

func (s *surface) mark(m Marker, at Point) {
	s.SetFillColor(chartColor(m.Fill))
	s.SetStrokeColor(chartColor(m.Edge))
	s.SetStrokeWidth(m.EdgeWidth * s.k)
	x, y := s.to(at)
	switch m.Shape {
	case Disc:
		s.Circle(m.Radius*s.k, x, y)
	case Ring:
		s.SetFillColor(chartColor(Color{}))
		s.Circle(m.Radius*s.k, x, y)
	default:
		ps := make([]Point, 0, 12)
		for _, p := range outlines[m.Shape] {
			ps = append(ps, Point{at.X + p.X*m.Radius, at.Y + p.Y*m.Radius})
		}
		s.trace(ps, true)
	}
	s.FillStroke()
}

// outlines holds the corners of the shapes at radius 1.
var outlines = map[Shape][]Point{
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

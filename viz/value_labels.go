package viz

import (
	"cmp"
	"math"
	"slices"
)

// ValueLabels writes values beside the points of several lines, each where it hides
// no line, marker or other label. A value without such a place is left out, and of
// several hundred values all but every so many.
type ValueLabels struct {
	Lines  [][]Point
	Colors []Color                // one per line
	Text   func(v float64) string // nil means three significant digits
	// Clear is the radius around each point to keep free, in px.
	Clear float64
}

const mostValueLabels = 300

// Extent implements [Series].
func (v ValueLabels) Extent() Extent {
	var e Extent
	for _, l := range v.Lines {
		e = e.Union(ExtentOf(l))
	}
	return e
}

// Draw implements [Series].
func (v ValueLabels) Draw(c *Canvas) error {
	t, write := c.theme, v.Text
	if write == nil {
		write = func(v float64) string { return Num(v, 3) }
	}
	scene := labelScene{area: c.box}
	type place struct {
		at    Point
		value float64
		line  int
	}
	var places []place
	for i, l := range v.Lines {
		for _, run := range c.runs(l) {
			run = thin(envelope(run), 0.5)
			for j := 1; j < len(run); j++ {
				scene.segments = append(scene.segments, [2]Point{run[j-1], run[j]})
			}
		}
		for _, p := range l {
			if at, ok := c.At(p); ok {
				places = append(places, place{at, p.Y, i})
			}
		}
	}
	if len(places) <= mostValueLabels {
		for _, p := range places {
			scene.taken = append(scene.taken, Box{p.at.X, p.at.Y, p.at.X, p.at.Y}.grow(v.Clear+1))
		}
	}
	// From left to right, and from the top down, so that the upper of two gets the upper place.
	slices.SortStableFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.at.X, b.at.X), cmp.Compare(a.at.Y, b.at.Y))
	})
	every := (len(places) + mostValueLabels - 1) / mostValueLabels
	for i, p := range places {
		if i%every != 0 {
			continue
		}
		text := printable(write(p.value))
		w, h := t.Regular.Width(text, t.NoteSize), t.NoteSize*capHeight
		lower := i > 0 && places[i-1].at.X == p.at.X
		if box, ok := scene.place(p.at, w, h, v.Clear+5, lower); ok {
			color := t.Text
			if p.line < len(v.Colors) {
				color = v.Colors[p.line]
			}
			c.Text(Span{Text: text, Color: color}, t.NoteSize, Point{(box.X0 + box.X1) / 2, (box.Y0 + box.Y1) / 2}, Point{0.5, 0.5})
		}
	}
	return nil
}

// labelScene is what labels have to keep clear of.
type labelScene struct {
	area     Box
	taken    []Box // markers and labels
	segments [][2]Point
}

// labelDirections are where a label may stand beside its point, best first, for a point whose label
// should go up: 0 is level with or centred on the point, ±1 is a whole label away.
var labelDirections = []Point{
	{0, -1}, {0, 1}, {0.5, -1}, {-0.5, -1}, {1, -1}, {-1, -1}, {1, 0}, {-1, 0},
	{0.5, 1}, {-0.5, 1}, {1, 1}, {-1, 1}, {1, -0.5}, {-1, -0.5}, {1, 0.5}, {-1, 0.5},
}

// place finds a box of w × h near p and takes it.
func (s *labelScene) place(p Point, w, h, distance float64, lower bool) (Box, bool) {
	best, least := Box{}, math.Inf(1)
	for ring := range 3 {
		for rank, dir := range labelDirections {
			if lower {
				dir.Y = -dir.Y
			}
			d := distance + 7*float64(ring)
			x, y := p.X+dir.X*w/2, p.Y+dir.Y*(h/2+d)
			if math.Abs(dir.Y) < 1 { // beside the point
				x += dir.X * d
			}
			box := Box{x - w/2, y - h/2, x + w/2, y + h/2}
			if cost := float64(rank) + 12*float64(ring) + s.cost(box.grow(2)); cost < least {
				best, least = box, cost
			}
		}
	}
	const bearable = 60 // touching a line or the zone around a neighbour
	if least > bearable {
		return Box{}, false
	}
	s.taken = append(s.taken, best.grow(1))
	return best, true
}

func (s *labelScene) cost(box Box) float64 {
	a := s.area
	if box.X0 < a.X0 || box.X1 > a.X1 || box.Y0 < a.Y0 || box.Y1 > a.Y1 {
		return math.Inf(1)
	}
	cost := 0.0
	for _, b := range s.taken {
		cost += 15 * box.Overlap(b)
	}
	for _, g := range s.segments {
		if p, q, ok := clipSegment(box, g[0], g[1]); ok {
			cost += 6 * math.Hypot(q.X-p.X, q.Y-p.Y)
		}
	}
	return cost
}

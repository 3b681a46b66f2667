package viz

import "math"

// bins counts points by the cells of a hexagonal lattice over a box.
type bins struct {
	box        Box
	pitch      float64 // distance of neighbouring cells in px
	shift      Point
	cols, rows int
	count      []int
}

const (
	finestPitch   = 9
	coarsestPitch = 40
)

func newBins(b Box, pitch float64, shift Point) *bins {
	h := &bins{box: b, pitch: pitch, shift: shift}
	h.cols, h.rows = int(b.Width()/pitch)+3, int(b.Height()/h.rowPitch())+3
	h.count = make([]int, h.cols*h.rows)
	return h
}

func (h *bins) rowPitch() float64 { return h.pitch * math.Sqrt(3) / 2 }

// place is the middle of a cell; every other row is shifted by half a cell.
func (h *bins) place(i, j int) Point {
	return Point{
		h.box.X0 + h.shift.X + h.pitch*(float64(i-1)+0.5*float64(j&1)),
		h.box.Y0 + h.shift.Y + h.rowPitch()*float64(j-1),
	}
}

func (h *bins) add(p Point) {
	j := int(math.Round((p.Y-h.box.Y0-h.shift.Y)/h.rowPitch())) + 1
	i := int(math.Round((p.X-h.box.X0-h.shift.X)/h.pitch-0.5*float64(j&1))) + 1
	if i >= 0 && i < h.cols && j >= 0 && j < h.rows {
		h.count[j*h.cols+i]++
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

// drawBins draws the sets of points as at most so many marks (on the coarsest lattice there may be more),
// whose size grows with the number of points, all by one measure.
func drawBins(c *Canvas, sets []Scatter, limit int) {
	b := c.Box()
	places := make([][]Point, len(sets))
	for k, set := range sets {
		for _, p := range set.Points {
			if at, ok := c.At(p); ok && b.grow(1).contains(at) {
				places[k] = append(places[k], at)
			}
		}
	}
	pitch := float64(finestPitch)
	all, filled, most := binSets(b, places, pitch)
	for filled > limit && pitch < coarsestPitch {
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
			at := h.place(cell%h.cols, cell/h.cols)
			c.Mark(m, Point{min(max(at.X, b.X0), b.X1), min(max(at.Y, b.Y0), b.Y1)})
		}
	}
}

// binSize goes from 0 to 1 with the cube root of the share, in few steps: equal marks keep an SVG small.
func binSize(n, most int) float64 {
	const steps = 8
	return math.Round(steps*math.Cbrt(float64(n)/float64(most))) / steps
}

package viz

import "math"

// binPitch is the distance of neighbouring cells in px.
const binPitch = 9

// bins counts points by the cells of a hexagonal lattice over a box.
type bins struct {
	box        Box
	shift      Point
	cols, rows int
	count      []int
}

func newBins(b Box, shift Point) *bins {
	h := &bins{box: b, shift: shift}
	h.cols, h.rows = int(b.Width()/binPitch)+3, int(b.Height()/h.rowPitch())+3
	h.count = make([]int, h.cols*h.rows)
	return h
}

func (h *bins) rowPitch() float64 { return binPitch * math.Sqrt(3) / 2 }

// place is the middle of a cell; every other row is shifted by half a cell.
func (h *bins) place(i, j int) Point {
	return Point{
		h.box.X0 + h.shift.X + binPitch*(float64(i-1)+0.5*float64(j&1)),
		h.box.Y0 + h.shift.Y + h.rowPitch()*float64(j-1),
	}
}

func (h *bins) add(p Point) {
	j := int(math.Round((p.Y-h.box.Y0-h.shift.Y)/h.rowPitch())) + 1
	i := int(math.Round((p.X-h.box.X0-h.shift.X)/binPitch-0.5*float64(j&1))) + 1
	if i >= 0 && i < h.cols && j >= 0 && j < h.rows {
		h.count[j*h.cols+i]++
	}
}

// drawBins draws the sets of points as markers whose area grows with the number of points,
// all by one measure.
func drawBins(c *Canvas, sets []Scatter) {
	b := c.Box()
	all := make([]*bins, len(sets))
	most := 1
	for k, set := range sets {
		turn := 2 * math.Pi * float64(k) / float64(len(sets))
		all[k] = newBins(b, Point{binPitch * 0.25 * math.Cos(turn), binPitch * 0.25 * math.Sin(turn)})
		for _, p := range set.Points {
			if at, ok := c.At(p); ok && b.grow(1).contains(at) {
				all[k].add(at)
			}
		}
		for _, n := range all[k].count {
			most = max(most, n)
		}
	}
	for k, h := range all {
		for j := range h.rows {
			for i := range h.cols {
				n := h.count[j*h.cols+i]
				if n == 0 {
					continue
				}
				m := sets[k].Marker
				m.Radius = 1 + (0.4*binPitch-1)*binSize(n, most)
				m.EdgeWidth = min(m.EdgeWidth, 0.4)
				at := h.place(i, j)
				c.Mark(m, Point{min(max(at.X, b.X0), b.X1), min(max(at.Y, b.Y0), b.Y1)})
			}
		}
	}
}

// binSize goes from 0 to 1 with the cube root of the share, in few steps: equal marks keep an SVG small.
func binSize(n, most int) float64 {
	const steps = 8
	return math.Round(steps*math.Cbrt(float64(n)/float64(most))) / steps
}

package viz

import "math"

// Scatter is a set of points with one marker. Above Limit points it shows them
// binned: one marker for each cell of a fine lattice, the larger the more points there are.
type Scatter struct {
	Points []Point
	Marker Marker
	// Limit is the number of points that are drawn one by one; 0 means 1500.
	Limit int
	// Phase (0, 1, ..) shifts the lattice, so that the bins of several series interleave.
	Phase int
}

// DefaultLimit is how many points of a series are drawn one by one where no limit is set.
const DefaultLimit = 1500

// Extent implements [Series].
func (s Scatter) Extent() Extent { return ExtentOf(s.Points) }

// Binned says whether the points are shown binned.
func (s Scatter) Binned() bool {
	if s.Limit <= 0 {
		return len(s.Points) > DefaultLimit
	}
	return len(s.Points) > s.Limit
}

// Draw implements [Series].
func (s Scatter) Draw(c *Canvas) error {
	if s.Binned() {
		s.drawBins(c)
		return nil
	}
	for _, p := range s.Points {
		if at, ok := c.At(p); ok {
			c.Mark(s.Marker, at)
		}
	}
	return nil
}

// binPitch is the distance of the lattice's points in px.
const binPitch = 9

// drawBins counts the points by the cells of a hexagonal lattice.
func (s Scatter) drawBins(c *Canvas) {
	b := c.Box()
	dx, dy := float64(binPitch), binPitch*math.Sqrt(3)/2
	shift := float64(s.Phase%3) * binPitch / 3
	type cell struct{ i, j int }
	count := map[cell]int{}
	most := 0
	for _, p := range s.Points {
		at, ok := c.At(p)
		if !ok || !b.grow(1).contains(at) {
			continue
		}
		k := cell{j: int(math.Round((at.Y - b.Y0) / dy))}
		k.i = int(math.Round((at.X-b.X0-shift)/dx - 0.5*float64(k.j&1)))
		count[k]++
		most = max(most, count[k])
	}
	rows, cols := int(b.Height()/dy)+1, int(b.Width()/dx)+1
	for j := 0; j <= rows; j++ { // by place, for the order of a map is random
		for i := -1; i <= cols; i++ {
			n := count[cell{i, j}]
			if n == 0 {
				continue
			}
			m := s.Marker
			m.Radius = 1.1 + (0.42*binPitch-1.1)*math.Cbrt(float64(n)/float64(most))
			m.EdgeWidth = min(m.EdgeWidth, 0.5)
			x := b.X0 + shift + dx*(float64(i)+0.5*float64(j&1))
			c.Mark(m, Point{min(max(x, b.X0), b.X1), min(b.Y0+dy*float64(j), b.Y1)})
		}
	}
}

package viz

import "fmt"

// Grid holds values over the product of two rising axes: Z[j*len(X)+i] belongs to X[i], Y[j].
type Grid struct {
	X, Y, Z []float64
}

// mostCells limits the memory that isolines take.
const mostCells = 1 << 24

func (g Grid) at(i, j int) float64 { return g.Z[j*len(g.X)+i] }

// Check says what keeps the grid from being drawn: axes that do not rise, or a number of
// values that is not that of their product.
func (g Grid) Check() error {
	if len(g.Z) != len(g.X)*len(g.Y) {
		return fmt.Errorf("a grid of %d × %d has %d values", len(g.X), len(g.Y), len(g.Z))
	}
	if len(g.Z) > mostCells {
		return fmt.Errorf("a grid of %d × %d is too large: at most %d values", len(g.X), len(g.Y), mostCells)
	}
	for _, axis := range [][]float64{g.X, g.Y} {
		for i, v := range axis {
			if !finite(v) || i > 0 && !(v > axis[i-1]) {
				return fmt.Errorf("the axes of a grid must rise, here %v", v)
			}
		}
	}
	return nil
}

// coarser has half the points of each axis, the ends included, with the mean of the values around each.
func (g Grid) coarser() Grid {
	pick := func(n int) []int {
		var at []int
		for i := 0; i < n-1; i += 2 {
			at = append(at, i)
		}
		return append(at, n-1)
	}
	columns, rows := pick(len(g.X)), pick(len(g.Y))
	var c Grid
	for _, i := range columns {
		c.X = append(c.X, g.X[i])
	}
	for _, j := range rows {
		c.Y = append(c.Y, g.Y[j])
		for _, i := range columns {
			c.Z = append(c.Z, g.meanAround(i, j))
		}
	}
	return c
}

func (g Grid) meanAround(i, j int) float64 {
	sum, n := 0.0, 0
	for y := max(j-1, 0); y <= min(j+1, len(g.Y)-1); y++ {
		for x := max(i-1, 0); x <= min(i+1, len(g.X)-1); x++ {
			if z := g.at(x, y); finite(z) {
				sum, n = sum+z, n+1
			}
		}
	}
	return sum / float64(n) // NaN where nothing is a number
}

// Extent is the range of the axes.
func (g Grid) Extent() Extent {
	var e Extent
	for _, x := range g.X {
		e = e.IncludeX(x)
	}
	for _, y := range g.Y {
		e = e.IncludeY(y)
	}
	return e
}

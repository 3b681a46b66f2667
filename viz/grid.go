package viz

import "fmt"

// Grid holds values over the product of two rising axes: Z[j*len(X)+i] belongs to X[i], Y[j].
type Grid struct {
	X, Y, Z []float64
}

func (g Grid) at(i, j int) float64 { return g.Z[j*len(g.X)+i] }

func (g Grid) check() error {
	if len(g.Z) != len(g.X)*len(g.Y) {
		return fmt.Errorf("a grid of %d × %d has %d values", len(g.X), len(g.Y), len(g.Z))
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

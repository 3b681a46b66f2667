package geometry

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// CurveLength is the length of the polygonal line through the rows of a in their
// order, per unit: the root mean square over the units of what each travels, which
// layers of different widths share. Of one row and of a constant layer it is 0.
//
// In a wide network of random weights the length of a curve's pre-activations grows
// from one layer to the next by sqrt(chi_1), chi_1 = sw2 E[φ'(sqrt(q) x)²] (Poole et
// al. 2016).
func CurveLength(a mat.Matrix) float64 {
	rows, units := a.Dims()
	length := 0.0
	last, next := make([]float64, units), make([]float64, units)
	for i := range rows {
		mat.Row(next, i, a)
		if i > 0 {
			length += floats.Distance(last, next, 2)
		}
		last, next = next, last
	}
	return length / math.Sqrt(float64(units))
}

// Circle are so many points around the origin in the first two of some inputs, the
// first repeated at the end: points × inputs. With one input it goes to and fro.
func Circle(radius float64, inputs, points int) []float64 {
	x := make([]float64, (points+1)*inputs)
	for i := range points + 1 {
		sin, cos := math.Sincos(2 * math.Pi * float64(i%points) / float64(points))
		x[i*inputs] = radius * cos
		if inputs > 1 {
			x[i*inputs+1] = radius * sin
		}
	}
	return x
}

package geometry

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// undefined is the value of a metric that has none.
var undefined = math.NaN()

// centred is a matrix less the mean of each column. Columns that are constant become
// exactly 0: the first row is taken away before the mean.
func centred(a mat.Matrix) *mat.Dense {
	rows, columns := a.Dims()
	c := mat.DenseCopyOf(a)
	for j := range columns {
		first, sum := a.At(0, j), 0.0
		for i := range rows {
			v := a.At(i, j) - first
			c.Set(i, j, v)
			sum += v
		}
		for i := range rows {
			c.Set(i, j, c.At(i, j)-sum/float64(rows))
		}
	}
	return c
}

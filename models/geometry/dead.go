package geometry

import "gonum.org/v1/gonum/mat"

// DeadShare is the share of units whose activation is the same in all rows of a
// (rows × units): a rectifier that is never active, or a unit so saturated that
// nothing moves it. It is NaN of fewer than two rows, of which every unit is constant.
func DeadShare(a mat.Matrix) float64 {
	rows, units := a.Dims()
	if rows < 2 {
		return undefined
	}
	dead := 0
	for j := range units {
		if constant(a, j) {
			dead++
		}
	}
	return float64(dead) / float64(units)
}

// constant says whether a column has one value only.
func constant(a mat.Matrix, column int) bool {
	rows, _ := a.Dims()
	for i := 1; i < rows; i++ {
		if a.At(i, column) != a.At(0, column) {
			return false
		}
	}
	return true
}

package geometry

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// CKA is the linear centred kernel alignment of what two layers make of the same rows,
// x (rows × units) and y (rows × other units):
// ‖YᵀX‖² / (‖XᵀX‖ ‖YᵀY‖) in Frobenius norms, columns centred (Kornblith et al. 2019).
// It is 1 where one is the other turned and scaled, 0 where they have nothing linear in
// common, and NaN where one is constant, as it is of one row.
func CKA(x, y mat.Matrix) (float64, error) {
	rows, _ := x.Dims()
	if others, _ := y.Dims(); others != rows || rows == 0 {
		return 0, fmt.Errorf("geometry: alignment of %d rows with %d", rows, others)
	}
	return alignment(centred(x), centred(y)), nil
}

// alignment is CKA of centred matrices. Where there are more units than rows, the
// products of rows are the smaller matrices and give the same.
func alignment(x, y *mat.Dense) float64 {
	var xx, yy, xy mat.Dense
	rows, units := x.Dims()
	_, others := y.Dims()
	var cross float64
	if max(units, others) <= rows {
		xx.Mul(x.T(), x)
		yy.Mul(y.T(), y)
		xy.Mul(y.T(), x)
		cross = square(&xy)
	} else {
		xx.Mul(x, x.T())
		yy.Mul(y, y.T())
		xy.MulElem(&xx, &yy)
		cross = mat.Sum(&xy)
	}
	scale := mat.Norm(&xx, 2) * mat.Norm(&yy, 2)
	if scale == 0 {
		return undefined
	}
	return min(cross/scale, 1)
}

// square is the squared Frobenius norm.
func square(m *mat.Dense) float64 {
	norm := mat.Norm(m, 2)
	return norm * norm
}

package mistakes

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// The matrix operations of the backward pass as functions of values, so that formulas read as such.

func product(a, b mat.Matrix) *mat.Dense {
	var m mat.Dense
	m.Mul(a, b)
	return &m
}

func hadamard(a, b mat.Matrix) *mat.Dense {
	var m mat.Dense
	m.MulElem(a, b)
	return &m
}

func scaled(k float64, a mat.Matrix) *mat.Dense {
	var m mat.Dense
	m.Scale(k, a)
	return &m
}

func plus(a, b mat.Matrix) *mat.Dense {
	var m mat.Dense
	m.Add(a, b)
	return &m
}

func mapped(f func(float64) float64, a mat.Matrix) *mat.Dense {
	var m mat.Dense
	m.Apply(func(_, _ int, v float64) float64 { return f(v) }, a)
	return &m
}

func transposed(a *mat.Dense) *mat.Dense {
	if a == nil {
		return nil
	}
	return mat.DenseCopyOf(a.T())
}

// columnSums adds up the rows of m, 1 × columns.
func columnSums(m *mat.Dense) *mat.Dense {
	rows, columns := m.Dims()
	sums := mat.NewDense(1, columns, nil)
	for i := range rows {
		floats.Add(sums.RawRowView(0), m.RawRowView(i))
	}
	return sums
}

// rowSums adds up the columns of m, rows × 1.
func rowSums(m *mat.Dense) *mat.Dense {
	rows, _ := m.Dims()
	sums := mat.NewDense(rows, 1, nil)
	for i := range rows {
		sums.Set(i, 0, floats.Sum(m.RawRowView(i)))
	}
	return sums
}

// zeros returns a matrix of zeros of the shape of m.
func zeros(m *mat.Dense) *mat.Dense {
	rows, columns := m.Dims()
	return mat.NewDense(rows, columns, nil)
}

// entries returns the entries of m row by row; the matrices of this package are never views of larger ones.
func entries(m *mat.Dense) []float64 { return m.RawMatrix().Data }

// largest returns the largest magnitude in v.
func largest(v []float64) float64 { return floats.Norm(v, math.Inf(1)) }

func finite(v []float64) bool {
	for _, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return true
}

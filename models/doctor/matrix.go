package doctor

import (
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// matrix is rows × cols in row-major order.
type matrix struct {
	rows, cols int
	v          []float64
}

func zeros(rows, cols int) matrix { return matrix{rows, cols, make([]float64, rows*cols)} }

// dense is the matrix as gonum's, in the same memory.
func (m matrix) dense() *mat.Dense { return mat.NewDense(m.rows, m.cols, m.v) }

func (m matrix) row(i int) []float64 { return m.v[i*m.cols : (i+1)*m.cols] }

// times is m n.
func (m matrix) times(n matrix) matrix {
	p := zeros(m.rows, n.cols)
	p.dense().Mul(m.dense(), n.dense())
	return p
}

// transposedTimes is mᵀ n.
func (m matrix) transposedTimes(n matrix) matrix {
	p := zeros(m.cols, n.cols)
	p.dense().Mul(m.dense().T(), n.dense())
	return p
}

func (m matrix) transposed() matrix {
	t := zeros(m.cols, m.rows)
	t.dense().Copy(m.dense().T())
	return t
}

// columnSums is the sum of the rows.
func (m matrix) columnSums() []float64 {
	sums := make([]float64, m.cols)
	for i := range m.rows {
		floats.Add(sums, m.row(i))
	}
	return sums
}

// rowSums is the sum of each row.
func (m matrix) rowSums() []float64 {
	sums := make([]float64, m.rows)
	for i := range m.rows {
		sums[i] = floats.Sum(m.row(i))
	}
	return sums
}

// each is f of every entry.
func (m matrix) each(f func(float64) float64) matrix {
	n := zeros(m.rows, m.cols)
	for i, v := range m.v {
		n.v[i] = f(v)
	}
	return n
}

// by is the product entry by entry.
func (m matrix) by(o matrix) matrix {
	return matrix{m.rows, m.cols, floats.MulTo(make([]float64, len(m.v)), m.v, o.v)}
}

func (m matrix) scaled(s float64) matrix {
	return matrix{m.rows, m.cols, floats.ScaleTo(make([]float64, len(m.v)), s, m.v)}
}

// broadcast repeats a single column.
func (m matrix) broadcast(cols int) matrix {
	if m.cols == cols {
		return m
	}
	n := zeros(m.rows, cols)
	for i := range m.rows {
		floats.AddConst(m.v[i], n.row(i))
	}
	return n
}

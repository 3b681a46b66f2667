package mistakes_test

import "slices"

// matrix is a slice of rows.
type matrix [][]float64

func newMatrix(rows, columns int) matrix {
	m := make(matrix, rows)
	for i := range m {
		m[i] = make([]float64, columns)
	}
	return m
}

func fromFlat(flat []float64, columns int) matrix {
	var m matrix
	for len(flat) > 0 {
		m = append(m, slices.Clone(flat[:columns]))
		flat = flat[columns:]
	}
	return m
}

func (m matrix) flat() []float64 { return slices.Concat(m...) }

func (m matrix) transposed() matrix {
	t := newMatrix(len(m[0]), len(m))
	for i, row := range m {
		for j, v := range row {
			t[j][i] = v
		}
	}
	return t
}

func times(a, b matrix) matrix {
	c := newMatrix(len(a), len(b[0]))
	for i := range a {
		for j := range b[0] {
			for k := range b {
				c[i][j] += a[i][k] * b[k][j]
			}
		}
	}
	return c
}

// each returns the matrix of f over the indices of m.
func (m matrix) each(f func(i, j int) float64) matrix {
	c := newMatrix(len(m), len(m[0]))
	for i, row := range m {
		for j := range row {
			c[i][j] = f(i, j)
		}
	}
	return c
}

func (m matrix) scaled(k float64) matrix {
	return m.each(func(i, j int) float64 { return k * m[i][j] })
}

func (m matrix) sumRows() matrix {
	c := newMatrix(1, len(m[0]))
	for _, row := range m {
		for j, v := range row {
			c[0][j] += v
		}
	}
	return c
}

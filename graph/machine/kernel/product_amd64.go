package kernel

// chooseVectors tells whether copies pay.
func (m Multiplication) chooseVectors() method {
	if m.rows >= packedRowsMin && m.inner*m.columns >= packedMin && m.columns > 1 {
		return packed
	}
	return direct
}

const (
	packedRowsMin = 16
	packedMin     = 2048
)

// newVectorProduct is how to multiply by vector kernels.
func newVectorProduct[T Float](m Multiplication) func(dst, a, b, bias []T) {
	k := kernelsOf[T]()
	rows, inner, columns := m.rows, m.inner, m.columns
	row, step := inner, 1
	if m.transA {
		row, step = 1, rows
	}
	across := m.transB && inner != 1 && columns != 1 // else b is the same either way
	switch {
	case m.method == packed:
		return newBlocks[T](m).run
	case columns == 1 && (step == 1 || inner == 1):
		return func(dst, a, b, bias []T) { k.column(rows, inner, a, b, dst, bias) }
	case columns == 1: // aᵀ·b is the transpose of the row bᵀ·a
		return thenBias(func(dst, a, b []T) {
			k.multiply(1, inner, rows, matrix[T]{b, inner, 1}, matrix[T]{a, rows, 1}, matrix[T]{dst, rows, 1}, nil)
		})
	case rows == 1 && across: // a·bᵀ is the transpose of the column b·aᵀ
		return thenBias(func(dst, a, b []T) { k.column(columns, inner, b, a, dst, nil) })
	case across:
		scratch := make([]T, inner*columns)
		return func(dst, a, b, bias []T) {
			k.transposed(columns, inner, matrix[T]{scratch, columns, 1}, matrix[T]{b, inner, 1})
			k.multiply(rows, inner, columns, matrix[T]{a, row, step}, matrix[T]{scratch, columns, 1}, matrix[T]{dst, columns, 1}, bias)
		}
	}
	return func(dst, a, b, bias []T) {
		k.multiply(rows, inner, columns, matrix[T]{a, row, step}, matrix[T]{b, columns, 1}, matrix[T]{dst, columns, 1}, bias)
	}
}

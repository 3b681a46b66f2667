package kernel

import "unsafe"

// chooseVectors tells whether copies pay, as measured on processors with first-level
// caches of 32 KiB: they cost some 10 % of a product that fits into the second level.
func (m Multiplication) chooseVectors() method {
	size := m.inner * m.columns
	switch {
	case m.rows == 1 || m.columns == 1:
		return direct
	case m.transB && size >= 1<<13: // it has to be transposed anyway
		return packed
	case m.rows >= 16 && size >= 40_000:
		return packed
	case m.rows >= 16 && m.inner <= 32 && m.columns >= 128: // far rows fall on the same places of the cache
		return packed
	}
	return direct
}

// newVectorProduct is how to multiply by vector kernels.
func newVectorProduct[T Float](m Multiplication) productFunc[T] {
	k := kernelsOf[T]()
	row, step := m.inner, 1
	if m.transA {
		row, step = 1, m.rows
	}
	across := m.transB && m.inner > 1 && m.columns > 1 // else b is the same either way
	switch {
	case m.inner == 0 || m.rows == 0 || m.columns == 0:
		return finished(m, func(dst, _, _ []T) { clear(dst) })
	case m.method == packed:
		return newBlocks[T](m, 0, m.columns).run
	case m.columns == 1 && (step == 1 || m.inner == 1):
		return k.column(m.rows, m.inner)
	case m.columns == 1: // aᵀ·b is the transpose of the row bᵀ·a
		row := k.newMultiplier(1, m.inner, m.rows, m.inner, 1).function()
		return func(dst, a, b *T, f finish[T]) {
			row(dst, b, a, finish[T]{})
			if f != (finish[T]{}) {
				f.all(unsafe.Slice(dst, m.rows), 1)
			}
		}
	case m.rows == 1 && across: // a·bᵀ is the transpose of the column b·aᵀ
		column := k.column(m.columns, m.inner)
		return finished(m, func(dst, a, b []T) {
			column(unsafe.SliceData(dst), unsafe.SliceData(b), unsafe.SliceData(a), finish[T]{})
		})
	}
	multiply := k.newMultiplier(m.rows, m.inner, m.columns, row, step).function()
	if !across {
		return multiply
	}
	scratch := make([]T, m.inner*m.columns)
	straight := matrix[T]{scratch, m.columns, 1}
	return func(dst, a, b *T, f finish[T]) {
		k.transposed(m.columns, m.inner, straight, matrix[T]{unsafe.Slice(b, len(scratch)), m.inner, 1})
		multiply(dst, a, unsafe.SliceData(scratch), f)
	}
}

func transposeVectors[T Float](dst []T, dstRow int, src []T, srcRow, rows, columns int) {
	kernelsOf[T]().transposed(rows, columns, matrix[T]{dst, dstRow, 1}, matrix[T]{src, srcRow, 1})
}

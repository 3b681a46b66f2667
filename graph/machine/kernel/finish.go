package kernel

import "unsafe"

// finish is what becomes of a product before it is written; what is nil is left out. The
// others begin where dst does and are as large, but for the bias.
type finish[T Float] struct {
	bias          *T // a row that is added to each row
	relu          *T // max(0, dst), another result
	slope, factor *T // dst is multiplied by slope ⊙ factor, without factor by step(slope)
}

// productFunc computes dst = op(a)·op(b) and finishes it. Pointers, whose sizes were checked,
// go in registers from call to call.
type productFunc[T Float] func(dst, a, b *T, f finish[T])

// finished finishes what multiply leaves of products of a shape.
func finished[T Float](m Multiplication, multiply func(dst, a, b []T)) productFunc[T] {
	return func(dst, a, b *T, f finish[T]) {
		result := unsafe.Slice(dst, m.rows*m.columns)
		multiply(result, unsafe.Slice(a, m.rows*m.inner), unsafe.Slice(b, m.inner*m.columns))
		f.all(result, m.columns)
	}
}

// biased finishes what multiply leaves, which has the bias in it.
func biased[T Float](m Multiplication, multiply func(dst, a, b, bias []T)) productFunc[T] {
	return func(dst, a, b *T, f finish[T]) {
		var bias []T
		if f.bias != nil {
			bias = unsafe.Slice(f.bias, m.columns)
		}
		result := unsafe.Slice(dst, m.rows*m.columns)
		multiply(result, unsafe.Slice(a, m.rows*m.inner), unsafe.Slice(b, m.inner*m.columns), bias)
		f.afterBias(result)
	}
}

// all does what is to be done with a product of the given number of columns.
func (f finish[T]) all(dst []T, columns int) {
	if f.bias != nil {
		addRow(dst, unsafe.Slice(f.bias, columns))
	}
	f.afterBias(dst)
}

// afterBias does what is to be done when the bias is added.
func (f finish[T]) afterBias(dst []T) {
	n := len(dst)
	switch {
	case f.relu != nil:
		ReLU(unsafe.Slice(f.relu, n), dst)
	case f.factor != nil:
		TripleProduct(dst, dst, unsafe.Slice(f.slope, n), unsafe.Slice(f.factor, n))
	case f.slope != nil:
		Gate(dst, dst, unsafe.Slice(f.slope, n))
	}
}

// at is the finish of the part of dst that begins at this entry, in this column.
func (f finish[T]) at(entry, column int) finish[T] {
	return finish[T]{offset(f.bias, column), offset(f.relu, entry), offset(f.slope, entry), offset(f.factor, entry)}
}

// offset is entry i of what begins at x, or nil.
func offset[T Float](x *T, i int) *T {
	if x == nil {
		return nil
	}
	return (*T)(unsafe.Add(unsafe.Pointer(x), uintptr(i)*unsafe.Sizeof(*x)))
}

// addRow adds row to each row of dst.
func addRow[T Float](dst, row []T) {
	for n := len(row); n > 0 && len(dst) >= n; dst = dst[n:] {
		line := dst[:len(row)]
		for j, x := range row {
			line[j] += x
		}
	}
}

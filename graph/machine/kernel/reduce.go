package kernel

import "unsafe"

// Sum adds up the middle axis of src, seen as outer × axis × inner, into dst,
// outer × inner. The portable set adds the entries of each sum in their order in src.
func Sum[T Float](dst, src []T, axis, inner int) {
	if l := loopsOf[T](); l != nil && axis >= shortest {
		l.sums(dst, src, axis, inner)
		return
	}
	if inner == 1 {
		for i := range dst {
			var total T
			for _, x := range src[i*axis : (i+1)*axis] {
				total += x
			}
			dst[i] = total
		}
		return
	}
	for ; len(dst) > 0; dst, src = dst[inner:], src[axis*inner:] {
		i := 0
		for ; i+8 <= inner; i += 8 {
			*(*[8]T)(dst[i:]) = sumColumns(src[i:], axis, inner)
		}
		for ; i < inner; i++ {
			var total T
			for k := range axis {
				total += src[k*inner+i]
			}
			dst[i] = total
		}
	}
}

// sums is Sum.
func (l *loops[T]) sums(dst, src []T, axis, inner int) {
	for ; len(dst) > 0; dst, src = dst[inner:], src[axis*inner:] {
		if block := src[:axis*inner]; inner == 1 {
			dst[0] = l.sum(unsafe.SliceData(block), axis)
		} else {
			l.sumColumns(unsafe.SliceData(dst[:inner]), unsafe.SliceData(block), axis, inner, inner*int(unsafe.Sizeof(dst[0])))
		}
	}
}

// sumColumns adds up the first eight columns of rows that are stride apart.
func sumColumns[T Float](src []T, rows, stride int) [8]T {
	var s0, s1, s2, s3, s4, s5, s6, s7 T
	for k := range rows {
		x := (*[8]T)(src[k*stride:])
		s0 += x[0]
		s1 += x[1]
		s2 += x[2]
		s3 += x[3]
		s4 += x[4]
		s5 += x[5]
		s6 += x[6]
		s7 += x[7]
	}
	return [8]T{s0, s1, s2, s3, s4, s5, s6, s7}
}

// Repeat writes each block of inner consecutive entries of src times times in a
// row into dst.
func Repeat[T Float](dst, src []T, inner, times int) {
	if inner == 1 {
		for i, x := range src {
			fill(dst[i*times:(i+1)*times], x)
		}
		return
	}
	for len(src) > 0 {
		for range times {
			copy(dst[:inner], src)
			dst = dst[inner:]
		}
		src = src[inner:]
	}
}

// CopyPieces copies a number of pieces that are as wide and as far apart as it says.
func CopyPieces[T Float](dst []T, dstApart int, src []T, srcApart, width, count int) {
	if width == 1 {
		for i := range count {
			dst[i*dstApart] = src[i*srcApart]
		}
		return
	}
	for i := range count {
		copy(dst[i*dstApart:][:width], src[i*srcApart:][:width])
	}
}

// Transpose writes the transpose of src, columns wide, into dst.
func Transpose[T Float](dst, src []T, columns int) {
	rows := len(src) / columns
	transposeInto(dst, rows, src, columns, rows, columns)
}

// SumSquares is Σ x².
func SumSquares[T Float](x []T) T {
	if l := loopsFor(x); l != nil {
		return l.sumSquares(unsafe.SliceData(x), len(x))
	}
	var total T
	for _, x := range x {
		total += T(x * x)
	}
	return total
}

// Finite reports whether no entry is NaN or infinite.
func Finite[T Float](values []T) bool {
	if l := loopsFor(values); l != nil {
		return l.vanish(unsafe.SliceData(values), len(values)) == 0
	}
	// x·0 is 0 for a finite x and NaN for any other.
	var a, b, c, d T
	for len(values) >= 4 {
		v := (*[4]T)(values)
		a += v[0] * 0
		b += v[1] * 0
		c += v[2] * 0
		d += v[3] * 0
		values = values[4:]
	}
	for _, x := range values {
		a += x * 0
	}
	return a+b+c+d == 0
}

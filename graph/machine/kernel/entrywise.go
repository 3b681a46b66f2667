package kernel

import "unsafe"

// loops are the entry-by-entry kernels and the sums of the set [AVX2] in one precision.
// They read and write n entries from each pointer on; dst may be an operand.
type loops[T Float] struct {
	add, sub, mul, div func(dst, a, b *T, n int)
	addNumber          func(dst, x *T, s T, n int) // x + s
	subFrom            func(dst, x *T, s T, n int) // s - x
	mulNumber          func(dst, x *T, s T, n int) // x s
	divNumber          func(dst, x *T, s T, n int) // x / s
	divInto            func(dst, x *T, s T, n int) // s / x

	neg, square, relu, step, exp, log, tanh, sigmoid, softplus func(dst, x *T, n int)
	expBelow, expm1Below, normal, normalDensity                func(dst, x *T, n int)
	sigmoids                                                   func(rising, falling, z *T, n int)
	sigmoidSoftplus                                            func(rising, softplus, z *T, n int)
	gate                                                       func(dst, gradient, z *T, n int)

	tripleProduct func(dst, a, b, c *T, n int)
	weightedSum   func(dst, a, b *T, alpha, beta T, n int)
	gateFrom      func(dst, x, z *T, least T, n int)
	keptQuotient  func(dst, x, y *T, p T, n int)
	descend       func(dst, p, gradient *T, rate T, n int) T // Σ 0 dst

	sum, sumSquares, vanish func(x *T, n int) T
	residualSum             func(s, z, y *T, n int) T
	crossEntropySum         func(p, q, y *T, epsilonP, epsilonQ T, n int) T
	sumColumns              func(dst, x *T, rows, columns, stride int)
	poolPairs               func(dst, upper, lower *T, n int)
	poolPairsSlope          func(dstUpper, dstLower, upper, lower, gradient *T, n int) int
	addMultiplesWide        func(dst, b *T, columns int, factors *T, offsets *int32, count int)
	addMultiples            func(dst, b *T, columns int, factors *T, offsets *int32, count int)
	notZeros                func(values *T, places *int32, x *T, offsets *int32, n int) int
}

// shortest is the least number of entries for which a call of assembly pays.
const shortest = 8

// loopsFor is loopsOf for kernels that do few entries as well in Go: those with the same
// bits in both sets, and sums.
func loopsFor[T Float](dst []T) *loops[T] {
	if len(dst) < shortest {
		return nil
	}
	return loopsOf[T]()
}

// on gives a loop of one operand its pointers.
func on[T Float](loop func(dst, x *T, n int), dst, x []T) {
	n := len(dst)
	loop(unsafe.SliceData(dst), unsafe.SliceData(x[:n]), n)
}

// onTwo gives a loop of two operands its pointers.
func onTwo[T Float](loop func(dst, a, b *T, n int), dst, a, b []T) {
	n := len(dst)
	loop(unsafe.SliceData(dst), unsafe.SliceData(a[:n]), unsafe.SliceData(b[:n]), n)
}

// onNumber gives a loop of an operand and a number its pointers.
func onNumber[T Float](loop func(dst, x *T, s T, n int), dst, x []T, s T) {
	n := len(dst)
	loop(unsafe.SliceData(dst), unsafe.SliceData(x[:n]), s, n)
}

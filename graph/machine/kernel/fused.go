package kernel

import (
	"math"
	"unsafe"

	"actscope/graph/machine/elementary"
)

// TripleProduct computes dst = a ⊙ (b ⊙ c).
func TripleProduct[T Float](dst, a, b, c []T) {
	if l := loopsFor(dst); l != nil {
		n := len(dst)
		l.tripleProduct(unsafe.SliceData(dst), unsafe.SliceData(a[:n]), unsafe.SliceData(b[:n]), unsafe.SliceData(c[:n]), n)
		return
	}
	a, b, c = a[:len(dst)], b[:len(dst)], c[:len(dst)]
	for i := range dst {
		dst[i] = a[i] * (b[i] * c[i])
	}
}

// WeightedSum computes dst = α a + β b.
func WeightedSum[T Float](dst, a []T, alpha T, b []T, beta T) {
	if l := loopsFor(dst); l != nil {
		n := len(dst)
		l.weightedSum(unsafe.SliceData(dst), unsafe.SliceData(a[:n]), unsafe.SliceData(b[:n]), alpha, beta, n)
		return
	}
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = T(a[i]*alpha) + T(b[i]*beta)
	}
}

// GateFrom computes dst = x ⊙ (z ≥ least), where true is 1 and false 0.
func GateFrom[T Float](dst, x, z []T, least T) {
	if l := loopsFor(dst); l != nil {
		n := len(dst)
		l.gateFrom(unsafe.SliceData(dst), unsafe.SliceData(x[:n]), unsafe.SliceData(z[:n]), least, n)
		return
	}
	x, z = x[:len(dst)], z[:len(dst)]
	for i, v := range z {
		one := 0
		if v >= least {
			one = 1
		}
		dst[i] = x[i] * T(one)
	}
}

// KeptQuotient computes dst = x / p where y is not 0, and 0 elsewhere.
func KeptQuotient[T Float](dst, x, y []T, p T) {
	if l := loopsFor(dst); l != nil {
		n := len(dst)
		l.keptQuotient(unsafe.SliceData(dst), unsafe.SliceData(x[:n]), unsafe.SliceData(y[:n]), p, n)
		return
	}
	x, y = x[:len(dst)], y[:len(dst)]
	for i, kept := range y {
		if kept != 0 {
			dst[i] = x[i] / p
		} else {
			dst[i] = 0
		}
	}
}

// Descend computes dst = p - rate g, a step down the gradient, and reports whether all of
// it is finite.
func Descend[T Float](dst, p, g []T, rate T) bool {
	if l := loopsFor(dst); l != nil {
		n := len(dst)
		return l.descend(unsafe.SliceData(dst), unsafe.SliceData(p[:n]), unsafe.SliceData(g[:n]), rate, n) == 0
	}
	p, g = p[:len(dst)], g[:len(dst)]
	for i, x := range p {
		dst[i] = x - T(rate*g[i])
	}
	return Finite(dst)
}

// ResidualSum is Σ (s - z⊙y). With s = softplus(z) it is the cross-entropy of
// labels y on logits z.
func ResidualSum[T Float](s, z, y []T) T {
	if l := loopsOf[T](); l != nil {
		n := len(s)
		return l.residualSum(unsafe.SliceData(s), unsafe.SliceData(z[:n]), unsafe.SliceData(y[:n]), n)
	}
	z, y = z[:len(s)], y[:len(s)]
	var total T
	for i, x := range s {
		total += x - T(z[i]*y[i])
	}
	return total
}

// CrossEntropySum is Σ (y⊙ln(p+εp) + (1-y)⊙ln(q+εq)). A logarithm whose factor is 0
// is left out where it is finite, so that a label of 0 or 1 costs one of the two.
func CrossEntropySum[T Float](p []T, epsilonP T, q []T, epsilonQ T, y []T) T {
	if l := loopsOf[T](); l != nil {
		n := len(p)
		return l.crossEntropySum(unsafe.SliceData(p), unsafe.SliceData(q[:n]), unsafe.SliceData(y[:n]), epsilonP, epsilonQ, n)
	}
	q, y = q[:len(p)], y[:len(p)]
	var total T
	for i, x := range p {
		total += weightedLog(y[i], x+epsilonP) + weightedLog(1-y[i], q[i]+epsilonQ)
	}
	return total
}

// weightedLog is w ln(x), rounded on its own.
func weightedLog[T Float](w, x T) T {
	if w == 0 && x > 0 && !math.IsInf(float64(x), 1) {
		return 0
	}
	return T(w * T(elementary.Log(float64(x))))
}

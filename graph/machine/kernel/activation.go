package kernel

import (
	"unsafe"

	"actscope/graph/machine/elementary"
)

// ULP bounds the errors of [Exp], [ExpBelow], [Expm1Below], [Log], [Tanh], [Logistic],
// [Normal] and [NormalDensity], in units in the last place of the exact result.
const ULP = 4

// block is how many entries have their exponentials taken before these are used:
// long enough for the processor to overlap them, short enough for the stack.
const block = 64

// Logistic computes from one exponential per entry what a sigmoid unit and its
// loss need of z: rising = σ(z), falling = σ(-z) and softplus = ln(1+e^z). Any of
// the three may be nil. All are computed from e^-|z|, so that nothing overflows.
func Logistic[T Float](rising, falling, softplus, z []T) {
	if l := loopsOf[T](); l != nil {
		l.logistic(rising, falling, softplus, z)
		return
	}
	if falling == nil && softplus == nil {
		sigmoids(rising, z)
		return
	}
	var decays [block]float64
	for from := 0; from < len(z); from += block {
		to := min(from+block, len(z))
		z, e := z[from:to], decays[:to-from]
		decay(e, z)
		if softplus != nil {
			softplus := softplus[from:to]
			for i, x := range z {
				softplus[i] = T(elementary.SoftplusFrom(float64(x), e[i]))
			}
		}
		switch {
		case rising != nil && falling != nil:
			rising, falling := rising[from:to], falling[from:to]
			for i, x := range z {
				up, down := elementary.Sigmoids(float64(x), e[i])
				rising[i], falling[i] = T(up), T(down)
			}
		case rising != nil:
			rising := rising[from:to]
			for i, x := range z {
				rising[i] = T(elementary.Rising(float64(x), e[i]))
			}
		case falling != nil:
			falling := falling[from:to]
			for i, x := range z {
				falling[i] = T(elementary.Rising(-float64(x), e[i]))
			}
		}
	}
}

// logistic is Logistic.
func (l *loops[T]) logistic(rising, falling, softplus, z []T) {
	n := len(z)
	pointer := unsafe.SliceData(z)
	switch {
	case rising != nil && falling == nil && softplus != nil:
		l.sigmoidSoftplus(unsafe.SliceData(rising[:n]), unsafe.SliceData(softplus[:n]), pointer, n)
		return
	case softplus != nil: // first, because rising and falling may lie where z does
		on(l.softplus, softplus[:n], z)
	}
	switch {
	case rising != nil && falling != nil:
		l.sigmoids(unsafe.SliceData(rising[:n]), unsafe.SliceData(falling[:n]), pointer, n)
	case rising != nil:
		on(l.sigmoid, rising[:n], z)
	case falling != nil:
		on(l.neg, falling[:n], z)
		on(l.sigmoid, falling, falling)
	}
}

// sigmoids computes dst = σ(z) in one pass, so that the divisions overlap with the
// exponentials.
func sigmoids[T Float](dst, z []T) {
	dst = dst[:len(z)]
	for i, x := range z {
		x := float64(x)
		d := elementary.NegAbs(x)
		var e float64
		if d >= -elementary.MaxExponent {
			e = elementary.Power(elementary.Split(d))
		} else {
			e = elementary.Exp(d)
		}
		dst[i] = T(elementary.Rising(x, e))
	}
}

// decay computes dst = e^-|z|.
func decay[T Float](dst []float64, z []T) {
	dst = dst[:len(z)]
	for i, x := range z {
		if x := elementary.NegAbs(float64(x)); x >= -elementary.MaxExponent {
			dst[i] = elementary.Power(elementary.Split(x))
		} else {
			dst[i] = elementary.Exp(x)
		}
	}
}

// Tanh computes dst = tanh(z).
func Tanh[T Float](dst, z []T) {
	if l := loopsOf[T](); l != nil {
		on(l.tanh, dst, z)
		return
	}
	var decayed [block]float64 // e^-2|z| - 1
	for from := 0; from < len(z); from += block {
		to := min(from+block, len(z))
		z, dst, m := z[from:to], dst[from:to], decayed[:to-from]
		for i, x := range z {
			if x := 2 * elementary.NegAbs(float64(x)); x >= -elementary.MaxExponent {
				m[i] = elementary.PowerMinus1(elementary.Split(x))
			} else {
				m[i] = elementary.Expm1(x)
			}
		}
		for i, x := range z {
			dst[i] = T(elementary.TanhFrom(float64(x), m[i]))
		}
	}
}

// Normal computes dst = Φ(z), the distribution function of the standard normal distribution.
func Normal[T Float](dst, z []T) {
	if l := loopsOf[T](); l != nil {
		on(l.normal, dst, z)
		return
	}
	mapped(dst, z, elementary.Normal)
}

// NormalDensity computes dst = e^(-z²/2)/√(2π), the slope of [Normal].
func NormalDensity[T Float](dst, z []T) {
	if l := loopsOf[T](); l != nil {
		on(l.normalDensity, dst, z)
		return
	}
	mapped(dst, z, elementary.NormalDensity)
}

// Exp computes dst = e^x.
func Exp[T Float](dst, x []T) {
	if l := loopsOf[T](); l != nil {
		on(l.exp, dst, x)
		return
	}
	x = x[:len(dst)]
	for i, x := range x {
		if x := float64(x); -elementary.MaxExponent <= x && x <= elementary.MaxExponent {
			dst[i] = T(elementary.Power(elementary.Split(x)))
		} else {
			dst[i] = T(elementary.Exp(x))
		}
	}
}

// ExpBelow computes dst = e^x, or 0 where x > 0: the slope of [Expm1Below], 1 at 0.
func ExpBelow[T Float](dst, x []T) {
	if l := loopsOf[T](); l != nil {
		on(l.expBelow, dst, x)
		return
	}
	below(dst, x, elementary.Exp)
}

// Expm1Below computes dst = e^x - 1, or 0 where x > 0: what an exponential linear unit is
// below 0.
func Expm1Below[T Float](dst, x []T) {
	if l := loopsOf[T](); l != nil {
		on(l.expm1Below, dst, x)
		return
	}
	below(dst, x, elementary.Expm1)
}

// below computes dst = f(x), or 0 where x > 0.
func below[T Float](dst, x []T, f func(float64) float64) {
	x = x[:len(dst)]
	for i, x := range x {
		if x > 0 {
			dst[i] = 0
		} else {
			dst[i] = T(f(float64(x)))
		}
	}
}

// Log computes dst = ln(x).
func Log[T Float](dst, x []T) {
	if l := loopsOf[T](); l != nil {
		on(l.log, dst, x)
		return
	}
	mapped(dst, x, elementary.Log)
}

// ReLU computes dst = max(0, z); a NaN stays one, and the result is never -0.
func ReLU[T Float](dst, z []T) {
	if l := loopsFor(dst); l != nil {
		on(l.relu, dst, z)
		return
	}
	z = z[:len(dst)]
	for i, x := range z {
		dst[i] = max(x, 0)
	}
}

// Step computes dst = 1 where z > 0, else 0: the derivative of ReLU, 0 at 0.
func Step[T Float](dst, z []T) {
	if l := loopsFor(dst); l != nil {
		on(l.step, dst, z)
		return
	}
	z = z[:len(dst)]
	for i, x := range z {
		dst[i] = step(x)
	}
}

// Gate computes dst = g ⊙ step(z): the gradient that a rectifier lets pass.
func Gate[T Float](dst, g, z []T) {
	if l := loopsFor(dst); l != nil {
		onTwo(l.gate, dst, g, z)
		return
	}
	g, z = g[:len(dst)], z[:len(dst)]
	for i, x := range z {
		dst[i] = g[i] * step(x)
	}
}

// step is 1 for x > 0, else 0, selected among integers because the compiler turns
// that into a conditional move: the signs of activations are unpredictable
// branches.
func step[T Float](x T) T {
	one := 0
	if x > 0 {
		one = 1
	}
	return T(one)
}

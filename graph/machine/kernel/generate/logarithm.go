package main

import "math"

// log is the natural logarithm.
func (a *assembly) log(x values) values {
	// Denormal numbers are made larger, and have so much of their exponent taken away.
	lift := a.fraction + 2
	tiny := a.where(x, below, a.constant(a.smallestNormal()))
	lifted := a.choose(tiny, a.times(a.constant(math.Ldexp(1, lift)), x), x)
	correction := a.both(a.constant(float64(lift)), tiny)

	f, k := a.splitPower(lifted)
	k = a.minus(k, correction)

	// NaN below 0, -Inf at 0, Inf and NaN as they are: k has the last word on the result.
	zero, infinity := a.zero(len(x)), a.constant(math.Inf(1))
	k = a.choose(a.where(x, above, zero), k, a.fixed(math.NaN(), len(x)))
	k = a.choose(a.where(x, same, zero), a.constant(math.Inf(-1)), k)
	k = a.choose(a.where(x, same, infinity), infinity, k)
	return a.logNear1(f, k)
}

// logNormal is the natural logarithm of positive numbers that are neither denormal nor
// infinite.
func (a *assembly) logNormal(x values) values { return a.logNear1(a.splitPower(x)) }

// splitPower writes x, positive, finite and not denormal, as 2^k (1+f) with 1+f from √½ to
// √2.
func (a *assembly) splitPower(x values) (f, k values) {
	one, sqrtHalf := a.bitsOf(1), a.bitsOf(math.Sqrt2/2)
	shifted := a.integerSum(a.bits(one-sqrtHalf), x)
	stored := a.either(a.constant(math.Ldexp(1, a.fraction)), a.shiftedRight(a.fraction, shifted))
	k = a.minus(stored, a.constant(math.Ldexp(1, a.fraction)+float64(a.bias)))
	mantissa := a.integerSum(a.bits(sqrtHalf), a.both(a.bits(1<<a.fraction-1), shifted))
	return a.minus(mantissa, a.constant(1)), k
}

// smallestNormal is the smallest number that is not denormal.
func (p precision) smallestNormal() float64 { return math.Ldexp(1, 1-p.bias) }

// log1p is ln(1+x) for 0 <= x <= 1.
func (a *assembly) log1p(x values) values {
	// Above √2 - 1, f is (1+x)/2 - 1 and k is 1.
	high := a.where(x, above, a.constant(math.Sqrt2-1))
	f := a.choose(high, a.times(a.constant(0.5), a.minus(x, a.constant(1))), x)
	return a.logNear1(f, a.both(a.constant(1), high))
}

// logNear1 is ln(1+f) + k ln2, by the series in s = f/(2+f) of FreeBSD's e_log.c and
// e_logf.c (Sun Microsystems, 1993).
func (a *assembly) logNear1(f, k values) values {
	coefficients := []float64{
		6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01,
		1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01,
	}
	if a.size == 4 {
		coefficients = []float64{0xaaaaaap-24, 0xccce13p-25, 0x91e9eep-25, 0xf89e26p-26}
	}
	s := a.over(f, a.plus(a.constant(2), f))
	square := a.times(s, s)
	series := a.horner(square, coefficients...)
	half := a.times(a.times(a.constant(0.5), f), f)
	high, low := a.ln2()
	product := a.times(s, a.timesPlus(series, square, half))
	rest := a.minus(half, a.productPlus(a.constant(low), k, product))
	return a.productPlus(a.constant(high), k, a.minus(f, rest))
}

package main

import "math"

// ln2 is the sum of two numbers.
func (p precision) ln2() (high, low float64) {
	if p.size == 8 {
		return 0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56
	}
	return 0x1.62e43p-1, -0x1.05c61p-29
}

// lowest is where e^x has become 0, highest where it has become infinite.
func (p precision) lowest() float64  { return math.Floor(-math.Ln2 * float64(p.bias+p.fraction)) }
func (p precision) highest() float64 { return math.Ceil(math.Ln2 * float64(p.bias+1)) }

// rounder leaves the integer nearest to what is added to it in the last bits of the sum.
func (p precision) rounder() float64 { return math.Ldexp(1.5, p.fraction) }

// split writes x = n ln2 + r, with n the nearest integer to x/ln2. The last bits of
// shifted are those of n.
func (a *assembly) split(x vector) (n, shifted, r vector) {
	shifted = a.timesPlus(a.all(math.Log2E), x, a.constant(a.rounder()))
	n = a.minus(shifted, a.constant(a.rounder()))
	high, low := a.ln2()
	a.subtractProduct(a.constant(high), n, x)
	a.subtractProduct(a.constant(low), n, x)
	return n, shifted, x
}

// expm1Near0 is e^r - 1 for |r| <= ln2/2: r + r² (1/2! + r/3! + r²/4! + ...).
func (a *assembly) expm1Near0(r vector) vector {
	var c []float64
	// Until terms are below a sixteenth of 1's last place.
	for term, i := 0.5, 3.0; term*math.Pow(math.Ln2/2, i-1) > math.Ldexp(1, -a.fraction-4); i++ {
		c = append(c, term)
		term /= i
	}
	powers := a.powers(r, len(c))
	return a.timesPlus(a.polynomial(powers, c...), powers[1], r)
}

// powerOf2 is 2^(n+more), n being in the last bits of shifted.
func (a *assembly) powerOf2(shifted vector, more int) vector {
	return a.integerSum(a.bits(uint64(a.bias+more)<<a.fraction), a.shiftedLeft(a.fraction, shifted))
}

// decay is e^-|x|.
func (a *assembly) decay(x vector) vector {
	const spare = 64 // a detour on which denormal results stay exact until the last step
	exponent := a.larger(a.negative(x), a.all(a.lowest()))
	_, shifted, r := a.split(exponent)
	scale := a.powerOf2(shifted, spare)
	grown := a.timesPlus(a.expm1Near0(r), scale, scale)
	return a.times(a.constant(math.Ldexp(1, -spare)), grown)
}

// exp is e^x.
func (a *assembly) exp(x vector) vector {
	n, _, r := a.split(a.smaller(a.larger(x, a.all(a.lowest())), a.all(a.highest())))
	// 2^n comes in two factors, as exponents have no room for the whole range of n.
	rounder := a.constant(a.rounder())
	half := a.timesPlus(a.all(0.5), n, rounder)
	rest := a.plus(rounder, a.minus(n, a.minus(half, rounder)))
	scale := a.powerOf2(half, 0)
	grown := a.timesPlus(a.expm1Near0(r), scale, scale)
	return a.times(a.powerOf2(rest, 0), grown)
}

// expm1Decay is e^-2|x| - 1.
func (a *assembly) expm1Decay(x vector) vector {
	const lowest = -80 // as good as -Inf
	exponent := a.larger(a.negative(a.plus(x, x)), a.all(lowest))
	_, shifted, r := a.split(exponent)
	scale := a.powerOf2(shifted, 0)
	return a.timesPlus(a.expm1Near0(r), scale, a.minus(scale, a.constant(1)))
}

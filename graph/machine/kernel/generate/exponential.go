package main

import (
	"math"
	"math/big"

	"actscope/graph/machine/elementary/reference"
)

// ln2 is the sum of two positive numbers.
func (p precision) ln2() (high, low float64) {
	if p.size == 8 {
		return 0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56
	}
	return 0x1.62e42ep-1, 0x1.efa39ep-25
}

// lowest is where e^x has become 0, highest where it has become infinite.
func (p precision) lowest() float64  { return math.Floor(-math.Ln2 * float64(p.bias+p.fraction)) }
func (p precision) highest() float64 { return math.Ceil(math.Ln2 * float64(p.bias+1)) }

// rounder leaves the integer nearest to what is added to it in the last bits of the sum.
func (p precision) rounder() float64 { return math.Ldexp(1.5, p.fraction) }

// split writes x = n ln2 + r, with n the nearest integer to x/ln2. The last bits of
// shifted are those of n. It overwrites x.
func (a *assembly) split(x values) (n, shifted, r values) {
	shifted = a.timesPlus(a.all(math.Log2E, len(x)), x, a.constant(a.rounder()))
	n = a.minus(shifted, a.constant(a.rounder()))
	high, low := a.ln2()
	return n, shifted, a.lessProduct(a.lessProduct(x, a.constant(high), n), a.constant(low), n)
}

// expm1Near0 is e^r - 1 for |r| <= ln2/2: r + r² q(r), where q interpolates
// (e^r - 1 - r)/r².
func (a *assembly) expm1Near0(r values) values {
	coefficients := 10
	if a.size == 4 {
		coefficients = 5
	}
	q := reference.Interpolate(coefficients, -math.Ln2/2, math.Ln2/2, func(r *big.Float) *big.Float {
		rest := new(big.Float).Sub(reference.Exp(r), big.NewFloat(1))
		rest.Sub(rest, r)
		return rest.Quo(rest, new(big.Float).Mul(r, r))
	})
	square := a.times(r, r)
	return a.timesPlus(a.polynomial(r, square, q...), square, r)
}

// halfAngle is Q = r coth(r/2) for |r| <= ln2/2, a polynomial in r², with which
// e^r = (Q + r) / (Q - r).
func (a *assembly) halfAngle(r values) values {
	coefficients := 6
	if a.size == 4 {
		coefficients = 3
	}
	q := reference.Interpolate(coefficients, 0, math.Ln2*math.Ln2/4, func(square *big.Float) *big.Float {
		r := new(big.Float).Sqrt(square)
		e := reference.Exp(r)
		r.Mul(r, new(big.Float).Add(e, big.NewFloat(1)))
		return r.Quo(r, e.Sub(e, big.NewFloat(1)))
	})
	return a.horner(a.times(r, r), q...)
}

// powerOf2 is 2^(n+more), n being in the last bits of shifted.
func (a *assembly) powerOf2(shifted values, more int) values {
	return a.integerSum(a.bits(uint64(a.bias+more)<<a.fraction), a.shiftedLeft(a.fraction, shifted))
}

// spare is the logarithm to base 2 of the factor by which decay is too large at first, so
// that denormal results keep all digits until the last step.
const spare = 64

// decay is e^-|x| times 2^spare.
func (a *assembly) decay(x values) values {
	_, shifted, r := a.split(a.largerOf(a.negative(x), a.fixed(a.lowest(), len(x))))
	scale := a.powerOf2(shifted, spare)
	return a.timesPlus(a.expm1Near0(r), scale, scale)
}

// exp is e^x.
func (a *assembly) exp(x values) values {
	x = a.smallerOf(a.largerOf(x, a.fixed(a.lowest(), len(x))), a.fixed(a.highest(), len(x)))
	n, _, r := a.split(x)
	// 2^n comes in two factors, as exponents have no room for the whole range of n.
	rounder := a.constant(a.rounder())
	half := a.timesPlus(a.all(0.5, len(x)), n, rounder)
	rest := a.plus(rounder, a.minus(n, a.minus(half, rounder)))
	scale := a.powerOf2(half, 0)
	grown := a.timesPlus(a.expm1Near0(r), scale, scale)
	return a.times(a.powerOf2(rest, 0), grown)
}

// expm1 is e^x - 1 for x <= 0.
func (a *assembly) expm1(x values) values {
	const lowest = -80 // as good as -Inf
	_, shifted, r := a.split(a.largerOf(x, a.fixed(lowest, len(x))))
	scale := a.powerOf2(shifted, 0)
	return a.timesPlus(a.expm1Near0(r), scale, a.minus(scale, a.constant(1)))
}

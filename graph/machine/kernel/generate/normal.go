package main

import (
	"math"
	"math/big"

	"actscope/graph/machine/elementary/reference"
)

// The variable (t-6)/(t+6) and the factor t + 5/4 make a polynomial of Φ(-t) e^(t²/2).
const (
	millsMiddle = 6
	millsShift  = 1.25
)

// farthestNormal is from where on Φ(-t) and the density are 0.
func (p precision) farthestNormal() float64 {
	return math.Ceil(math.Sqrt(2 * math.Ln2 * float64(p.bias+p.fraction+1)))
}

// mills is Φ(-t) e^(t²/2).
func (a *assembly) mills(t values) values {
	coefficients := 24
	if a.size == 4 {
		coefficients = 12
	}
	number := func(x float64) *big.Float { return new(big.Float).SetPrec(300).SetFloat64(x) }
	last := a.farthestNormal()
	c := reference.Interpolate(coefficients, -1, (last-millsMiddle)/(last+millsMiddle), func(u *big.Float) *big.Float {
		t := number(0).Quo(number(0).Add(number(1), u), number(0).Sub(number(1), u))
		t.Mul(t, number(millsMiddle))
		return number(0).Mul(reference.Mills(t), number(0).Add(t, number(millsShift)))
	})
	u := a.over(a.minus(t, a.constant(millsMiddle)), a.plus(a.constant(millsMiddle), t))
	return a.over(a.polynomial(u, a.times(u, u), c...), a.plus(a.constant(millsShift), t))
}

// bell is factor e^(-t²/2), where t is at most farthestNormal.
func (a *assembly) bell(t, factor values) values {
	square := a.times(t, t)
	half := a.times(a.constant(0.5), square)
	excess := a.lessProduct(square, t, t) // by which the square was rounded up
	_, shifted, r := a.split(a.largerOf(a.negative(half), a.fixed(a.lowest(), len(t))))
	r = a.productPlus(a.constant(0.5), excess, r)
	scaled := a.times(factor, a.powerOf2(shifted, spare))
	return a.times(a.constant(math.Ldexp(1, -spare)), a.timesPlus(a.expm1Near0(r), scaled, scaled))
}

// normal is Φ(z), the distribution function of the standard normal distribution.
func normal(a *assembly, z values) values {
	t := a.smallerOf(a.magnitude(z), a.fixed(a.farthestNormal(), len(z)))
	tail := a.bell(t, a.mills(t))
	return a.choose(z, tail, a.minus(a.fixed(1, len(z)), tail))
}

// normalDensity is e^(-z²/2)/√(2π).
func normalDensity(a *assembly, z values) values {
	t := a.smallerOf(a.magnitude(z), a.fixed(a.farthestNormal(), len(z)))
	return a.bell(t, a.fixed(1/(math.Sqrt2*math.SqrtPi), len(z)))
}

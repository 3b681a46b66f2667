// Package reference computes elementary functions to any precision by their series:
// the independent truth that the tests of faster ones compare with.
package reference

import "math/big"

// precision is that of all steps, in bits. Where terms cancel, results have half of
// it, which is twice what a float64 has.
const precision = 300

// number is x with that precision.
func number(x float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(x) }

// Exp is e^x for |x| up to a few thousand: 2^k times the power series of the rest,
// which is halved twenty times and squared as often.
func Exp(x *big.Float) *big.Float {
	quotient, _ := number(0).Quo(x, ln2).Float64()
	k := int(quotient)
	const halvings = 20
	rest := number(0).Sub(x, number(0).Mul(ln2, number(float64(k))))
	rest.SetMantExp(rest, -halvings)
	sum, term := number(1), number(1)
	for i := 1; i < 15; i++ { // |rest| < 2^-20, so that the last term is below 2^-300
		term.Quo(term.Mul(term, rest), number(float64(i)))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum.SetMantExp(sum, k)
}

// Log is ln(x) for a positive x: k ln2 + 2 artanh(s) with s = (m-1)/(m+1) and m
// between √½ and √2.
func Log(x *big.Float) *big.Float {
	m := number(0)
	k := x.MantExp(m)
	if m.Cmp(number(0.7071)) < 0 {
		m.Add(m, m)
		k--
	}
	s := number(0).Quo(number(0).Sub(m, number(1)), number(0).Add(m, number(1)))
	sum := artanh(s)
	return sum.Add(sum.Add(sum, sum), number(0).Mul(ln2, number(float64(k))))
}

// artanh is s + s³/3 + s⁵/5 + … for |s| < 0.34.
func artanh(s *big.Float) *big.Float {
	sum, power, square := number(0), number(0).Copy(s), number(0).Mul(s, s)
	for i := 1; power.Sign() != 0 && (sum.Sign() == 0 || power.MantExp(nil) > sum.MantExp(nil)-int(sum.Prec())); i += 2 {
		sum.Add(sum, number(0).Quo(power, number(float64(i))))
		power.Mul(power, square)
	}
	return sum
}

var ln2 = func() *big.Float {
	sum := artanh(number(0).Quo(number(1), number(3)))
	return sum.Add(sum, sum)
}()

// Expm1 is e^x - 1.
func Expm1(x float64) *big.Float {
	if -0x1p-150 < x && x < 0x1p-150 {
		return number(x) // and x²/2, which is nothing beside it
	}
	e := Exp(number(x))
	return e.Sub(e, number(1))
}

// Sigmoid is 1/(1+e^-x).
func Sigmoid(x float64) *big.Float {
	e := Exp(number(-x))
	return e.Quo(number(1), e.Add(e, number(1)))
}

// Softplus is ln(1+e^x).
func Softplus(x float64) *big.Float {
	e := Exp(number(x))
	if x < -100 { // e - e²/2: adding 1 would lose digits
		return e.Sub(e, new(big.Float).SetMantExp(number(0).Mul(e, e), -1))
	}
	return Log(e.Add(e, number(1)))
}

// Tanh is 1 - 2/(e^2x+1), written as m/(m+2) with m = e^2x - 1.
func Tanh(x float64) *big.Float {
	m := Expm1(2 * x)
	return number(0).Quo(m, number(0).Add(m, number(2)))
}

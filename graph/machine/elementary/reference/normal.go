package reference

import (
	"math"
	"math/big"
)

// Mills is Φ(-t) e^(t²/2) for t >= 0, half of Mills's ratio of the normal distribution but
// for a factor: from 1/2 at 0 it falls like 1/(√(2π) t).
func Mills(t *big.Float) *big.Float {
	if t.Cmp(number(millsSeries)) <= 0 {
		return millsBySeries(t)
	}
	return millsByFraction(t)
}

// millsSeries is up to where the terms that cancel leave enough digits.
const millsSeries = 14

// millsBySeries is e^(t²/2)/2 - (t + t³/3 + t⁵/(3·5) + …)/√(2π) (Abramowitz & Stegun
// 26.2.11).
func millsBySeries(t *big.Float) *big.Float {
	square := number(0).Mul(t, t)
	sum, term := number(0).Copy(t), number(0).Copy(t)
	for i := 3; term.Sign() != 0 && term.MantExp(nil) > -precision; i += 2 {
		term.Quo(term.Mul(term, square), number(float64(i)))
		sum.Add(sum, term)
	}
	half := Exp(number(0).Quo(square, number(2)))
	return half.Sub(half.Quo(half, number(2)), sum.Quo(sum, rootOf2Pi))
}

// millsByFraction is Laplace's continued fraction 1/(t + 1/(t + 2/(t + 3/(t + …)))), over
// √(2π) (Abramowitz & Stegun 26.2.14).
func millsByFraction(t *big.Float) *big.Float {
	const levels = 200
	below := number(0).Copy(t)
	for k := levels; k > 0; k-- {
		below.Add(t, below.Quo(number(float64(k)), below))
	}
	return below.Quo(number(1), below.Mul(below, rootOf2Pi))
}

// Normal is Φ(x), the distribution function of the standard normal distribution.
func Normal(x float64) *big.Float {
	tail := bell(x)
	tail.Mul(tail, Mills(number(math.Abs(x))))
	if x > 0 {
		tail.Sub(number(1), tail)
	}
	return tail
}

// NormalDensity is e^(-x²/2)/√(2π).
func NormalDensity(x float64) *big.Float {
	e := bell(x)
	return e.Quo(e, rootOf2Pi)
}

// NormalByErfc is [Normal] by package math's erfc, with what rounding x/√2 takes from it. It
// may err by a few units in the last place.
func NormalByErfc(x float64) float64 {
	const root, rest = 0x1.6a09e667f3bcdp+0, -0x1.bdd3413b26456p-54 // √2 in two parts
	y := x / root
	lacking := (math.FMA(-y, root, x) - y*rest) / root
	return math.Erfc(-y)/2 + lacking*math.Exp(-y*y)/math.SqrtPi
}

// NormalDensityByExp is [NormalDensity] by package math's exponential, with what rounding
// x² takes from it.
func NormalDensityByExp(x float64) float64 {
	square := x * x
	lacking := math.FMA(x, x, -square)
	return math.Exp(-square/2) * (1 - lacking/2) / (math.Sqrt2 * math.SqrtPi)
}

// bell is e^(-x²/2).
func bell(x float64) *big.Float {
	square := number(x)
	square.Mul(square, square)
	return Exp(square.Quo(square, number(-2)))
}

// rootOf2Pi is √(2π), with π = 16 arctan(1/5) - 4 arctan(1/239) by Machin.
var rootOf2Pi = func() *big.Float {
	fifth, rest := arctanOfInverse(5), arctanOfInverse(239)
	fifth.Mul(fifth, number(32))
	return fifth.Sqrt(fifth.Sub(fifth, rest.Mul(rest, number(8))))
}()

// arctanOfInverse is arctan(1/n) = 1/n - 1/(3n³) + 1/(5n⁵) - …
func arctanOfInverse(n float64) *big.Float {
	sum, power, square := number(0), number(0).Quo(number(1), number(n)), number(-n*n)
	for i := 1; power.MantExp(nil) > -2*precision; i += 2 {
		sum.Add(sum, number(0).Quo(power, number(float64(i))))
		power.Quo(power, square)
	}
	return sum
}

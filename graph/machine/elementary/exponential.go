package elementary

import (
	"math"
	"math/big"
)

// The exponential splits x = n ln2/256 + r. Then e^x is 2^(n/256), from a table of
// the 256 fractions and the exponent bits, times e^r by a short series, as in
// P. T. P. Tang, Table-driven implementation of the exponential function in IEEE
// floating-point arithmetic, ACM TOMS 15 (1989).
const (
	fractions = 256

	perStep  = fractions / math.Ln2
	stepHigh = 0x1.62e42fep-1 / fractions           // 28 bits of ln2/256: its product with n is exact
	stepLow  = 0x1.f473de6af278ecedp-30 / fractions // the rest of them

	// Adding it leaves the nearest integer in the last bits of the sum.
	rounder = 0x1.8p52
)

// MaxExponent is how far from 0 the argument of [Split] may be: there neither e^x
// nor e^-x overflows or loses bits.
const MaxExponent = 708

// root is 2^(j/256): scale is the nearest number, less j at the place where n is to
// be added, and tail what it lacks, relative to it.
type root struct {
	tail  float64
	scale uint64
}

// exponentBits is how far left n has to go for its multiples of 256 to count in the
// exponent.
const exponentBits = 52 - 8

var roots = func() (table [fractions]root) {
	const precision = 160
	step := big.NewFloat(2).SetPrec(precision)
	for n := fractions; n > 1; n /= 2 {
		step.Sqrt(step)
	}
	power := big.NewFloat(1).SetPrec(precision)
	for j := range table {
		nearest, _ := power.Float64()
		lacking := new(big.Float).Sub(power, big.NewFloat(nearest))
		table[j].tail, _ = lacking.Quo(lacking, power).Float64()
		table[j].scale = math.Float64bits(nearest) - uint64(j)<<exponentBits
		power.Mul(power, step)
	}
	return table
}()

// Split returns n, in two's complement as far as its last 51 bits go, and r such
// that x = n ln2/256 + r with |r| < 0.0014, for |x| <= [MaxExponent].
func Split(x float64) (n uint64, r float64) {
	shifted := float64(x*perStep) + rounder
	whole := shifted - rounder
	return math.Float64bits(shifted), x - float64(whole*stepHigh) - float64(whole*stepLow)
}

// Factors returns scale and p with 2^(n/256) e^r = scale (1+p) for what [Split]
// returned: p is as precise, relative to itself, as r.
func Factors(n uint64, r float64) (scale, p float64) {
	at := &roots[n%fractions]
	square := r * r
	series := 1./2 + float64(r*(1./6)) + float64(square*(1./24+float64(r*(1./120))))
	return math.Float64frombits(at.scale + n<<exponentBits), at.tail + (r + float64(square*series))
}

// Power returns 2^(n/256) e^r for what [Split] returned.
func Power(n uint64, r float64) float64 {
	scale, p := Factors(n, r)
	return scale + float64(scale*p)
}

// Exp is e^x.
func Exp(x float64) float64 {
	const farther = 1000 // twofold: the exponent has no room for the whole
	switch n, r := Split(x); {
	case math.Abs(x) <= MaxExponent:
		return Power(n, r)
	case x > 709.79:
		return math.Inf(1)
	case x > 0:
		return Power(n-farther*fractions, r) * 0x1p1000
	case x < -745.14:
		return 0
	case x < 0:
		return Power(n+farther*fractions, r) * 0x1p-1000
	}
	return x // NaN
}

// Expm1 is e^x - 1, which keeps its digits near 0.
func Expm1(x float64) float64 {
	switch {
	case math.Abs(x) < 0x1p-54:
		return x
	case math.Abs(x) <= MaxExponent:
		return PowerMinus1(Split(x))
	}
	return Exp(x) - 1
}

// PowerMinus1 returns 2^(n/256) e^r - 1 for what [Split] returned.
func PowerMinus1(n uint64, r float64) float64 {
	scale, p := Factors(n, r)
	return (scale - 1) + float64(scale*p)
}

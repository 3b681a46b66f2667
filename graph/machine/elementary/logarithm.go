package elementary

import "math"

// ln2 in two parts, the first with so few bits that its product with an exponent is
// exact.
const (
	ln2High = 0x1.62e42feep-1
	ln2Low  = 0x1.a39ef35793c76p-33
)

// Log is the natural logarithm of x.
func Log(x float64) float64 {
	const (
		minNormal = 0x1p-1022
		sqrtHalf  = 0x3fe6a09e667f3bcd // its bits: mantissas are taken from there to twice as much
		one       = 0x3ff0000000000000
		mantissa  = 1<<52 - 1
	)
	exponent := 0
	switch {
	case !(x < math.Inf(1)): // or NaN
		return x
	case x == 0:
		return math.Inf(-1)
	case x < 0:
		return math.NaN()
	case x < minNormal:
		x *= 0x1p54
		exponent = -54
	}
	shifted := math.Float64bits(x) + (one - sqrtHalf)
	exponent += int(shifted>>52) - 1023
	return logNear1(math.Float64frombits(shifted&mantissa+sqrtHalf)-1, float64(exponent))
}

// log1p is ln(1+x) for 0 <= x <= 1.
func log1p(x float64) float64 {
	if x < math.Sqrt2-1 {
		return logNear1(x, 0)
	}
	return logNear1((x-1)/2, 1)
}

// logNear1 is ln(1+f) + k ln2 for 1+f between √½ and √2, by the series in
// s = f/(2+f) of FreeBSD's e_log.c (Sun Microsystems, 1993), which is that of
// package math too.
func logNear1(f, k float64) float64 {
	s := f / (2 + f)
	z := s * s
	w := z * z
	even := float64(w * (3.999999999940941908e-01 + float64(w*(2.222219843214978396e-01+float64(w*1.531383769920937332e-01)))))
	odd := float64(z * (6.666666666666735130e-01 + float64(w*(2.857142874366239149e-01+float64(w*(1.818357216161805012e-01+float64(w*1.479819860511658591e-01)))))))
	half := float64(0.5 * f * f)
	return float64(k*ln2High) - ((half - (float64(s*(half+(even+odd))) + float64(k*ln2Low))) - f)
}

package elementary

import "math"

// farthestNormal is from where on Φ(-t) and the density are 0.
const farthestNormal = 39

// Normal is Φ(x), the distribution function of the standard normal distribution.
func Normal(x float64) float64 {
	t := math.Abs(x)
	if !(t < farthestNormal) {
		switch {
		case x > 0:
			return 1
		case x < 0:
			return 0
		}
		return x // NaN
	}
	tail := bell(t, mills(t))
	rest, small := math.Float64bits(1-tail), math.Float64bits(tail)
	return math.Float64frombits(rest ^ (rest^small)&negative(x))
}

// NormalDensity is e^(-x²/2)/√(2π).
func NormalDensity(x float64) float64 {
	t := math.Abs(x)
	if t >= farthestNormal {
		return 0
	}
	return bell(t, 1/(math.Sqrt2*math.SqrtPi)) // NaN is one still
}

// In the variable u = (t - millsMiddle)/(t + millsMiddle) the function Φ(-t) e^(t²/2) of
// t >= 0, times t + millsShift, is a polynomial, as good as one. Up to this change of
// variable the idea is that of M. M. Shepherd and J. G. Laframboise, Chebyshev
// approximation of (1+2x)exp(x²)erfc x in 0 <= x < ∞, Mathematics of Computation 36 (1981).
const (
	millsMiddle = 6
	millsShift  = 1.25
)

// millsCoefficients interpolate at the Chebyshev nodes; their error is below 2^-54.
var millsCoefficients = [24]float64{
	0x1.e0ebefe9f17c5p-02, -0x1.da6ad6bba10b8p-04, 0x1.0f7065351244dp-04, -0x1.97240570c0535p-06,
	-0x1.fb7095f9ff79bp-10, 0x1.c524a6d1dd423p-07, -0x1.ec29325fa2131p-07, 0x1.699a6e06b28a4p-07,
	-0x1.96ac49477d018p-08, 0x1.5f92cd25417fp-09, -0x1.aff62d037d939p-11, 0x1.01134b417c6ddp-13,
	0x1.1208d24c8abf7p-15, -0x1.a31f2015f0c36p-16, 0x1.3023029cce496p-18, 0x1.ae8c79fe98723p-20,
	-0x1.04ecabb76ffc5p-20, 0x1.120c241030d3dp-26, 0x1.11d1379c877b2p-23, -0x1.733df89a9009ap-26,
	-0x1.1135e685c10c4p-26, 0x1.95f7ee9421ba2p-29, 0x1.04ab3729be361p-29, 0x1.2230938d21efdp-33,
}

// mills is Φ(-t) e^(t²/2) for 0 <= t <= farthestNormal.
func mills(t float64) float64 {
	c := &millsCoefficients
	u := (t - millsMiddle) / (t + millsMiddle)
	square := u * u
	fourth := square * square
	// Every fourth term makes a polynomial of its own, so that four are under way; the
	// constant, by far the largest, is added last.
	n := len(c)
	sums := [4]float64{c[n-4], c[n-3], c[n-2], c[n-1]}
	for i := n - 8; i > 0; i -= 4 {
		sums[0] = c[i] + float64(sums[0]*fourth)
		sums[1] = c[i+1] + float64(sums[1]*fourth)
		sums[2] = c[i+2] + float64(sums[2]*fourth)
		sums[3] = c[i+3] + float64(sums[3]*fourth)
	}
	odd := c[1] + float64(sums[1]*fourth) + float64((c[3]+float64(sums[3]*fourth))*square)
	even := float64(sums[0]*fourth) + float64((c[2]+float64(sums[2]*fourth))*square)
	return (c[0] + (even + float64(odd*u))) / (t + millsShift)
}

// bell is factor e^(-t²/2) for 0 <= t <= farthestNormal and a factor from 0.01 to 1.
func bell(t, factor float64) float64 {
	// The square of t's first half is exact; what it lacks of t² is small.
	high := math.Float64frombits(math.Float64bits(t) &^ (1<<27 - 1))
	rest := float64((t-high)*(t+high)) / 2
	x := -high * high / 2
	n, r := Split(x)
	r -= rest
	if x >= -MaxExponent {
		return Power(n, r) * factor
	}
	const farther = 1000
	return Power(n+farther*fractions, r) * factor * 0x1p-1000
}

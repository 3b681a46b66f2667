package elementary

import "math"

// Sigmoid is 1/(1+e^-x).
func Sigmoid(x float64) float64 { return Rising(x, Exp(NegAbs(x))) }

// Softplus is ln(1+e^x).
func Softplus(x float64) float64 { return SoftplusFrom(x, Exp(NegAbs(x))) }

// NegAbs is -|x|, by the sign bit.
func NegAbs(x float64) float64 { return math.Float64frombits(math.Float64bits(x) | signBit) }

const signBit = 1 << 63

// Rising returns σ(x), given e = e^-|x|: 1/(1+e), times e for a negative x. The sign
// bit of x selects the factor with masks, because the signs of pre-activations are
// unpredictable branches. (For -0 the two are the same.)
func Rising(x, e float64) float64 {
	one, small := math.Float64bits(1), math.Float64bits(e)
	return math.Float64frombits(one^(one^small)&negative(x)) * (1 / (1 + e))
}

// Sigmoids returns σ(x) and σ(-x), given e = e^-|x|.
func Sigmoids(x, e float64) (rising, falling float64) {
	share := 1 / (1 + e)
	larger, smaller := math.Float64bits(share), math.Float64bits(e*share)
	swap := (larger ^ smaller) & negative(x)
	return math.Float64frombits(larger ^ swap), math.Float64frombits(smaller ^ swap)
}

// negative is all ones where the sign bit of x is set, else 0.
func negative(x float64) uint64 { return uint64(int64(math.Float64bits(x)) >> 63) }

// SoftplusFrom returns ln(1+e^x), given e = e^-|x|.
func SoftplusFrom(x, e float64) float64 {
	return max(x, 0) + log1p(e)
}

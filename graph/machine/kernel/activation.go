package kernel

import "math"

// Logistic computes from one exponential per entry what a sigmoid unit and its
// loss need of z: rising = σ(z), falling = σ(-z) and softplus = ln(1+e^z). Any of
// the three may be nil. All are computed from e^-|z|, so that nothing overflows.
func Logistic[T Float](rising, falling, softplus, z []T) {
	switch {
	case falling == nil && softplus == nil:
		rising = rising[:len(z)]
		for i, x := range z {
			x := float64(x)
			rising[i] = T(sigmoid(x, math.Exp(-math.Abs(x))))
		}
	case rising != nil && falling != nil && softplus == nil:
		rising, falling = rising[:len(z)], falling[:len(z)]
		for i, x := range z {
			x := float64(x)
			up, down := sigmoids(x, math.Exp(-math.Abs(x)))
			rising[i], falling[i] = T(up), T(down)
		}
	default:
		for i, x := range z {
			x := float64(x)
			e := math.Exp(-math.Abs(x))
			up, down := sigmoids(x, e)
			if rising != nil {
				rising[i] = T(up)
			}
			if falling != nil {
				falling[i] = T(down)
			}
			if softplus != nil {
				softplus[i] = T(math.Max(x, 0) + math.Log1p(e))
			}
		}
	}
}

// sigmoid returns σ(x), given e = e^-|x|: 1/(1+e), or e/(1+e) for a negative x. The
// sign bit of x selects with masks, because the signs of pre-activations are
// unpredictable branches. (For -0 the two are the same.)
func sigmoid(x, e float64) float64 {
	larger, smaller := math.Float64bits(1), math.Float64bits(e)
	return math.Float64frombits(larger^(larger^smaller)&negative(x)) / (1 + e)
}

// sigmoids returns σ(x) and σ(-x), given e = e^-|x|.
func sigmoids(x, e float64) (rising, falling float64) {
	larger, smaller := math.Float64bits(1/(1+e)), math.Float64bits(e/(1+e))
	swap := (larger ^ smaller) & negative(x)
	return math.Float64frombits(larger ^ swap), math.Float64frombits(smaller ^ swap)
}

// negative is all ones where the sign bit of x is set, else 0.
func negative(x float64) uint64 { return uint64(int64(math.Float64bits(x)) >> 63) }

// ReLU computes dst = max(0, z); a NaN stays one, and the result is never -0.
func ReLU[T Float](dst, z []T) {
	z = z[:len(dst)]
	for i, x := range z {
		dst[i] = max(x, 0)
	}
}

// Step computes dst = 1 where z > 0, else 0: the derivative of ReLU, 0 at 0.
func Step[T Float](dst, z []T) {
	z = z[:len(dst)]
	for i, x := range z {
		dst[i] = step(x)
	}
}

// Gate computes dst = g ⊙ step(z): the gradient that a rectifier lets pass.
func Gate[T Float](dst, g, z []T) {
	g, z = g[:len(dst)], z[:len(dst)]
	for i, x := range z {
		dst[i] = g[i] * step(x)
	}
}

// step is 1 for x > 0, else 0, selected among integers because the compiler turns
// that into a conditional move: the signs of activations are unpredictable
// branches.
func step[T Float](x T) T {
	one := 0
	if x > 0 {
		one = 1
	}
	return T(one)
}

package theory

import (
	"math"

	"actscope/graph"
)

// Mean is E[φ(z)] of a Gaussian pre-activation z of variance q. Like every
// expectation here it is NaN where q is no finite number from 0.
func Mean(a graph.Activation, q float64) Integral {
	return moment(a, q, a.Value)
}

// MeanSquare is E[φ(z)²].
func MeanSquare(a graph.Activation, q float64) Integral {
	return moment(a, q, func(z float64) float64 { v := a.Value(z); return v * v })
}

// meanSquare is MeanSquare, at q above 0, without its error.
func meanSquare(a graph.Activation, q float64) float64 {
	deviation := math.Sqrt(q)
	return fine.gaussian(panels(nil, features(nil, a, 0, deviation)...), func(x float64) float64 {
		v := a.Value(deviation * x)
		return v * v
	})
}

// Deviation is the standard deviation of φ(z). Its error is that of the variance,
// carried over.
func Deviation(a graph.Activation, q float64) Integral {
	mean := Mean(a, q).Value
	variance := moment(a, q, func(z float64) float64 { v := a.Value(z) - mean; return v * v })
	return variance.root()
}

// MeanSquareSlope is E[φ'(z)²]; at q = 0 it is the limit from above, the mean of the
// squares of both one-sided slopes at 0.
func MeanSquareSlope(a graph.Activation, q float64) Integral {
	return moment(a, fromAbove(q), func(z float64) float64 { d := a.Derivative(z); return d * d })
}

// leastVariance stands for 0 where a limit is meant: every activation is its tangent
// at 0 there, on both sides.
const leastVariance = 1e-100

// fromAbove replaces 0 by what stands for its limit.
func fromAbove(q float64) float64 {
	if q == 0 {
		return leastVariance
	}
	return q
}

// meanSquareGrowth is d/dq E[φ(√q x)²] = E[φ φ' x] / √q.
func meanSquareGrowth(a graph.Activation, q float64) Integral {
	return moment(a, q, func(z float64) float64 { return a.Value(z) * a.Derivative(z) * z }).times(1 / q)
}

// moment is E[f(z)], where f is made of φ and its derivative.
func moment(a graph.Activation, q float64, f func(z float64) float64) Integral {
	switch {
	case !(q >= 0) || math.IsInf(q, 1):
		return undefined
	case q == 0:
		return Integral{Value: f(0)}
	}
	deviation := math.Sqrt(q)
	cuts := panels(nil, features(nil, a, 0, deviation)...)
	return inBothOrders(func(r rule) float64 {
		return r.gaussian(cuts, func(x float64) float64 { return f(deviation * x) })
	})
}

// features appends where φ(mean + deviation x) varies: activations do so on a scale
// of 1 around 0 and around their kinks.
func features(all []feature, a graph.Activation, mean, deviation float64) []feature {
	all = append(all, feature{-mean / deviation, 1 / deviation})
	for _, kink := range a.Kinks {
		all = append(all, feature{(kink - mean) / deviation, 1 / deviation})
	}
	return all
}

package theory

import (
	"math"

	"actscope/graph"
)

// MeanProduct is E[φ(u) φ(v)] of two Gaussian pre-activations of variance q and
// correlation c, from -1 to 1.
func MeanProduct(a graph.Activation, q, c float64) Integral {
	return pair(a, q, c, a.Value)
}

// MeanSlopeProduct is E[φ'(u) φ'(v)]; at q = 0 it is the limit from above.
func MeanSlopeProduct(a graph.Activation, q, c float64) Integral {
	return pair(a, fromAbove(q), c, a.Derivative)
}

// pair is E[f(u) f(v)], where f is φ or its derivative, with u = √q x and v = √q (c x
// + s y) for s = √(1-c²). The inner integral over y is split at the kinks of f(v),
// which makes it a smooth function of x: f smoothed on the scale of √q s. The outer
// one is split at the kinks of f(u) and graded where the inner one bends.
func pair(a graph.Activation, q, c float64, f func(z float64) float64) Integral {
	switch {
	case q == 0: // whatever c is
		return Integral{Value: f(0) * f(0)}
	case !(q >= 0) || math.IsInf(q, 1) || !(math.Abs(c) <= 1):
		return undefined
	}
	deviation, s := math.Sqrt(q), math.Sqrt((1-c)*(1+c))
	outer := features(nil, a, 0, deviation)
	for _, kink := range a.Kinks {
		if c != 0 {
			outer = append(outer, feature{kink / (c * deviation), s / math.Abs(c)})
		}
	}
	cuts := panels(nil, resolved(outer)...)
	var inner []feature
	var innerCuts []float64
	return inBothOrders(func(r rule) float64 {
		return r.gaussian(cuts, func(x float64) float64 {
			mean, spread := c*deviation*x, s*deviation
			if spread == 0 {
				return f(deviation*x) * f(mean)
			}
			inner = features(inner[:0], a, mean, spread)
			innerCuts = panels(innerCuts, resolved(inner)...)
			return f(deviation*x) * r.gaussian(innerCuts, func(y float64) float64 { return f(mean + spread*y) })
		})
	})
}

// leastScale is the smallest scale on which two-dimensional integrals are resolved:
// what lies within it has no weight beside the rest.
const leastScale = 1e-13

// resolved widens features, in place, to the least scale.
func resolved(all []feature) []feature {
	for i := range all {
		all[i].scale = max(all[i].scale, leastScale)
	}
	return all
}

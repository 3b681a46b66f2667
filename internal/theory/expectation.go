package theory

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/integrate/quad"

	"actscope/graph"
)

// Integral is the value of a quadrature with an upper estimate of its error: the
// difference to the same quadrature in a lower order.
type Integral struct{ Value, Error float64 }

// undefined stands for an expectation that does not exist.
var undefined = Integral{math.NaN(), math.NaN()}

// times scales an integral.
func (i Integral) times(factor float64) Integral {
	return Integral{factor * i.Value, math.Abs(factor) * i.Error}
}

// root is the square root of an integral.
func (i Integral) root() Integral {
	r := math.Sqrt(i.Value)
	if r == 0 {
		return Integral{0, math.Sqrt(i.Error)}
	}
	return Integral{r, i.Error / (2 * r)}
}

const (
	// reach is where Gaussian integrals end, in standard deviations: beyond, a square
	// has less than 1e-20 of its expectation.
	reach = 10
	// widestPanel is the width of the widest panel, in standard deviations.
	widestPanel = 2
)

// rule is a Gauss-Legendre rule on [-1, 1].
type rule struct{ x, weight []float64 }

func legendre(points int) rule {
	r := rule{make([]float64, points), make([]float64, points)}
	quad.Legendre{}.FixedLocations(r.x, r.weight, -1, 1)
	return r
}

// The two orders: results are those of the fine one.
var coarse, fine = legendre(12), legendre(20)

// feature is a place around which an integrand varies on a scale that is smaller
// than a panel, both in standard deviations. At the place itself it may have a kink.
type feature struct{ place, scale float64 }

// panels cuts [-reach, reach] into panels that shrink towards each feature, to a third
// at a time, down to its scale, which makes the quadrature converge at the rate that
// it has for smooth functions. The cuts are made in the memory of a slice, in order.
func panels(cuts []float64, features ...feature) []float64 {
	cuts = cuts[:0]
	for at := -reach; at <= reach; at += widestPanel {
		cuts = append(cuts, float64(at))
	}
	for _, f := range features {
		if !(math.Abs(f.place) < reach+widestPanel) {
			continue
		}
		cuts = appendInside(cuts, f.place)
		for step := f.scale; step > 0 && step < widestPanel; step *= 3 {
			cuts = appendInside(appendInside(cuts, f.place-step), f.place+step)
		}
	}
	slices.Sort(cuts)
	return cuts
}

func appendInside(cuts []float64, at float64) []float64 {
	if math.Abs(at) < reach {
		return append(cuts, at)
	}
	return cuts
}

// gaussian is E[f(x)] over standard normal x, by one rule in each panel. It divides by
// the weight of what it sums, so that constants are exact.
func (r rule) gaussian(cuts []float64, f func(x float64) float64) float64 {
	total, all := 0.0, 0.0
	for i := 1; i < len(cuts); i++ {
		middle, half := (cuts[i]+cuts[i-1])/2, (cuts[i]-cuts[i-1])/2
		if half == 0 {
			continue
		}
		sum, weights := 0.0, 0.0
		for k, t := range r.x {
			x := middle + half*t
			weight := r.weight[k] * math.Exp(-x*x/2)
			sum += weight * f(x)
			weights += weight
		}
		total += half * sum
		all += half * weights
	}
	return total / all
}

// inBothOrders integrates by both rules.
func inBothOrders(integrate func(r rule) float64) Integral {
	value := integrate(fine)
	return Integral{value, math.Abs(value - integrate(coarse))}
}

// Mean is E[φ(z)] of a Gaussian pre-activation z of variance q. Like every
// expectation here it is NaN where q is not a finite number from 0.
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

// MeanProduct is E[φ(u) φ(v)] of two Gaussian pre-activations of variance q and
// correlation c, from -1 to 1.
func MeanProduct(a graph.Activation, q, c float64) Integral {
	return pair(a, q, q, c, a.Value)
}

// MeanProductOf and MeanSlopeProductOf are the expectations of pre-activations whose variances differ.
func MeanProductOf(a graph.Activation, q, other, c float64) Integral {
	return pair(a, q, other, c, a.Value)
}

// MeanSlopeProductOf is [MeanSlopeProduct] of two variances.
func MeanSlopeProductOf(a graph.Activation, q, other, c float64) Integral {
	return pair(a, fromAbove(q), fromAbove(other), c, a.Derivative)
}

// MeanSlopeProduct is E[φ'(u) φ'(v)]; at q = 0 it is the limit from above.
func MeanSlopeProduct(a graph.Activation, q, c float64) Integral {
	return pair(a, fromAbove(q), fromAbove(q), c, a.Derivative)
}

// pair is E[f(u) f(v)], where f is φ or its derivative, with u = √q x and v = √other (c x
// + s y) for s = √(1-c²). The inner integral over y is split at the kinks of f(v),
// which makes it a smooth function of x: f smoothed on the scale of √q s. The outer
// one is split at the kinks of f(u) and graded where the inner one bends.
func pair(a graph.Activation, q, other, c float64, f func(z float64) float64) Integral {
	switch {
	case q == 0 && other == 0: // whatever c is
		return Integral{Value: f(0) * f(0)}
	case !(q >= 0) || math.IsInf(q, 1) || !(other >= 0) || math.IsInf(other, 1) || !(math.Abs(c) <= 1):
		return undefined
	case q == 0:
		return moment(a, other, f).times(f(0))
	case other == 0:
		return moment(a, q, f).times(f(0))
	}
	deviation, second, s := math.Sqrt(q), math.Sqrt(other), math.Sqrt((1-c)*(1+c))
	outer := features(nil, a, 0, deviation)
	for _, kink := range a.Kinks {
		if c != 0 {
			outer = append(outer, feature{kink / (c * second), s / math.Abs(c)})
		}
	}
	cuts := panels(nil, resolved(outer)...)
	var inner []feature
	var innerCuts []float64
	return inBothOrders(func(r rule) float64 {
		return r.gaussian(cuts, func(x float64) float64 {
			mean, spread := c*second*x, s*second
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

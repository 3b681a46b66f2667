package theory

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/integrate/quad"
)

// Integral is the value of a quadrature with an estimate of its error: the
// difference to the same quadrature in a lower order, which is the lower one's error.
type Integral struct{ Value, Error float64 }

// undefined is the expectation that there is not.
var undefined = Integral{math.NaN(), math.NaN()}

// times scales an integral.
func (i Integral) times(factor float64) Integral {
	return Integral{factor * i.Value, math.Abs(factor) * i.Error}
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

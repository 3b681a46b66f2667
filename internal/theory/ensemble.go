package theory

import (
	"context"
	"math"

	"actscope/graph"
)

// Ensemble is the wide random networks of one kind: z = a W + b with independent
// Gaussian weights of variance WeightVariance/fan_in and biases of variance
// BiasVariance, and a = φ(z).
type Ensemble struct {
	Activation     graph.Activation
	WeightVariance float64 // σw²
	BiasVariance   float64 // σb²
}

// NextVariance is the variance of z in a layer that follows one of variance q:
// σw² E[φ²] + σb². It is +Inf where that overflows.
func (e Ensemble) NextVariance(q float64) Integral {
	if math.IsInf(q, 1) && e.WeightVariance > 0 {
		return Integral{Value: q}
	}
	return e.next(MeanSquare(e.Activation, q))
}

// NextCorrelation is the correlation of two inputs in the layer that follows one in
// which both have variance q and their correlation is c. It is NaN where the next
// layer has no variance, or an infinite one.
func (e Ensemble) NextCorrelation(q, c float64) Integral {
	covariance := e.next(MeanProduct(e.Activation, q, c))
	variance := e.NextVariance(q)
	if variance.Value == 0 || math.IsInf(variance.Value, 1) {
		return undefined
	}
	value := min(max(covariance.Value/variance.Value, -1), 1)
	return Integral{value, (covariance.Error + math.Abs(value)*variance.Error) / variance.Value}
}

// next is σw² times an expectation plus σb².
func (e Ensemble) next(expectation Integral) Integral {
	if e.WeightVariance == 0 { // whatever the expectation is
		return Integral{Value: e.BiasVariance}
	}
	i := expectation.times(e.WeightVariance)
	i.Value += e.BiasVariance
	return i
}

// Chi is χ₁ at variance q: the factor by which a layer multiplies the squared
// distance of neighbouring inputs, and curves' squared lengths.
func (e Ensemble) Chi(q float64) Integral {
	return MeanSquareSlope(e.Activation, q).times(e.WeightVariance)
}

// ChiAt is χ for two inputs of correlation c, σw² E[φ'(u) φ'(v)]; at c = 1 it is
// [Ensemble.Chi].
func (e Ensemble) ChiAt(q, c float64) Integral {
	return MeanSlopeProduct(e.Activation, q, c).times(e.WeightVariance)
}

// VarianceSlope is the derivative of the variance map at q. At 0 it is the limit of
// a map that vanishes there.
func (e Ensemble) VarianceSlope(q float64) Integral {
	if q < leastVariance {
		return e.Chi(0)
	}
	return meanSquareGrowth(e.Activation, q).times(e.WeightVariance)
}

// DepthScale is the number of layers over which what each layer multiplies by χ falls
// to 1/e: -1/ln χ. It is 0 for χ = 0 and χ = +Inf, +Inf for χ = 1 to within the quadratures'
// accuracy, and negative where χ > 1, for growth by a factor of e.
func DepthScale(chi float64) float64 {
	if math.Abs(chi-1) <= accuracy {
		return math.Inf(1)
	}
	if chi == 0 || math.IsInf(chi, 1) {
		return 0
	}
	return -1/math.Log(chi) + 0 // + 0: infinite χ has scale 0, not -0
}

// accuracy is the relative one that is claimed for expectations: rounding and the
// activations' own error included.
const accuracy = 1e-12

// Phase says what becomes of two inputs in depth.
type Phase string

// The phases.
const (
	// Ordered means that inputs become alike: χ₁ < 1.
	Ordered Phase = "ordered"
	// Critical means that χ₁ = 1.
	Critical Phase = "critical"
	// Chaotic means that the distance of neighbouring inputs grows: χ₁ > 1.
	Chaotic Phase = "chaotic"
)

// PhaseOf is the phase that χ₁ stands for.
func PhaseOf(chi float64) Phase {
	switch {
	case math.Abs(chi-1) <= accuracy:
		return Critical
	case chi < 1:
		return Ordered
	}
	return Chaotic
}

// Layer is what the theory says of one layer.
type Layer struct {
	// Variance is q, that of the layer's pre-activations z. It is +Inf once it is too
	// large for a number; what follows from it is NaN then.
	Variance Integral
	// Mean and Deviation are those of its activations φ(z).
	Mean, Deviation Integral
	// Chi is χ₁ at q; its root, LengthRatio, is how many times a curve of inputs is
	// longer in the next layer's pre-activations than in this one's.
	Chi, LengthRatio Integral
	// Correlation is that of two inputs in what the layer hands on: of their
	// pre-activations in the next one.
	Correlation Integral
}

// Profile follows the ensemble through depth layers, the first of which has
// pre-activations of variance q and, for two inputs, of correlation c.
func (e Ensemble) Profile(ctx context.Context, q, c float64, depth int) ([]Layer, error) {
	var layers []Layer
	variance, correlation := Integral{Value: q}, Integral{Value: c}
	for range depth {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		q := variance.Value
		l := Layer{
			Variance: variance, Mean: Mean(e.Activation, q), Deviation: Deviation(e.Activation, q),
			Chi: e.Chi(q), Correlation: e.NextCorrelation(q, correlation.Value),
		}
		l.LengthRatio = l.Chi.root()
		layers = append(layers, l)
		variance, correlation = e.NextVariance(q), l.Correlation
	}
	return layers, nil
}

// LargestError is the largest error estimate of any expectation in the layers, apart
// from what a layer inherits from the one before.
func LargestError(layers []Layer) float64 {
	largest := 0.0
	for _, l := range layers {
		for _, i := range []Integral{l.Mean, l.Deviation, l.Chi, l.LengthRatio, l.Correlation} {
			if i.Error > largest { // not where it is NaN
				largest = i.Error
			}
		}
	}
	return largest
}

// CorrelationLimit is the correlation of any two different inputs in infinite depth.
type CorrelationLimit struct {
	// Correlation is c*, the stable fixed point of the correlation map; NaN where the
	// variance has no limit above 0.
	Correlation float64
	// Chi is the slope of the correlation map at c*; correlations approach c* over the
	// depth scale that belongs to it.
	Chi Integral
}

// CorrelationLimit finds c* where the variance has arrived at its limit. At constant
// variance the map from correlation to correlation is a power series with
// coefficients from 0 (Daniely, Frostig & Singer 2016, arXiv:1602.05897), so it is
// convex from 0 to 1 and, with 1 kept, crosses the diagonal once below 1 if its slope
// at 1, χ₁, is above 1, and not at all otherwise.
func (e Ensemble) CorrelationLimit(l Limit) CorrelationLimit {
	const nearest = 1e-9 // to 1, at which a crossing is told from 1
	q := l.Variance.Value
	if l.Fate != Settles && !(l.Fate == Stays && q > 0) {
		return CorrelationLimit{undefined.Value, undefined}
	}
	c := 1.0
	if PhaseOf(l.Chi.Value) == Chaotic {
		above := func(c float64) float64 { return e.NextCorrelation(q, c).Value - c }
		switch atZero, atOne := above(0), above(1-nearest); {
		case atZero <= accuracy:
			c = 0
		case atOne < 0:
			c = root(0, 1-nearest, above)
		}
	}
	return CorrelationLimit{c, e.ChiAt(q, c)}
}

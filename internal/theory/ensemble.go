package theory

import (
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
// σw² E[φ²] + σb². It is +Inf where that is no number any more.
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

// DepthScale is over how many layers what a layer multiplies by χ falls to 1/e:
// -1/ln χ. It is 0 for χ = 0, +Inf for χ = 1 to within the quadratures' accuracy, and
// negative where χ > 1: there it grows by e over as many layers.
func DepthScale(chi float64) float64 {
	if math.Abs(chi-1) <= accuracy {
		return math.Inf(1)
	}
	if chi == 0 {
		return 0
	}
	return -1 / math.Log(chi)
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
	// Chaotic means that neighbours are torn apart: χ₁ > 1.
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

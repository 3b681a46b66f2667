package theory

import (
	"context"
	"math"
)

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

// root is the square root of an integral.
func (i Integral) root() Integral {
	r := math.Sqrt(i.Value)
	if r == 0 {
		return Integral{0, math.Sqrt(i.Error)}
	}
	return Integral{r, i.Error / (2 * r)}
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

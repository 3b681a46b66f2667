package theory

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"

	"actscope/graph"
)

// TangentLimit is what the tangent kernel of random networks becomes as their layers grow wide, in the
// parametrisation in which weights are √(σw²/fan_in) times numbers of variance 1, and these are what is
// differentiated by (Jacot, Gabriel & Hongler 2018): each layer's weights count times their variance.
type TangentLimit struct {
	// Weights is the kernel of all weights, Biases that of all biases, by which networks are
	// differentiated as they are.
	Weights, Biases *mat.SymDense
}

// Tangent is the limit for the rows of x, each of so many columns, in networks of so many hidden layers
// with one output. With Σ the covariance of pre-activations and χ = σw² E[φ'(u) φ'(v)] each layer adds
// its Σ to χ times what was before, and 1 for the biases. Expectations of rectifiers are the arc-cosine
// kernels (Cho & Saul 2009), of others quadratures.
func (e Ensemble) Tangent(ctx context.Context, x []float64, columns, hidden int) (TangentLimit, error) {
	rows := len(x) / columns
	covariance := mat.NewSymDense(rows, nil)
	limit := TangentLimit{mat.NewSymDense(rows, nil), mat.NewSymDense(rows, nil)}
	for i := range rows {
		for j := i; j < rows; j++ {
			dot := 0.0
			for k := range columns {
				dot += x[i*columns+k] * x[j*columns+k]
			}
			forward := e.WeightVariance * dot / float64(columns)
			limit.Weights.SetSym(i, j, forward)
			limit.Biases.SetSym(i, j, 1)
			covariance.SetSym(i, j, forward+e.BiasVariance)
		}
	}
	for range hidden {
		next := mat.NewSymDense(rows, nil)
		for i := range rows {
			for j := i; j < rows; j++ {
				if err := ctx.Err(); err != nil {
					return limit, err
				}
				q, other := covariance.At(i, i), covariance.At(j, j)
				product, slopes := e.products(q, other, correlationOf(covariance.At(i, j), q, other))
				forward, chi := e.WeightVariance*product, e.WeightVariance*slopes
				next.SetSym(i, j, forward+e.BiasVariance)
				limit.Weights.SetSym(i, j, forward+chi*limit.Weights.At(i, j))
				limit.Biases.SetSym(i, j, 1+chi*limit.Biases.At(i, j))
			}
		}
		covariance = next
	}
	return limit, nil
}

// correlationOf is that of two variances and a covariance, 0 where one has none.
func correlationOf(covariance, q, other float64) float64 {
	if q == 0 || other == 0 {
		return 0
	}
	return min(max(covariance/math.Sqrt(q)/math.Sqrt(other), -1), 1)
}

// products are E[φ(u) φ(v)] and E[φ'(u) φ'(v)].
func (e Ensemble) products(q, other, c float64) (values, slopes float64) {
	if e.Activation.Name == graph.ReLU.Name {
		return ArcCosine(q, other, c)
	}
	return MeanProductOf(e.Activation, q, other, c).Value, MeanSlopeProductOf(e.Activation, q, other, c).Value
}

// ArcCosine has the expectations of a rectifier: √(q q')(sin θ + (π - θ) cos θ)/2π and (π - θ)/2π, where
// cos θ is the correlation.
func ArcCosine(q, other, c float64) (values, slopes float64) {
	angle := math.Acos(c)
	values = math.Sqrt(q) * math.Sqrt(other) * (math.Sqrt((1-c)*(1+c)) + (math.Pi-angle)*c) / (2 * math.Pi)
	return values, (math.Pi - angle) / (2 * math.Pi)
}

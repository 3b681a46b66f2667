package geometry

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

const (
	probeIterations = 100
	probeTolerance  = 1e-10 // of a step's gain, as a share of the value
)

// logistic minimises Σ softplus(-s (w·u + b)) + |w|²/2 by Newton steps that are
// halved until they descend.
func logistic(u *mat.Dense, labels []float64) (weights []float64, bias float64, err error) {
	rows, units := u.Dims()
	at, trial := make([]float64, units+1), make([]float64, units+1) // weights, then the bias
	scores, residual := make([]float64, rows), mat.NewVecDense(rows, nil)
	inputs := mat.NewDense(rows, units+1, nil)
	for i := range rows {
		copy(inputs.RawRowView(i), u.RawRowView(i))
		inputs.Set(i, units, 1)
	}
	value := logisticValue(inputs, labels, at, scores)
	var gradient, step mat.VecDense
	var weighted mat.Dense
	var hessian mat.SymDense
	for range probeIterations {
		weighted.CloneFrom(inputs)
		for i, score := range scores {
			p := 1 / (1 + math.Exp(-score))
			residual.SetVec(i, p-labels[i])
			floats.Scale(math.Sqrt(p*(1-p)), weighted.RawRowView(i))
		}
		gradient.MulVec(inputs.T(), residual)
		hessian.Reset()
		hessian.SymOuterK(1, weighted.T())
		for j := range units {
			gradient.SetVec(j, gradient.AtVec(j)+at[j])
			hessian.SetSym(j, j, hessian.At(j, j)+1)
		}
		var cholesky mat.Cholesky
		if !cholesky.Factorize(&hessian) {
			return nil, 0, errors.New("the Hessian matrix of a probe is not positive: the activations are too large to fit one")
		}
		if err := cholesky.SolveVecTo(&step, &gradient); err != nil {
			return nil, 0, fmt.Errorf("a step of a probe: %w", err)
		}
		if gain := mat.Dot(&gradient, &step); gain <= probeTolerance*value { // the next one would gain its square
			floats.Sub(at, step.RawVector().Data)
			break
		}
		for share := 1.0; share > 1e-6; share /= 2 {
			floats.AddScaledTo(trial, at, -share, step.RawVector().Data)
			if v := logisticValue(inputs, labels, trial, scores); v < value {
				value = v
				break
			}
		}
		copy(at, trial)
	}
	return at[:units], at[units], nil
}

// logisticValue is the objective, and fills the scores.
func logisticValue(inputs *mat.Dense, labels, at, scores []float64) float64 {
	weights := at[:len(at)-1]
	value := floats.Dot(weights, weights) / 2
	for i := range scores {
		scores[i] = floats.Dot(inputs.RawRowView(i), at)
		value += softplus((1 - 2*labels[i]) * scores[i])
	}
	return value
}

// softplus is ln(1 + e^x).
func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

package geometry

import (
	"fmt"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// Decoded says how much of a quantity a linear function of a layer's activations knows:
// 1 - Σ(t - t̂)²/Σ(t - mean t)² over the rows of test, of which t̂ is predicted by ridge
// regression on the rows of train. That minimises Σ(t - w·u - b)² + |w|², u the
// activations with each unit scaled to mean 0 and deviation 1 (scikit-learn's Ridge and
// r2_score on standardised columns). It is 1 where nothing is lost, 0 where guessing
// the mean is as good, and may be negative; a constant layer guesses the mean. It is NaN
// where the quantity is the same in all test rows.
func Decoded(train mat.Matrix, trainTarget []float64, test mat.Matrix, testTarget []float64) (float64, error) {
	rows, _ := train.Dims()
	others, _ := test.Dims()
	if rows != len(trainTarget) || others != len(testTarget) || rows == 0 || others == 0 {
		return 0, fmt.Errorf("geometry: decoding from %d and %d rows with %d and %d values", rows, others, len(trainTarget), len(testTarget))
	}
	model := Probe{Bias: stat.Mean(trainTarget, nil)}
	s := standardise(train)
	model.Weights = make([]float64, s.total)
	if len(s.units) > 0 {
		features, back := s.features()
		weights, err := ridge(features, trainTarget)
		if err != nil {
			return 0, err
		}
		model.Weights, model.Bias = s.unscaled(back(weights), model.Bias)
	}
	mean := stat.Mean(testTarget, nil)
	var lost, total float64
	for i, score := range model.Scores(test) {
		lost += (testTarget[i] - score) * (testTarget[i] - score)
		total += (testTarget[i] - mean) * (testTarget[i] - mean)
	}
	if floats.Max(testTarget) == floats.Min(testTarget) {
		return undefined, nil
	}
	return 1 - lost/total, nil
}

// ridge are the weights that minimise Σ(t - mean t - w·u)² + |w|² for centred columns.
func ridge(u *mat.Dense, target []float64) ([]float64, error) {
	_, units := u.Dims()
	var hessian mat.SymDense
	hessian.SymOuterK(1, u.T())
	for j := range units {
		hessian.SetSym(j, j, hessian.At(j, j)+1)
	}
	var right, weights mat.VecDense
	right.MulVec(u.T(), mat.NewVecDense(len(target), target))
	var cholesky mat.Cholesky
	if !cholesky.Factorize(&hessian) {
		return nil, fmt.Errorf("the activations are too large to decode")
	}
	if err := cholesky.SolveVecTo(&weights, &right); err != nil {
		return nil, fmt.Errorf("decoding: %w", err)
	}
	return weights.RawVector().Data, nil
}

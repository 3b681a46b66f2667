package geometry

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// Probe is a linear classifier on a layer (Alain & Bengio 2016): class 1 where
// Weights · a + Bias >= 0. Its hyperplane is the layer's own linear boundary.
type Probe struct {
	// Weights has an entry for each unit, 0 for units that are constant.
	Weights []float64
	Bias    float64
}

const (
	probeIterations = 100
	probeTolerance  = 1e-10 // of the gradient
)

// FitProbe fits a probe to activations (rows × units) and labels 0 and 1 by logistic
// regression: it minimises Σ ln(1 + e^-s(w·u + b)) + |w|²/2 over the rows, s = ±1
// the class and u the activations with each unit scaled to mean 0 and deviation 1.
// (That is scikit-learn's default, C = 1, on standardised columns.) The minimum is
// unique, and Newton's method finds it. Where the rows have one class only or no unit
// varies, the weights are 0 and the bias, ±1 or 0, decides for the more frequent class.
func FitProbe(a mat.Matrix, labels []float64) (Probe, error) {
	rows, units := a.Dims()
	if rows != len(labels) || rows == 0 {
		return Probe{}, fmt.Errorf("geometry: a probe of %d rows with %d labels", rows, len(labels))
	}
	ones := floats.Sum(labels)
	p := Probe{Weights: make([]float64, units)}
	switch {
	case 2*ones > float64(rows):
		p.Bias = 1
	case 2*ones < float64(rows):
		p.Bias = -1
	}
	s := standardise(a)
	if ones == 0 || ones == float64(rows) || len(s.units) == 0 {
		return p, nil
	}
	features, back := s.columns, (*mat.Dense)(nil)
	if len(s.units) > rows {
		features, back = s.reduced()
	}
	weights, bias, err := logistic(features, labels)
	if err != nil {
		return Probe{}, err
	}
	if back != nil {
		var full mat.VecDense
		full.MulVec(back, mat.NewVecDense(len(weights), weights))
		weights = full.RawVector().Data
	}
	p.Bias = bias
	for i, unit := range s.units {
		p.Weights[unit] = weights[i] / s.deviation[i]
		p.Bias -= p.Weights[unit] * s.mean[i]
	}
	return p, nil
}

// Scores are Weights · a + Bias for each row.
func (p Probe) Scores(a mat.Matrix) []float64 {
	rows, _ := a.Dims()
	var scores mat.VecDense
	scores.MulVec(a, mat.NewVecDense(len(p.Weights), p.Weights))
	out := make([]float64, rows)
	for i := range out {
		out[i] = scores.AtVec(i) + p.Bias
	}
	return out
}

// Margins are the signed distances of the rows to the probe's hyperplane, positive on
// the side of class 1; NaN where there is none because all weights are 0.
func (p Probe) Margins(a mat.Matrix) []float64 {
	norm := floats.Norm(p.Weights, 2)
	margins := p.Scores(a)
	for i, score := range margins {
		margins[i] = math.NaN()
		if norm > 0 {
			margins[i] = score / norm
		}
	}
	return margins
}

// Accuracy is the share of rows that the probe classifies as their label says; NaN of
// no rows.
func (p Probe) Accuracy(a mat.Matrix, labels []float64) float64 {
	right := 0
	for i, score := range p.Scores(a) {
		if (score >= 0) == (labels[i] == 1) {
			right++
		}
	}
	return float64(right) / float64(len(labels))
}

// standardised are the columns of a matrix that vary, with mean 0 and deviation 1.
type standardised struct {
	units           []int
	mean, deviation []float64
	columns         *mat.Dense
}

func standardise(a mat.Matrix) standardised {
	rows, units := a.Dims()
	var s standardised
	var columns []float64
	for j := range units {
		column := mat.Col(nil, j, a)
		mean, deviation := stat.PopMeanStdDev(column, nil)
		if !(deviation > 0) || floats.Max(column) == floats.Min(column) {
			continue
		}
		s.units, s.mean, s.deviation = append(s.units, j), append(s.mean, mean), append(s.deviation, deviation)
		for _, v := range column {
			columns = append(columns, (v-mean)/deviation)
		}
	}
	if len(s.units) > 0 {
		s.columns = mat.DenseCopyOf(mat.NewDense(len(s.units), rows, columns).T())
	}
	return s
}

// reduced turns more columns than rows into coordinates of the space that the rows
// span: their products stay, and weights w on them stand for back · w.
func (s standardised) reduced() (features, back *mat.Dense) {
	rows, _ := s.columns.Dims()
	var gram mat.SymDense
	gram.SymOuterK(1, s.columns)
	var eigen mat.EigenSym
	if !eigen.Factorize(&gram, true) {
		return s.columns, nil
	}
	values := eigen.Values(nil)
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	first := 0
	for first < rows-1 && values[first] <= 1e-14*values[rows-1]*float64(rows) {
		first++
	}
	features = mat.DenseCopyOf(vectors.Slice(0, rows, first, rows))
	scaled := mat.NewDense(rows, rows-first, nil)
	for j := first; j < rows; j++ {
		root := math.Sqrt(values[j])
		for i := range rows {
			features.Set(i, j-first, vectors.At(i, j)*root)
			scaled.Set(i, j-first, vectors.At(i, j)/root)
		}
	}
	back = new(mat.Dense)
	back.Mul(s.columns.T(), scaled)
	return features, back
}

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
		if mat.Norm(&gradient, math.Inf(1)) <= probeTolerance*float64(rows) {
			break
		}
		var cholesky mat.Cholesky
		if !cholesky.Factorize(&hessian) {
			return nil, 0, errors.New("the Hessian matrix of a probe is not positive: the activations are too large to fit one")
		}
		if err := cholesky.SolveVecTo(&step, &gradient); err != nil {
			return nil, 0, fmt.Errorf("a step of a probe: %w", err)
		}
		descended := false
		for share := 1.0; share > 1e-12 && !descended; share /= 2 {
			floats.AddScaledTo(trial, at, -share, step.RawVector().Data)
			if v := logisticValue(inputs, labels, trial, scores); v <= value {
				descended, value = true, v
				copy(at, trial)
			}
		}
		if !descended { // the minimum, as far as rounding shows it
			break
		}
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

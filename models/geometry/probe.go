package geometry

import (
	"context"
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

// FitProbe fits a probe to activations (rows × units) and labels 0 and 1 by logistic
// regression: it minimises Σ ln(1 + e^-s(w·u + b)) + |w|²/2 over the rows, s = ±1
// the class and u the activations with each unit scaled to mean 0 and deviation 1.
// (That is scikit-learn's default, C = 1, on standardised columns.) The minimum is
// unique, and Newton's method finds it. Where the rows have one class only or no unit
// varies, the weights are 0 and the bias, ±1 or 0, decides for the more frequent class.
func FitProbe(ctx context.Context, a mat.Matrix, labels []float64) (Probe, error) {
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
	features, back := s.features()
	weights, bias, err := logistic(ctx, features, labels)
	if err != nil {
		return Probe{}, err
	}
	p.Weights, p.Bias = s.unscaled(back(weights), bias)
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

const (
	probeIterations = 100
	probeTolerance  = 1e-10 // of a step's gain, as a share of the value
)

// logistic minimises Σ softplus(-s (w·u + b)) + |w|²/2 by Newton steps that are
// halved until they descend.
func logistic(ctx context.Context, u *mat.Dense, labels []float64) (weights []float64, bias float64, err error) {
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
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
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
	return decoded(train, [][]float64{trainTarget}, test, [][]float64{testTarget})
}

// decoded is [Decoded] of a quantity of several coordinates, whose errors and variances are
// added up.
func decoded(train mat.Matrix, trainTargets [][]float64, test mat.Matrix, testTargets [][]float64) (float64, error) {
	readOuts, err := fitReadOuts(train, trainTargets...)
	if err != nil {
		return 0, err
	}
	return readOuts.recovered(test, testTargets), nil
}

// readOuts are ridge regressions of [Decoded], one for each coordinate of a target: their
// scores predict it.
type readOuts []Probe

func fitReadOuts(train mat.Matrix, targets ...[]float64) (readOuts, error) {
	s := standardise(train)
	all := make(readOuts, len(targets))
	for i, target := range targets {
		all[i] = Probe{Weights: make([]float64, s.total), Bias: stat.Mean(target, nil)}
	}
	if len(s.units) == 0 {
		return all, nil
	}
	features, back := s.features()
	weights, err := ridge(features, targets)
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].Weights, all[i].Bias = s.unscaled(back(weights[i]), all[i].Bias)
	}
	return all, nil
}

// recovered is the share of a target's variance that the read-outs leave no error of; NaN of
// one that is the same throughout.
func (r readOuts) recovered(a mat.Matrix, targets [][]float64) float64 {
	var lost, total float64
	same := true
	for i, target := range targets {
		same = same && floats.Max(target) == floats.Min(target)
		mean, predicted := stat.Mean(target, nil), r[i].Scores(a)
		for row, t := range target {
			lost += (t - predicted[row]) * (t - predicted[row])
			total += (t - mean) * (t - mean)
		}
	}
	if same {
		return undefined
	}
	return 1 - lost/total
}

// ridge are, for each target, the weights that minimise Σ(t - mean t - w·u)² + |w|² for centred
// columns.
func ridge(u *mat.Dense, targets [][]float64) (all [][]float64, err error) {
	_, units := u.Dims()
	var hessian mat.SymDense
	hessian.SymOuterK(1, u.T())
	for j := range units {
		hessian.SetSym(j, j, hessian.At(j, j)+1)
	}
	var cholesky mat.Cholesky
	if !cholesky.Factorize(&hessian) {
		return nil, fmt.Errorf("the activations are too large to decode")
	}
	for _, target := range targets {
		var right, weights mat.VecDense
		right.MulVec(u.T(), mat.NewVecDense(len(target), target))
		if err := cholesky.SolveVecTo(&weights, &right); err != nil {
			return nil, fmt.Errorf("decoding: %w", err)
		}
		all = append(all, weights.RawVector().Data)
	}
	return all, nil
}

// standardised are the columns of a matrix that vary, with mean 0 and deviation 1.
type standardised struct {
	total           int   // units of the matrix
	units           []int // those that vary
	mean, deviation []float64
	columns         *mat.Dense
}

func standardise(a mat.Matrix) standardised {
	rows, units := a.Dims()
	s := standardised{total: units}
	columns, column := make([]float64, 0, rows*units), make([]float64, rows)
	for j := range units {
		mat.Col(column, j, a)
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

// features are the columns for a linear model whose penalty is |w|², and how its weights
// are those of the columns. More columns than rows become coordinates of the space that
// the rows span: the products of rows stay, and no weight outside of it would help.
func (s standardised) features() (features *mat.Dense, back func(weights []float64) []float64) {
	rows, columns := s.columns.Dims()
	same := func(weights []float64) []float64 { return weights }
	if columns <= rows {
		return s.columns, same
	}
	var gram mat.SymDense
	gram.SymOuterK(1, s.columns)
	var eigen mat.EigenSym
	if !eigen.Factorize(&gram, true) {
		return s.columns, same
	}
	values := eigen.Values(nil) // ascending
	first := 0
	for first < rows-1 && values[first] <= 1e-14*float64(rows)*values[rows-1] {
		first++
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	features, scaled := mat.NewDense(rows, rows-first, nil), mat.NewDense(rows, rows-first, nil)
	for j := first; j < rows; j++ {
		root := math.Sqrt(values[j])
		for i := range rows {
			features.Set(i, j-first, vectors.At(i, j)*root)
			scaled.Set(i, j-first, vectors.At(i, j)/root)
		}
	}
	return features, func(weights []float64) []float64 {
		var perRow, perColumn mat.VecDense
		perRow.MulVec(scaled, mat.NewVecDense(len(weights), weights))
		perColumn.MulVec(s.columns.T(), &perRow)
		return perColumn.RawVector().Data
	}
}

// unscaled turns weights and bias for the columns into those for all units as they
// are.
func (s standardised) unscaled(weights []float64, bias float64) (all []float64, constant float64) {
	all = make([]float64, s.total)
	for i, unit := range s.units {
		all[unit] = weights[i] / s.deviation[i]
		bias -= all[unit] * s.mean[i]
	}
	return all, bias
}

package geometry

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"

	"actscope/graph"
	"actscope/models"
)

// classifier is a linear classifier on a layer: a [Probe] of two classes, a [Multinomial] of
// several, or a Probe of each label.
type classifier interface {
	// Margins are the rows' distances to the boundary of the region that the classifier puts
	// them in, NaN without one. Of two classes they are signed, positive for class 1.
	Margins(a mat.Matrix) []float64
	// Accuracy is the share of rows that are classified as the targets say.
	Accuracy(a mat.Matrix, targets []float64) float64
}

// fitClassifier fits probes to the targets of rows as a decision reads them.
func fitClassifier(ctx context.Context, d decision, a mat.Matrix, targets []float64) (classifier, error) {
	switch {
	case d.targets == graph.Classes:
		return FitMultinomial(ctx, a, targets, d.outputs)
	case d.twoSided():
		return FitProbe(ctx, a, targets)
	}
	rows, _ := a.Dims()
	perLabel := mat.NewDense(rows, d.outputs, targets)
	all := make(labelProbes, d.outputs)
	for label := range all {
		var err error
		if all[label], err = FitProbe(ctx, a, mat.Col(nil, label, perLabel)); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// ownClassifier is the output layer as a classifier of what the last hidden layer hands on.
func ownClassifier(net *models.Network) classifier {
	d, own := decisionOf(net), ownHyperplanes(net)
	switch {
	case d.targets == graph.Classes:
		w, bias := net.Parameters[2*net.Depth()-2], net.Parameters[2*net.Depth()-1]
		return Multinomial{mat.NewDense(w.Rows, w.Columns, w.Values), bias.Values}
	case d.twoSided():
		return own[0]
	}
	return labelProbes(own)
}

// ownHyperplanes are the output layer's units as probes of the last hidden layer.
func ownHyperplanes(net *models.Network) []Probe {
	last := net.Depth() - 1
	w := net.Parameters[2*last]
	weights, own := mat.NewDense(w.Rows, w.Columns, w.Values), make([]Probe, w.Columns)
	for unit, bias := range net.Parameters[2*last+1].Values {
		own[unit] = Probe{Weights: mat.Col(nil, unit, weights), Bias: bias}
	}
	return own
}

// labelProbes are one for each label.
type labelProbes []Probe

// Margins are the distances to the nearest change of any label.
func (l labelProbes) Margins(a mat.Matrix) []float64 {
	rows, _ := a.Dims()
	least := make([]float64, rows)
	floats.AddConst(math.NaN(), least)
	for _, probe := range l {
		for i, margin := range probe.Margins(a) {
			if d := math.Abs(margin); !(least[i] <= d) && d == d {
				least[i] = d
			}
		}
	}
	return least
}

// Accuracy is the share of rows of which all labels are right.
func (l labelProbes) Accuracy(a mat.Matrix, labels []float64) float64 {
	rows, _ := a.Dims()
	wrong := make([]bool, rows)
	for j, probe := range l {
		for i, score := range probe.Scores(a) {
			wrong[i] = wrong[i] || (score >= 0) != (labels[i*len(l)+j] == 1)
		}
	}
	return models.Accuracy(wrong)
}

// Multinomial is a linear classifier of several classes on a layer: the class of the largest
// score Weights_c · a + Bias_c, the first of equals. The region of a class is a convex
// polyhedron, whose faces lie on the hyperplanes where another class has the same score.
type Multinomial struct {
	// Weights are units × classes, 0 for units that are constant.
	Weights *mat.Dense
	// Bias is -Inf for classes of which there was no row to fit to.
	Bias []float64
}

const (
	multinomialIterations = 1000
	// multinomialEvaluations end a line search that rounding leads in circles at the minimum.
	multinomialEvaluations = 500
	multinomialGradient    = 1e-7 // of the objective, the largest entry at its minimum
	lbfgsStore             = 15   // steps that are remembered
)

// FitMultinomial fits a classifier of so many classes, two or more, to activations (rows ×
// units) and the rows' classes, counted from 0, by multinomial logistic regression: it
// minimises Σ (ln Σ_c e^{s_c} - s_y) + Σ_c |w_c|² over the rows, s_c = w_c·u + b_c the scores,
// y the row's class and u the activations with each unit scaled to mean 0 and deviation 1. Of
// two classes that is what [FitProbe] minimises, of w_1 - w_0. (It is scikit-learn's
// LogisticRegression with C = 1/2 on standardised columns.) L-BFGS finds the minimum from the
// gradient alone (Liu & Nocedal 1989). Classes without rows are never predicted; where no unit
// varies, the biases are the logarithms of the classes' numbers.
func FitMultinomial(ctx context.Context, a mat.Matrix, labels []float64, classes int) (Multinomial, error) {
	rows, units := a.Dims()
	if rows != len(labels) || rows == 0 {
		return Multinomial{}, fmt.Errorf("geometry: a classifier of %d rows with %d labels", rows, len(labels))
	}
	m := Multinomial{mat.NewDense(units, classes, nil), make([]float64, classes)}
	counts := make([]float64, classes)
	for i, label := range labels {
		if !(label >= 0 && label < float64(classes)) || label != math.Trunc(label) {
			return Multinomial{}, fmt.Errorf("geometry: row %d is of class %v: a classifier of %d classes counts them from 0", i, label, classes)
		}
		counts[int(label)]++
	}
	var present []int
	place := make([]int, classes) // among those present
	for class, count := range counts {
		m.Bias[class] = math.Log(count)
		if count > 0 {
			place[class] = len(present)
			present = append(present, class)
		}
	}
	s := standardise(a)
	if len(present) < 2 || len(s.units) == 0 {
		return m, nil
	}
	features, back := s.features()
	_, width := features.Dims()
	fit := &multinomialFit{features: features, classes: make([]int, rows), probabilities: mat.NewDense(rows, len(present), nil)}
	for i, label := range labels {
		fit.classes[i] = place[int(label)]
	}
	at := make([]float64, (width+1)*len(present)) // weights, units × classes, then biases
	for j, class := range present {
		at[width*len(present)+j] = m.Bias[class]
	}
	at, err := fit.minimum(ctx, at)
	if err != nil {
		return Multinomial{}, err
	}
	weights := mat.NewDense(width+1, len(present), at)
	for j, class := range present {
		column := mat.Col(nil, j, weights)
		column, m.Bias[class] = s.unscaled(back(column[:width]), column[width])
		m.Weights.SetCol(class, column)
	}
	return m, nil
}

// Scores are Weights · a + Bias, rows × classes.
func (m Multinomial) Scores(a mat.Matrix) *mat.Dense {
	scores := new(mat.Dense)
	scores.Mul(a, m.Weights)
	rows, _ := scores.Dims()
	for i := range rows {
		floats.Add(scores.RawRowView(i), m.Bias)
	}
	return scores
}

// Margins are the rows' distances to the boundary of the region of the class c that the
// classifier puts them in: the least of (s_c - s_j)/|w_c - w_j| over the other classes j, which
// need not be that of the second score. NaN where there is no boundary.
func (m Multinomial) Margins(a mat.Matrix) []float64 {
	scores := m.Scores(a)
	rows, classes := scores.Dims()
	apart := mat.NewDense(classes, classes, nil) // |w_c - w_j|
	columns := mat.DenseCopyOf(m.Weights.T())
	for c := range classes {
		for j := range classes {
			apart.Set(c, j, distance(columns.RawRowView(c), columns.RawRowView(j)))
		}
	}
	margins := make([]float64, rows)
	for i := range margins {
		s, least := scores.RawRowView(i), math.Inf(1)
		c := largest(s)
		for j := range s {
			if c >= 0 && apart.At(c, j) > 0 {
				least = min(least, (s[c]-s[j])/apart.At(c, j))
			}
		}
		if margins[i] = least; math.IsInf(least, 1) {
			margins[i] = math.NaN()
		}
	}
	return margins
}

// Accuracy is the share of rows that are put in the class of their label; NaN of no rows.
func (m Multinomial) Accuracy(a mat.Matrix, labels []float64) float64 {
	scores, right := m.Scores(a), 0
	for i, label := range labels {
		if float64(largest(scores.RawRowView(i))) == label {
			right++
		}
	}
	return float64(right) / float64(len(labels))
}

// multinomialFit is the objective of [FitMultinomial] at the place where it was asked for last.
type multinomialFit struct {
	features      *mat.Dense
	classes       []int
	probabilities *mat.Dense // rows × classes
	at, gradient  []float64
	value         float64
}

// minimum goes down from a place.
func (f *multinomialFit) minimum(ctx context.Context, from []float64) ([]float64, error) {
	problem := optimize.Problem{
		Func:   func(x []float64) float64 { f.ask(x); return f.value },
		Grad:   func(gradient, x []float64) { f.ask(x); copy(gradient, f.gradient) },
		Status: func() (optimize.Status, error) { return optimize.NotTerminated, ctx.Err() },
	}
	settings := &optimize.Settings{
		GradientThreshold: multinomialGradient,
		MajorIterations:   multinomialIterations,
		FuncEvaluations:   multinomialEvaluations,
		Converger:         &optimize.FunctionConverge{Relative: 1e-14, Iterations: 10},
	}
	result, err := optimize.Minimize(problem, from, settings, &optimize.LBFGS{Linesearcher: &optimize.MoreThuente{}, Store: lbfgsStore})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	// A line search fails where rounding hides the descent, at the minimum.
	if result == nil || floats.HasNaN(result.X) || !finite(result.F) {
		return nil, errors.Join(errors.New("a classifier cannot be fitted: the activations are too large"), err)
	}
	return result.X, nil
}

// ask evaluates the objective and its gradient.
func (f *multinomialFit) ask(x []float64) {
	if f.at != nil && slices.Equal(f.at, x) {
		return
	}
	rows, classes := f.probabilities.Dims()
	_, width := f.features.Dims()
	f.at = append(f.at[:0], x...)
	weights, bias := mat.NewDense(width, classes, f.at[:width*classes]), f.at[width*classes:]
	if f.gradient == nil {
		f.gradient = make([]float64, len(x))
	}
	slope, slopeOfBias := mat.NewDense(width, classes, f.gradient[:width*classes]), f.gradient[width*classes:]

	f.probabilities.Mul(f.features, weights)
	f.value = floats.Dot(weights.RawMatrix().Data, weights.RawMatrix().Data)
	clear(slopeOfBias)
	for i := range rows {
		p := f.probabilities.RawRowView(i)
		floats.Add(p, bias)
		total := floats.LogSumExp(p)
		f.value += total - p[f.classes[i]]
		for c, score := range p {
			p[c] = math.Exp(score - total)
		}
		p[f.classes[i]]--
		floats.Add(slopeOfBias, p)
	}
	slope.Mul(f.features.T(), f.probabilities)
	floats.AddScaled(slope.RawMatrix().Data, 2, weights.RawMatrix().Data)
}

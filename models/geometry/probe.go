package geometry

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
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
	features, back := s.features()
	weights, bias, err := logistic(features, labels)
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

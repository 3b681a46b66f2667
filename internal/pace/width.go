package pace

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"actscope/data"
	"actscope/internal/config"
	"actscope/internal/number"
	"actscope/internal/theory"
	"actscope/models"
	"actscope/models/tangent"
)

// Widths is what becomes of the kernel as layers grow wide: networks of random weights beside the limit,
// each layer's weights times their variance, biases apart. Departures are Frobenius norms over the limit's.
type Widths struct {
	Draws int `json:"draws"`
	// Rows is how many training rows the kernels are of: the first.
	Rows   int   `json:"rows"`
	Widths []int `json:"widths"`
	// Departure is that of the mean over the draws, Spread the root mean square of the draws' departures
	// from their mean, and Trace the mean trace of K as the network is, whose weights count alike: that
	// grows with the width.
	Departure []number.Float `json:"departure"`
	Spread    []number.Float `json:"spread"`
	Trace     []number.Float `json:"trace"`
	// BiasDeparture and BiasSpread are those of the biases' kernel.
	BiasDeparture []number.Float `json:"bias_departure"`
	BiasSpread    []number.Float `json:"bias_spread"`
	// Slope is that of the logarithm of Spread over that of the width: -1/2 where spreads fall as its root.
	Slope number.Float `json:"slope"`
	// Reason says why there is nothing.
	Reason string `json:"reason,omitempty"`
}

const (
	limitRows = 8
	// mostDrawn bounds the weights that are drawn of all networks of one activation.
	mostDrawn = 60_000_000
	mostKinks = 16
)

// widths are those that networks are drawn with.
var widths = []int{8, 16, 32, 64, 128, 256, 512, 1024}

// fanIn is the variance of weights times the fan-in of an initialisation that has one.
func fanIn(mlp models.MLP) (variance float64, ok bool) {
	switch mlp.Init.Name {
	case "", models.ArticleInit.Name:
		return mlp.Activation.Gain, true
	case models.HeNormal.Name, models.HeUniform.Name:
		return 2, true
	case models.LeCunNormal.Name, models.LeCunUniform.Name:
		return 1, true
	}
	return 0, false
}

// measureWidths draws networks like that of a specification, with one output, at many widths.
func measureWidths(ctx context.Context, s config.Specification, train data.Set, draws int) (*Widths, error) {
	if draws == 0 {
		return nil, nil
	}
	w := &Widths{Draws: draws, Rows: min(limitRows, train.Rows()), Slope: number.Float(math.NaN())}
	variance, ok := fanIn(s.MLP)
	switch {
	case !ok:
		w.Reason = "its initialisation has no variance over the fan-in, and the kernel no limit"
	case len(s.MLP.Parts) > 0:
		w.Reason = "theory has no parts in its layers"
	case len(s.MLP.Activation.Kinks) > mostKinks:
		w.Reason = "its activation has too many kinks to integrate around"
	}
	if w.Reason != "" {
		return w, nil
	}
	x := train.X[:w.Rows*train.Columns]
	limit, err := theory.Ensemble{Activation: s.MLP.Activation, WeightVariance: variance}.Tangent(ctx, x, train.Columns, len(s.MLP.Hidden))
	if err != nil {
		return nil, err
	}
	if !finite(limit.Weights) || !finite(limit.Biases) {
		w.Reason = "the limit is no number"
		return w, nil
	}
	for _, width := range widths {
		hidden := slices.Repeat([]int{width}, len(s.MLP.Hidden))
		if width > widths[0] && float64(draws)*float64(width)*float64(width)*float64(len(hidden)) > mostDrawn {
			break
		}
		if err := w.at(ctx, s, x, train.Columns, hidden, variance, limit); err != nil {
			return nil, err
		}
		w.Widths = append(w.Widths, width)
	}
	w.Slope = number.Float(slope(w.Widths, Numbers(w.Spread)))
	return w, nil
}

// at draws networks of one width.
func (w *Widths) at(ctx context.Context, s config.Specification, x []float64, columns int, hidden []int, variance float64, limit theory.TangentLimit) error {
	stream := data.NewRandomState(s.Seed)
	var weights, biases []*mat.SymDense
	trace := 0.0
	for range w.Draws {
		net, err := models.NewMLP(models.MLP{Inputs: columns, Hidden: hidden, Activation: s.MLP.Activation, Init: s.MLP.Init}, stream)
		if err != nil {
			return err
		}
		g, err := tangent.Of(ctx, net, x)
		if err != nil {
			return err
		}
		ofWeights, ofBiases := mat.NewSymDense(w.Rows, nil), mat.NewSymDense(w.Rows, nil)
		for l := range net.Depth() {
			scaled := g.WeightKernel(l + 1)
			trace += mat.Trace(scaled) / float64(w.Draws*w.Rows)
			scaled.ScaleSym(variance/float64(net.Parameters[2*l].Rows), scaled)
			ofWeights.AddSym(ofWeights, scaled)
			ofBiases.AddSym(ofBiases, g.BiasKernel(l+1))
		}
		trace += mat.Trace(ofBiases) / float64(w.Draws*w.Rows)
		weights, biases = append(weights, ofWeights), append(biases, ofBiases)
	}
	departure, spread := apart(weights, limit.Weights)
	w.Departure, w.Spread = append(w.Departure, departure), append(w.Spread, spread)
	departure, spread = apart(biases, limit.Biases)
	w.BiasDeparture, w.BiasSpread = append(w.BiasDeparture, departure), append(w.BiasSpread, spread)
	w.Trace = append(w.Trace, number.Float(trace))
	return nil
}

// apart says how far the mean of matrices is from a limit, and how far they are from their mean, which
// takes a degree of freedom.
func apart(all []*mat.SymDense, limit *mat.SymDense) (departure, spread number.Float) {
	n := float64(len(all))
	mean := mat.NewSymDense(limit.SymmetricDim(), nil)
	for _, k := range all {
		mean.AddSym(mean, k)
	}
	mean.ScaleSym(1/n, mean)
	size := mat.Norm(limit, 2)
	var difference mat.Dense
	squares := 0.0
	for _, k := range all {
		difference.Sub(k, mean)
		norm := mat.Norm(&difference, 2)
		squares += norm * norm
	}
	difference.Sub(mean, limit)
	return number.Float(mat.Norm(&difference, 2) / size), number.Float(math.Sqrt(squares/(n-1)) / size)
}

func finite(m *mat.SymDense) bool {
	sum := mat.Sum(m)
	return !math.IsNaN(sum) && !math.IsInf(sum, 0)
}

// slope is the least-squares slope of ln y over ln x.
func slope(x []int, y []float64) float64 {
	var sx, sy, sxx, sxy, n float64
	for i, v := range x {
		a, b := math.Log(float64(v)), math.Log(y[i])
		sx, sy, sxx, sxy, n = sx+a, sy+b, sxx+a*a, sxy+a*b, n+1
	}
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}

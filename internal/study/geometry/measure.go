package geometry

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"actscope/data"
	"actscope/models"
)

// Measurement is what Measure finds out about a network. All layers are seen through
// the network's hooks.
type Measurement struct {
	// BoundaryFound says whether the network has a decision boundary near the data;
	// without one there are no distances.
	BoundaryFound bool `json:"boundary_found"`
	// BoundaryError bounds the error of the distances to it; see [Nearest].
	BoundaryError Number `json:"boundary_error"`
	// Layers are the input, the hidden layers and the output.
	Layers []Layer `json:"layers"`

	// Distances are those of the test rows to the decision boundary.
	Distances []float64 `json:"-"`
}

// Layer is what a layer makes of the points.
type Layer struct {
	// Name is "input", "layer 1", .. or "output".
	Name string `json:"name"`
	// DistanceCorrelation is the article's thesis as a number: the rank correlation,
	// over the test rows, between a point's distance to the decision boundary in
	// input space and its margin in the layer. The margin is the distance of the
	// post-activations to the hyperplane of the layer's [Probe], fitted to the
	// training rows, and for the output |z|/|w|, that of what the last hidden layer
	// hands on to the network's own hyperplane. It is NaN without a boundary, with a
	// layer that is constant, and for fewer than two rows.
	DistanceCorrelation Number `json:"distance_correlation"`
	// ProbeAccuracy is the share of test rows that the probe classifies rightly; for
	// the output the network's accuracy.
	ProbeAccuracy Number `json:"probe_accuracy"`
	// Margins are those of the test rows, signed, positive on the side of class 1.
	Margins []float64 `json:"-"`
}

// Measure measures a trained network: probes are fitted to the training rows, all
// else is over the test rows.
func Measure(ctx context.Context, net *models.Network, train, test data.Set) (Measurement, error) {
	fail := func(err error) (Measurement, error) { return Measurement{}, fmt.Errorf("geometry: %w", err) }
	for _, set := range []data.Set{train, test} {
		if err := set.Validate(); err != nil {
			return fail(err)
		}
		if set.Columns != net.Inputs() {
			return fail(fmt.Errorf("rows of %d columns for a network of %d inputs", set.Columns, net.Inputs()))
		}
	}
	trained, err := net.Observe(train.X)
	if err != nil {
		return fail(err)
	}
	seen, err := net.Observe(test.X)
	if err != nil {
		return fail(err)
	}
	logit, err := LogitOf(net)
	if err != nil {
		return fail(err)
	}
	defer logit.Close()
	boundary, err := Nearest(ctx, logit, test.X)
	if err != nil {
		return fail(err)
	}
	m := Measurement{BoundaryFound: boundary.Found(), BoundaryError: Number(boundary.Error), Distances: boundary.Distances}
	for l := range net.Depth() + 1 {
		layer := Layer{Name: fmt.Sprintf("layer %d", l)}
		if l == net.Depth() {
			layer.Name = "output"
			layer.measureOutput(net, seen, test)
		} else {
			if l == 0 {
				layer.Name = "input"
			}
			if err := layer.probe(activations(trained, train, l), train.Y, activations(seen, test, l), test.Y); err != nil {
				return fail(fmt.Errorf("%s: %w", layer.Name, err))
			}
		}
		correlation, err := Spearman(boundary.Distances, magnitudes(layer.Margins))
		if err != nil {
			return fail(err)
		}
		layer.DistanceCorrelation = Number(correlation)
		m.Layers = append(m.Layers, layer)
	}
	return m, nil
}

// activations are what a hidden layer hands on, and the points themselves for layer 0.
func activations(o *models.Observation, set data.Set, layer int) *mat.Dense {
	if layer == 0 {
		return mat.NewDense(set.Rows(), set.Columns, set.X)
	}
	return o.Hidden(layer)
}

// probe fits a probe to the training rows and judges it by the test rows.
func (l *Layer) probe(train *mat.Dense, trainLabels []float64, test *mat.Dense, testLabels []float64) error {
	probe, err := FitProbe(train, trainLabels)
	if err != nil {
		return err
	}
	l.Margins = probe.Margins(test)
	l.ProbeAccuracy = Number(probe.Accuracy(test, testLabels))
	return nil
}

// measureOutput takes the network's own hyperplane for the probe.
func (l *Layer) measureOutput(net *models.Network, o *models.Observation, test data.Set) {
	output := net.Depth() - 1
	own := Probe{Weights: net.Parameters[2*output].Values, Bias: net.Parameters[2*output+1].Values[0]}
	handed := activations(o, test, output)
	l.Margins = own.Margins(handed)
	l.ProbeAccuracy = Number(own.Accuracy(handed, test.Y))
}

func magnitudes(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = math.Abs(v)
	}
	return out
}

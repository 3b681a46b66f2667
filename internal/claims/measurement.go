package claims

import (
	"context"
	"fmt"
	"slices"

	"actscope/internal/article"
	"actscope/internal/experiment"
	"actscope/internal/number"
	"actscope/models"
)

// Measurement is what one network shows after so many epochs.
type Measurement struct {
	article.Evidence
	TrainAccuracy float64
	// FirstGradients are the mean norms of the gradient of each layer over the first
	// epoch.
	FirstGradients []float64
	// Kept is the rank correlation of the test rows' distances to the decision boundary
	// with their margins in the inputs, in each hidden layer and in the output: see
	// [geometry.Layer]. It is NaN without a boundary and in a constant layer.
	Kept []number.Float
	// Failure says why there is nothing to measure, such as that training diverged;
	// "" otherwise. No claim holds of a network that failed.
	Failure string
}

// Failed says whether there is nothing to measure.
func (m *Measurement) Failed() bool { return m.Failure != "" }

// observer measures a network in the course of one training. It evaluates and does
// not touch what training goes on from.
type observer struct {
	ctx      context.Context // of the training
	training *experiment.Training
	at       []int // epochs, ascending

	losses []float64
	first  []float64
	taken  []*Measurement // one for each of at
}

// Record implements [models.Recorder].
func (o *observer) Record(e models.Epoch) error {
	if e.Number == 1 {
		o.first = slices.Clone(e.GradientNorms)
	}
	o.losses = append(o.losses, e.Loss)
	if len(o.taken) == len(o.at) || e.Number != o.at[len(o.taken)] {
		return nil
	}
	m, err := experiment.Measure(o.ctx, o.training.Network, o.training.Data, experiment.QuickGeometry)
	if err != nil {
		return fmt.Errorf("after epoch %d: %w", e.Number, err)
	}
	o.taken = append(o.taken, o.measurement(m))
	return nil
}

func (o *observer) measurement(m *experiment.Measurement) *Measurement {
	c := &Measurement{
		Evidence: article.Evidence{
			Loss: article.QuarterLosses(o.losses), TestAccuracy: m.TestAccuracy, Spread: m.Spread, InputSpread: m.InputSpread, Trace: m.Trace,
		},
		TrainAccuracy: m.TrainAccuracy, FirstGradients: o.first,
	}
	for _, layer := range m.Geometry.Layers {
		c.Kept = append(c.Kept, layer.DistanceCorrelation)
	}
	return c
}

// fail fills what training did not reach.
func (o *observer) fail(reason error) {
	for len(o.taken) < len(o.at) {
		o.taken = append(o.taken, &Measurement{Failure: reason.Error()})
	}
}

package claims

import (
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/stat"

	"actscope/internal/number"
	"actscope/internal/study"
	"actscope/models"
	"actscope/models/geometry"
)

// Measurement is what one network shows after so many epochs.
type Measurement struct {
	study.Evidence
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
	ctx    context.Context // of the training
	config study.Config
	at     []int // epochs, ascending

	data   study.Dataset
	losses []float64
	first  []float64
	taken  []*Measurement // one for each of at
}

// watch implements [study.TrainingWatch].
func (o *observer) watch(e models.Epoch, net *models.Network, d study.Dataset) error {
	if e.Number == 1 {
		if err := d.FindFar(o.config); err != nil {
			return err
		}
		o.data, o.first = d, slices.Clone(e.GradientNorms)
	}
	o.losses = append(o.losses, e.Loss)
	if len(o.taken) == len(o.at) || e.Number != o.at[len(o.taken)] {
		return nil
	}
	m, err := o.measure(net)
	if err != nil {
		return fmt.Errorf("observing the network after epoch %d: %w", e.Number, err)
	}
	o.taken = append(o.taken, m)
	return nil
}

func (o *observer) measure(net *models.Network) (*Measurement, error) {
	m := &Measurement{FirstGradients: o.first}
	for i, epoch := range study.QuarterEpochs(len(o.losses)) {
		m.Loss[i] = o.losses[epoch-1]
	}
	var err error
	if m.TrainAccuracy, err = net.Accuracy(o.data.Train); err != nil {
		return nil, err
	}
	train, err := geometry.Observe(net, o.data.Train.First(geometry.MostRows))
	if err != nil {
		return nil, err
	}
	test, err := geometry.Observe(net, o.data.Test)
	if err != nil {
		return nil, err
	}
	m.TestAccuracy = test.Observation.Accuracy(o.data.Test.Y)
	m.InputSpread = stat.PopStdDev(o.data.Test.X, nil)
	for l := 1; l <= test.Observation.HiddenLayers(); l++ {
		m.Spread = append(m.Spread, test.Observation.Spread(l))
	}
	seen, err := geometry.Measure(o.ctx, net, train, test)
	if err != nil {
		return nil, err
	}
	for _, layer := range seen.Layers {
		m.Kept = append(m.Kept, number.Float(layer.DistanceCorrelation))
	}
	for class, point := range o.data.Far {
		traced, err := net.Observe(point)
		if err != nil {
			return nil, err
		}
		m.Trace[class] = traced.Trace(0)
	}
	return m, nil
}

// fail fills what training did not reach.
func (o *observer) fail(reason error) {
	for len(o.taken) < len(o.at) {
		o.taken = append(o.taken, &Measurement{Failure: reason.Error()})
	}
}

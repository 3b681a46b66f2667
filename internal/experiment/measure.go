package experiment

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"gonum.org/v1/gonum/stat"

	"actscope/data"
	"actscope/internal/panics"
	"actscope/models"
	"actscope/models/geometry"
)

// Extent is how much is measured of a network. Each measures what the ones before it do.
type Extent int

const (
	// Accuracies are those on the training and the test rows.
	Accuracies Extent = iota
	// Signals are what flows through the network for the test rows, and the accuracy on
	// fresh points.
	Signals
	// Resolution is what [geometry.MeasureNoticeable] finds.
	Resolution
	// QuickGeometry is what [geometry.Measure] finds, and the traces of the two far points.
	QuickGeometry
	// WholeGeometry is what [geometry.MeasureAll] finds.
	WholeGeometry
)

// Measurement is what one network, as it is, makes of the data.
type Measurement struct {
	// TrainAccuracy and TestAccuracy are shares of the rows.
	TrainAccuracy, TestAccuracy float64
	// FreshRight is how many of FreshRows fresh points are classified rightly: from Signals
	// on. Both are 0 where there are none: see [Dataset.Fresh].
	FreshRight, FreshRows int
	// Wrong marks the test rows whose predicted class is not their label.
	Wrong []bool

	// Test is what flowed through the network for the test rows: from Signals on.
	Test *models.Observation
	// Spread is the deviation of all post-activations of each hidden layer over the
	// test rows, and InputSpread that of the inputs: from Signals on.
	Spread      []float64
	InputSpread float64

	// Geometry is what the layers make of the test points: from Resolution on.
	Geometry geometry.Measurement
	// Trace is the signal trace of the two far points, by class: from QuickGeometry on.
	Trace [2][]float64
}

// FreshAccuracy is the share of the fresh points that are classified rightly; NaN without
// any.
func (m *Measurement) FreshAccuracy() float64 { return float64(m.FreshRight) / float64(m.FreshRows) }

// NoticeableGrowth is by how much just-noticeable distances grow away from the boundary in
// the last hidden layer; see [geometry.Noticeable]. It is NaN where they were not measured
// or are not defined.
func (m *Measurement) NoticeableGrowth() float64 {
	layers := m.Geometry.Layers
	if len(layers) < 2 {
		return math.NaN()
	}
	return float64(layers[len(layers)-2].NoticeableDistance.Growth)
}

// Measure evaluates a network on data, each row once.
func Measure(ctx context.Context, network *models.Network, d *Dataset, e Extent) (_ *Measurement, err error) {
	defer panics.Catch(&err, "observing %v", network)
	m := &Measurement{}
	if err = m.measure(ctx, network, d, e); err != nil {
		return nil, fmt.Errorf("observing the network: %w", err)
	}
	return m, nil
}

func (m *Measurement) measure(ctx context.Context, network *models.Network, d *Dataset, e Extent) error {
	var err error
	if e < QuickGeometry {
		if m.TrainAccuracy, err = accuracy(ctx, network, d.Train); err != nil {
			return err
		}
	}
	if e == Accuracies {
		m.Wrong, err = wrong(ctx, network, d.Test)
		m.TestAccuracy = models.Accuracy(m.Wrong)
		return err
	}
	if err := m.measureFresh(ctx, network, d); err != nil {
		return err
	}
	test, err := geometry.Observe(ctx, network, d.Test)
	if err != nil {
		return err
	}
	m.Test, m.Wrong = test.Observation, test.Observation.Wrong(d.Test.Y)
	m.TestAccuracy = models.Accuracy(m.Wrong)
	m.InputSpread = stat.PopStdDev(d.Test.X, nil)
	for l := 1; l <= m.Test.HiddenLayers(); l++ {
		m.Spread = append(m.Spread, m.Test.Spread(l))
	}
	switch e {
	case Signals:
		return nil
	case Resolution:
		m.Geometry, err = geometry.MeasureNoticeable(ctx, network, test)
		return err
	}
	train, err := geometry.Observe(ctx, network, d.Train.First(geometry.MeasuredRows(network.Inputs())))
	if err != nil {
		return err
	}
	m.TrainAccuracy = train.Observation.Accuracy(train.Set.Y)
	if train.Set.Rows() < d.Train.Rows() { // the others are not kept in memory
		if m.TrainAccuracy, err = accuracy(ctx, network, d.Train); err != nil {
			return err
		}
	}
	measure := geometry.Measure
	if e == WholeGeometry {
		measure = geometry.MeasureAll
	}
	if m.Geometry, err = measure(ctx, network, train, test); err != nil {
		return err
	}
	for class, point := range d.Far {
		traced, err := network.Observe(point)
		if err != nil {
			return err
		}
		m.Trace[class] = traced.Trace(0)
	}
	return nil
}

func (m *Measurement) measureFresh(ctx context.Context, network *models.Network, d *Dataset) error {
	fresh, err := d.Fresh()
	if err != nil || fresh.Rows() == 0 {
		return err
	}
	m.FreshRows = fresh.Rows()
	return inPieces(ctx, fresh, func(piece data.Set) error {
		right, err := network.Right(piece)
		m.FreshRight += right
		return err
	})
}

// inPieces visits the rows of a set, as many at a time as the processors evaluate at once,
// while the context lasts.
func inPieces(ctx context.Context, set data.Set, visit func(piece data.Set) error) error {
	for set.Rows() > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		piece := set.First(evaluatedRows * runtime.GOMAXPROCS(0))
		if err := visit(piece); err != nil {
			return err
		}
		set = set.From(piece.Rows())
	}
	return nil
}

// wrong marks the rows of a set that are not classified rightly.
func wrong(ctx context.Context, network *models.Network, set data.Set) ([]bool, error) {
	var all []bool
	err := inPieces(ctx, set, func(piece data.Set) error {
		some, err := network.Wrong(piece)
		all = append(all, some...)
		return err
	})
	return all, err
}

// accuracy is the share of a set's rows that are classified rightly.
func accuracy(ctx context.Context, network *models.Network, set data.Set) (float64, error) {
	marked, err := wrong(ctx, network, set)
	return models.Accuracy(marked), err
}

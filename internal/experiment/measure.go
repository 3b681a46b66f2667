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
	// TrainAccuracy and TestAccuracy are shares of the rows that are predicted rightly, with
	// several labels all of them; NaN where numbers are predicted.
	TrainAccuracy, TestAccuracy float64
	// FreshRight is how many of FreshRows fresh points are predicted rightly: from Signals
	// on. Both are 0 where there are none: see [Dataset.Fresh].
	FreshRight, FreshRows int
	// Wrong marks the test rows that are not predicted rightly; nil for numbers.
	Wrong []bool
	// TrainFit, TestFit and, from Signals on, FreshFit are how close predicted numbers come to
	// the targets, in their units; nil for classes and labels.
	TrainFit, TestFit, FreshFit *models.Fit

	// Test is what flowed through the network for the test rows: from Signals on.
	Test *models.Observation
	// Spread is the deviation of all post-activations of each hidden layer over the
	// test rows, and InputSpread that of the inputs: from Signals on.
	Spread      []float64
	InputSpread float64

	// Confusion counts the test rows by class, Calibration holds their probabilities against
	// what came true, and LabelAccuracy has the share right of each of several labels: from
	// Signals on, and nil where the network predicts something else.
	Confusion     models.Confusion
	Calibration   *models.Calibration
	LabelAccuracy []float64
	// Predicted are the numbers predicted for the test rows, rows × outputs, in the units of
	// the targets: from Signals on, and nil for classes and labels.
	Predicted []float64

	// Geometry is what the layers make of the test points: from Resolution on.
	Geometry geometry.Measurement
	// Trace is the signal trace of each of the far points, nil where there is none: from
	// QuickGeometry on.
	Trace [][]float64
}

// BalancedAccuracy is [models.Confusion.BalancedAccuracy] of the test rows; NaN without classes.
func (m *Measurement) BalancedAccuracy() float64 { return m.Confusion.BalancedAccuracy() }

// FreshAccuracy is the share of the fresh points that are predicted rightly; NaN without
// any, and for numbers.
func (m *Measurement) FreshAccuracy() float64 {
	if m.FreshFit != nil {
		return math.NaN()
	}
	return float64(m.FreshRight) / float64(m.FreshRows)
}

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
	m := &Measurement{TrainAccuracy: math.NaN(), TestAccuracy: math.NaN()}
	if err = m.measure(ctx, network, d, e); err != nil {
		return nil, fmt.Errorf("observing the network: %w", err)
	}
	return m, nil
}

func (m *Measurement) measure(ctx context.Context, network *models.Network, d *Dataset, e Extent) error {
	if e < QuickGeometry {
		if err := m.judgeTraining(ctx, network, d); err != nil {
			return err
		}
	}
	if e == Accuracies {
		return m.judgeTest(ctx, network, d)
	}
	if err := m.measureFresh(ctx, network, d); err != nil {
		return err
	}
	test, err := geometry.Observe(ctx, network, d.Test)
	if err != nil {
		return err
	}
	m.Test = test.Observation
	if err := m.readTest(d); err != nil {
		return err
	}
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
	if err := m.judgeTraining(ctx, network, d); err != nil { // all rows, more than are kept in memory
		return err
	}
	measure := geometry.Measure
	if e == WholeGeometry {
		measure = geometry.MeasureAll
	}
	if m.Geometry, err = measure(ctx, network, train, test); err != nil {
		return err
	}
	m.Trace = make([][]float64, len(d.Far))
	for i, point := range d.Far {
		if point == nil {
			continue
		}
		traced, err := network.Observe(point)
		if err != nil {
			return err
		}
		m.Trace[i] = traced.Trace(0)
	}
	return nil
}

func (m *Measurement) measureFresh(ctx context.Context, network *models.Network, d *Dataset) error {
	fresh, err := d.Fresh()
	if err != nil || fresh.Rows() == 0 {
		return err
	}
	m.FreshRows = fresh.Rows()
	if fresh.Targets.Task == data.Regression {
		m.FreshFit, err = fit(ctx, network, d, fresh)
		return err
	}
	return inPieces(ctx, fresh, func(piece data.Set) error {
		right, err := network.Right(piece)
		m.FreshRight += right
		return err
	})
}

// judgeTraining finds the accuracy on the training rows, or the fit to them.
func (m *Measurement) judgeTraining(ctx context.Context, network *models.Network, d *Dataset) (err error) {
	if d.Train.Targets.Task == data.Regression {
		m.TrainFit, err = fit(ctx, network, d, d.Train)
		return err
	}
	marked, err := wrong(ctx, network, d.Train)
	m.TrainAccuracy = models.Accuracy(marked)
	return err
}

// judgeTest does the same for the test rows.
func (m *Measurement) judgeTest(ctx context.Context, network *models.Network, d *Dataset) (err error) {
	if d.Test.Targets.Task == data.Regression {
		m.TestFit, err = fit(ctx, network, d, d.Test)
		return err
	}
	m.Wrong, err = wrong(ctx, network, d.Test)
	m.TestAccuracy = models.Accuracy(m.Wrong)
	return err
}

// readTest reads the test rows' outputs, which were observed.
func (m *Measurement) readTest(d *Dataset) error {
	t := d.Test.Targets
	if t.Task == data.Regression {
		m.Predicted = d.InUnits(m.Test.Probability())
		fit, err := models.FitOf(m.Predicted, d.InUnits(d.Test.Y), t.Columns())
		m.TestFit = &fit
		return err
	}
	m.Wrong = m.Test.Wrong(d.Test.Y)
	m.TestAccuracy = models.Accuracy(m.Wrong)
	m.Confusion, m.LabelAccuracy = m.Test.Confusion(d.Test.Y, t.Classes()), m.Test.LabelAccuracy(d.Test.Y)
	m.Calibration = m.Test.Calibration(d.Test.Y)
	return nil
}

// fit compares a network's outputs for a set with its targets, in their units.
func fit(ctx context.Context, network *models.Network, d *Dataset, set data.Set) (*models.Fit, error) {
	var predicted []float64
	err := inPieces(ctx, set, func(piece data.Set) error {
		some, err := network.Predict(piece.X)
		predicted = append(predicted, some...)
		return err
	})
	if err != nil {
		return nil, err
	}
	f, err := models.FitOf(d.InUnits(predicted), d.InUnits(set.Y), set.Targets.Columns())
	return &f, err
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

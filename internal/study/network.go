package study

import (
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
	"actscope/models/geometry"
)

// Network is one trained network of a comparison with everything that was
// observed of it.
type Network struct {
	// Name is that of its hidden layers' activation.
	Name string
	// Title is the name as texts and figures write it.
	Title string
	Model *models.Network
	// Initial are the parameters' values before training, in their order.
	Initial [][]float64
	// First is the loss and gradient before training on the first rows.
	First   models.Gradient
	History models.History
	// GradientNorms are the mean norms per epoch and layer, epoch by epoch.
	GradientNorms []float64
	// Snapshots are the parameters in the course of training; none where they would
	// take too much memory.
	Snapshots []Snapshot

	TrainAccuracy, TestAccuracy float64
	// Wrong marks the test rows whose predicted class is not their label.
	Wrong []bool
	// Test is what flowed through the network for the test rows.
	Test *models.Observation
	// Geometry is what its layers make of the test points.
	Geometry geometry.Measurement
	// Trace is the signal trace of the two traced points, by class.
	Trace [2][]float64
	// GridProbability is P(class 1) on the coarse grid.
	GridProbability []float64

	snapshotAt []int // epochs, ascending
}

func newNetwork(activation graph.Activation, model *models.Network) *Network {
	n := &Network{Name: activation.Name, Title: activation.Title, Model: model}
	for _, p := range model.Parameters {
		n.Initial = append(n.Initial, slices.Clone(p.Values))
	}
	return n
}

// observe evaluates the trained network on the data of the comparison.
func (n *Network) observe(ctx context.Context, r *Result) error {
	fail := func(err error) error { return fmt.Errorf("%s: observing the trained network: %w", n.Name, err) }
	var err error
	if n.TrainAccuracy, err = n.Model.Accuracy(r.Data.Train); err != nil {
		return fail(err)
	}
	train, err := geometry.Observe(n.Model, r.Data.Train.First(geometry.MostRows))
	if err != nil {
		return fail(err)
	}
	test, err := geometry.Observe(n.Model, r.Data.Test)
	if err != nil {
		return fail(err)
	}
	n.Test = test.Observation
	n.Wrong = n.Test.Wrong(r.Data.Test.Y)
	n.TestAccuracy = models.Accuracy(n.Wrong)
	if n.Geometry, err = geometry.MeasureAll(ctx, n.Model, train, test); err != nil {
		return fail(err)
	}
	for class, point := range r.Data.Far {
		o, err := n.Model.Observe(point)
		if err != nil {
			return fail(err)
		}
		n.Trace[class] = o.Trace(0)
	}
	n.GridProbability, err = n.Model.Predict(r.Data.Plane.Lift(r.Grid.Points))
	if err != nil {
		return fail(err)
	}
	return nil
}

// Spread is the deviation of all post-activations of each hidden layer over the
// test rows.
func (n *Network) Spread() []float64 {
	var spread []float64
	for l := 1; l <= n.Test.HiddenLayers(); l++ {
		spread = append(spread, n.Test.Spread(l))
	}
	return spread
}

// FinalLoss is the reported loss of the last epoch.
func (n *Network) FinalLoss() float64 { return n.History.Loss[len(n.History.Loss)-1] }

// Hidden is the post-activation matrix of hidden layer l (from 1) over the test
// rows.
func (n *Network) Hidden(l int) *mat.Dense { return n.Test.Hidden(l) }

// Field is P(class 1) at the points of a grid on a plane.
func (n *Network) Field(p Plane, g data.Grid) ([]float64, error) {
	return n.Model.Predict(p.Lift(g.Points))
}

// Trained is the network's state as a snapshot, to come back to.
func (n *Network) Trained() Snapshot { return snapshot(n.Model, len(n.History.Loss), n.FinalLoss()) }

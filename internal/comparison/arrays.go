package comparison

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"actscope/data"
	"actscope/internal/experiment"
	"actscope/internal/npz"
)

// Arrays lists everything that was computed under the names of the reference
// values: what a run folder's arrays.npz holds.
func (r *Result) Arrays() npz.Arrays {
	d := r.Data
	arrays := npz.Arrays{
		matrix("x_raw", d.Raw.Rows(), d.Raw.Columns, d.Raw.X),
		targets("y", d.Raw),
		matrix("x_std", d.Standardised.Rows(), d.Standardised.Columns, d.Standardised.X),
		vector("mean", d.Scaling.Mean),
		vector("scale", d.Scaling.Scale),
		matrix("x_train", d.Train.Rows(), d.Train.Columns, d.Train.X),
		targets("y_train", d.Train),
		matrix("x_test", d.Test.Rows(), d.Test.Columns, d.Test.X),
		targets("y_test", d.Test),
	}
	if v := d.Validation; v.Rows() > 0 {
		arrays = append(arrays, matrix("x_validation", v.Rows(), v.Columns, v.X), targets("y_validation", v))
	}
	if s := d.TargetScaling; len(s.Mean) > 0 {
		arrays = append(arrays, vector("target_mean", s.Mean), vector("target_scale", s.Scale))
	}
	if !r.Observed() {
		for _, n := range r.Networks {
			arrays = append(arrays, n.beforeTraining()...)
		}
		arrays = append(arrays, r.rates()...)
		arrays = append(arrays, orders("first_shuffles", r.Shuffles, d.Train.Rows()))
	}
	for i, key := range tracedKeys(d) {
		if d.Far[i] != nil {
			arrays = append(arrays, vector("far_"+key, d.Far[i]))
		}
	}
	arrays = append(arrays, matrix("grid_points", len(r.Grid.Points)/2, 2, r.Grid.Points))
	for _, n := range r.Networks {
		arrays = append(arrays, n.afterTraining(d)...)
	}
	return arrays
}

// rates are the learning rates of the epochs, where they differ, before the networks' factors.
func (r *Result) rates() npz.Arrays {
	specifications, err := r.Config.Specifications()
	if err != nil || specifications[0].Training.Schedule.Constant() {
		return nil
	}
	rates := make([]float64, r.Config.Epochs)
	for i := range rates {
		rates[i] = r.Config.LearningRate * specifications[0].Training.Schedule.Share(i+1)
	}
	return npz.Arrays{vector("learning_rates", rates)}
}

// beforeTraining are the initial weights and the gradient at them.
func (n *Trained) beforeTraining() npz.Arrays {
	var arrays npz.Arrays
	for i, p := range n.Model.Parameters {
		if p.Weight { // the others start at constants
			arrays = append(arrays, matrix(n.Name+"_init_"+p.Name, p.Rows, p.Columns, n.Initial[i]))
		}
	}
	arrays = append(arrays, npz.Array{Name: n.Name + "_loss_first_rows", Values: []float64{n.First.Reported}})
	for i, p := range n.Model.Parameters {
		arrays = append(arrays, matrix(n.Name+"_grad_"+p.Name, p.Rows, p.Columns, n.First.Parameters[i]))
	}
	return arrays
}

// afterTraining are the course of training, its outcome and what was observed.
func (n *Trained) afterTraining(d *experiment.Dataset) npz.Arrays {
	var arrays npz.Arrays
	if n.Source == nil {
		arrays = append(arrays, vector(n.Name+"_loss_history", n.History.Loss))
		arrays = append(arrays, n.TestCurve.arrays(n.Name+"_test_")...)
		arrays = append(arrays, validationCurve(n.History.Validation).arrays(n.Name+"_validation_")...)
	}
	for _, p := range experiment.State(n.Model) {
		arrays = append(arrays, matrix(n.Name+"_final_"+p.Name, p.Rows, p.Columns, p.Values))
	}
	arrays = append(arrays, n.geometryArrays()...)
	for l := 1; l <= n.Test.HiddenLayers(); l++ {
		arrays = append(arrays, dense(fmt.Sprintf("%s_hidden%d_test", n.Name, l), n.Test.Hidden(l)))
	}
	if n.Predicted != nil {
		arrays = append(arrays, matrix(n.Name+"_predicted_test", d.Test.Rows(), n.Model.Outputs(), n.Predicted))
	}
	arrays = append(arrays, n.gridOutputs(d))
	if len(n.Trace) > 0 {
		arrays = append(arrays, n.traces())
	}
	if n.Source == nil {
		arrays = append(arrays,
			matrix(n.Name+"_gradient_norms", len(n.History.Loss), n.Model.Depth(), n.GradientNorms))
	}
	return append(arrays, n.snapshotArrays()...)
}

// gridOutputs are the outputs on the coarse grid: of one unit a vector.
func (n *Trained) gridOutputs(d *experiment.Dataset) npz.Array {
	name := n.Name + "_grid_probability"
	if d.Raw.Targets.Task == data.Regression || n.Calibration == nil {
		name = n.Name + "_grid_output"
	}
	if outputs := n.Model.Outputs(); outputs > 1 {
		return matrix(name, len(n.GridOutputs)/outputs, outputs, n.GridOutputs)
	}
	return vector(name, n.GridOutputs)
}

// traces are the signal traces of the traced points, a row each, NaN where there is none.
func (n *Trained) traces() npz.Array {
	stages := 2*n.Model.Depth() - 1
	var values []float64
	for _, trace := range n.Trace {
		if trace == nil {
			trace = slices.Repeat([]float64{math.NaN()}, stages)
		}
		values = append(values, trace...)
	}
	return matrix(n.Name+"_trace", len(n.Trace), stages, values)
}

// geometryArrays are the test points' distances to the decision boundary, the points
// of it that are closest, and the margins and just-noticeable distances in the input and
// each layer: NaN where there is no boundary, and infinite where a layer is flat.
func (n *Trained) geometryArrays() npz.Arrays {
	g, rows := n.Geometry, len(n.Geometry.Distances)
	margins, noticeable := make([]float64, 0, rows*len(g.Layers)), make([]float64, 0, rows*len(g.Layers))
	for row := range rows {
		for _, l := range g.Layers {
			margins, noticeable = append(margins, l.Margins[row]), append(noticeable, l.NoticeableDistances[row])
		}
	}
	return npz.Arrays{
		vector(n.Name+"_boundary_distance", g.Distances),
		matrix(n.Name+"_boundary_closest", rows, n.Model.Inputs(), g.Closest),
		matrix(n.Name+"_margins", rows, len(g.Layers), margins),
		matrix(n.Name+"_noticeable_distances", rows, len(g.Layers), noticeable),
	}
}

// snapshotArrays are the snapshots with one more axis in front, that of time.
func (n *Trained) snapshotArrays() npz.Arrays {
	if len(n.Snapshots) == 0 {
		return nil
	}
	var epochs []int
	var losses []float64
	for _, s := range n.Snapshots {
		epochs, losses = append(epochs, s.Epoch), append(losses, s.Loss)
	}
	arrays := npz.Arrays{wholes(n.Name+"_snapshot_epochs", epochs)}
	if n.Source != nil { // else they are in the history
		arrays = append(arrays, vector(n.Name+"_snapshot_loss", losses))
	}
	for i, p := range experiment.State(n.Model) {
		a := npz.Array{Name: n.Name + "_snapshot_" + p.Name, Shape: []int{len(epochs), p.Rows, p.Columns}}
		for _, s := range n.Snapshots {
			a.Values = append(a.Values, s.Values[i]...)
		}
		arrays = append(arrays, a)
	}
	return arrays
}

func vector(name string, values []float64) npz.Array {
	return npz.Array{Name: name, Shape: []int{len(values)}, Values: values}
}

func matrix(name string, rows, columns int, values []float64) npz.Array {
	return npz.Array{Name: name, Shape: []int{rows, columns}, Values: values}
}

func dense(name string, m *mat.Dense) npz.Array {
	rows, columns := m.Dims()
	return matrix(name, rows, columns, m.RawMatrix().Data)
}

// targets are those of a set: of one column a vector, and integers of classes and labels, as
// NumPy's make_moons gives them.
func targets(name string, s data.Set) npz.Array {
	a := npz.Array{Name: name, Shape: []int{s.Rows()}, Values: s.Y}
	if columns := s.Targets.Columns(); columns > 1 {
		a.Shape = append(a.Shape, columns)
	}
	if s.Targets.Task != data.Regression {
		a.Type = npz.Int64
	}
	return a
}

// wholes are whole numbers.
func wholes(name string, values []int) npz.Array {
	a := orders(name, [][]int{values}, len(values))
	a.Shape = a.Shape[1:]
	return a
}

// orders are rows of whole numbers.
func orders(name string, rows [][]int, columns int) npz.Array {
	a := npz.Array{Name: name, Shape: []int{len(rows), columns}, Type: npz.Int64}
	for _, row := range rows {
		for _, v := range row {
			a.Values = append(a.Values, float64(v))
		}
	}
	return a
}

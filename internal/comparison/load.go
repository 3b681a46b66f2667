package comparison

import (
	"context"
	"fmt"
	"math"
	"slices"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/internal/runfolder"
	"actscope/models"
)

// Load reads a run folder back: the summary as it was written, and the result, its
// networks with their trained parameters and observed anew, without any training. Fresh
// points are not in the folder: what came of them is as the summary says. What is wrong
// with the folder is an [input.Error].
func Load(ctx context.Context, path string) (*Result, *Summary, error) {
	summary, err := loadSummary(path)
	if err != nil {
		return nil, nil, err
	}
	arrays, file, err := runfolder.ReadArrays(path)
	if err != nil {
		return nil, nil, err
	}
	l := loader{arrays: arrays, file: file, epochs: summary.Config.Epochs}
	r := l.result(summary)
	if l.err != nil {
		return nil, nil, l.err
	}
	for _, n := range r.Networks {
		if err := n.observe(ctx, r); ctx.Err() != nil {
			return nil, nil, ctx.Err()
		} else if err != nil {
			return nil, nil, input.InFile(file, err)
		}
	}
	for i, n := range summary.Networks[:min(len(summary.Networks), len(r.Networks))] {
		r.Networks[i].Survival = experiment.Survival{Noise: n.Survival, Bits: n.Bits}
		r.Networks[i].Kernel, r.Networks[i].FreshRows = n.TangentKernel, n.FreshPoints
		if n.FreshAccuracy != nil {
			r.Networks[i].FreshRight = int(math.Round(float64(*n.FreshAccuracy) * float64(n.FreshPoints)))
		}
		if n.FreshR2 != nil && n.FreshRMSE != nil && n.FreshMAE != nil {
			r.Networks[i].FreshFit = &models.Fit{R2: float64(*n.FreshR2), RMSE: float64(*n.FreshRMSE), MAE: float64(*n.FreshMAE)}
		}
	}
	return r, summary, nil
}

func loadSummary(path string) (*Summary, error) {
	s := &Summary{Config: config.Config{Dtype: graph.Double.String()}} // runs of earlier versions do not say
	return s, runfolder.ReadResult(path, s, true, s.check)
}

// check refuses targets, settings, accuracies and survivals that no run has.
func (s *Summary) check() error {
	switch s.Task {
	case "", data.Classification.String():
		if s.Classes != 0 && !(s.Classes > 2 && s.Classes <= data.MaxClasses) {
			return input.Refuse("classes", "%d: where a run says it they are 3 to %d", s.Classes, data.MaxClasses)
		}
	case data.MultiLabel.String(), data.Regression.String():
		if s.Classes != 0 {
			return input.Refuse("classes", "%d of the task %s", s.Classes, s.Task)
		}
	default:
		return input.Refuse("task", "%q: there are %s, %s, %s", s.Task, data.Classification, data.MultiLabel, data.Regression)
	}
	for i, n := range s.Networks {
		share := math.NaN()
		if n.FreshAccuracy != nil {
			share = float64(*n.FreshAccuracy)
		}
		if n.FreshPoints < 0 || n.FreshPoints > 0 && n.FreshR2 == nil && !(share >= 0 && share <= 1) {
			return input.Refuse(fmt.Sprintf("networks[%d].fresh_accuracy", i), "%v of %d fresh points", share, n.FreshPoints)
		}
		if err := s.checkSurvival(i); err != nil {
			return err
		}
		if n.TangentKernel != nil {
			if err := n.TangentKernel.Check(); err != nil {
				return input.Under(fmt.Sprintf("networks[%d].tangent_kernel", i), err)
			}
		}
	}
	if s.observed() {
		for i, n := range s.Networks {
			if n.Source == nil || n.Source.Architecture.Inputs == 0 {
				return input.Refuse(fmt.Sprintf("networks[%d].source", i), "where one network was trained elsewhere, all have a source with its architecture")
			}
		}
		return nil
	}
	return s.Config.Validate()
}

// observed says that the networks were trained elsewhere.
func (s *Summary) observed() bool { return len(s.Networks) > 0 && s.Networks[0].Source != nil }

// depth is how many layers a network has, the input among them.
func (s *Summary) depth(network int) int {
	if source := s.Networks[network].Source; source != nil {
		return len(source.Architecture.Layers) + 1
	}
	return len(s.Config.Hidden) + 2
}

// checkSurvival wants all layers of a network at the same noise in turn, as of the first network.
func (s *Summary) checkSurvival(network int) error {
	readings, first := s.Networks[network].Survival, s.Networks[0].Survival
	levels := len(first) / s.depth(0) // of the input, the hidden layers and the output
	if levels*s.depth(0) != len(first) || levels*s.depth(network) != len(readings) {
		return input.Refuse(fmt.Sprintf("networks[%d].survival", network), "%d readings: every layer of every network has as many", len(readings))
	}
	for k, r := range readings {
		if begins := k - k%levels; r.Noise != first[k%levels].Noise || r.Layer != readings[begins].Layer || k > 0 && k == begins && r.Layer == readings[k-1].Layer {
			return input.Refuse(fmt.Sprintf("networks[%d].survival[%d]", network, k), "noise %v in %s is out of turn", r.Noise, r.Layer)
		}
	}
	return nil
}

// loader takes arrays apart and keeps the first error.
type loader struct {
	arrays  npz.Arrays
	file    string
	epochs  int
	targets data.Targets
	err     error
}

func (l *loader) fail(array string, format string, args ...any) {
	if l.err == nil {
		e := input.Refuse("array "+array, format, args...)
		e.File = l.file
		l.err = e
	}
}

// take gives an array whose shape is as wanted; a side of -1 is any.
func (l *loader) take(name string, want ...int) npz.Array {
	a, ok := l.arrays.Lookup(name)
	if !ok {
		l.fail(name, "missing")
		return npz.Array{Shape: make([]int, len(want))}
	}
	fits := len(a.Shape) == len(want)
	for i := 0; fits && i < len(want); i++ {
		fits = want[i] == -1 || want[i] == a.Shape[i]
	}
	if !fits {
		l.fail(name, "shape %v, want %v", a.Shape, want)
		return npz.Array{Shape: make([]int, len(want))}
	}
	for i, v := range a.Values {
		if !(math.Abs(v) <= data.MaxCoordinate) { // whose squares have a sum
			l.fail(name, "entry %d is %v, and a run has numbers from %v to %v", i, v, -data.MaxCoordinate, data.MaxCoordinate)
			break
		}
	}
	return a
}

// targetsOf is what the y of a summary's run hold.
func (l *loader) targetsOf(s *Summary) data.Targets {
	t := data.Targets{Task: data.Regression, Count: 1}
	switch s.Task {
	case "", data.Classification.String():
		return data.Targets{Count: s.Classes}
	case data.MultiLabel.String():
		t.Task = data.MultiLabel
	}
	if y, ok := l.arrays.Lookup("y"); ok && len(y.Shape) == 2 {
		t.Count = y.Shape[1]
	}
	return t
}

// set is rows with their targets.
func (l *loader) set(x, y string) data.Set {
	points := l.take(x, -1, -1)
	wanted := []int{points.Shape[0]}
	if columns := l.targets.Columns(); columns > 1 {
		wanted = append(wanted, columns)
	}
	s := data.Set{X: points.Values, Columns: points.Shape[1], Y: l.take(y, wanted...).Values, Targets: l.targets}
	if err := s.Validate(); err != nil && l.err == nil {
		l.fail(x, "%v", err)
	}
	return s
}

// result rebuilds everything that arrays hold.
func (l *loader) result(s *Summary) *Result {
	r := &Result{Config: s.Config, Origin: s.Origin, Data: &experiment.Dataset{}}
	l.targets = l.targetsOf(s)
	r.Data.Raw, r.Data.Standardised = l.set("x_raw", "y"), l.set("x_std", "y")
	if names := s.Names; names != nil {
		r.Data.Names = data.Names{Inputs: names.Inputs, Targets: names.Targets, Classes: names.Classes}
		if k := len(names.Classes); k > 0 && k != l.targets.Classes() {
			l.fail("y", "%v, of which %s names %d", l.targets, runfolder.ResultFile, k)
		}
		if len(names.Inputs) != r.Data.Raw.Columns {
			l.fail("x_raw", "%d columns, of which %s names %d", r.Data.Raw.Columns, runfolder.ResultFile, len(names.Inputs))
		}
	}
	r.Data.Train, r.Data.Test = l.set("x_train", "y_train"), l.set("x_test", "y_test")
	if s.Config.ValidationFraction > 0 {
		r.Data.Validation = l.set("x_validation", "y_validation")
	}
	r.Data.Scaling = data.Standardiser{Mean: l.take("mean", r.Data.Raw.Columns).Values, Scale: l.take("scale", r.Data.Raw.Columns).Values}
	l.takeFar(r.Data)
	if !s.observed() {
		shuffles := l.take("first_shuffles", -1, r.Data.Train.Rows())
		for i := range shuffles.Shape[0] {
			r.Shuffles = append(r.Shuffles, wholeNumbers(shuffles.Values[i*shuffles.Shape[1]:][:shuffles.Shape[1]]))
		}
	}
	if l.err == nil {
		var err error
		if r.Data.Plane, err = experiment.PlaneOf(r.Data.Standardised); err == nil {
			r.Grid, err = r.Data.CoarseGrid()
		}
		if err != nil {
			l.fail("x_std", "%v", err)
		}
	}
	if l.err != nil {
		return nil
	}
	if s.observed() {
		for _, n := range s.Networks {
			r.Networks = append(r.Networks, l.observedNetwork(n, r))
			if l.err != nil {
				return nil
			}
		}
		return r
	}
	specifications, err := r.Config.Specifications()
	if err != nil {
		l.fail("x_train", "%w", err)
		return nil
	}
	for _, spec := range specifications {
		if spec, err = spec.For(r.Data.Train.Columns, l.targets); err != nil {
			l.fail("y", "%w", err)
			return nil
		}
		l.checkWidths(spec, r.Data.Train.Columns)
	}
	if l.err != nil {
		return nil
	}
	if err := experiment.CheckMemory(r.Data, specifications...); err != nil {
		l.err = input.InFile(l.file, err)
		return nil
	}
	for i, spec := range specifications {
		model, _, err := experiment.Draw(spec, r.Data.Train)
		if err != nil {
			l.fail("x_train", "%w", err)
			return nil
		}
		r.Networks = append(r.Networks, l.network(newTrained(spec, model), s.bestEpoch(i)))
	}
	return r
}

// takeFar reads the traced points: of two classes there have to be two, of more a class may have
// none.
func (l *loader) takeFar(d *experiment.Dataset) {
	switch t := l.targets; {
	case t.Task == data.Classification:
		d.Far = make([][]float64, t.Classes())
	case t.Task == data.Regression && t.Columns() == 1:
		d.Far = make([][]float64, 2)
	}
	for i, key := range tracedKeys(d) {
		if _, there := l.arrays.Lookup("far_" + key); there || l.targets.Classes() <= 2 {
			d.Far[i] = l.take("far_"+key, d.Train.Columns).Values
		}
	}
	if l.targets.Task == data.Regression {
		columns := l.targets.Columns()
		d.TargetScaling = data.Standardiser{Mean: l.take("target_mean", columns).Values, Scale: l.take("target_scale", columns).Values}
	}
}

// checkWidths wants weights of the widths that a specification has, before a network of these
// is drawn.
func (l *loader) checkWidths(s config.Specification, inputs int) {
	for i, units := range append(slices.Clone(s.MLP.Hidden), s.MLP.Outputs) {
		l.take(fmt.Sprintf("%s_final_W%d", s.Name, i+1), inputs, units)
		inputs = units
	}
}

// observedNetwork rebuilds a network that was trained elsewhere.
func (l *loader) observedNetwork(s NetworkSummary, r *Result) *Trained {
	a := s.Source.Architecture
	fail := func(err error) *Trained {
		if l.err == nil {
			l.err = input.InFile(l.file, err)
		}
		return nil
	}
	if a.Inputs != r.Data.Train.Columns {
		return fail(input.Refuse("array x_train", "%d columns, and the network %s reads %d", r.Data.Train.Columns, s.Name, a.Inputs))
	}
	fanIn := a.Inputs
	for i, layer := range a.Layers { // before an architecture's numbers are made
		l.take(fmt.Sprintf("%s_final_W%d", s.Name, i+1), fanIn, layer.Units)
		fanIn = layer.Units
	}
	if l.err != nil {
		return nil
	}
	model, err := models.NewNetwork(a)
	if err != nil {
		return fail(err)
	}
	source := *s.Source
	n := &Trained{Name: s.Name, Activation: s.Name, Title: source.Title, Model: model, Source: &source}
	if err := experiment.CheckMemory(r.Data, observed(model, r.Config.Points)); err != nil {
		return fail(err)
	}
	for _, p := range experiment.State(model) {
		copy(p.Values, l.take(s.Name+"_final_"+p.Name, p.Rows, p.Columns).Values)
	}
	n.Snapshots = l.snapshots(n)
	return n
}

func wholeNumbers(values []float64) []int {
	numbers := make([]int, len(values))
	for i, v := range values {
		numbers[i] = int(v)
	}
	return numbers
}

// network rebuilds one network as it was after training, given what initialising
// its configuration makes, and the epoch that its training gave back, 0 for the last.
func (l *loader) network(fresh *Trained, best int) *Trained {
	n, name, model := fresh, fresh.Name, fresh.Model
	for i, p := range model.Parameters {
		if p.Weight {
			n.Initial[i] = l.take(name+"_init_"+p.Name, p.Rows, p.Columns).Values
		}
		n.First.Parameters = append(n.First.Parameters, l.take(name+"_grad_"+p.Name, p.Rows, p.Columns).Values)
	}
	for _, p := range experiment.State(model) {
		copy(p.Values, l.take(name+"_final_"+p.Name, p.Rows, p.Columns).Values)
	}
	if first := l.take(name + "_loss_first_rows"); l.err == nil {
		n.First.Reported = first.Values[0]
	}
	epochs := l.epochs
	if losses, ok := l.arrays.Lookup(name + "_loss_history"); ok && best > 0 && len(losses.Shape) == 1 && losses.Shape[0] <= epochs {
		epochs = losses.Shape[0]
	}
	if best > epochs {
		l.fail(name+"_loss_history", "%d epochs, and the best is number %d", epochs, best)
		return n
	}
	n.History.Loss, n.History.Best = l.take(name+"_loss_history", epochs).Values, best
	n.GradientNorms = l.take(name+"_gradient_norms", epochs, model.Depth()).Values
	n.TestCurve = l.curve(name+"_test_", epochs)
	for i, loss := range l.curve(name+"_validation_", epochs).Loss {
		v := models.Validation{Loss: loss, Accuracy: math.NaN()}
		if a, ok := l.arrays.Lookup(name + "_validation_accuracy"); ok && l.err == nil {
			v.Accuracy = a.Values[i]
		}
		n.History.Validation = append(n.History.Validation, v)
	}
	n.Snapshots = l.snapshots(n)
	return n
}

// bestEpoch is what the summary says of a network, 0 where it says nothing.
func (s *Summary) bestEpoch(network int) int {
	if network >= len(s.Networks) || s.Config.Patience == 0 {
		return 0
	}
	return max(0, s.Networks[network].BestEpoch)
}

func (l *loader) snapshots(n *Trained) []experiment.Snapshot {
	if _, taken := l.arrays.Lookup(n.Name + "_snapshot_epochs"); !taken {
		return nil
	}
	epochs := wholeNumbers(l.take(n.Name+"_snapshot_epochs", -1).Values)
	if !slices.IsSorted(epochs) || len(slices.Compact(slices.Clone(epochs))) < len(epochs) || (len(epochs) > 0 && (epochs[0] < 0 || n.Source == nil && epochs[len(epochs)-1] > max(l.epochs, len(n.History.Loss)))) {
		l.fail(n.Name+"_snapshot_epochs", "%v are not epochs of this run in ascending order", epochs)
		return nil
	}
	snapshots := make([]experiment.Snapshot, len(epochs))
	var losses []float64
	if n.Source != nil {
		losses = l.take(n.Name+"_snapshot_loss", len(epochs)).Values
	}
	for i, e := range epochs {
		snapshots[i] = experiment.Snapshot{Epoch: e, Loss: math.NaN()}
		if losses != nil {
			snapshots[i].Loss = losses[i]
		} else if e >= len(n.History.Loss) {
			snapshots[i].Loss = n.FinalLoss()
		} else if e > 0 {
			snapshots[i].Loss = n.History.Loss[e-1]
		}
	}
	for _, p := range experiment.State(n.Model) {
		a := l.take(n.Name+"_snapshot_"+p.Name, len(epochs), p.Rows, p.Columns)
		if l.err != nil {
			return nil
		}
		for i := range snapshots {
			size := p.Rows * p.Columns
			snapshots[i].Values = append(snapshots[i].Values, a.Values[i*size:(i+1)*size])
		}
	}
	return snapshots
}

package pace

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/mat"

	"actscope/data"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/internal/number"
	"actscope/internal/panics"
	"actscope/models"
	"actscope/models/tangent"
)

// Limits of a study.
const (
	// usualPlaces bounds rows times outputs of a kernel where no number of rows is asked for, and
	// mostPlaces where one is: eigenvalues take the cube of it.
	usualPlaces = 1000
	mostPlaces  = 4000
	// Apart is the share of the network's loss by which the twin has left it.
	Apart = 0.1
	// near is the share of the line's loss within which a network is at the line.
	near = 0.05
)

// Result is a study: Summary is run.json, the kernels are in arrays.npz.
type Result struct {
	Summary Summary
	// Kernels are K at the start, by network; nil of a run that was read.
	Kernels []*mat.SymDense
}

// Options are what a study does beside the configuration.
type Options struct {
	// Rows is how many training rows kernels are of, at most; 0 for a thousand over the number of outputs.
	Rows int
	// Draws is how many random networks are drawn of each width for comparison with the limit.
	Draws int
}

// UsualDraws is the default of the command, mostDraws the bound.
const (
	UsualDraws = 20
	mostDraws  = 1000
)

// Study takes the tangent kernels of a configuration's networks, and trains networks and twins. w may be
// nil.
func Study(ctx context.Context, c config.Config, o Options, w func(network int, e models.Epoch)) (*Result, error) {
	specifications, err := c.Specifications()
	if err != nil {
		return nil, err
	}
	for _, of := range []struct{ key, value, usual string }{{"schedule", c.FullSchedule(), "constant"}, {"warm-up", fmt.Sprint(c.WarmUp), "0"}, {"patience", fmt.Sprint(c.Patience), "0"}} {
		if of.value != of.usual {
			return nil, input.Refuse(of.key, "%s: the twin that networks are held against has one learning rate to its last epoch: leave it out", of.value)
		}
	}
	if o.Rows < 0 {
		return nil, input.Refuse("rows", "%d: a number of rows cannot be negative", o.Rows)
	}
	if o.Draws < 0 || o.Draws == 1 || o.Draws > mostDraws {
		return nil, input.Refuse("draws", "%d: take 2 to %d, or 0 for none", o.Draws, mostDraws)
	}
	c.Activations = nil // formulas in their one spelling
	for _, s := range specifications {
		c.Activations = append(c.Activations, s.MLP.Activation.Name)
	}
	d, err := experiment.Load(ctx, c.Points)
	if err != nil {
		return nil, err
	}
	if err := experiment.CheckMemory(d, specifications...); err != nil {
		return nil, err
	}
	for i, s := range specifications {
		if specifications[i], err = s.For(d.Train.Columns, d.Train.Targets); err != nil {
			return nil, err
		}
	}
	c.Loss = specifications[0].MLP.Loss.Name
	r := &Result{Summary: Summary{Command: commandName, Config: c, Origin: experiment.NewOrigin(d.Hash()), TrainingRows: d.Train.Rows(), AskedRows: o.Rows, Draws: o.Draws}}
	outputs := max(1, specifications[0].MLP.Outputs)
	if r.Summary.Rows, err = chosenRows(d.Train.Rows(), outputs, o.Rows); err != nil {
		return nil, err
	}
	if r.Summary.TestRows, err = chosenRows(d.Test.Rows(), outputs, 0); err != nil {
		return nil, err
	}
	r.Summary.Networks = make([]Network, len(specifications))
	r.Kernels = make([]*mat.SymDense, len(specifications))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, s := range specifications {
		group.Go(func() (err error) {
			defer panics.Catch(&err, "following %s", s.Name)
			var recorders []models.Recorder
			if w != nil {
				recorders = append(recorders, models.RecorderFunc(func(e models.Epoch) error { w(i, e); return nil }))
			}
			f := &follower{data: d, rows: r.Summary.Rows, testRows: r.Summary.TestRows, drift: true}
			r.Summary.Networks[i], err = f.follow(ctx, s, recorders...)
			r.Kernels[i] = f.kernel
			if err == nil {
				r.Summary.Networks[i].Widths, err = measureWidths(ctx, s, d.Train, o.Draws)
			}
			if err != nil && ctx.Err() == nil {
				return fmt.Errorf("%s: %w", s.Title, err)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	r.Summary.LineLoss = r.Summary.Networks[0].line
	return r, nil
}

// chosenRows is how many of some rows a kernel is of: the first ones, whose order the split drew.
func chosenRows(rows, outputs, asked int) (int, error) {
	if asked == 0 {
		return min(rows, max(1, usualPlaces/outputs)), nil
	}
	chosen := min(rows, asked)
	if chosen*outputs > mostPlaces {
		return 0, input.Refuse("rows", "%d rows of %d outputs: at most %d times outputs are decomposed, which takes the cube of it", chosen, outputs, mostPlaces)
	}
	return chosen, nil
}

// follower takes one network from its kernel to the end of its training.
type follower struct {
	data           *experiment.Dataset
	rows, testRows int
	drift          bool // whether the kernel is taken in the course of training
	kernel         *mat.SymDense
}

// follow predicts, then trains.
func (f *follower) follow(ctx context.Context, s config.Specification, recorders ...models.Recorder) (Network, error) {
	t, err := experiment.Prepare(s, f.data)
	if err != nil {
		return Network{}, err
	}
	train := f.data.Train
	settings, err := t.Settings()
	if err != nil {
		return Network{}, err
	}
	start := t.Network.Clone()
	if err := start.AdoptStatistics(train.X); err != nil {
		return Network{}, err
	}
	n := Network{Name: s.Name, Activation: s.MLP.Activation.Name, Parameters: start.ParameterCount()}
	x := train.X[:f.rows*train.Columns]
	compiled, err := tangent.Compile(start, f.rows)
	if err != nil {
		return n, err
	}
	defer compiled.Close()
	if err := f.spectrum(ctx, &n, start, compiled, settings); err != nil {
		return n, err
	}
	if err := f.testSpectrum(ctx, &n, start); err != nil {
		return n, err
	}
	if n.line, err = lineOf(ctx, start, train); err != nil {
		return n, err
	}
	if err := f.twin(ctx, &n, start, settings); err != nil {
		return n, err
	}
	if err := f.train(ctx, &n, t, start, compiled, x, recorders); err != nil {
		return n, err
	}
	n.compare()
	return n, nil
}

func lineOf(ctx context.Context, net *models.Network, train data.Set) (number.Float, error) {
	line, err := tangent.FitLine(ctx, net, train)
	return number.Float(line), err
}

// spectrum fills in what is known before the first step.
func (f *follower) spectrum(ctx context.Context, n *Network, net *models.Network, compiled *tangent.Compiled, settings models.Training) error {
	var err error
	n.Tangent, f.kernel, err = experiment.TangentOf(ctx, net, compiled, f.data.Train, f.rows, settings)
	return err
}

// testSpectrum has the eigenvalues of the test rows' own kernel.
func (f *follower) testSpectrum(ctx context.Context, n *Network, net *models.Network) error {
	g, err := tangent.Of(ctx, net, f.data.Test.X[:f.testRows*f.data.Test.Columns])
	if err != nil {
		return err
	}
	s, err := tangent.Decompose(g.Kernel(), make([]float64, g.Places()))
	for _, v := range s.Values {
		n.TestEigenvalues = append(n.TestEigenvalues, number.Float(v))
	}
	return err
}

// twin trains the linearised network, if its kernel is of all rows.
func (f *follower) twin(ctx context.Context, n *Network, start *models.Network, settings models.Training) error {
	n.Twin = Twin{Loss: []number.Float{}, TrainAccuracy: number.Float(math.NaN()), TestAccuracy: number.Float(math.NaN()), FinalLoss: number.Float(math.NaN())}
	if f.rows < f.data.Train.Rows() || f.testRows < f.data.Test.Rows() {
		n.Twin.Reason = "the kernel is not of all rows"
		return nil
	}
	course, err := tangent.Linearised(ctx, start, f.data.Train, f.data.Test, settings)
	if err != nil {
		return err
	}
	n.Twin.InParameters, n.Twin.Diverged = course.InParameters, course.Diverged
	n.Twin.Loss = floats(course.Loss)
	if course.Diverged > 0 {
		return nil
	}
	n.Twin.FinalLoss = n.Twin.Loss[len(n.Twin.Loss)-1]
	a := start.Architecture()
	n.Twin.TrainAccuracy = number.Float(start.AccuracyOf(tangent.Outputs(a, course.Train), f.data.Train.Y))
	n.Twin.TestAccuracy = number.Float(start.AccuracyOf(tangent.Outputs(a, course.Test), f.data.Test.Y))
	return nil
}

// train trains the network, and afterwards takes its kernels at the snapshots.
func (f *follower) train(ctx context.Context, n *Network, t *experiment.Training, probe *models.Network, compiled *tangent.Compiled, x []float64, recorders []models.Recorder) error {
	var snapshots []experiment.Snapshot
	if f.drift {
		due := experiment.SnapshotEpochs(t.Specification.Training.Epochs, n.Parameters)
		snapshots = append(snapshots, experiment.TakeSnapshot(t.Network, 0, math.NaN()))
		recorders = append(recorders, models.RecorderFunc(func(e models.Epoch) error {
			if _, found := slices.BinarySearch(due, e.Number); found {
				snapshots = append(snapshots, experiment.TakeSnapshot(t.Network, e.Number, e.Loss))
			}
			return nil
		}))
	}
	outcome, err := t.Run(ctx, recorders...)
	if err != nil {
		return err
	}
	n.Loss = floats(outcome.Loss)
	n.FinalLoss, n.TrainAccuracy, n.TestAccuracy = number.Float(math.NaN()), number.Float(math.NaN()), number.Float(math.NaN())
	if outcome.Diverged != nil {
		n.Diverged = outcome.Diverged.Epoch
	} else {
		n.FinalLoss = n.Loss[len(n.Loss)-1]
		for _, set := range []struct {
			set  data.Set
			into *number.Float
		}{{f.data.Train, &n.TrainAccuracy}, {f.data.Test, &n.TestAccuracy}} {
			outputs, err := t.Network.Predict(set.set.X)
			if err != nil {
				return err
			}
			*set.into = number.Float(t.Network.AccuracyOf(outputs, set.set.Y))
		}
	}
	for _, s := range snapshots {
		s.Restore(probe)
		if err := probe.AdoptStatistics(f.data.Train.X); err != nil {
			return err
		}
		g, err := compiled.Gradients(ctx, x)
		if err != nil {
			break // the network diverges
		}
		k := g.Kernel()
		n.Drift.Epochs = append(n.Drift.Epochs, s.Epoch)
		n.Drift.Alignment = append(n.Drift.Alignment, number.Float(tangent.Alignment(f.kernel, k)))
		n.Drift.TraceRatio = append(n.Drift.TraceRatio, number.Float(mat.Trace(k)/mat.Trace(f.kernel)))
	}
	return ctx.Err()
}

func floats(values []float64) []number.Float {
	all := make([]number.Float, len(values))
	for i, v := range values {
		all[i] = number.Float(v)
	}
	return all
}

// Arrays are the kernels at the start, rows × rows or places × places, by network.
func (r *Result) Arrays() npz.Arrays {
	var all npz.Arrays
	for i, k := range r.Kernels {
		places := k.SymmetricDim()
		values := make([]float64, 0, places*places)
		for row := range places {
			for column := range places {
				values = append(values, k.At(row, column))
			}
		}
		all = append(all, npz.Array{Name: r.Summary.Networks[i].Name + "_kernel", Shape: []int{places, places}, Values: values})
	}
	return all
}

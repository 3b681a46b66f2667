package comparison

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"actscope/data"
	"actscope/internal/article"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/models"
)

// Result is one finished comparison.
type Result struct {
	Config   config.Config
	Data     *experiment.Dataset
	Origin   experiment.Origin
	Networks []*Trained
	// Shuffles are the first epochs' orders of the training rows, the same for
	// every network.
	Shuffles [][]int
	// Grid is the coarse grid of the networks' GridOutputs.
	Grid data.Grid
	// TrainingTime is the wall time of all steps, TrainingSteps their number over
	// all networks.
	TrainingTime  time.Duration
	TrainingSteps int
	// NotSaved says why the state of the trainings was not stored, where that was asked for.
	NotSaved error
}

// Trained is one trained network of a comparison with everything that was observed of it.
type Trained struct {
	// Name is what files and arrays call it; see [config.Specification].
	Name string
	// Activation names that of its hidden layers, or is its formula; Title is the same as
	// texts and figures write it.
	Activation, Title string
	Model             *models.Network
	// Source says where it comes from, of a network that was not trained in this comparison, which has
	// no initial values and no course of training; else nil.
	Source *Source
	// Initial are the parameters' values before training, in their order.
	Initial [][]float64
	// First is the loss and gradient before training on the first rows.
	First   models.Gradient
	History models.History
	// Kernel is the tangent kernel before training; nil of networks that were not trained here.
	Kernel *experiment.StartingKernel
	// GradientNorms are the mean norms per epoch and layer, epoch by epoch.
	GradientNorms []float64
	// TestCurve is the course of the test rows' loss and accuracy.
	TestCurve Curve
	// Snapshots are the parameters in the course of training; none where they would
	// take too much memory.
	Snapshots []experiment.Snapshot
	// Measurement is what it makes of the data.
	*experiment.Measurement
	// Survival is what comes through limited resolution; of a run folder, what it says.
	experiment.Survival
	// GridOutputs are the outputs on the coarse grid, as [Trained.Field] gives them.
	GridOutputs []float64

	measuring time.Duration   // that Measurement took
	measured  *models.Network // in the states of [Result.Metrics]
}

// newTrained begins with a network as it was drawn.
func newTrained(s config.Specification, model *models.Network) *Trained {
	n := &Trained{Name: s.Name, Activation: s.MLP.Activation.Name, Title: s.Title, Model: model}
	for _, p := range model.Parameters {
		n.Initial = append(n.Initial, slices.Clone(p.Values))
	}
	return n
}

// Epoch is the epoch whose parameters the network has: the last, or where training had patience the
// best; 0 of a network that was not trained here.
func (n *Trained) Epoch() int { return cmp.Or(n.History.Best, len(n.History.Loss)) }

// FinalLoss is the reported loss of that epoch; NaN of a network that was not trained here.
func (n *Trained) FinalLoss() float64 {
	if n.Epoch() == 0 {
		return math.NaN()
	}
	return n.History.Loss[n.Epoch()-1]
}

// Observed says that the networks were trained elsewhere: see [Observe].
func (r *Result) Observed() bool { return r.Networks[0].Source != nil }

// liftedCoordinates is how many coordinates of a grid's points are in memory at a time, and
// evaluatedRows the number of rows that their pieces are multiples of.
const (
	liftedCoordinates = 1 << 22
	evaluatedRows     = 1024
)

// Field are the network's outputs at the points of a grid on the data's plane, nodes × outputs:
// P(class 1) of one sigmoid unit, probabilities of classes or labels, scores of a hinge, or
// numbers in the targets' units.
func (n *Trained) Field(ctx context.Context, d *experiment.Dataset, g data.Grid) ([]float64, error) {
	var field []float64
	rows := max(1, liftedCoordinates/n.Model.Inputs()/evaluatedRows) * evaluatedRows
	for piece := range slices.Chunk(g.Points, 2*rows) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		outputs, err := n.Model.Predict(d.Plane.Lift(piece))
		if err != nil {
			return nil, err
		}
		field = append(field, d.InUnits(outputs)...)
	}
	return field, nil
}

// AfterTraining is the network's state as a snapshot, to come back to.
func (n *Trained) AfterTraining() experiment.Snapshot {
	return experiment.TakeSnapshot(n.Model, n.Epoch(), n.FinalLoss())
}

// Evidence is what the article's claims speak of.
func (n *Trained) Evidence() article.Evidence {
	return article.EvidenceOf(n.History.Loss, n.Measurement)
}

// observe measures the network on the data of the comparison.
func (n *Trained) observe(ctx context.Context, r *Result) (err error) {
	start := time.Now()
	if n.Measurement, err = experiment.Measure(ctx, n.Model, r.Data, experiment.WholeGeometry); err == nil {
		n.measuring = time.Since(start)
		n.GridOutputs, err = n.Field(ctx, r.Data, r.Grid)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", n.Activation, err)
	}
	return nil
}

// Watcher follows the training of all networks. Networks train at the same time:
// its methods are called from several goroutines.
type Watcher interface {
	Epoch(network int, e models.Epoch)
	// Trained says that the network's training ended, and Measured that it is measured, too.
	Trained(network int)
	Measured(network int)
}

// keptShuffles is how many epochs' orders a run folder keeps.
const keptShuffles = 5

// Run trains one network per activation of a configuration, side by side, and observes
// them; w may be nil. All start from the same underlying Gaussians and see the same
// shuffles. It keeps the state of the trainings where s says so, or goes on from a state
// that was kept, bit for bit as if it had never stopped. Whoever goes on with more epochs
// gets snapshots at other epochs than a run from the start.
func Run(ctx context.Context, c config.Config, w Watcher, s Saving) (*Result, error) {
	specifications, err := c.Specifications()
	if err != nil {
		return nil, err
	}
	c.Activations = nil // formulas in their one spelling
	for _, spec := range specifications {
		c.Activations = append(c.Activations, spec.MLP.Activation.Name)
	}
	saved, err := newKeeper(s, c)
	if err != nil {
		return nil, err
	}
	pool, err := experiment.NewPool(len(specifications))
	if err != nil {
		return nil, err
	}
	r := &Result{Config: c}
	if r.Data, err = pool.Data(ctx, c.Points); err != nil {
		return nil, err
	}
	r.Origin = experiment.NewOrigin(r.Data.Hash())
	if err := saved.checkData(r.Data); err != nil {
		return nil, err
	}
	if err := r.Data.CheckFar(); err != nil {
		return nil, err
	}
	if err := experiment.CheckMemory(r.Data, specifications...); err != nil {
		return nil, err
	}
	if r.Grid, err = r.Data.CoarseGrid(); err != nil {
		return nil, err
	}
	parameters := 0
	for i, spec := range specifications {
		spec, err := spec.For(r.Data.Train.Columns, r.Data.Train.Targets)
		if err != nil {
			return nil, err
		}
		specifications[i], r.Config.Loss = spec, spec.MLP.Loss.Name
		count, err := spec.MLP.ParameterCount()
		if err != nil {
			return nil, err
		}
		parameters += count
	}
	snapshots := experiment.SnapshotEpochs(c.Epochs, parameters)
	work := experiment.Work[int, *Trained]{Pool: pool, Train: func(ctx context.Context, t *experiment.Trainer, i int) (*Trained, error) {
		training, err := t.Prepare(ctx, specifications[i])
		if err != nil {
			return nil, err
		}
		if i == 0 {
			r.Shuffles = training.Shuffles(min(keptShuffles, c.Epochs))
		}
		n := newTrained(specifications[i], training.Network)
		if n.Kernel, err = training.StartingKernel(ctx); err != nil {
			return nil, err
		}
		recorder := &recorder{network: n, snapshotAt: snapshots, saver: saver{keeper: saved, network: n}}
		if recorder.judgements, err = newJudgements(n, training, c.ValidateEvery, c.Epochs); err != nil {
			return nil, err
		}
		defer recorder.judgements.validator.Close()
		if w != nil {
			recorder.watch = func(e models.Epoch) { w.Epoch(i, e) }
		}
		if err := recorder.train(ctx, training); err != nil {
			return nil, err
		}
		if w != nil {
			w.Trained(i)
		}
		if err := n.observe(ctx, r); err != nil {
			return nil, err
		}
		if n.Survival, err = experiment.MeasureSurvival(ctx, n.Model, r.Data, n.Measurement); err != nil {
			return nil, fmt.Errorf("%s: %w", n.Activation, err)
		}
		if w != nil {
			w.Measured(i)
		}
		return n, nil
	}}
	indices := make([]int, len(specifications))
	for i := range indices {
		indices[i] = i
	}
	r.Networks, err = work.All(ctx, indices)
	r.NotSaved = saved.finish()
	if r.NotSaved != nil && errors.Is(err, context.Canceled) {
		err = r.NotSaved // worth more than that a signal came
	}
	if err != nil {
		return nil, err
	}
	for _, n := range r.Networks {
		r.TrainingTime = max(r.TrainingTime, n.History.Duration)
		r.TrainingSteps += n.History.Steps
	}
	return r, nil
}

// recorder keeps what a comparison keeps of the course of one training.
type recorder struct {
	network    *Trained
	snapshotAt []int // epochs, ascending
	saver      saver
	judgements judgements
	watch      func(models.Epoch) // may be nil
}

// train measures the gradient at the start, then trains.
func (r *recorder) train(ctx context.Context, t *experiment.Training) (err error) {
	n := r.network
	if n.First, err = n.Model.Gradient(t.Data.FirstRows(t.Specification.Training.Batch)); err != nil {
		return fmt.Errorf("%s: %w", n.Activation, err)
	}
	if t.Resume, err = r.saver.keeper.resume(n); err != nil {
		return err
	}
	if t.Resume == nil && slices.Contains(r.snapshotAt, 0) {
		n.Snapshots = append(n.Snapshots, experiment.TakeSnapshot(n.Model, 0, math.NaN()))
	}
	if t.Resume == nil {
		if err := r.judgements.record(0, false); err != nil {
			return err
		}
	}
	outcome, err := t.Run(ctx, r)
	n.History = outcome.History
	if err == nil && outcome.Diverged == nil && n.History.Best > 0 {
		if err := r.restored(); err != nil {
			return err
		}
	}
	if outcome.Diverged != nil {
		err = outcome.Diverged
	}
	var unfit *input.Error // the checkpoint to go on from
	switch {
	case errors.As(err, &unfit):
		return resumeError(unfit)
	case err != nil && !errors.Is(err, context.Canceled):
		return fmt.Errorf("%s: %w", n.Activation, err)
	}
	return err
}

// restored follows a training that gave the network the parameters of its best epoch: from its last
// epoch on these are the network's, also in what is saved for other programs.
func (r *recorder) restored() error {
	n := r.network
	stopped := len(n.History.Loss)
	n.Snapshots = slices.DeleteFunc(n.Snapshots, func(s experiment.Snapshot) bool { return s.Epoch >= stopped })
	for _, epoch := range r.snapshotAt {
		if epoch >= stopped {
			n.Snapshots = append(n.Snapshots, experiment.TakeSnapshot(n.Model, epoch, n.FinalLoss()))
		}
	}
	return r.saver.restored()
}

// Record implements [models.Recorder].
func (r *recorder) Record(e models.Epoch) error {
	n := r.network
	n.GradientNorms = append(n.GradientNorms, e.GradientNorms...)
	if _, due := slices.BinarySearch(r.snapshotAt, e.Number); due {
		n.Snapshots = append(n.Snapshots, experiment.TakeSnapshot(n.Model, e.Number, e.Loss))
	}
	if err := r.judgements.record(e.Number, e.Last); err != nil {
		return err
	}
	if r.watch != nil {
		r.watch(e)
	}
	return r.saver.record(e)
}

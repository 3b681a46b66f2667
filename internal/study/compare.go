package study

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

// Result is one finished comparison.
type Result struct {
	Config   Config
	Data     Dataset
	Networks []*Network
	// Shuffles are the first epochs' orders of the training rows, the same for
	// every network.
	Shuffles [][]int
	// Grid is the coarse grid of the networks' GridProbability.
	Grid data.Grid
	// TrainingTime is the wall time of all steps, TrainingSteps their number over
	// all networks.
	TrainingTime  time.Duration
	TrainingSteps int
}

// Watcher follows the training of all networks. Networks train at the same time:
// Epoch is called from several goroutines.
type Watcher interface {
	Epoch(network int, e models.Epoch)
}

// Unwatched is a watcher that does not look.
type Unwatched struct{}

// Epoch does nothing.
func (Unwatched) Epoch(int, models.Epoch) {}

// keptShuffles is how many epochs' orders a run folder keeps.
const keptShuffles = 5

// Compare trains one network per activation of a configuration, side by side, and
// observes them. All start from the same underlying Gaussians, because each
// reseeds the stream, and see the same shuffles, which continue from the last
// network's stream.
func Compare(ctx context.Context, c Config, w Watcher) (*Result, error) {
	return CompareSaved(ctx, c, w, Saving{})
}

// CompareSaved is [Compare] that keeps the state of its trainings, or goes on from
// a state that was kept: bit for bit as if it had never stopped. Whoever goes on
// with more epochs gets snapshots at other epochs than a run from the start.
func CompareSaved(ctx context.Context, c Config, w Watcher, s Saving) (*Result, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if err := s.check(c); err != nil {
		return nil, err
	}
	r := &Result{Config: c}
	var err error
	if r.Data, err = loadDataset(c); err != nil {
		return nil, err
	}
	if err := r.Data.FindFar(c); err != nil {
		return nil, err
	}
	if err := checkMemory(c, r.Data); err != nil {
		return nil, err
	}
	if r.Grid, err = r.Data.grid(); err != nil {
		return nil, err
	}
	stream, err := r.initialise()
	if err != nil {
		return nil, err
	}
	kept := stream.Clone()
	for range min(keptShuffles, c.Epochs) {
		r.Shuffles = append(r.Shuffles, kept.Permutation(r.Data.Train.Rows()))
	}

	parameters := 0
	for _, n := range r.Networks {
		parameters += n.Model.ParameterCount()
	}
	epochs := snapshotEpochs(c.Epochs, parameters)
	group, ctx := errgroup.WithContext(ctx)
	for i, n := range r.Networks {
		shuffle := stream.Clone()
		n.snapshotAt = epochs
		group.Go(func() error {
			if err := n.train(ctx, r.Data, c, shuffle, s, func(e models.Epoch) { w.Epoch(i, e) }); err != nil {
				return err
			}
			return n.observe(ctx, r)
		})
	}
	err = group.Wait()
	if err == nil || errors.Is(err, context.Canceled) {
		if failed := s.writeSettings(c); failed != nil {
			err = failed // worth more than that a signal came
		}
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

// initialise draws every network's weights and returns the stream that the
// shuffles continue from.
func (r *Result) initialise() (*data.RandomState, error) {
	c := r.Config
	loss, err := graph.LossNamed(c.Loss)
	if err != nil {
		return nil, err
	}
	init, err := models.InitNamed(c.Init)
	if err != nil {
		return nil, err
	}
	precision, err := graph.PrecisionNamed(c.Dtype)
	if err != nil {
		return nil, err
	}
	parts, err := graph.PartsNamed(c.Parts)
	if err != nil {
		return nil, err
	}
	stream := data.NewRandomState(uint32(c.Seed))
	for _, name := range c.Activations {
		activation, err := graph.ActivationNamed(name)
		if err != nil {
			return nil, err
		}
		stream.Seed(uint32(c.Seed))
		model, err := models.NewMLP(models.MLP{Inputs: r.Data.Train.Columns, Hidden: c.Hidden, Activation: activation, Loss: loss, Parts: parts, Init: init, Precision: precision}, stream)
		if err != nil {
			return nil, err
		}
		r.Networks = append(r.Networks, newNetwork(activation, model))
	}
	return stream, nil
}

// train measures the gradient at the start, then trains.
func (n *Network) train(ctx context.Context, d Dataset, c Config, shuffle *data.RandomState, s Saving, watch func(models.Epoch)) error {
	var err error
	if n.First, err = n.Model.Gradient(d.FirstRows(c.BatchSize)); err != nil {
		return fmt.Errorf("%s: %w", n.Name, err)
	}
	checkpoint, err := s.resume(n)
	if err != nil {
		return err
	}
	if checkpoint == nil && slices.Contains(n.snapshotAt, 0) {
		n.Snapshots = append(n.Snapshots, snapshot(n.Model, 0, math.NaN()))
	}
	saving := saver{folder: s.Save, network: n}
	recorder := models.RecorderFunc(func(e models.Epoch) error {
		n.GradientNorms = append(n.GradientNorms, e.GradientNorms...)
		if _, due := slices.BinarySearch(n.snapshotAt, e.Number); due {
			n.Snapshots = append(n.Snapshots, snapshot(n.Model, e.Number, e.Loss))
		}
		watch(e)
		return saving.record(e, c.Epochs)
	})
	training, err := c.training(shuffle)
	if err != nil {
		return fmt.Errorf("%s: %w", n.Name, err)
	}
	training.Resume = checkpoint
	n.History, err = models.Train(ctx, n.Model, d.Train, training, recorder)
	var unfit *models.CheckpointError
	if errors.As(err, &unfit) {
		return badSetting("resume", "%v", unfit)
	}
	if err == nil || errors.Is(err, context.Canceled) {
		if failed := saving.write(); failed != nil {
			err = failed // worth more than that a signal came
		}
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: %w", n.Name, err)
	}
	return err
}

// training is how the configuration trains a network whose shuffles come from a
// stream.
func (c Config) training(shuffle *data.RandomState) (models.Training, error) {
	optimiser, err := models.OptimiserNamed(c.Optimiser)
	return models.Training{
		Rate: c.LearningRate, Batch: c.BatchSize, Epochs: c.Epochs, Shuffle: shuffle, Masks: models.MaskStream(uint32(c.Seed)),
		Optimiser: optimiser, WeightDecay: c.WeightDecay, Clip: c.Clip,
	}, err
}

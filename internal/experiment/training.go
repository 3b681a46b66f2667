package experiment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/config"
	"actscope/internal/input"
	"actscope/internal/panics"
	"actscope/models"
)

// Training is one network that is drawn and ready to be trained on its data.
type Training struct {
	Specification config.Specification
	Data          *Dataset
	Network       *models.Network
	// Resume is a checkpoint to go on from, nil for none.
	Resume *models.Checkpoint

	shuffle *data.RandomState
}

// Outcome is the course of a training. One in which NaN or Inf appeared has Diverged set,
// and in its History what was before.
type Outcome struct {
	models.History
	Diverged *models.DivergenceError
}

// Run trains the network, watched by recorders. That a training diverges is an outcome,
// not an error; errors are those of the context, the recorders and the checkpoint.
func (t *Training) Run(ctx context.Context, recorders ...models.Recorder) (Outcome, error) {
	settings, err := t.settings()
	if err != nil {
		return Outcome{}, err
	}
	history, err := models.Train(ctx, t.Network, t.Data.Train, settings, recorders...)
	o := Outcome{History: history}
	if errors.As(err, &o.Diverged) {
		return o, nil
	}
	return o, err
}

// Settings are those of a training that has not begun, with streams of their own.
func (t *Training) Settings() (models.Training, error) {
	settings, err := t.settings()
	settings.Shuffle = t.shuffle.Clone()
	return settings, err
}

func (t *Training) settings() (settings models.Training, err error) {
	settings = t.Specification.Training
	settings.Shuffle, settings.Masks, settings.Resume = t.shuffle, models.MaskStream(t.Specification.Seed), t.Resume
	settings.Validation = t.Data.Validation
	if t.Specification.Balanced {
		settings.ClassWeights, err = models.BalancedWeights(t.Data.Train)
	}
	return settings, err
}

// CheckTwoClasses refuses, as an [input.Error], what a study of networks that part two classes by
// one sigmoid unit cannot be made of.
func CheckTwoClasses(study string, d *Dataset, network *models.Network) error {
	if targets := d.Raw.Targets; !targets.TwoClasses() {
		return input.Refuse("dataset", "%s is a study of two classes, and these points have %s: compare and sweep take them", study, targets)
	}
	var names []string
	for _, l := range graph.TwoClassLosses() {
		names = append(names, l.Name)
	}
	if name := network.Loss().Name; !slices.Contains(names, name) {
		return input.Refuse("loss", "%s is a study of one sigmoid unit, which %s has not: take %s", study, name, strings.Join(names, " or "))
	}
	return nil
}

// Shuffles are the orders of the training rows in the first epochs, of a training that
// has not begun.
func (t *Training) Shuffles(epochs int) [][]int {
	stream := t.shuffle.Clone()
	var orders [][]int
	for range epochs {
		orders = append(orders, stream.Permutation(t.Data.Train.Rows()))
	}
	return orders
}

// Draw makes the network of a specification for the columns and targets of a set, its
// weights drawn from the stream of its seed, and gives that stream, from which the
// shuffles continue.
func Draw(s config.Specification, set data.Set) (*models.Network, *data.RandomState, error) {
	s, err := s.For(set.Columns, set.Targets)
	if err != nil {
		return nil, nil, err
	}
	stream := data.NewRandomState(s.Seed)
	network, err := models.NewMLP(s.MLP, stream)
	return network, stream, err
}

// Prepare draws the network of a specification, or takes it from a file, ready to be trained on
// its data, once it is clear that there is memory for it.
func Prepare(s config.Specification, d *Dataset) (*Training, error) {
	if err := CheckMemory(d, s); err != nil {
		return nil, err
	}
	network, shuffle, err := Draw(s, d.Train)
	if err == nil && s.From != "" {
		err = startFrom(s, d, network)
	}
	if err != nil {
		return nil, err
	}
	return &Training{Specification: s, Data: d, Network: network, shuffle: shuffle}, nil
}

// prepare is [Prepare] that is not waited for when the context ends: the weights of a large
// network are many.
func prepare(ctx context.Context, s config.Specification, d *Dataset) (*Training, error) {
	return panics.Await(ctx, func() (*Training, error) { return Prepare(s, d) }, "drawing the network %s", s.Name)
}

// Trainer prepares one training after another, and reuses the compiled programs of
// networks of the same build. It is for one goroutine at a time: what it prepared is no
// longer valid when it prepares the next.
type Trainer struct {
	data     *datasets
	networks []*models.Network // the last used last
}

// maxTrainerNetworks and maxTrainerParameters bound the networks that are kept.
const (
	maxTrainerNetworks   = 16
	maxTrainerParameters = 100_000
)

// NewTrainer is a trainer with data of its own.
func NewTrainer() *Trainer { return &Trainer{data: newDatasets(1)} }

// Data are the data of some points, which the trainer keeps until it is asked for others.
func (t *Trainer) Data(ctx context.Context, points config.Points) (*Dataset, error) {
	return t.data.load(ctx, points)
}

// Prepare is [Prepare] with the data of the specification's points. Its results do not
// depend on what was trained before. A [memory.Error] is about this machine.
func (t *Trainer) Prepare(ctx context.Context, s config.Specification) (*Training, error) {
	d, err := t.data.load(ctx, s.Points)
	if err != nil {
		return nil, err
	}
	return t.PrepareOn(ctx, s, d)
}

// PrepareOn is [Trainer.Prepare] with other data.
func (t *Trainer) PrepareOn(ctx context.Context, s config.Specification, d *Dataset) (*Training, error) {
	training, err := prepare(ctx, s, d)
	if err != nil {
		return nil, err
	}
	training.Network = t.compiled(training.Network)
	return training, nil
}

// compiled gives the kept network of the same build with the parameters of a fresh one,
// or the fresh one where there is none.
func (t *Trainer) compiled(fresh *models.Network) *models.Network {
	i := slices.IndexFunc(t.networks, func(n *models.Network) bool { return sameBuild(n, fresh) })
	if i >= 0 {
		kept := t.networks[i]
		t.networks = append(slices.Delete(t.networks, i, i+1), kept)
		TakeSnapshot(fresh, 0, 0).Restore(kept)
		return kept
	}
	t.networks = append(t.networks, fresh)
	parameters := 0
	for i := len(t.networks) - 1; i >= 0; i-- {
		parameters += t.networks[i].ParameterCount()
		if kept := len(t.networks) - i; kept > 1 && (kept > maxTrainerNetworks || parameters > maxTrainerParameters) {
			t.networks = slices.Delete(t.networks, 0, i+1)
			break
		}
	}
	return fresh
}

// sameBuild says whether two networks differ in nothing but their numbers.
func sameBuild(a, b *models.Network) bool {
	return a.Inputs() == b.Inputs() && a.Precision() == b.Precision() && a.String() == b.String()
}

// TrainOne makes the data and the one network of a configuration and trains it; with 0
// epochs the network keeps its initial weights.
func TrainOne(ctx context.Context, c config.Config) (*Dataset, *models.Network, error) {
	specifications, err := c.Untrained()
	if err != nil {
		return nil, nil, err
	}
	d, err := Load(ctx, c.Points)
	if err != nil {
		return nil, nil, err
	}
	t, err := prepare(ctx, specifications[0], d)
	if err != nil {
		return nil, nil, err
	}
	o, err := t.Run(ctx)
	if o.Diverged != nil {
		return nil, nil, fmt.Errorf("%s: %w", t.Specification.MLP.Activation.Name, o.Diverged)
	}
	return d, t.Network, err
}

package study

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"actscope/data"
	"actscope/models"
)

// Trainer trains configurations of one network each, one after another, as
// [Compare] would, and keeps what they have in common: the data and the compiled
// programs. What it measures does not depend on what was trained before. It is for
// one goroutine at a time; the zero value is ready.
type Trainer struct {
	dataKey  string
	data     Dataset
	networks []trainerNetwork // the last used last
}

type trainerNetwork struct {
	key   string
	model *models.Network
}

// Outcome is what a [Trainer] measures of one network.
type Outcome struct {
	// History is the course of the training, up to where it diverged.
	History models.History
	// GradientNorms are the mean norms of the last complete epoch, by layer.
	GradientNorms []float64
	// TrainAccuracy and TestAccuracy are shares of the rows.
	TrainAccuracy, TestAccuracy float64
	// Spread is the deviation of all post-activations of each hidden layer over
	// the test rows.
	Spread []float64
}

// maxTrainerNetworks and maxTrainerParameters bound the networks that are kept.
const (
	maxTrainerNetworks   = 16
	maxTrainerParameters = 100_000
)

// TrainingWatch sees a network after each epoch of its training, with the data it is
// trained on. It may evaluate the network but not change it; an error stops the
// training.
type TrainingWatch func(e models.Epoch, net *models.Network, d Dataset) error

// Train trains the one network of a configuration, watched where watches are given.
// A [models.DivergenceError] comes with what was measured before it. A [MemoryError]
// is about this machine, other errors but the context's and the watches' are about
// the configuration.
func (t *Trainer) Train(ctx context.Context, c Config, watches ...TrainingWatch) (Outcome, error) {
	if err := c.Validate(); err != nil {
		return Outcome{}, err
	}
	if len(c.Activations) != 1 {
		return Outcome{}, badSetting("activations", "%d of them: one network is trained at a time", len(c.Activations))
	}
	if err := t.load(c); err != nil {
		return Outcome{}, err
	}
	if err := checkMemory(c, t.data); err != nil {
		return Outcome{}, err
	}
	model, stream, err := t.network(c)
	if err != nil {
		return Outcome{}, err
	}
	var o Outcome
	recorder := models.RecorderFunc(func(e models.Epoch) error {
		o.GradientNorms = append(o.GradientNorms[:0], e.GradientNorms...)
		for _, watch := range watches {
			if err := watch(e, model, t.data); err != nil {
				return err
			}
		}
		return nil
	})
	training, err := c.training(stream)
	if err != nil {
		return Outcome{}, err
	}
	if o.History, err = models.Train(ctx, model, t.data.Train, training, recorder); err != nil {
		return o, err
	}
	return o, o.observe(model, t.data)
}

// load makes the data of a configuration, unless it is that of the last one.
func (t *Trainer) load(c Config) (err error) {
	key := keyOf(c, func(key string) bool { return !trainingSettings[key] })
	if t.dataKey == key {
		return nil
	}
	t.dataKey = ""
	if t.data, err = loadDataset(c); err == nil {
		t.dataKey = key
	}
	return err
}

// network gives a network with freshly drawn weights, and the stream that the
// shuffles continue from. One of the same build as an earlier one reuses its
// programs.
func (t *Trainer) network(c Config) (*models.Network, *data.RandomState, error) {
	r := &Result{Config: c, Data: t.data}
	stream, err := r.initialise()
	if err != nil {
		return nil, nil, err
	}
	fresh := r.Networks[0].Model
	key := fmt.Sprint(fresh.Inputs()) + "\n" + keyOf(c, func(key string) bool { return !drawingSettings[key] })
	for i, n := range t.networks {
		if n.key == key {
			t.networks = append(slices.Delete(t.networks, i, i+1), n)
			snapshot(fresh, 0, 0).Restore(n.model)
			return n.model, stream, nil
		}
	}
	t.networks = append(t.networks, trainerNetwork{key, fresh})
	parameters := 0
	for i := len(t.networks) - 1; i >= 0; i-- {
		parameters += t.networks[i].model.ParameterCount()
		if kept := len(t.networks) - i; kept > 1 && (kept > maxTrainerNetworks || parameters > maxTrainerParameters) {
			t.networks = slices.Delete(t.networks, 0, i+1)
			break
		}
	}
	return fresh, stream, nil
}

// trainingSettings have no part in making the data, drawingSettings none in how a
// network is built. A setting that is in neither list is taken to matter for both.
var (
	trainingSettings = map[string]bool{
		"activations": true, "hidden": true, "loss": true, "epochs": true,
		"learning-rate": true, "batch-size": true, "seed": true,
		"init": true, "parts": true, "optimiser": true, "weight-decay": true, "clip": true, "dtype": true,
	}
	drawingSettings = map[string]bool{
		"dataset": true, "samples": true, "noise": true, "class-share": true, "label": true,
		"data-seed": true, "split-seed": true, "test-fraction": true, "epochs": true, "learning-rate": true, "batch-size": true, "seed": true,
	}
)

// keyOf tells configurations apart by some of their settings.
func keyOf(c Config, matters func(key string) bool) string {
	var key strings.Builder
	for _, s := range Settings() {
		if matters(s.Key) {
			fmt.Fprintf(&key, "%s=%s\n", s.Key, s.Get(c))
		}
	}
	return key.String()
}

// observe evaluates the trained network.
func (o *Outcome) observe(model *models.Network, d Dataset) error {
	fail := func(err error) error { return fmt.Errorf("observing the trained network: %w", err) }
	var err error
	if o.TrainAccuracy, err = model.Accuracy(d.Train); err != nil {
		return fail(err)
	}
	test, err := model.Observe(d.Test.X)
	if err != nil {
		return fail(err)
	}
	o.TestAccuracy = test.Accuracy(d.Test.Y)
	for l := 1; l <= test.HiddenLayers(); l++ {
		o.Spread = append(o.Spread, test.Spread(l))
	}
	return nil
}

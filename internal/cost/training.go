package cost

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/internal/number"
)

// Trainer carries out trials.
type Trainer interface {
	// Train gives what came of each trial, in their order. It is called by several
	// goroutines at a time.
	Train(ctx context.Context, trials []Trial) ([]Attempt, error)
}

// Trainings is the [Trainer] that trains networks. Trials that its log knows are not
// repeated.
type Trainings struct {
	work experiment.Work[Trial, Attempt]
}

// NewTrainings trains jobs networks at a time. After each training that the log does not
// know, it calls done with whether the training diverged, from several goroutines.
func NewTrainings(c Config, jobs int, log *Log, done func(diverged bool)) (*Trainings, error) {
	pool, err := experiment.NewPool(jobs)
	if err != nil {
		return nil, err
	}
	train := func(ctx context.Context, t *experiment.Trainer, trial Trial) (Attempt, error) {
		a, err := c.attempt(ctx, t, trial)
		if err == nil {
			done(a.Diverged)
		}
		return a, err
	}
	return &Trainings{experiment.Work[Trial, Attempt]{Pool: pool, Ledger: log, Train: train}}, nil
}

// Train implements [Trainer].
func (t *Trainings) Train(ctx context.Context, trials []Trial) ([]Attempt, error) {
	return t.work.All(ctx, trials)
}

// attempt carries out one trial.
func (c Config) attempt(ctx context.Context, trainer *experiment.Trainer, t Trial) (Attempt, error) {
	training, diverged, err := c.train(ctx, trainer, t)
	if err != nil || diverged {
		return Attempt{Diverged: diverged}, err
	}
	m, err := experiment.Measure(ctx, training.Network, training.Data, experiment.Accuracies)
	if err != nil {
		return Attempt{}, err
	}
	return Attempt{Accuracy: m.TestAccuracy}, nil
}

// train trains the network of a trial.
func (c Config) train(ctx context.Context, trainer *experiment.Trainer, t Trial) (training *experiment.Training, diverged bool, err error) {
	specifications, err := c.trial(t).Specifications()
	if err != nil {
		return nil, false, ofSearch(err)
	}
	if training, err = trainer.Prepare(ctx, specifications[0]); err != nil {
		return nil, false, ofSearch(err)
	}
	outcome, err := training.Run(ctx)
	return training, outcome.Diverged != nil, err
}

// Log knows what came of every trial that was carried out under one program, data and
// training, so that a search that was stopped goes on from there, and another search
// of the same trainings need not repeat them.
type Log = experiment.LedgerFile[Trial, Attempt]

// OpenLog reads the log at path. Where there is none, or one of other trainings or of
// another program, the log is empty.
func OpenLog(path string, c Config, p experiment.Provenance) (*Log, error) {
	// What decides a training besides what a trial says.
	same := Config{TestRows: c.TestRows, Training: c.Training}
	same.Training.Activations = nil
	settings, err := json.Marshal(same)
	if err != nil {
		return nil, err
	}
	plan, err := experiment.LedgerPlan(settings, c.Training.Dataset, p)
	if err != nil {
		return nil, err
	}
	return experiment.OpenLedger[Trial, Attempt](path, plan, func(a, b Trial) int {
		return cmp.Or(strings.Compare(a.Activation, b.Activation), cmp.Compare(a.Depth, b.Depth), cmp.Compare(a.Width, b.Width),
			cmp.Compare(a.Rate, b.Rate), cmp.Compare(a.Number, b.Number))
	})
}

// Inspect makes the data of the first trial and gives the number of inputs.
// Data about which the question makes no sense is an [input.Error]: one class
// only, inputs that do not differ, or a target that the larger class alone reaches.
func Inspect(ctx context.Context, c Config) (inputs int, err error) {
	if file, isFile := c.Training.File(); isFile {
		if err := experiment.CheckFile(file); err != nil {
			return 0, input.Under("dataset", err)
		}
	}
	first := c.trial(Trial{Activation: c.Training.Activations[0], Shape: Shape{Depth: 1, Width: 1}, Rate: c.Rates[0]})
	first.Epochs = 0
	d, network, err := experiment.TrainOne(ctx, first)
	if err != nil {
		return 0, ofSearch(err)
	}
	if err := experiment.CheckTwoClasses("cost", d, network); err != nil {
		return 0, err
	}
	ones := len(d.Raw.ClassRows(1))
	larger := float64(max(ones, d.Raw.Rows()-ones)) / float64(d.Raw.Rows())
	switch {
	case larger == 1:
		return 0, input.Refuse("dataset", "all %d points are of one class: there is nothing to tell apart", d.Raw.Rows())
	case !slices.ContainsFunc(d.Standardised.X, func(v float64) bool { return v != 0 }):
		return 0, input.Refuse("dataset", "all inputs are constant: no network can tell the classes apart")
	case larger >= c.Target:
		return 0, input.Refuse("target", "%v is reached without any network, by the class of %s of the points: take a larger one", c.Target, number.Percent(larger, -1))
	}
	return d.Raw.Columns, nil
}

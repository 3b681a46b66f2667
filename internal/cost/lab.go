package cost

import (
	"context"

	"actscope/internal/experiment"
)

// Lab carries out trials.
type Lab interface {
	// Train gives what came of each trial, in their order. It is called by several
	// goroutines at a time.
	Train(ctx context.Context, trials []Trial) ([]Attempt, error)
}

// Trainings is the lab that trains networks. Trials that its log knows are not repeated.
type Trainings struct {
	work experiment.Work[Trial, Attempt]
}

// NewTrainings trains jobs networks at a time. It calls watch, from several goroutines,
// after each training, and says whether it diverged; what the log knows is not shown.
func NewTrainings(c Config, jobs int, log *Log, watch func(failed bool)) (*Trainings, error) {
	pool, err := experiment.NewPool(jobs)
	if err != nil {
		return nil, err
	}
	train := func(ctx context.Context, t *experiment.Trainer, trial Trial) (Attempt, error) {
		a, err := c.attempt(ctx, t, trial)
		if err == nil {
			watch(a.Diverged)
		}
		return a, err
	}
	return &Trainings{experiment.Work[Trial, Attempt]{Pool: pool, Ledger: log, Train: train}}, nil
}

// Train implements [Lab].
func (t *Trainings) Train(ctx context.Context, trials []Trial) ([]Attempt, error) {
	return t.work.All(ctx, trials)
}

// attempt carries out one trial.
func (c Config) attempt(ctx context.Context, trainer *experiment.Trainer, t Trial) (Attempt, error) {
	specifications, err := c.trial(t).Specifications()
	if err != nil {
		return Attempt{}, searched(err)
	}
	training, err := trainer.Prepare(specifications[0])
	if err != nil {
		return Attempt{}, searched(err)
	}
	outcome, err := training.Run(ctx)
	if err != nil || outcome.Diverged != nil {
		return Attempt{Diverged: outcome.Diverged != nil}, err
	}
	m, err := experiment.Measure(ctx, training.Network, training.Data, experiment.Accuracies)
	if err != nil {
		return Attempt{}, err
	}
	return Attempt{Accuracy: m.TestAccuracy}, nil
}

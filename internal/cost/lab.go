package cost

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"actscope/internal/study"
	"actscope/models"
)

// Lab carries out trials.
type Lab interface {
	// Train gives what came of each trial, in their order. It is called by several
	// goroutines at a time.
	Train(ctx context.Context, trials []Trial) ([]Attempt, error)
}

// Workshop is the lab that trains networks. Trials that its log knows are not
// repeated.
type Workshop struct {
	config   Config
	trainers chan *study.Trainer // those that are idle
	log      *Log
	watch    func(failed bool)
}

// NewWorkshop trains so many networks at a time. It calls watch, from several
// goroutines, after each training, and says whether it diverged.
func NewWorkshop(c Config, jobs int, log *Log, watch func(failed bool)) (*Workshop, error) {
	if jobs < 1 {
		return nil, bad("jobs", "%d: at least one is needed", jobs)
	}
	w := &Workshop{config: c, trainers: make(chan *study.Trainer, jobs), log: log, watch: watch}
	for range jobs {
		w.trainers <- &study.Trainer{}
	}
	return w, nil
}

// Train implements [Lab].
func (w *Workshop) Train(ctx context.Context, trials []Trial) ([]Attempt, error) {
	attempts := make([]Attempt, len(trials))
	group, ctx := errgroup.WithContext(ctx)
	for i, t := range trials {
		group.Go(func() (err error) {
			attempts[i], err = w.train(ctx, t)
			return err
		})
	}
	return attempts, group.Wait()
}

func (w *Workshop) train(ctx context.Context, t Trial) (Attempt, error) {
	if a, known := w.log.Find(t); known {
		return a, nil
	}
	var trainer *study.Trainer
	select {
	case trainer = <-w.trainers:
	case <-ctx.Done():
		return Attempt{}, ctx.Err()
	}
	defer func() { w.trainers <- trainer }()
	outcome, err := trainer.Train(ctx, w.config.trial(t))
	a := Attempt{Accuracy: outcome.TestAccuracy}
	var divergence *models.DivergenceError
	switch {
	case ctx.Err() != nil:
		return Attempt{}, ctx.Err()
	case errors.As(err, &divergence):
		a = Attempt{Diverged: true}
	case err != nil:
		return Attempt{}, searched(err)
	}
	w.watch(a.Diverged)
	return a, w.log.Add(t, a)
}

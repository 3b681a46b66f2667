package claims

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"actscope/internal/study"
	"actscope/models"
)

// Table holds the measurements of a design.
type Table struct {
	Design Design
	taken  map[measured]*Measurement
}

// measured says what a measurement is of.
type measured struct {
	setting string
	pair    Pair
	network string
}

// NewTable is an empty table.
func NewTable(d Design) *Table { return &Table{Design: d, taken: make(map[measured]*Measurement)} }

// Put stores the measurement of a network.
func (t *Table) Put(s Setting, p Pair, network string, m *Measurement) {
	t.taken[measured{s.Name, p, network}] = m
}

// Get is the measurement of a network; nil where there is none.
func (t *Table) Get(s Setting, p Pair, network string) *Measurement {
	return t.taken[measured{s.Name, p, network}]
}

// Training is one network to train: one run of plain descent is measured at all the
// epochs that the design asks for, because a shorter training is a prefix of a longer
// one.
type Training struct {
	pair    Pair
	network string
	at      []Setting // by epochs, ascending; all else is the same
}

// Trainings are those that the settings need, each network once.
func (d Design) Trainings(settings []Setting) []Training {
	var all []Training
	index := make(map[string]int)
	add := func(s Setting, p Pair) {
		for _, network := range d.Base.Activations {
			key := fmt.Sprint(s.Rate, s.Hidden, p, network)
			i, known := index[key]
			if !known {
				i = len(all)
				index[key] = i
				all = append(all, Training{pair: p, network: network})
			}
			if t := &all[i]; !slices.ContainsFunc(t.at, s.equal) {
				t.at = append(t.at, s)
				slices.SortFunc(t.at, func(a, b Setting) int { return a.Epochs - b.Epochs })
			}
		}
	}
	for _, s := range settings {
		for _, p := range d.trained(s) {
			add(s, p)
		}
	}
	return all
}

// Watcher follows a run. Its methods are called by one goroutine at a time.
type Watcher interface {
	// Start says how many trainings there are.
	Start(trainings int)
	// Trained counts one.
	Trained(failed bool)
}

// Run trains the networks of some settings, jobs at a time, and measures them, but for
// those that the log knows, and adds them to it. A training that diverges is measured as
// failed from there on; other errors end the run. The table does not depend on the number
// of jobs, nor on the log.
func Run(ctx context.Context, d Design, settings []Setting, jobs int, log *Log, w Watcher) (*Table, error) {
	if jobs < 1 {
		return nil, &study.ConfigError{Key: "jobs", Reason: fmt.Sprintf("%d: at least one is needed", jobs)}
	}
	trainings := d.Trainings(settings)
	results := make([][]*Measurement, len(trainings))
	w.Start(len(trainings))
	var mu sync.Mutex
	queue := make(chan int)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(queue)
		for i := range trainings {
			select {
			case queue <- i:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	for range min(jobs, len(trainings)) {
		group.Go(func() error {
			var trainer study.Trainer
			for i := range queue {
				taken, known := log.Find(trainings[i].logged())
				if !known {
					var err error
					if taken, err = d.train(ctx, &trainer, trainings[i]); err != nil {
						return err
					}
					if err := remember(log, trainings[i], taken); err != nil {
						return err
					}
				}
				results[i] = taken
				mu.Lock()
				w.Trained(taken[len(taken)-1].Failed())
				mu.Unlock()
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	table := NewTable(d)
	for i, t := range trainings {
		for j, s := range t.at {
			table.Put(s, t.pair, t.network, results[i][j])
		}
	}
	return table, nil
}

// train trains one network and measures it at each of its settings.
func (d Design) train(ctx context.Context, trainer *study.Trainer, t Training) ([]*Measurement, error) {
	last := t.at[len(t.at)-1]
	o := observer{ctx: ctx, config: d.config(last, t.pair, t.network)}
	for _, s := range t.at {
		o.at = append(o.at, s.Epochs)
	}
	_, err := trainer.Train(ctx, o.config, o.watch)
	var divergence *models.DivergenceError
	switch {
	case errors.As(err, &divergence):
		o.fail(err)
	case err != nil && ctx.Err() == nil:
		return nil, fmt.Errorf("%s, %s, data seed %d, seed %d: %w", last.Name, t.network, t.pair.DataSeed, t.pair.Seed, err)
	case err != nil:
		return nil, err
	}
	return o.taken, nil
}

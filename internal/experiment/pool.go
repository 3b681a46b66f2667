package experiment

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"actscope/internal/config"
	"actscope/internal/input"
	"actscope/internal/panics"
)

// Pool trains networks side by side, at most a given number at a time, whoever asks. The
// trainings share data that are equal.
type Pool struct {
	idle chan *Trainer
	data *datasets
}

// NewPool makes a pool that trains at most jobs networks at a time.
func NewPool(jobs int) (*Pool, error) {
	if jobs < 1 {
		return nil, input.Refuse("jobs", "%d: at least one is needed", jobs)
	}
	p := &Pool{idle: make(chan *Trainer, jobs), data: newDatasets(jobs)}
	for range jobs {
		p.idle <- &Trainer{data: p.data}
	}
	return p, nil
}

// jobs is how many networks are trained at a time.
func (p *Pool) jobs() int { return cap(p.idle) }

// Data are the data of some points, which the pool keeps for trainings to come.
func (p *Pool) Data(ctx context.Context, points config.Points) (*Dataset, error) {
	return p.data.load(ctx, points)
}

// do lends a trainer to train. A panic, which must not end the trainings beside, becomes a
// [panics.Error].
func (p *Pool) do(ctx context.Context, train func(*Trainer) error) (err error) {
	var t *Trainer
	select {
	case t = <-p.idle:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() {
		var panicked *panics.Error
		if errors.As(err, &panicked) {
			t = &Trainer{data: p.data} // what the old one keeps may be broken
		}
		p.idle <- t
	}()
	defer panics.Catch(&err, "")
	return train(t)
}

// Ledger knows what came of trainings: V for the training K. It is used by many
// goroutines.
type Ledger[K, V any] interface {
	Find(K) (v V, known bool)
	Add(K, V) error
}

// Watcher follows trainings. Its methods are called by one goroutine at a time.
type Watcher interface {
	// Start says how many trainings there are, and how many of them were done, and failed,
	// before.
	Start(trainings, done, failed int)
	// Done counts one.
	Done(failed bool)
}

// Work is trainings of one kind.
type Work[K, V any] struct {
	Pool *Pool
	// Ledger says which trainings need not be repeated, and is told of the others; nil
	// for none.
	Ledger Ledger[K, V]
	// Train carries out one training.
	Train func(ctx context.Context, t *Trainer, k K) (V, error)
	// Failed, if not nil, makes a result of an error in one training, which then does not
	// stop the others.
	Failed func(K, error) (V, error)
	// Trained, if not nil, is shown each result, those from the ledger included, one at a
	// time and in no order.
	Trained func(K, V)
}

// Run carries out trainings, those that the ledger does not know. The first error stops
// it; when the context ends, the error is the context's.
func (w Work[K, V]) Run(ctx context.Context, trainings iter.Seq[K]) error {
	return w.run(ctx, trainings, func(int, V) {})
}

// All is [Work.Run] that gives the results in the order of the trainings.
func (w Work[K, V]) All(ctx context.Context, trainings []K) ([]V, error) {
	results := make([]V, len(trainings))
	err := w.run(ctx, slices.Values(trainings), func(i int, v V) { results[i] = v })
	return results, err
}

func (w Work[K, V]) run(parent context.Context, trainings iter.Seq[K], take func(i int, v V)) error {
	group, ctx := errgroup.WithContext(parent)
	group.SetLimit(w.Pool.jobs())
	var showing sync.Mutex
	i := 0
	for k := range trainings {
		if ctx.Err() != nil {
			break
		}
		at := i
		group.Go(func() (err error) {
			defer panics.Catch(&err, "keeping what a training gave")
			v, err := w.train(ctx, k)
			if err != nil {
				return err
			}
			take(at, v)
			if w.Trained != nil {
				showing.Lock()
				defer showing.Unlock()
				w.Trained(k, v)
			}
			return nil
		})
		i++
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return parent.Err()
}

func (w Work[K, V]) train(ctx context.Context, k K) (v V, err error) {
	if w.Ledger != nil {
		if v, known := w.Ledger.Find(k); known {
			return v, nil
		}
	}
	err = w.Pool.do(ctx, func(t *Trainer) (err error) {
		v, err = w.Train(ctx, t, k)
		return err
	})
	if err != nil && w.Failed != nil && ctx.Err() == nil {
		v, err = w.Failed(k, err)
	}
	if err == nil && w.Ledger != nil {
		err = w.Ledger.Add(k, v)
	}
	return v, err
}

// datasets are the data last used, each made once.
type datasets struct {
	mu   sync.Mutex
	most int
	kept []*keptDataset // the last used last
}

type keptDataset struct {
	points config.Points
	make   func() (*Dataset, error)
}

func newDatasets(most int) *datasets { return &datasets{most: most} }

// load gives the data of some points. Those that a context kept from being made are made
// anew when they are asked for again.
func (d *datasets) load(ctx context.Context, p config.Points) (*Dataset, error) {
	d.mu.Lock()
	i := slices.IndexFunc(d.kept, func(k *keptDataset) bool { return k.points == p })
	var kept *keptDataset
	if i >= 0 {
		kept = d.kept[i]
		d.kept = slices.Delete(d.kept, i, i+1)
	} else {
		kept = &keptDataset{p, sync.OnceValues(func() (*Dataset, error) { return Load(ctx, p) })}
		if len(d.kept) == d.most {
			d.kept = slices.Delete(d.kept, 0, 1)
		}
	}
	d.kept = append(d.kept, kept)
	d.mu.Unlock()
	made, err := kept.make()
	if err != nil && ctx.Err() != nil {
		d.mu.Lock()
		d.kept = slices.DeleteFunc(d.kept, func(k *keptDataset) bool { return k == kept })
		d.mu.Unlock()
	}
	return made, err
}

package sweep

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"

	"golang.org/x/sync/errgroup"

	"actscope/internal/study"
	"actscope/models"
)

// Watcher follows a run. Its methods are called by one goroutine at a time.
type Watcher interface {
	// Start says how many trials the shard has, and what the ledger knows of them.
	Start(trials, done, failed int)
	// Trained shows each record as it is made.
	Trained(r *Record)
}

// Outcome counts the trials of a shard.
type Outcome struct {
	// Trials is their number, Done those that have a record, Failed those among
	// them that diverged or could not be trained.
	Trials, Done, Failed int
	// Problems are files among the results that were passed over.
	Problems []error
}

// Run trains the trials of a shard that have no record yet, jobs at a time. A trial
// that diverges or fails is recorded as such and stops nothing. When the context
// ends, what was trained is published and the context's error returned. Where
// results cannot be stored, or a trial does not fit into this machine's memory,
// the run goes no further than it can and returns an error; run again, here or
// elsewhere, it goes on.
func Run(ctx context.Context, f *Folder, shard Shard, jobs int, w Watcher) (Outcome, error) {
	if jobs < 1 {
		return Outcome{}, &InputError{Reason: fmt.Sprintf("%d jobs: at least one is needed", jobs)}
	}
	if err := f.admit(shard); err != nil {
		return Outcome{}, err
	}
	ledger, err := f.Scan()
	if err != nil {
		return Outcome{}, err
	}
	r := &runner{folder: f, batch: newBatch(f), watcher: w}
	o := Outcome{Problems: ledger.Problems}
	var open []int
	for i := range shard.trials(f.Plan.trials) {
		o.Trials++
		switch {
		case !ledger.done.has(i):
			open = append(open, i)
		case ledger.ended.has(i):
			o.Failed++
			fallthrough
		default:
			o.Done++
		}
	}
	w.Start(o.Trials, o.Done, o.Failed)
	err = r.train(ctx, open, jobs)
	o.Done += r.done
	o.Failed += r.failed
	if err == nil && r.refused != nil {
		err = fmt.Errorf("%d trials were not run, the first of them because: %v; run the sweep again on a machine with more memory, or with fewer jobs", r.refusals, r.refused)
	}
	return o, err
}

// admit checks that this program may run the shard, and records the number of
// shards.
func (f *Folder) admit(shard Shard) error {
	if err := shard.check(); err != nil {
		return err
	}
	current, err := study.CurrentProvenance()
	if err != nil {
		return err
	}
	if have := f.Plan.Provenance; have != current {
		return badInput(f.path, "this sweep is one of %s with kernels %s; this program is %s with kernels %s, and results of both may not be mixed: use that program, or plan again in another directory",
			have.Version, have.Kernels, current.Version, current.Kernels)
	}
	if err := f.Plan.checkFiles(); err != nil {
		return err
	}
	return f.ClaimShards(shard.Count)
}

// runner is one run.
type runner struct {
	folder  *Folder
	batch   *batch
	watcher Watcher

	mu           sync.Mutex
	done, failed int
	refused      error // the first trial for which there was no memory
	refusals     int
}

// train runs trials and publishes their records, what it has when it is stopped
// included.
func (r *runner) train(ctx context.Context, trials []int, jobs int) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	group, working := errgroup.WithContext(ctx)
	queue := make(chan int)
	group.Go(func() error {
		defer close(queue)
		for _, i := range trials {
			select {
			case queue <- i:
			case <-working.Done():
				return working.Err()
			}
		}
		return nil
	})
	for range min(jobs, len(trials)) {
		group.Go(func() error { return r.work(working, queue) })
	}
	trained, published := make(chan struct{}), make(chan error, 1)
	go func() { published <- r.batch.publishUntil(trained, stop) }()
	err := group.Wait()
	close(trained)
	if failure := <-published; failure != nil {
		return failure
	}
	return err
}

// work trains trials from the queue.
func (r *runner) work(ctx context.Context, queue <-chan int) error {
	var trainer study.Trainer
	for i := range queue {
		trial, err := r.folder.Plan.Trial(i)
		if err != nil {
			return err
		}
		record, err := trial.train(ctx, &trainer)
		var memory *study.MemoryError
		switch {
		case errors.As(err, &memory):
			r.refuse(err)
			continue
		case err != nil:
			return err
		}
		r.batch.add(record)
		r.count(&record)
	}
	return nil
}

func (r *runner) refuse(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refused == nil {
		r.refused = err
	}
	r.refusals++
}

func (r *runner) count(record *Record) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done++
	if record.Status != OK {
		r.failed++
	}
	r.watcher.Trained(record)
}

// train makes the trial's record. An error means that there is none: the context
// ended, or this machine has too little memory.
func (t Trial) train(ctx context.Context, trainer *study.Trainer) (Record, error) {
	outcome, err := guarded(func() (study.Outcome, error) { return trainer.Train(ctx, t.Config) })
	var divergence *models.DivergenceError
	var memory *study.MemoryError
	var panicked *panicError
	if errors.As(err, &panicked) {
		*trainer = study.Trainer{} // what it keeps may be broken
	}
	switch {
	case ctx.Err() != nil:
		return Record{}, ctx.Err()
	case errors.As(err, &memory):
		return Record{}, err
	case errors.As(err, &divergence):
		return t.record(Diverged, err, outcome), nil
	case err != nil:
		return t.record(Failed, err, study.Outcome{}), nil
	}
	return t.record(OK, nil, outcome), nil
}

// panicError is a panic in the training of one trial, which must not end the others.
type panicError struct{ value any }

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

// guarded turns a panic into an error.
func guarded(train func() (study.Outcome, error)) (o study.Outcome, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &panicError{p}
		}
	}()
	return train()
}

// record keeps what is kept of an outcome.
func (t Trial) record(status Status, reason error, o study.Outcome) Record {
	r := Record{
		Index: t.Index, ID: t.ID, Status: status, Steps: o.History.Steps,
		TrainAccuracy: math.NaN(), TestAccuracy: math.NaN(), GradientFirst: math.NaN(), GradientLast: math.NaN(),
		Spread: o.Spread,
	}
	if reason != nil {
		r.Reason = oneLine(reason.Error())
	}
	if status == OK {
		r.TrainAccuracy, r.TestAccuracy = o.TrainAccuracy, o.TestAccuracy
	}
	if n := len(o.GradientNorms); n > 0 {
		r.GradientFirst, r.GradientLast = o.GradientNorms[0], o.GradientNorms[n-1]
	}
	for i, epoch := range LossEpochs(t.Config.Epochs) {
		r.Loss[i] = math.NaN()
		if epoch <= len(o.History.Loss) {
			r.Loss[i] = o.History.Loss[epoch-1]
		}
	}
	return r
}

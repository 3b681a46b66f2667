package sweep

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/models"
)

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
func Run(ctx context.Context, f *Folder, shard Shard, jobs int, w experiment.Watcher) (Outcome, error) {
	pool, err := experiment.NewPool(jobs)
	if err != nil {
		return Outcome{}, err
	}
	if err := f.admit(shard); err != nil {
		return Outcome{}, err
	}
	records, err := f.Scan()
	if err != nil {
		return Outcome{}, err
	}
	r := &runner{folder: f, batch: newBatch(f), watcher: w}
	o := Outcome{Problems: records.Problems}
	var open []int
	for i := range shard.trials(f.Plan.trials) {
		o.Trials++
		switch {
		case !records.done.has(i):
			open = append(open, i)
		case records.ended.has(i):
			o.Failed++
			fallthrough
		default:
			o.Done++
		}
	}
	w.Start(o.Trials, o.Done, o.Failed)
	err = r.train(ctx, pool, open)
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
	current, err := experiment.CurrentProvenance()
	if err != nil {
		return err
	}
	if have := f.Plan.Provenance; have != current {
		return input.RefuseFile(f.path, "this sweep is one of %s with kernels %s; this program is %s with kernels %s, and results of both may not be mixed: use that program, or plan again in another directory",
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
	watcher experiment.Watcher

	mu           sync.Mutex
	done, failed int
	refused      error // the first trial for which there was no memory
	refusals     int
}

// train runs trials and publishes their records, what it has when it is stopped
// included.
func (r *runner) train(ctx context.Context, pool *experiment.Pool, trials []int) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	trained, published := make(chan struct{}), make(chan error, 1)
	go func() { published <- r.batch.publishUntil(trained, stop) }()
	work := experiment.Work[int, *Record]{Pool: pool, Ledger: r.batch, Train: r.record, Failed: r.fail, Trained: r.count}
	err := work.Run(ctx, slices.Values(trials))
	close(trained)
	if failure := <-published; failure != nil {
		return failure
	}
	return err
}

// record makes the record of a trial.
func (r *runner) record(ctx context.Context, trainer *experiment.Trainer, i int) (*Record, error) {
	trial, err := r.folder.Plan.Trial(i)
	if err != nil {
		return nil, err
	}
	t, err := train(ctx, trainer, trial.Config)
	if err != nil {
		return nil, err
	}
	if t.Diverged != nil {
		return trial.record(Diverged, t.Diverged, t), nil
	}
	return trial.record(OK, nil, t), nil
}

// fail makes the record of a trial that could not be trained, or none where the machine
// has too little memory for it.
func (r *runner) fail(i int, err error) (*Record, error) {
	var memory *experiment.MemoryError
	if errors.As(err, &memory) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.refused == nil {
			r.refused = err
		}
		r.refusals++
		return nil, nil
	}
	trial, missing := r.folder.Plan.Trial(i)
	if missing != nil {
		return nil, missing
	}
	return trial.record(Failed, err, trained{}), nil
}

func (r *runner) count(_ int, record *Record) {
	if record == nil {
		return
	}
	r.done++
	if record.Status != OK {
		r.failed++
	}
	r.watcher.Done(record.Status != OK)
}

// trained is a training with what records keep of it.
type trained struct {
	experiment.Outcome
	// norms are the mean gradient norms of the last complete epoch, by layer.
	norms    []float64
	measured *experiment.Measurement // nil where it diverged
}

// train trains the one network of a configuration.
func train(ctx context.Context, trainer *experiment.Trainer, c config.Config) (t trained, err error) {
	specifications, err := c.Specifications()
	if err != nil {
		return t, err
	}
	training, err := trainer.Prepare(specifications[0])
	if err != nil {
		return t, err
	}
	t.Outcome, err = training.Run(ctx, models.RecorderFunc(func(e models.Epoch) error {
		t.norms = append(t.norms[:0], e.GradientNorms...)
		return nil
	}))
	if err != nil || t.Diverged != nil {
		return t, err
	}
	t.measured, err = experiment.Measure(ctx, training.Network, training.Data, experiment.Signals)
	return t, err
}

// record keeps what is kept of a training.
func (t Trial) record(status Status, reason error, of trained) *Record {
	r := &Record{
		Index: t.Index, ID: t.ID, Status: status, Steps: of.Steps,
		TrainAccuracy: math.NaN(), TestAccuracy: math.NaN(), GradientFirst: math.NaN(), GradientLast: math.NaN(),
	}
	if reason != nil {
		r.Reason = oneLine(reason.Error())
	}
	if m := of.measured; m != nil {
		r.TrainAccuracy, r.TestAccuracy, r.Spread = m.TrainAccuracy, m.TestAccuracy, m.Spread
	}
	if n := len(of.norms); n > 0 {
		r.GradientFirst, r.GradientLast = of.norms[0], of.norms[n-1]
	}
	for i, epoch := range LossEpochs(t.Config.Epochs) {
		r.Loss[i] = math.NaN()
		if epoch <= len(of.Loss) {
			r.Loss[i] = of.Loss[epoch-1]
		}
	}
	return r
}

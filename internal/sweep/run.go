package sweep

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/internal/memory"
	"actscope/models"
)

// Summary counts the trials of a shard.
type Summary struct {
	// Trials is their number, Done of those that have a record, Failed of those among them
	// that diverged or could not be trained.
	Trials, Done, Failed int
	// Problems are about files among the results that were passed over, as in [Records].
	Problems []error
}

// Run trains the trials of a shard that have no record yet, jobs at a time. A trial that
// diverges or fails is recorded as such and stops nothing. When the context ends, what was
// trained is published and the context's error returned. Where results cannot be stored,
// or a trial does not fit into this machine's memory, the run goes as far as it can and
// returns an error; run again, here or elsewhere, it goes on.
func Run(ctx context.Context, f *Folder, shard Shard, jobs int, w experiment.Watcher) (Summary, error) {
	pool, err := experiment.NewPool(jobs)
	if err != nil {
		return Summary{}, err
	}
	if err := f.admit(shard); err != nil {
		return Summary{}, err
	}
	records, err := f.Scan()
	if err != nil {
		return Summary{}, err
	}
	r := &runner{folder: f, batch: newBatch(f), watcher: w, summary: Summary{Problems: records.Problems}}
	var open []int
	for i := range shard.trials(f.Plan.trials) {
		r.summary.Trials++
		if records.done.has(i) {
			r.count(records.ended.has(i))
		} else {
			open = append(open, i)
		}
	}
	w.Start(r.summary.Trials, r.summary.Done, r.summary.Failed)
	err = r.run(ctx, pool, open)
	if err == nil && r.refused != nil {
		err = fmt.Errorf("%d of %d trials were not run, the first of them because: %v; run the sweep again on a machine with more memory, or with fewer jobs",
			r.summary.Trials-r.summary.Done, r.summary.Trials, r.refused)
	}
	return r.summary, err
}

// admit checks that this program may run the shard, and records the number of shards.
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
	return f.recordShards(shard.Count)
}

// runner is one run.
type runner struct {
	folder  *Folder
	batch   *batch
	watcher experiment.Watcher

	summary Summary
	refused error // of the first trial for which there was no memory
}

// end is how a trial ended: with a record, or refused because the machine has too little
// memory.
type end struct {
	record  *Record
	refused error
}

// run trains trials and publishes their records, also what it has when it is stopped.
func (r *runner) run(ctx context.Context, pool *experiment.Pool, trials []int) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	trained, published := make(chan struct{}), make(chan error, 1)
	go func() { published <- r.batch.publishUntil(trained, stop) }()
	work := experiment.Work[int, end]{Pool: pool, Train: r.train, Failed: r.fail, Trained: r.add}
	err := work.Run(ctx, slices.Values(trials))
	close(trained)
	if failure := <-published; failure != nil {
		return failure
	}
	return err
}

// train makes the record of a trial.
func (r *runner) train(ctx context.Context, trainer *experiment.Trainer, i int) (end, error) {
	trial, err := r.folder.Plan.Trial(i)
	if err != nil {
		return end{}, err
	}
	t, err := train(ctx, trainer, trial.Config)
	var notFinite *models.NotFiniteError // the last step was the one too far
	switch {
	case errors.As(err, &notFinite):
		return end{record: trial.record(Diverged, notFinite, t)}, nil
	case err != nil:
		return end{}, err
	case t.Diverged != nil:
		return end{record: trial.record(Diverged, t.Diverged, t)}, nil
	}
	return end{record: trial.record(OK, nil, t)}, nil
}

// fail makes the record of a trial that could not be trained, unless another machine may
// have the memory for it.
func (r *runner) fail(i int, err error) (end, error) {
	var memory *memory.Error
	if errors.As(err, &memory) {
		return end{refused: err}, nil
	}
	trial, missing := r.folder.Plan.Trial(i)
	if missing != nil {
		return end{}, missing
	}
	return end{record: trial.record(Failed, err, trained{})}, nil
}

// add is called by one goroutine at a time.
func (r *runner) add(_ int, e end) {
	if e.record == nil {
		if r.refused == nil {
			r.refused = e.refused
		}
		return
	}
	failed := e.record.Status != OK
	r.batch.add(*e.record)
	r.count(failed)
	r.watcher.Done(failed)
}

// count counts a trial that has a record.
func (r *runner) count(failed bool) {
	r.summary.Done++
	if failed {
		r.summary.Failed++
	}
}

// trained is a training with what records keep of it.
type trained struct {
	experiment.Outcome
	// norms are the mean gradient norms of the last complete epoch, by layer.
	norms    []float64
	measured *experiment.Measurement // nil where it diverged, at last in the evaluation
}

// train trains the one network of a configuration.
func train(ctx context.Context, trainer *experiment.Trainer, c config.Config) (t trained, err error) {
	specifications, err := c.Specifications()
	if err != nil {
		return t, err
	}
	training, err := trainer.Prepare(ctx, specifications[0])
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
	t.measured, err = experiment.Measure(ctx, training.Network, training.Data, experiment.Resolution)
	return t, err
}

// record is the trial's record of a training.
func (t Trial) record(status Status, reason error, of trained) *Record {
	r := &Record{
		Index: t.Index, ID: t.ID, Status: status, Steps: of.Steps,
		TrainAccuracy: math.NaN(), TestAccuracy: math.NaN(), GradientFirst: math.NaN(), GradientLast: math.NaN(), NoticeableGrowth: math.NaN(),
	}
	if reason != nil {
		r.Reason = oneLine(reason.Error())
	}
	if m := of.measured; m != nil {
		r.TrainAccuracy, r.TestAccuracy, r.Spread = m.TrainAccuracy, m.TestAccuracy, m.Spread
		r.TestRows, r.FreshRight, r.FreshRows = len(m.Wrong), m.FreshRight, m.FreshRows
		r.NoticeableGrowth = m.NoticeableGrowth()
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

// A segment is published when this share of the run's time has gone by since the last
// one, within bounds: a kill costs little work, and a long run makes few files, about a
// hundred and then two a minute.
const (
	publishShare  = 20
	firstInterval = 250 * time.Millisecond
	lastInterval  = 30 * time.Second
	// fullBatch bounds memory where trials are very short.
	fullBatch = 20_000
)

// batch collects records until they are published.
type batch struct {
	folder *Folder
	full   chan struct{} // has room for one

	mu      sync.Mutex
	records []Record
}

func newBatch(f *Folder) *batch { return &batch{folder: f, full: make(chan struct{}, 1)} }

func (b *batch) add(r Record) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.records = append(b.records, r)
	if len(b.records) >= fullBatch {
		select {
		case b.full <- struct{}{}:
		default: // the publisher knows
		}
	}
}

// publishUntil publishes from time to time until all is finished, and what is left then.
// It ends early, stopping the work, when that fails.
func (b *batch) publishUntil(finished <-chan struct{}, stop func(error)) error {
	start := time.Now() // the monotonic clock: setting the time changes nothing
	for {
		timer := time.NewTimer(min(max(time.Since(start)/publishShare, firstInterval), lastInterval))
		last := false
		select {
		case <-timer.C:
		case <-b.full:
		case <-finished:
			last = true
		}
		timer.Stop()
		if err := b.publish(); err != nil {
			stop(err)
			return err
		}
		if last {
			return nil
		}
	}
}

func (b *batch) publish() error {
	b.mu.Lock()
	records := b.records
	b.records = nil
	b.mu.Unlock()
	return b.folder.Publish(records)
}

// An estimate trains a few trials for a moment each.
const (
	estimateTrials = 8
	estimateBudget = time.Second // for all of them
)

// Estimate is roughly how long one core takes for all trials of the plan: trials spread
// over it are trained for a few epochs each. Trials that cannot be trained take no time.
func (p *Plan) Estimate(ctx context.Context) (time.Duration, error) {
	start := time.Now()
	sampled, seconds := 0, 0.0
	for k := range min(estimateTrials, p.trials) {
		if k > 0 && time.Since(start) > estimateBudget {
			break
		}
		// Steps by the golden ratio are spread over every axis, the fast ones too.
		const golden = 0.6180339887498949
		_, at := math.Modf(float64(k) * golden)
		trial, err := p.Trial(int(at * float64(p.trials)))
		if err != nil {
			return 0, err
		}
		took, err := estimateTrial(ctx, trial.Config)
		if err != nil {
			return 0, err
		}
		seconds += took
		sampled++
	}
	return time.Duration(seconds / float64(sampled) * float64(p.trials) * float64(time.Second)), nil
}

// estimateTrial is the time of a configuration in seconds, from a first epoch and from as
// many as fit into a trial's part of the budget.
func estimateTrial(ctx context.Context, c config.Config) (seconds float64, err error) {
	trainer := experiment.NewTrainer()
	took := func(epochs int) (training float64, err error) {
		c.Epochs = epochs
		t, err := train(ctx, trainer, c)
		return t.Duration.Seconds(), err
	}
	epochs := c.Epochs
	first, err := took(1)
	if err == nil {
		fit := estimateBudget.Seconds() / estimateTrials / max(first, 1e-6)
		part := max(1, min(epochs, int(fit/2)))
		start := time.Now()
		var training float64
		training, err = took(part)
		around := time.Since(start).Seconds() - training
		seconds = around + training*float64(epochs)/float64(part)
	}
	switch {
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case err != nil:
		return 0, nil // a trial that cannot be trained
	}
	return seconds, nil
}

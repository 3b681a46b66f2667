package sweep

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"actscope/internal/atomicfile"
	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/internal/memory"
	"actscope/models"
)

// Summary counts the trials of a shard whose records can be read when a run ends.
type Summary struct {
	// Trials is their number, Done of those that have a record. Diverged and Failed, which
	// could not be trained, are among those.
	Trials, Done, Diverged, Failed int
	// Problems are about files among the results that were passed over, as in [Records].
	Problems []error
	// Aside say of each damaged file that it was set aside, and where.
	Aside []error

	refused error  // why the first trial that has no record has none, if its memory is why
	reason  string // of the first trial that failed
}

// Err says what is wrong with a shard whose trials were all taken up, which is nothing if some
// were trained, or diverged, and all have a record.
func (s Summary) Err() error {
	switch missing := s.Trials - s.Done; {
	case missing > 0 && s.refused != nil:
		return fmt.Errorf("%d of %d trials were not run, the first of them because: %v; run the sweep again on a machine with more memory, or with fewer jobs", missing, s.Trials, s.refused)
	case missing > 0:
		return fmt.Errorf("%d of %d trials were trained, and their records cannot be read: files among the results were damaged or moved away in the meantime; run the sweep again", missing, s.Trials)
	case s.Trials > 0 && s.Failed == s.Trials:
		return fmt.Errorf("every trial failed, the first of them because: %s", s.reason)
	}
	return nil
}

// Run trains the trials of a shard that have no record yet, jobs at a time. A trial that
// diverges or fails is recorded as such and stops nothing. When the context ends, what was
// trained is published and the context's error returned, and where results cannot be stored
// that error; then the summary says of files only. Otherwise it is of what is there at the end,
// whoever stored it, and [Summary.Err] judges it. Damaged segments are set aside, and their
// trials run again. A trial that does not fit into this machine's memory is left without a
// record: run again, here or elsewhere, the sweep goes on.
func Run(ctx context.Context, f *Folder, shard Shard, jobs int, w experiment.Watcher) (Summary, error) {
	pool, err := experiment.NewPool(jobs)
	if err != nil {
		return Summary{}, err
	}
	if err := f.admit(shard); err != nil {
		return Summary{}, err
	}
	records, err := f.Scan(ctx)
	if err != nil {
		return Summary{}, err
	}
	r := &runner{folder: f, batch: newBatch(f), watcher: w}
	if err := r.clean(records); err != nil {
		return Summary{Aside: r.batch.aside}, err
	}
	before := records.summary(shard)
	w.Start(before.Trials, before.Done, before.Failed)
	var open []int
	for i := range shard.trials(f.Plan.trials) {
		if !records.done.has(i) {
			open = append(open, i)
		}
	}
	err = r.run(ctx, pool, open)
	s := Summary{Problems: records.Problems, Aside: r.batch.aside}
	if err != nil {
		return s, err
	}
	if len(open)+len(records.damaged) > 0 {
		if records, err = f.Scan(ctx); err != nil {
			return s, err
		}
	}
	s = records.summary(shard)
	s.Aside, s.refused = r.batch.aside, r.refused
	if s.Trials > 0 && s.Failed == s.Trials {
		for first := range shard.trials(f.Plan.trials) {
			s.reason, err = records.reason(ctx, first)
			break
		}
	}
	return s, err
}

// summary counts the trials of a shard.
func (r *Records) summary(shard Shard) Summary {
	s := Summary{Problems: r.Problems}
	for i := range shard.trials(r.Plan.trials) {
		s.Trials++
		if r.done.has(i) {
			s.Done++
		}
		if r.diverged.has(i) {
			s.Diverged++
		}
		if r.failed.has(i) {
			s.Failed++
		}
	}
	return s
}

// clean removes what killed runs have left on its way, and sets damaged segments aside: what
// was in them is trained again, and nobody has to be told of them for ever.
func (r *runner) clean(records *Records) error {
	atomicfile.RemoveStale(r.folder.path)
	atomicfile.RemoveStale(filepath.Join(r.folder.path, resultsName))
	for _, problem := range records.damaged {
		said, err := r.folder.setAside(problem)
		if err != nil {
			return err
		}
		if said != nil {
			r.batch.aside = append(r.batch.aside, said)
		}
		records.Problems = slices.DeleteFunc(records.Problems, func(p error) bool { return p == error(problem) })
	}
	return nil
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
	specifications, err := trial.Config.Specifications()
	if err != nil {
		return end{}, err
	}
	training, err := trainer.Prepare(ctx, specifications[0])
	if err != nil {
		return end{}, err
	}
	depth, err := r.folder.Plan.Depth()
	if err != nil {
		return end{}, err
	}
	t, err := train(ctx, training, r.folder.Plan.measures)
	t.values = r.folder.Plan.measures.values(depth, t)
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
	r.batch.add(*e.record)
	r.watcher.Done(e.record.Status == Failed)
}

// trained is a training with what records keep of it.
type trained struct {
	experiment.Outcome
	// norms are the mean gradient norms of the last complete epoch, by layer.
	norms    []float64
	measured *experiment.Measurement // nil where it diverged, at last in the evaluation
	kernel   *experiment.StartingKernel
	testLoss float64   // NaN where the plan does not ask for it
	values   []float64 // of what the plan asks for
}

// train trains a network and measures it.
func train(ctx context.Context, training *experiment.Training, asked measureSet) (t trained, err error) {
	if err := asked.before(ctx, training, &t); err != nil {
		return t, err
	}
	t.Outcome, err = training.Run(ctx, models.RecorderFunc(func(e models.Epoch) error {
		t.norms = append(t.norms[:0], e.GradientNorms...)
		return nil
	}))
	if err != nil || t.Diverged != nil {
		return t, err
	}
	if t.measured, err = experiment.Measure(ctx, training.Network, training.Data, asked.extent()); err != nil {
		return t, err
	}
	return t, asked.after(training, &t)
}

// record is the trial's record of a training.
func (t Trial) record(status Status, reason error, of trained) *Record {
	r := &Record{
		Index: t.Index, ID: t.ID, Status: status, Steps: of.Steps,
		TrainAccuracy: math.NaN(), TestAccuracy: math.NaN(), GradientFirst: math.NaN(), GradientLast: math.NaN(), NoticeableGrowth: math.NaN(),
		Measured: of.values,
	}
	if reason != nil {
		r.Reason = oneLine(reason.Error())
	}
	if m := of.measured; m != nil {
		r.TrainAccuracy, r.TestAccuracy, r.Spread = m.TrainAccuracy, m.TestAccuracy, m.Spread
		r.TestRows, r.FreshRight, r.FreshRows = len(m.Wrong), m.FreshRight, m.FreshRows
		r.NoticeableGrowth = m.NoticeableGrowth()
		if m.TestFit != nil {
			r.Fits = &Fits{*m.TrainFit, *m.TestFit, models.Fit{R2: math.NaN(), RMSE: math.NaN(), MAE: math.NaN()}}
			if m.FreshFit != nil {
				r.Fits.Fresh = *m.FreshFit
			}
		}
	}
	if n := len(of.norms); n > 0 {
		r.GradientFirst, r.GradientLast = of.norms[0], of.norms[n-1]
	}
	for i, epoch := range LossEpochs(t.Config.Epochs) {
		r.Loss[i] = math.NaN()
		if epoch <= len(of.Loss) {
			r.Loss[i] = of.Loss[epoch-1]
		}
		if of.Best > 0 && epoch >= len(of.Loss) { // from where it ended, the network is that of its best epoch
			r.Loss[i] = of.Loss[of.Best-1]
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
	aside   []error // about damaged files in the way; for one goroutine at a time
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
	aside, err := b.folder.Publish(records)
	b.aside = append(b.aside, aside...)
	return err
}

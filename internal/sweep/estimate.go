package sweep

import (
	"context"
	"math"
	"time"

	"actscope/data"
	"actscope/graph/machine/kernel"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/models"
)

// An estimate trains a few trials for a moment each, none of them for more than its part of
// the budget: what is large is trained in a smaller form.
const (
	estimateTrials = 8
	estimateBudget = time.Second // for all of them
	estimateRows   = 4000        // of a trial, at most
)

// estimateWork bounds what is trained: an epoch and its measuring take about a tenth of a second
// on one core.
func estimateWork() float64 {
	if kernel.Set() == kernel.Portable {
		return 2e7
	}
	return 4e8
}

// Estimate is roughly how long one core takes for all trials of the plan: trials spread
// over it are trained for a few epochs each, large ones narrower and on fewer rows, whose
// time is that in proportion to the work. Trials that cannot be trained take no time.
func (p *Plan) Estimate(ctx context.Context) (time.Duration, error) {
	start := time.Now()
	trainer := experiment.NewTrainer()
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
		took, err := estimateTrial(ctx, trainer, trial.Config, p.measures)
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		if err == nil {
			seconds += took
		}
		sampled++
	}
	return time.Duration(min(seconds/float64(sampled)*float64(p.trials)*float64(time.Second), math.MaxInt64)), nil
}

// work is what a trial consists of, in rows times parameters: that of an epoch, and that of
// measuring what was trained.
type work struct{ epoch, measuring float64 }

// workOf is that of a network on so many rows of data.
func workOf(network models.MLP, train, measured int) (work, error) {
	// A step of the smallest network takes as long as that many parameters would.
	const atLeast = 1000
	n, err := network.ParameterCount()
	return work{float64(train) * float64(n+atLeast), float64(measured) * float64(n+atLeast)}, err
}

// estimateTrial is the time of a configuration in seconds, from a first epoch and from as
// many as fit into a trial's part of the budget.
func estimateTrial(ctx context.Context, trainer *experiment.Trainer, c config.Config, asked measureSet) (seconds float64, err error) {
	specifications, err := c.Specifications()
	if err != nil {
		return 0, err
	}
	s := specifications[0]
	d, rows, err := fewRows(ctx, trainer, s.Points)
	if err != nil {
		return 0, err
	}
	if s, err = s.For(d.Train.Columns, d.Train.Targets); err != nil {
		return 0, err
	}
	fresh := 0
	if _, isFile := s.Points.File(); !isFile {
		fresh = experiment.FreshRows
	}
	tested := int(s.Points.TestFraction * float64(rows))
	whole, err := workOf(s.MLP, rows-tested, fresh+rows)
	if err != nil {
		return 0, err
	}
	var part work
	for {
		if part, err = workOf(s.MLP, d.Train.Rows(), fresh+d.Train.Rows()+d.Test.Rows()); err != nil {
			return 0, err
		}
		if part.epoch+part.measuring <= estimateWork() || !narrow(&s.MLP) {
			break
		}
	}
	epochs := s.Training.Epochs
	took := func(n int) (epoch, around float64, err error) {
		s.Training.Epochs = n
		start := time.Now()
		training, err := trainer.PrepareOn(ctx, s, d)
		if err != nil {
			return 0, 0, err
		}
		t, err := train(ctx, training, asked)
		return t.Duration.Seconds() / float64(n), (time.Since(start) - t.Duration).Seconds(), err
	}
	first, _, err := took(1)
	if err != nil {
		return 0, err
	}
	fit := estimateBudget.Seconds() / estimateTrials / max(first, 1e-6)
	epoch, around, err := took(max(1, min(epochs, int(fit/2))))
	if err != nil {
		return 0, err
	}
	return around*whole.measuring/part.measuring + epoch*whole.epoch/part.epoch*float64(epochs), nil
}

// fewRows are data of some points, of which the trials have so many rows: enough to be
// refused where all are.
func fewRows(ctx context.Context, trainer *experiment.Trainer, p config.Points) (d *experiment.Dataset, rows int, err error) {
	enough := float64(estimateRows)
	for _, share := range []float64{p.ClassShare, 1 - p.ClassShare, 1 - p.TestFraction} { // of which one row is needed
		if share > 0 {
			enough = max(enough, 2/share)
		}
	}
	if rows = p.Samples; rows <= data.MaxSamples {
		p.Samples = int(min(float64(rows), enough))
	}
	if d, err = trainer.Data(ctx, p); err != nil {
		return nil, 0, err
	}
	if _, isFile := p.File(); isFile {
		rows = d.Raw.Rows()
	}
	few := *d
	few.Train, few.Test = d.Train.First(estimateRows), d.Test.First(estimateRows)
	return &few, rows, nil
}

// narrow halves the layers of a network, and says whether that was possible.
func narrow(network *models.MLP) bool {
	narrower := make([]int, len(network.Hidden))
	possible := false
	for i, units := range network.Hidden {
		narrower[i] = (units + 1) / 2
		possible = possible || units > 1
	}
	network.Hidden = narrower
	return possible
}

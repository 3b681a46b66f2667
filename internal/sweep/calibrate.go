package sweep

import (
	"context"
	"time"

	"actscope/internal/config"
	"actscope/internal/experiment"
)

// Calibration trains this many trials for a moment each.
const (
	calibrationTrials = 8
	calibrationBudget = time.Second
)

// Estimate is roughly how long one core takes for all trials of the plan: trials
// spread over it are trained for a few epochs each. Trials that cannot be trained
// count as none.
func (p *Plan) Estimate(ctx context.Context) (time.Duration, error) {
	start := time.Now()
	sampled, seconds := 0, 0.0
	for k := range min(calibrationTrials, p.trials) {
		if k > 0 && time.Since(start) > calibrationBudget {
			break
		}
		// Steps by the golden ratio are spread over every axis, the fast ones too.
		const golden = 0.6180339887498949
		at := float64(k)*golden - float64(int(float64(k)*golden))
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

// estimateTrial is the time of a configuration in seconds, from a first epoch and
// from so many as fit into the budget.
func estimateTrial(ctx context.Context, c config.Config) (float64, error) {
	trainer := experiment.NewTrainer()
	epochs := c.Epochs
	c.Epochs = 1
	outcome, err := train(ctx, trainer, c)
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	if err != nil {
		return 0, nil // counts as none
	}
	first := outcome.Duration.Seconds()
	most := calibrationBudget.Seconds() / calibrationTrials / max(first, 1e-6)
	c.Epochs = max(1, min(epochs, int(most/2)))
	again := time.Now()
	outcome, err = train(ctx, trainer, c)
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	if err != nil {
		return 0, nil
	}
	training := outcome.Duration.Seconds()
	around := time.Since(again).Seconds() - training
	return around + training*float64(epochs)/float64(c.Epochs), nil
}

package models

import (
	"context"
	"time"

	"actscope/data"
)

// Train fits the network to the rows of a set, in place. It stops early when the
// context is done, when a hook or recorder fails, or with a [DivergenceError]; the
// network then keeps the parameters of the last step.
func Train(ctx context.Context, net *Network, set data.Set, training Training, recorders ...Recorder) (History, error) {
	if err := training.Validate(); err != nil {
		return History{}, err
	}
	if err := set.Validate(); err != nil {
		return History{}, err
	}
	if _, err := net.checkColumns(set.X); err != nil {
		return History{}, err
	}
	t, err := newTrainer(net, set, training)
	if err != nil {
		return History{}, err
	}

	if training.Resume != nil {
		if err := t.resume(training.Resume); err != nil {
			return History{}, training.Resume.fault(err)
		}
	}
	start := time.Now()
	history := func() History { return History{Loss: t.losses, Steps: t.steps, Duration: time.Since(start)} }
	for number := len(t.losses) + 1; number <= training.Epochs; number++ {
		epoch, err := t.epoch(ctx, number)
		if err != nil {
			return history(), err
		}
		t.losses = append(t.losses, epoch.Loss)
		for _, r := range recorders {
			if err := r.Record(epoch); err != nil {
				return history(), err
			}
		}
	}
	return history(), nil
}

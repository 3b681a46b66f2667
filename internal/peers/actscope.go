package main

import (
	"context"
	"runtime"
	"time"

	"actscope/graph/machine/kernel"
	"actscope/models"
)

// actscope is the program under test, used as its own commands use it.
type actscope struct{}

func (actscope) name() string     { return "actscope" }
func (actscope) software() string { return aboutActscope() }
func (actscope) close()           {}

// aboutActscope says how this program computes.
func aboutActscope() string {
	return runtime.Version() + ", kernels " + kernel.Set() + ", large products by " + productLibrary()
}

func (a actscope) start(_ context.Context, t *task) (contender, error) {
	var nets []*models.Network
	for _, n := range t.networks {
		net, err := models.NewMLP(n.spec, t.shuffle.Clone())
		if err != nil {
			return contender{}, err
		}
		nets = append(nets, net)
	}
	round := func(ctx context.Context) (outcome, error) {
		for i, n := range t.networks {
			for j, p := range n.initial {
				copy(nets[i].Parameters[j].Values, p.Values)
			}
		}
		if t.trains() {
			return a.train(ctx, t, nets)
		}
		return a.predict(t, nets)
	}
	return contender{round: round}, nil
}

// train times models.Train as a whole: building and planning the graphs, shuffling, and the checks of every step.
func (actscope) train(ctx context.Context, t *task, nets []*models.Network) (outcome, error) {
	var o outcome
	for _, net := range nets {
		training := models.Training{Rate: t.rate, Batch: t.batch, Epochs: len(t.orders), Shuffle: t.shuffle.Clone()}
		start := time.Now()
		history, err := models.Train(ctx, net, t.set, training)
		o.duration += time.Since(start)
		if err != nil {
			return o, err
		}
		o.losses = append(o.losses, history.Loss)
	}
	return o, nil
}

func (actscope) predict(t *task, nets []*models.Network) (outcome, error) {
	var o outcome
	for _, net := range nets {
		var p []float64
		start := time.Now()
		for range t.passes {
			var err error
			if p, err = net.Predict(t.set.X); err != nil {
				return o, err
			}
		}
		o.duration += time.Since(start)
		o.losses = append(o.losses, []float64{reportedLoss(p, t.set.Y)})
	}
	return o, nil
}

package main

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"actscope/internal/config"
	"actscope/internal/experiment"
)

// sweepContenders train many networks, as a sweep's workers do, on all cores and on one.
func sweepContenders(_ context.Context, _ []peer, quick bool) (string, []contender, error) {
	networks, epochs := smaller(quick, 4, 200), smaller(quick, 2, 100)
	var configs []config.Config
	for i := range networks {
		c := config.Article()
		c.Activations = c.Activations[i%2 : i%2+1] // sigmoid and relu in turn
		c.Epochs, c.Seed = epochs, int64(i)
		configs = append(configs, c)
	}
	var contenders []contender
	for _, cores := range []int{runtime.NumCPU(), 1} {
		contenders = append(contenders, contender{
			peer:    "actscope on " + counted(cores, "core", "cores"),
			threads: cores,
			round:   func(ctx context.Context) (outcome, error) { return sweep(ctx, configs, cores) },
		})
	}
	return fmt.Sprintf("a sweep: %d networks 2-8-8-1, %d epochs each", networks, epochs), contenders, nil
}

// sweep trains the configurations, workers at a time.
func sweep(ctx context.Context, configs []config.Config, workers int) (outcome, error) {
	o := outcome{}
	start := time.Now()
	pool, err := experiment.NewPool(workers)
	if err != nil {
		return o, err
	}
	work := experiment.Work[config.Config, []float64]{Pool: pool, Train: func(ctx context.Context, t *experiment.Trainer, c config.Config) ([]float64, error) {
		specifications, err := c.Specifications()
		if err != nil {
			return nil, err
		}
		training, err := t.Prepare(specifications[0])
		if err != nil {
			return nil, err
		}
		outcome, err := training.Run(ctx)
		return outcome.Loss, err
	}}
	o.losses, err = work.All(ctx, configs)
	o.duration = time.Since(start)
	return o, err
}

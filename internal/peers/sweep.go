package main

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"actscope/internal/study"
)

// sweepContenders train many networks, as a sweep's workers do, on all cores and on one.
func sweepContenders(_ context.Context, _ []peer, quick bool) (string, []contender, error) {
	networks, epochs := smaller(quick, 4, 200), smaller(quick, 2, 100)
	var configs []study.Config
	for i := range networks {
		c := study.Article()
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

// sweep trains the configurations, so many at a time.
func sweep(ctx context.Context, configs []study.Config, workers int) (outcome, error) {
	o := outcome{losses: make([][]float64, len(configs))}
	start := time.Now()
	queue := make(chan int, len(configs))
	for i := range configs {
		queue <- i
	}
	close(queue)
	group, ctx := errgroup.WithContext(ctx)
	for range workers {
		group.Go(func() error {
			var trainer study.Trainer
			for i := range queue {
				trained, err := trainer.Train(ctx, configs[i])
				if err != nil {
					return err
				}
				o.losses[i] = trained.History.Loss
			}
			return nil
		})
	}
	err := group.Wait()
	o.duration = time.Since(start)
	return o, err
}

package analysis

import (
	"slices"

	"actscope/internal/stats"
	"actscope/internal/sweep"
)

// LossBand is the course of one group's losses.
type LossBand struct {
	Activation string
	Hidden     []int
	// Epochs are those at which the losses were kept.
	Epochs [sweep.LossPoints]int
	// Low, Median and High are the 10, 50 and 90 % quantiles over the seeds; NaN
	// where every trial had diverged.
	Low, Median, High [sweep.LossPoints]float64
}

// LossBands are those of some hidden layers, at the first entry of every other
// setting.
func (r *Result) LossBands() []LossBand {
	var bands []LossBand
	for _, g := range r.Groups {
		if g.losses == nil {
			continue
		}
		b := LossBand{Activation: g.Activation(), Hidden: g.Config.Hidden, Epochs: sweep.LossEpochs(g.Config.Epochs)}
		for i := range b.Epochs {
			var at []float64
			for _, losses := range g.losses {
				at = append(at, losses[i])
			}
			at = slices.Sorted(slices.Values(measured(at)))
			b.Low[i], b.Median[i], b.High[i] = stats.Quantile(at, 0.1), stats.Quantile(at, 0.5), stats.Quantile(at, 0.9)
		}
		bands = append(bands, b)
	}
	return bands
}

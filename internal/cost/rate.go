package cost

import (
	"cmp"
	"context"
	"slices"

	"gonum.org/v1/gonum/stat"

	"actscope/internal/stats"
)

// TriedRate is a learning rate with what the trainings of a network with it gave.
type TriedRate struct {
	Rate    float64 `json:"rate"`
	Trained int     `json:"trained"`
	Reached int     `json:"reached"`
	// Diverged counts those that diverged and so did not reach the target.
	Diverged int `json:"diverged"`
	// In the accuracies a diverged training counts as 0.
	MeanAccuracy   float64 `json:"mean_accuracy"`
	MedianAccuracy float64 `json:"median_accuracy"`
	BestAccuracy   float64 `json:"best_accuracy"`
}

// share is that of the trainings that reached the target.
func (r TriedRate) share() float64 { return float64(r.Reached) / float64(r.Trained) }

// JudgedRate is a learning rate with what is known of a network's probability of success
// with it. High and a miss hold with [Confidence] for the best rate of a network only.
type JudgedRate struct {
	TriedRate
	Bounds
}

// race judges one network at all rates.
type race struct {
	rule    Rule
	target  float64
	trainer Trainer
	trial   Trial        // but for rate and number
	rates   []JudgedRate // ascending
	// accuracies are those of each rate, looked how often each was looked at.
	accuracies [][]float64
	looked     []int
}

// run looks at all rates, and then, up to the given number of looks at each, at the most
// promising one until the network is decided.
func (r *race) run(ctx context.Context, looks int) error {
	var next []int
	for i := range r.rates {
		next = append(next, i)
	}
	for len(next) > 0 && r.rule.best(r.rates).Verdict == Undecided {
		if err := r.look(ctx, next); err != nil {
			return err
		}
		next = r.mostPromising(looks)
	}
	for i := range r.rates {
		t, accuracies := &r.rates[i].TriedRate, slices.Sorted(slices.Values(r.accuracies[i]))
		t.MeanAccuracy = stat.Mean(accuracies, nil)
		t.MedianAccuracy = stats.Quantile(accuracies, 0.5)
		t.BestAccuracy = accuracies[len(accuracies)-1]
	}
	return nil
}

// look trains the network with each of some rates up to its next look.
func (r *race) look(ctx context.Context, rates []int) error {
	var trials []Trial
	for _, i := range rates {
		t := r.trial
		t.Rate = r.rates[i].Rate
		for t.Number = r.rates[i].Trained; t.Number < r.rule.Looks[r.looked[i]]; t.Number++ {
			trials = append(trials, t)
		}
	}
	attempts, err := r.trainer.Train(ctx, trials)
	if err != nil {
		return err
	}
	for _, i := range rates {
		rate, trained := &r.rates[i], r.rule.Looks[r.looked[i]]
		own := attempts[:trained-rate.Trained]
		attempts = attempts[len(own):]
		for _, a := range own {
			r.accuracies[i] = append(r.accuracies[i], a.Accuracy)
			if a.Accuracy >= r.target {
				rate.Reached++
			}
			if a.Diverged {
				rate.Diverged++
			}
		}
		rate.Trained = trained
		rate.Bounds = r.rule.After(rate.Bounds, rate.Reached, trained)
		r.looked[i]++
	}
	return nil
}

// mostPromising is the undecided rate whose probability of success is largest less one
// standard error, none where all are decided or were looked at often enough.
func (r *race) mostPromising(looks int) []int {
	const oneError = 0.68
	var next []int
	largest := -1.0
	for i, rate := range r.rates {
		if rate.Verdict != Undecided || r.looked[i] == looks {
			continue
		}
		if low, _ := stats.Wilson(rate.share(), float64(rate.Trained), oneError); low > largest {
			next, largest = []int{i}, low
		}
	}
	return next
}

// serves orders the rates of a network by how well they serve it: one that reaches
// first; of equals, by the share of trainings that do, then by mean accuracy.
func serves(a, b JudgedRate) int {
	reaches := func(r JudgedRate) int {
		if r.Verdict == Reaches {
			return 1
		}
		return 0
	}
	return cmp.Or(reaches(a)-reaches(b), cmp.Compare(a.share(), b.share()), cmp.Compare(a.MeanAccuracy, b.MeanAccuracy))
}

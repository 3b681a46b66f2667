package cost

import (
	"cmp"
	"context"
	"slices"
)

// tuningRounds are the numbers of trainings of each rate that is left, round by
// round. After each round the better half of the rates is left (successive halving,
// Jamieson & Talwalkar 2016).
var tuningRounds = []int{2, 4, 8}

// Tuned is the choice of a network's rate.
type Tuned struct {
	Rate float64 `json:"rate"`
	// AtEdge says that it is the smallest or the largest of several rates, so that one
	// beyond them may be better.
	AtEdge bool `json:"rate_at_edge"`
	// Trainings is how many it took.
	Trainings int `json:"tuning_trainings"`
}

// candidate is a rate on trial.
type candidate struct {
	rate     float64
	trained  int
	reached  int
	accuracy float64 // summed over the trainings
}

// tune finds the rate with which most trainings reach the target; of equals, the one
// with the highest mean accuracy, where a diverged training counts as 0. It goes no
// further than the second round where no training with any rate has reached.
func (s *search) tune(ctx context.Context, activation string, shape Shape) (Tuned, error) {
	var left []candidate
	for _, rate := range s.config.Rates {
		left = append(left, candidate{rate: rate})
	}
	t := Tuned{}
	for round, trainings := range tuningRounds {
		if len(left) == 1 {
			break
		}
		var trials []Trial
		for _, c := range left {
			trials = append(trials, numbered(Trial{Activation: activation, Shape: shape, Rate: c.rate, Stage: Tuning}, c.trained, trainings)...)
		}
		attempts, err := s.lab.Train(ctx, trials)
		if err != nil {
			return t, err
		}
		t.Trainings += len(attempts)
		each := len(attempts) / len(left)
		hopeless := true
		for i := range left {
			left[i].take(attempts[i*each:(i+1)*each], s.config.Target)
			hopeless = hopeless && left[i].reached == 0
		}
		slices.SortStableFunc(left, better)
		if left = left[:(len(left)+1)/2]; hopeless && round > 0 {
			break
		}
	}
	rates := s.config.Rates
	t.Rate = left[0].rate
	t.AtEdge = len(rates) > 1 && (t.Rate == rates[0] || t.Rate == rates[len(rates)-1])
	return t, nil
}

// take counts the attempts of a round.
func (c *candidate) take(attempts []Attempt, target float64) {
	for _, a := range attempts {
		c.trained++
		c.accuracy += a.Accuracy
		if a.Accuracy >= target {
			c.reached++
		}
	}
}

// better orders candidates of one round, the best first.
func better(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.reached, a.reached), cmp.Compare(b.accuracy, a.accuracy))
}

// numbered are trials alike but for their numbers, from one to below another.
func numbered(t Trial, from, to int) []Trial {
	var trials []Trial
	for t.Number = from; t.Number < to; t.Number++ {
		trials = append(trials, t)
	}
	return trials
}

package cost

import (
	"cmp"
	"context"
	"slices"
)

// Numbers of trainings with each rate that is left: firstRound, twice as many in each
// round that follows, and finalRound once two rates are left.
const (
	firstRound = 4
	finalRound = 32
)

// shortTuning is the number of rounds for networks that are only looked at.
const shortTuning = 2

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
// with the highest mean accuracy, where a diverged training counts as 0. After each
// round the better half of the rates is left (successive halving, Jamieson & Talwalkar
// 2016). It goes no further than so many rounds, unless that is 0, and than a round
// after which no training with any rate has reached.
func (s *search) tune(ctx context.Context, activation string, shape Shape, rounds int) (Tuned, error) {
	var left []candidate
	for _, rate := range s.config.Rates {
		left = append(left, candidate{rate: rate})
	}
	t := Tuned{}
	hopeless := false
	for round := 0; len(left) > 1 && !hopeless && (rounds == 0 || round < rounds); round++ {
		trainings := firstRound << round
		if len(left) == 2 && round > 0 && rounds == 0 {
			trainings = max(trainings, finalRound)
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
		hopeless = true
		for i := range left {
			left[i].take(attempts[i*each:(i+1)*each], s.config.Target)
			hopeless = hopeless && left[i].reached == 0
		}
		slices.SortStableFunc(left, better)
		if len(left) > 2 || round > 0 {
			left = left[:(len(left)+1)/2]
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

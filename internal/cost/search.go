package cost

import (
	"cmp"
	"context"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/stat"

	"actscope/internal/stats"
)

// Candidate is a network of a search with what was found of it.
type Candidate struct {
	Activation string `json:"activation"`
	Shape
	Tuned
	Counts
	// Standing is that after the last look, over the judging trainings alone.
	Standing
	// Diverged counts those of them that diverged and so did not reach the target.
	Diverged int `json:"diverged"`
	// MeanAccuracy, MedianAccuracy and BestAccuracy are over the same trainings, where
	// a diverged one counts as 0.
	MeanAccuracy   float64 `json:"mean_accuracy"`
	MedianAccuracy float64 `json:"median_accuracy"`
	BestAccuracy   float64 `json:"best_accuracy"`
}

// search is a search that is going on.
type search struct {
	config  Config
	rule    Rule
	trainer Trainer
	inputs  int
}

// Search finds the smallest networks for data with the given number of inputs. What it
// finds does not depend on how many trials the trainer carries out at a time. The
// configuration has to be valid.
func Search(ctx context.Context, c Config, inputs int, trainer Trainer) (*Result, error) {
	s := &search{config: c, rule: c.Rule(), trainer: trainer, inputs: inputs}
	found := make([][]Candidate, len(c.Training.Activations)*len(c.Depths))
	group, ctx := errgroup.WithContext(ctx)
	for i := range found {
		activation, depth := c.Training.Activations[i/len(c.Depths)], c.Depths[i%len(c.Depths)]
		group.Go(func() (err error) {
			found[i], err = s.depth(ctx, activation, depth)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return newResult(c, inputs, slices.Concat(found...)), nil
}

// depth judges the networks of one activation and depth from narrow to wide until one
// reaches the target. Those beyond are looked at once, to show how they do.
func (s *search) depth(ctx context.Context, activation string, depth int) ([]Candidate, error) {
	var candidates []Candidate
	found := false
	for _, width := range s.config.Widths {
		n, err := s.judge(ctx, activation, Shape{Depth: depth, Width: width}, found)
		if err != nil {
			return nil, err
		}
		if found && n.Verdict == Undecided {
			n.Verdict = Beyond
		}
		candidates = append(candidates, n)
		if n.Verdict == Reaches {
			found = true
		}
	}
	return candidates, nil
}

// judge tunes one network and looks at its trainings until they decide, or, where a
// narrower one was found, once.
func (s *search) judge(ctx context.Context, activation string, shape Shape, found bool) (Candidate, error) {
	looks, rounds := s.rule.Looks, 0
	if found {
		looks, rounds = looks[:1], shortTuning
	}
	n := Candidate{
		Activation: activation, Shape: shape, Standing: Unknown(),
		Counts: countsOf(s.inputs, shape.Hidden(), s.config.bytes()),
	}
	var err error
	if n.Tuned, err = s.tune(ctx, activation, shape, rounds); err != nil {
		return n, err
	}
	var accuracies []float64
	trial := Trial{Activation: activation, Shape: shape, Rate: n.Rate, Stage: Judging}
	for _, look := range looks {
		attempts, err := s.trainer.Train(ctx, numbered(trial, n.Trained, look))
		if err != nil {
			return n, err
		}
		reached := n.Reached
		for _, a := range attempts {
			accuracies = append(accuracies, a.Accuracy)
			if a.Accuracy >= s.config.Target {
				reached++
			}
			if a.Diverged {
				n.Diverged++
			}
		}
		if n.Standing = s.rule.After(n.Standing, reached, look); n.Verdict != Undecided {
			break
		}
	}
	slices.Sort(accuracies)
	n.MeanAccuracy = stat.Mean(accuracies, nil)
	n.MedianAccuracy = stats.Quantile(accuracies, 0.5)
	n.BestAccuracy = accuracies[len(accuracies)-1]
	return n, nil
}

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

// triedRate is a learning rate with what its trainings gave.
type triedRate struct {
	rate     float64
	trained  int
	reached  int
	accuracy float64 // summed over the trainings
}

// tune finds the rate with which most trainings reach the target; of equals, the one
// with the highest mean accuracy, where a diverged training counts as 0. After each
// round the better half of the rates is left (successive halving, Jamieson & Talwalkar
// 2016). It ends after the given number of rounds, unless that is 0, or after a round
// when no training with any rate has reached the target.
func (s *search) tune(ctx context.Context, activation string, shape Shape, rounds int) (Tuned, error) {
	var left []triedRate
	for _, rate := range s.config.Rates {
		left = append(left, triedRate{rate: rate})
	}
	t := Tuned{}
	reached := true // by any training
	for round := 0; len(left) > 1 && reached && (rounds == 0 || round < rounds); round++ {
		trainings := firstRound << round
		if len(left) == 2 && round > 0 && rounds == 0 {
			trainings = max(trainings, finalRound)
		}
		var trials []Trial
		for _, r := range left {
			trials = append(trials, numbered(Trial{Activation: activation, Shape: shape, Rate: r.rate, Stage: Tuning}, r.trained, trainings)...)
		}
		attempts, err := s.trainer.Train(ctx, trials)
		if err != nil {
			return t, err
		}
		t.Trainings += len(attempts)
		each := len(attempts) / len(left)
		reached = false
		for i := range left {
			left[i].take(attempts[i*each:(i+1)*each], s.config.Target)
			reached = reached || left[i].reached > 0
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
func (r *triedRate) take(attempts []Attempt, target float64) {
	for _, a := range attempts {
		r.trained++
		r.accuracy += a.Accuracy
		if a.Accuracy >= target {
			r.reached++
		}
	}
}

// better orders the rates of one round, the best first.
func better(a, b triedRate) int {
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

// Verdict says of a network whether it reaches the target.
type Verdict string

// The verdicts.
const (
	Reaches   Verdict = "reaches"
	Misses    Verdict = "misses"
	Undecided Verdict = "undecided"
	// Beyond is that of a network wider than one that reaches, which is looked at once
	// only.
	Beyond Verdict = "beyond"
)

// Rule decides whether the probability of success is at least Share, by looks at growing
// numbers of trials. It stops at the first look that decides. Each look spends an equal
// part of the probability of error, so that over all of them, whatever the probability
// of success is, one below Share is said to reach it with probability FalseReach at
// most, and one that is at least Share to miss it with probability FalseMiss at most.
type Rule struct {
	Share                 float64
	FalseReach, FalseMiss float64
	// Looks are the numbers of trials, ascending.
	Looks []int
}

// Standing is what is known after some trials.
type Standing struct {
	Trained int `json:"trained"`
	Reached int `json:"reached"`
	// Low and High bound the probability of success: the narrowest bounds of all looks so
	// far. Low is wrong with probability [Rule].FalseReach at most, High with
	// [Rule].FalseMiss.
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
	Verdict Verdict `json:"verdict"`
}

// Unknown is the standing before the first trial.
func Unknown() Standing { return Standing{High: 1, Verdict: Undecided} }

// After is the standing after the next look, given the numbers of successes and of
// trials from the first on.
func (r Rule) After(s Standing, reached, trained int) Standing {
	looks := float64(len(r.Looks))
	s.Reached, s.Trained = reached, trained
	low, high := stats.ClopperPearson(reached, trained, r.FalseReach/looks, r.FalseMiss/looks)
	s.Low, s.High = max(s.Low, low), min(s.High, high)
	switch {
	case s.Low >= r.Share:
		s.Verdict = Reaches
	case s.High < r.Share:
		s.Verdict = Misses
	}
	return s
}

// doublingLooks are at most six numbers of trials, each about half the next; the last
// is given.
func doublingLooks(last int) []int {
	const most, first = 6, 8
	looks := []int{last}
	for n := last / 2; n >= first && len(looks) < most; n /= 2 {
		looks = append(looks, n)
	}
	slices.Reverse(looks)
	return looks
}

// leastTrials is the number of trials below which no look can find that the share is
// reached, though all succeed.
func (r Rule) leastTrials() int {
	return int(math.Ceil(math.Log(r.FalseReach/float64(len(r.Looks))) / math.Log(r.Share)))
}

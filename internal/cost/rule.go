package cost

import (
	"math"
	"slices"

	"actscope/internal/stats"
)

// Verdict says of a network, or of a network with one learning rate, whether it reaches
// the target.
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

// Bounds are what is known of a probability of success.
type Bounds struct {
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
	Verdict Verdict `json:"verdict"`
}

// Unknown is what is known before the first trial.
func Unknown() Bounds { return Bounds{High: 1, Verdict: Undecided} }

// Rule decides whether the probability of success with one learning rate is at least
// Share, by looks at growing numbers of trials. Each look spends an equal part of the
// probability of error, so that over all of them, whatever the probability of success
// is, one below Share is said to reach it with probability FalseReach at most, and one
// that is at least Share to miss it with probability FalseMiss at most.
type Rule struct {
	Share                 float64
	FalseReach, FalseMiss float64
	// Looks are the numbers of trials, ascending.
	Looks []int
}

// After is what is known after the next look, given the numbers of successes and of
// trials from the first on: the narrowest bounds of all looks so far.
func (r Rule) After(b Bounds, reached, trained int) Bounds {
	looks := float64(len(r.Looks))
	low, high := stats.ClopperPearson(reached, trained, r.FalseReach/looks, r.FalseMiss/looks)
	return r.bounds(max(b.Low, low), min(b.High, high))
}

// bounds are the given ones with the verdict that follows.
func (r Rule) bounds(low, high float64) Bounds {
	verdict := Undecided
	switch {
	case low >= r.Share:
		verdict = Reaches
	case high < r.Share:
		verdict = Misses
	}
	return Bounds{low, high, verdict}
}

// best are the bounds of the largest of some probabilities, given those of each.
func (r Rule) best(of []JudgedRate) Bounds {
	low, high := 0.0, 0.0
	for _, b := range of {
		low, high = max(low, b.Low), max(high, b.High)
	}
	return r.bounds(low, high)
}

// doublingLooks are at most seven numbers of trials, each about half the next; the last
// is given.
func doublingLooks(last int) []int {
	const most, first = 7, 8
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

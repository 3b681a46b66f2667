package cost

import (
	"math"
	"slices"
)

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

// Rule decides whether the chance of success is at least Share, by looks at growing
// numbers of trials. It stops at the first look that decides. Each look spends an
// equal part of the chance of error, so that over all of them a chance below Share
// is said to reach it with probability Reach at most, and one that is at least
// Share to miss it with probability Miss at most, whatever the chance is.
type Rule struct {
	Share       float64
	Reach, Miss float64
	// Looks are the numbers of trials, ascending.
	Looks []int
}

// Standing is what is known after some trials.
type Standing struct {
	Trained int `json:"trained"`
	Reached int `json:"reached"`
	// Low and High bound the chance of success: the narrowest bounds of all looks so
	// far. Low is wrong with probability [Rule].Reach at most, High with [Rule].Miss.
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
	Verdict Verdict `json:"verdict"`
}

// Unknown is the standing before the first trial.
func Unknown() Standing { return Standing{High: 1, Verdict: Undecided} }

// After is the standing after the next look, with so many successes in so many
// trials altogether.
func (r Rule) After(s Standing, reached, trained int) Standing {
	looks := float64(len(r.Looks))
	s.Reached, s.Trained = reached, trained
	s.Low = max(s.Low, lowerBound(reached, trained, r.Reach/looks))
	s.High = min(s.High, upperBound(reached, trained, r.Miss/looks))
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
	return int(math.Ceil(math.Log(r.Reach/float64(len(r.Looks))) / math.Log(r.Share)))
}

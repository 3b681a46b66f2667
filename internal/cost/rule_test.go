package cost

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

var rules = []Rule{
	Default().Rule(),
	Quick().Rule(),
	{Share: 0.5, FalseReach: 0.05, FalseMiss: 0.05, Looks: []int{5, 10, 20, 40}},
	{Share: 0.8, FalseReach: 0.1, FalseMiss: 0.02, Looks: []int{1, 2, 3, 50, 51}},
	{Share: 0.99, FalseReach: 0.2, FalseMiss: 0.2, Looks: []int{300}},
}

// follow goes through the looks with all numbers of successes and their probabilities, where
// the chance of success is p, and leaves those at which ends says so. It gives the
// probability that none was left.
func (r Rule) follow(p float64, ends func(successes, look int, probability float64) bool) float64 {
	alive := []float64{1} // by the number of successes
	done := 0
	for _, look := range r.Looks {
		next := make([]float64, look+1)
		for more := range look - done + 1 {
			chance := binomial(more, look-done, p)
			for k, a := range alive {
				next[k+more] += a * chance
			}
		}
		for k, a := range next {
			if ends(k, look, a) {
				next[k] = 0
			}
		}
		alive, done = next, look
	}
	left := 0.0
	for _, a := range alive {
		left += a
	}
	return left
}

// verdicts are the exact probabilities that a rule ends with each verdict where the
// chance of success is p, and the mean number of trials, by adding up all ways there.
func (r Rule) verdicts(p float64) (chance map[Verdict]float64, trials float64) {
	chance = make(map[Verdict]float64)
	chance[Undecided] = r.follow(p, func(k, look int, a float64) bool {
		v := r.After(Unknown(), k, look).Verdict
		if v == Undecided {
			return false
		}
		chance[v] += a
		trials += a * float64(look)
		return true
	})
	return chance, trials + chance[Undecided]*float64(r.Looks[len(r.Looks)-1])
}

func TestRuleErrsNoMoreThanItSays(t *testing.T) {
	for _, r := range rules {
		for _, d := range []float64{0, 1e-9, 0.01, 0.05, 0.2, 0.4} {
			if at, _ := r.verdicts(r.Share + min(d, 1-r.Share)); at[Misses] > r.FalseMiss {
				t.Errorf("%+v: a chance %v above the share is said to miss it with probability %v", r, d, at[Misses])
			}
			if at, _ := r.verdicts(r.Share - d); at[Reaches] > r.FalseReach {
				t.Errorf("%+v: a chance %v below the share is said to reach it with probability %v", r, d, at[Reaches])
			}
		}
	}
}

// A rule that never decides would err never, too.
func TestRuleDecidesWhereItCan(t *testing.T) {
	r := Default().Rule()
	for _, c := range []struct {
		chance    float64
		verdict   Verdict
		least     float64
		mostTrial float64
	}{
		{0, Misses, 1, 15}, {0.3, Misses, 0.999, 25}, {0.6, Misses, 0.999, 60}, {0.75, Misses, 0.999, 200}, {0.84, Misses, 0.9, 800},
		{1, Reaches, 1, 125}, {0.999, Reaches, 0.99, 145}, {0.99, Reaches, 0.999, 250}, {0.95, Reaches, 0.9, 900},
	} {
		at, trials := r.verdicts(c.chance)
		if at[c.verdict] < c.least || trials > c.mostTrial {
			t.Errorf("chance %v: %s with probability %v after %v trials on average", c.chance, c.verdict, at[c.verdict], trials)
		}
	}
}

func TestRuleWithoutChanceOfErrorWouldErrMore(t *testing.T) {
	// Without division among the looks the same bounds exceed what is allowed: the
	// test above can fail.
	r := Rule{Share: 0.8, FalseReach: 0.05, FalseMiss: 0.05, Looks: []int{10, 20, 40, 80, 160}}
	careless := r
	careless.FalseReach, careless.FalseMiss = 5*r.FalseReach, 5*r.FalseMiss
	at, _ := careless.verdicts(r.Share)
	if at[Reaches] <= r.FalseReach || at[Misses] <= r.FalseMiss {
		t.Errorf("five looks at the full level err with %v and %v only", at[Reaches], at[Misses])
	}
}

// The bounds hold at all looks together for every chance, not only at the share.
func TestBoundsHoldOverAllLooks(t *testing.T) {
	for _, r := range rules {
		for _, p := range []float64{0.02, 0.3, 0.5, 0.77, 0.9, 0.985} {
			var low, high float64
			r.follow(p, func(k, look int, a float64) bool {
				b := r.After(Unknown(), k, look)
				switch { // what is wrong once stays wrong
				case b.Low > p:
					low += a
				case b.High < p:
					high += a
				default:
					return false
				}
				return true
			})
			if low > r.FalseReach || high > r.FalseMiss {
				t.Errorf("%+v, chance %v: bounds are wrong with probability %v and %v", r, p, low, high)
			}
		}
	}
}

func TestLooksDouble(t *testing.T) {
	for last, want := range map[int][]int{
		400: {12, 25, 50, 100, 200, 400}, 1000: {15, 31, 62, 125, 250, 500, 1000}, 120: {15, 30, 60, 120}, 20: {10, 20}, 15: {15}, 1: {1}, 96_000: {1500, 3000, 6000, 12000, 24000, 48000, 96000},
	} {
		if got := doublingLooks(last); !slices.Equal(got, want) {
			t.Errorf("%d: %v, want %v", last, got, want)
		}
	}
}

func TestLeastTrialsIsTheFirstThatCanDecide(t *testing.T) {
	for _, r := range rules {
		least := r.leastTrials()
		if r.After(Unknown(), least, least).Verdict != Reaches || r.After(Unknown(), least-1, least-1).Verdict == Reaches {
			t.Errorf("%+v: %d trials", r, least)
		}
	}
}

// binomial is the probability of k successes.
func binomial(k, n int, p float64) float64 {
	if p == 0 || p == 1 {
		if k == n*int(p) {
			return 1
		}
		return 0
	}
	return distuv.Binomial{N: float64(n), P: p}.Prob(float64(k))
}

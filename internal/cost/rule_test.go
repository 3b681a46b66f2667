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

// verdicts are the exact probabilities that a rule ends with each verdict where the
// chance of success is p, and the mean number of trials, by adding up all ways there.
func (r Rule) verdicts(p float64) (chance map[Verdict]float64, trials float64) {
	chance = make(map[Verdict]float64)
	alive := []float64{1} // by the number of successes
	done := 0
	for _, look := range r.Looks {
		next := make([]float64, look+1)
		step := look - done
		for k, a := range alive {
			for more := range step + 1 {
				next[k+more] += a * binomial(more, step, p)
			}
		}
		for k, a := range next {
			if v := r.After(Unknown(), k, look).Verdict; v != Undecided {
				chance[v] += a
				trials += a * float64(look)
				next[k] = 0
			}
		}
		alive, done = next, look
	}
	for _, a := range alive {
		chance[Undecided] += a
		trials += a * float64(done)
	}
	return chance, trials
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
		{0, Misses, 1, 12}, {0.3, Misses, 0.999, 20}, {0.6, Misses, 0.999, 50}, {0.75, Misses, 0.999, 140},
		{1, Reaches, 1, 100}, {0.999, Reaches, 0.99, 115}, {0.99, Reaches, 0.999, 180},
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
			alive, done := map[Standing]float64{Unknown(): 1}, 0
			var low, high float64
			for _, look := range r.Looks {
				next := make(map[Standing]float64)
				for s, a := range alive {
					for more := range look - done + 1 {
						next[r.After(s, s.Reached+more, look)] += a * binomial(more, look-done, p)
					}
				}
				alive = make(map[Standing]float64)
				for s, a := range next {
					switch { // what is wrong once stays wrong
					case s.Low > p:
						low += a
					case s.High < p:
						high += a
					default: // only the count matters from here on
						alive[Standing{Reached: s.Reached, Trained: s.Trained, High: 1, Verdict: Undecided}] += a
					}
				}
				done = look
			}
			if low > r.FalseReach || high > r.FalseMiss {
				t.Errorf("%+v, chance %v: bounds are wrong with probability %v and %v", r, p, low, high)
			}
		}
	}
}

func TestLooksDouble(t *testing.T) {
	for last, want := range map[int][]int{
		400: {12, 25, 50, 100, 200, 400}, 120: {15, 30, 60, 120}, 20: {10, 20}, 15: {15}, 1: {1}, 96_000: {3000, 6000, 12000, 24000, 48000, 96000},
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

package analysis

import (
	"math"
	"slices"
	"strings"

	"actscope/internal/stats"
)

// Level is the one at which a test's p-value counts as small.
const Level = 0.05

// Comparison compares two activations at one setting of everything else. A trial that
// diverged has the worst rank, below every accuracy; one that could not be trained has
// none.
type Comparison struct {
	// Settings are the values of the result's Varied but the activation.
	Settings []string
	// A and B are the activations.
	A, B string
	// Pairs is the number of seeds for which both were tried, Equal in how many of them
	// they did equally well, which the test of signed ranks leaves out, and Diverged in
	// how many one or both diverged.
	Pairs, Equal, Diverged int
	// Difference is the median of B's accuracy minus A's over the pairs in which
	// neither diverged.
	Difference float64
	// MannWhitney takes both as independent samples, SignedRank pairs them by seed.
	MannWhitney, SignedRank Test
}

// Test is a rank test as one of all those of its kind in a sweep, corrected for their number
// by Holm.
type Test struct {
	// P is its p-value, Least the smallest that it could have had, by the numbers of
	// trials and their ties; NaN without trials.
	P, Least float64
}

// Open says that the test could not have come out below [Level].
func (t Test) Open() bool { return t.Least >= Level }

// Comparisons are those between all pairs of activations at each setting.
func (r *Result) Comparisons() []Comparison {
	var order []string
	equal := make(map[string][]*Group) // but for their activation
	for _, g := range r.Groups {
		key := strings.Join(r.besidesActivation(g), "\n")
		if equal[key] == nil {
			order = append(order, key)
		}
		equal[key] = append(equal[key], g)
	}
	var all []Comparison
	for _, key := range order {
		for i, a := range equal[key] {
			for _, b := range equal[key][i+1:] {
				all = append(all, r.compare(a, b))
			}
		}
	}
	correct(all, func(c *Comparison) *Test { return &c.MannWhitney })
	correct(all, func(c *Comparison) *Test { return &c.SignedRank })
	return all
}

// correct corrects the tests of one kind. A corrected value only grows with the others, so
// that of least ones is the least.
func correct(all []Comparison, of func(*Comparison) *Test) {
	p, least := make([]float64, len(all)), make([]float64, len(all))
	for i := range all {
		p[i], least[i] = of(&all[i]).P, of(&all[i]).Least
	}
	p, least = stats.Holm(p), stats.Holm(least)
	for i := range all {
		*of(&all[i]) = Test{p[i], least[i]}
	}
}

// compare tests two groups; the p-values are not corrected yet.
func (r *Result) compare(a, b *Group) Comparison {
	c := Comparison{Settings: r.besidesActivation(a), A: a.Activation(), B: b.Activation()}
	var differences, trained []float64
	for i := range min(len(a.score), len(b.score)) {
		x, y := a.score[i], b.score[i]
		switch {
		case math.IsNaN(x) || math.IsNaN(y):
			continue
		case math.IsInf(x, -1) || math.IsInf(y, -1):
			c.Diverged++
		default:
			trained = append(trained, y-x)
		}
		difference := 0.0
		if x == y { // also where both diverged
			c.Equal++
		} else {
			difference = y - x
		}
		differences = append(differences, difference)
	}
	c.Pairs = len(differences)
	c.Difference = stats.Quantile(slices.Sorted(slices.Values(trained)), 0.5)
	c.SignedRank = Test{stats.SignedRank(differences), stats.LeastSignedRank(differences)}
	x, y := tried(a.score), tried(b.score)
	c.MannWhitney = Test{stats.MannWhitney(x, y), stats.LeastMannWhitney(x, y)}
	return c
}

// besidesActivation are the settings of a group but its activation.
func (r *Result) besidesActivation(g *Group) []string {
	var settings []string
	for i, key := range r.Varied {
		if key != activationsKey {
			settings = append(settings, g.Settings[i])
		}
	}
	return settings
}

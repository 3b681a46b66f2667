package analysis

import (
	"math"
	"slices"
	"strings"

	"actscope/internal/stats"
)

// Comparison holds two activations against each other at one setting of everything
// else.
type Comparison struct {
	// Settings are the values of the result's Varied but the activation.
	Settings []string
	// A and B are the activations.
	A, B string
	// Pairs is the number of seeds for which both have a result, Difference the
	// median of B's test accuracy minus A's over them.
	Pairs      int
	Difference float64
	// MannWhitney takes both as independent samples, SignedRank pairs them by seed;
	// both are p-values corrected by Holm for all comparisons of the sweep.
	MannWhitney, SignedRank float64
}

// Comparisons are those between all pairs of activations at each setting.
func (r *Result) Comparisons() []Comparison {
	var order []string
	rivals := make(map[string][]*Group)
	for _, g := range r.Groups {
		key := strings.Join(r.besides(g, activationsKey), "\n")
		if rivals[key] == nil {
			order = append(order, key)
		}
		rivals[key] = append(rivals[key], g)
	}
	var all []Comparison
	for _, key := range order {
		for i, a := range rivals[key] {
			for _, b := range rivals[key][i+1:] {
				all = append(all, r.compare(a, b))
			}
		}
	}
	ranks, pairs := make([]float64, len(all)), make([]float64, len(all))
	for i, c := range all {
		ranks[i], pairs[i] = c.MannWhitney, c.SignedRank
	}
	ranks, pairs = stats.Holm(ranks), stats.Holm(pairs)
	for i := range all {
		all[i].MannWhitney, all[i].SignedRank = ranks[i], pairs[i]
	}
	return all
}

// compare tests two groups; the p-values are not corrected yet.
func (r *Result) compare(a, b *Group) Comparison {
	var differences []float64
	for i := range min(len(a.accuracy), len(b.accuracy)) {
		if d := b.accuracy[i] - a.accuracy[i]; !math.IsNaN(d) {
			differences = append(differences, d)
		}
	}
	return Comparison{
		Settings: r.besides(a, activationsKey), A: a.Activation(), B: b.Activation(),
		Pairs: len(differences), Difference: stats.Quantile(slices.Sorted(slices.Values(differences)), 0.5),
		MannWhitney: stats.MannWhitney(measured(a.accuracy), measured(b.accuracy)), SignedRank: stats.SignedRank(differences),
	}
}

// besides are the settings of a group without one.
func (r *Result) besides(g *Group, key string) []string {
	var settings []string
	for i, k := range r.Varied {
		if k != key {
			settings = append(settings, g.Settings[i])
		}
	}
	return settings
}

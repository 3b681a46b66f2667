package stats

import (
	"math"
	"slices"
	"sort"
)

// CliffsDelta is how much more often a value of a is above one of b than below it,
// over all pairs (Cliff 1993): from -1, where all of a lie below all of b, to 1. It
// takes NaN as no value, and is NaN where a sample is empty.
func CliffsDelta(a, b []float64) float64 {
	a, b = numbers(a), numbers(b)
	if len(a) == 0 || len(b) == 0 {
		return math.NaN()
	}
	slices.Sort(b)
	balance := 0
	for _, v := range a {
		below := sort.SearchFloat64s(b, v)
		above := len(b) - sort.Search(len(b), func(i int) bool { return b[i] > v })
		balance += below - above
	}
	return float64(balance) / (float64(len(a)) * float64(len(b)))
}

// numbers are the values that are not NaN, copied.
func numbers(values []float64) []float64 {
	return slices.DeleteFunc(slices.Clone(values), math.IsNaN)
}

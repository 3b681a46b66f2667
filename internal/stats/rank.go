package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// RankCorrelation is Spearman's: that of the values' ranks, equal values having their mean rank. Its 95 %
// interval is on Fisher's scale with the standard error √((1 + ρ²/2)/(n - 3)) (Bonett & Wright 2000); the
// bounds are NaN of fewer than four pairs, and all is NaN where one of the two is constant. Infinities
// rank as the numbers that they are beyond.
func RankCorrelation(x, y []float64) (rho, low, high float64) {
	a, b := Ranks(x), Ranks(y)
	rho = math.NaN()
	if len(a) > 1 && slices.Max(a) > slices.Min(a) && slices.Max(b) > slices.Min(b) {
		rho = min(max(stat.Correlation(a, b, nil), -1), 1)
	}
	if len(x) < 4 || math.IsNaN(rho) {
		return rho, math.NaN(), math.NaN()
	}
	const quantile = 1.959963984540054 // of the normal distribution at 97.5 %
	half := quantile * math.Sqrt((1+rho*rho/2)/float64(len(x)-3))
	centre := math.Atanh(rho)
	return rho, min(math.Tanh(centre-half), rho), max(math.Tanh(centre+half), rho)
}

// Ranks are the places of values in ascending order, from 1; equal values have their mean place.
func Ranks(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		switch {
		case values[i] < values[j]:
			return -1
		case values[i] > values[j]:
			return 1
		}
		return 0
	})
	ranks := make([]float64, len(values))
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && values[order[to]] == values[order[from]] {
			to++
		}
		for _, i := range order[from:to] {
			ranks[i] = float64(from+1+to) / 2
		}
		from = to
	}
	return ranks
}

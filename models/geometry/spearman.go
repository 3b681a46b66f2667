package geometry

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Spearman is the correlation of the ranks of two samples (Spearman 1904): 1 where
// one rises with the other, however it does. Equal values share their mean rank. It
// is NaN of fewer than two values, where one sample is constant, and where a value is
// NaN. Samples of different lengths are an error.
func Spearman(x, y []float64) (float64, error) {
	if len(x) != len(y) {
		return 0, fmt.Errorf("geometry: rank correlation of %d values with %d", len(x), len(y))
	}
	return correlation(ranks(x), ranks(y)), nil
}

// correlation is Pearson's, NaN where it is not defined.
func correlation(x, y []float64) float64 {
	if x == nil || y == nil || len(x) < 2 {
		return math.NaN()
	}
	return min(max(stat.Correlation(x, y, nil), -1), 1)
}

// ranks are the ranks of values, from 1, or nil where there is a NaN.
func ranks(values []float64) []float64 {
	order := make([]int, len(values))
	for i, v := range values {
		if math.IsNaN(v) {
			return nil
		}
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	rank := make([]float64, len(values))
	for i := 0; i < len(order); {
		j := i + 1
		for j < len(order) && values[order[j]] == values[order[i]] {
			j++
		}
		for _, at := range order[i:j] {
			rank[at] = float64(i+1+j) / 2
		}
		i = j
	}
	return rank
}

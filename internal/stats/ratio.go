package stats

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// RatioOfMeans is the ratio of the means of two paired samples, numerators and
// denominators, with its interval of the given confidence by Fieller (J. R. Stat. Soc. B
// 16, 1954): all ratios r for which Student's t test does not reject that the mean of
// numerator - r denominator is zero. ok is false where the denominators' own interval holds
// zero: then there is no such interval, and no ratio worth to be said.
func RatioOfMeans(numerators, denominators []float64, confidence float64) (ratio, low, high float64, ok bool) {
	n := float64(len(numerators))
	if n < 2 || len(numerators) != len(denominators) {
		return 0, 0, 0, false
	}
	t := studentsT(n-1, (1-confidence)/2)
	a, b := stat.Mean(numerators, nil), stat.Mean(denominators, nil)
	scale := t * t / n
	// (a - r b)² = scale (var a - 2 r cov + r² var b), in r
	square := b*b - scale*stat.Variance(denominators, nil)
	linear := a*b - scale*stat.Covariance(numerators, denominators, nil)
	constant := a*a - scale*stat.Variance(numerators, nil)
	if !(square > 0) {
		return 0, 0, 0, false
	}
	root := math.Sqrt(max(0, linear*linear-square*constant))
	return a / b, (linear - root) / square, (linear + root) / square, true
}

// Package stats describes and compares repeated trials: quantiles and means of their
// values, proportions with their intervals, rank tests, and corrections for several
// tests, without assuming how values are distributed where that can be avoided.
package stats

import (
	"math"
	"slices"

	moremath "github.com/aclements/go-moremath/stats"
)

// Confidence is that of every interval.
const Confidence = 0.95

// Summary describes a sample.
type Summary struct {
	Count        int
	Mean, Median float64
	// Low and High bound the mean's interval, by Student's t, at [Confidence] or that of
	// [SummariseAt]; NaN
	// for fewer than two values. They may leave the values' range: see [Summary.In].
	Low, High float64
}

// Summarise describes the values. Without any, everything but the count is NaN.
func Summarise(values []float64) Summary { return SummariseAt(values, Confidence) }

// SummariseAt is [Summarise] with an interval of another confidence.
func SummariseAt(values []float64, confidence float64) Summary {
	s := Summary{Count: len(values), Mean: math.NaN(), Median: math.NaN(), Low: math.NaN(), High: math.NaN()}
	if len(values) == 0 {
		return s
	}
	s.Median = Quantile(slices.Sorted(slices.Values(values)), 0.5)
	mean, low, high := moremath.MeanCI(values, confidence)
	s.Mean = mean
	if len(values) > 1 {
		s.Low, s.High = low, high
	}
	return s
}

// Quantile is the q-quantile of ascending values, q from 0 to 1: between the order
// statistics on both sides of the position q (n-1), counted from 0, it is interpolated
// linearly. That is type 7 of Hyndman & Fan (The American Statistician 50, 1996) and
// the default of numpy.quantile. Without values it is NaN.
func Quantile(ascending []float64, q float64) float64 {
	if len(ascending) == 0 {
		return math.NaN()
	}
	at := q * float64(len(ascending)-1)
	i := min(int(at), len(ascending)-1)
	j := min(i+1, len(ascending)-1)
	if at == float64(i) || ascending[i] == ascending[j] { // there is nothing between, not even beside infinities
		return ascending[i]
	}
	return ascending[i] + (at-float64(i))*(ascending[j]-ascending[i])
}

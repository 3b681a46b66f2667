package main

import (
	"math"
	"slices"
	"time"
)

// spread is the median and the quartiles of a sample.
type spread struct{ median, low, high float64 }

func spreadOf(sample []float64) spread {
	sorted := slices.Sorted(slices.Values(sample))
	return spread{quantile(sorted, 0.5), quantile(sorted, 0.25), quantile(sorted, 0.75)}
}

func medianOf(times []time.Duration) time.Duration {
	var sample []float64
	for _, t := range times {
		sample = append(sample, float64(t))
	}
	return time.Duration(spreadOf(sample).median)
}

// quantile interpolates linearly between order statistics, as numpy.quantile does (type 7 of Hyndman & Fan 1996).
func quantile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := p * float64(len(sorted)-1)
	i := int(at)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

package main

import (
	"actscope/internal/stats"
	"slices"
	"time"
)

// spread is the median and the quartiles of a sample.
type spread struct{ median, low, high float64 }

func spreadOf(sample []float64) spread {
	sorted := slices.Sorted(slices.Values(sample))
	return spread{stats.Quantile(sorted, 0.5), stats.Quantile(sorted, 0.25), stats.Quantile(sorted, 0.75)}
}

func medianOf(times []time.Duration) time.Duration {
	var sample []float64
	for _, t := range times {
		sample = append(sample, float64(t))
	}
	return time.Duration(spreadOf(sample).median)
}

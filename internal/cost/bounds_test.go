package cost

import (
	"math"
	"testing"
)

// The bounds of Clopper and Pearson as R's binom.test(k, n)$conf.int prints them.
func TestBoundsAreThePublishedOnes(t *testing.T) {
	for _, c := range []struct {
		successes, n int
		low, high    float64
	}{
		{0, 10, 0, 0.3084971}, {10, 10, 0.6915029, 1}, {8, 10, 0.4439045, 0.9747893}, {5, 10, 0.1870860, 0.8129140},
	} {
		low, high := lowerBound(c.successes, c.n, 0.025), upperBound(c.successes, c.n, 0.025)
		if math.Abs(low-c.low) > 5e-8 || math.Abs(high-c.high) > 5e-8 {
			t.Errorf("%d of %d: %.7f to %.7f, want %v to %v", c.successes, c.n, low, high, c.low, c.high)
		}
	}
}

// The bounds are where the tail of the binomial distribution, added up term by term,
// is alpha.
func TestBoundsInvertTheBinomialTail(t *testing.T) {
	for _, n := range []int{1, 7, 12, 100, 200, 1000} {
		for _, alpha := range []float64{0.05, 1e-3, 7e-5, 1e-7} {
			for k := 0; k <= n; k += max(1, n/9) {
				if low := lowerBound(k, n, alpha); k > 0 {
					if tail := tailFrom(k, n, low); math.Abs(tail/alpha-1) > 1e-7 {
						t.Errorf("%d of %d at %v: P(at least so many | %v) = %v", k, n, alpha, low, tail)
					}
				}
				if high := upperBound(k, n, alpha); k < n {
					if tail := tailFrom(n-k, n, 1-high); math.Abs(tail/alpha-1) > 1e-7 {
						t.Errorf("%d of %d at %v: P(at most so many | %v) = %v", k, n, alpha, high, tail)
					}
				}
			}
		}
	}
}

// tailFrom is the probability of k successes or more.
func tailFrom(k, n int, p float64) float64 {
	sum := 0.0
	for i := n; i >= k; i-- {
		sum += binomial(i, n, p)
	}
	return sum
}

// binomial is the probability of k successes.
func binomial(k, n int, p float64) float64 {
	if p == 0 || p == 1 {
		if k == n*int(p) {
			return 1
		}
		return 0
	}
	lgamma := func(v int) float64 { g, _ := math.Lgamma(float64(v + 1)); return g }
	return math.Exp(lgamma(n) - lgamma(k) - lgamma(n-k) + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
}

package cost

import "gonum.org/v1/gonum/mathext"

// lowerBound is the least chance at which so many successes in n trials, or more,
// have a probability of alpha: the lower end of Clopper & Pearson's interval (1934).
// It is above the true chance with a probability of alpha at most.
func lowerBound(successes, n int, alpha float64) float64 {
	if successes == 0 {
		return 0
	}
	return mathext.InvRegIncBeta(float64(successes), float64(n-successes+1), alpha)
}

// upperBound is the largest chance at which so many successes in n trials, or
// fewer, have a probability of alpha.
func upperBound(successes, n int, alpha float64) float64 {
	return 1 - lowerBound(n-successes, n, alpha)
}

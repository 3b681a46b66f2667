package stats

import (
	"math"

	moremath "github.com/aclements/go-moremath/stats"
	"gonum.org/v1/gonum/mathext"
)

// Wilson is the score interval of a proportion (Wilson 1927) that was true in a
// share of n independent trials. It needs no correction at shares of 0 and 1.
// Where n is not positive it is everything, 0 to 1. A number of trials that is not
// whole may stand for how many independent trials a clustered sample is worth.
func Wilson(share, n, confidence float64) (low, high float64) {
	if !(n > 0) || math.IsNaN(share) {
		return 0, 1
	}
	z := moremath.StdNormal.InvCDF((1 + confidence) / 2)
	centre := (share + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(share*(1-share)/n+z*z/(4*n*n))
	return max(0, min(centre-half, share)), min(1, max(centre+half, share)) // rounding must not put 0 and 1 outside
}

// ClopperPearson is the interval of a proportion that was seen in successes of n
// independent trials (Clopper & Pearson, Biometrika 26, 1934): low is above the true
// proportion with probability alphaLow at most, high below it with probability
// alphaHigh at most, whatever the proportion is. With both alphas at 0.025 it is the
// usual interval of 95 %.
func ClopperPearson(successes, n int, alphaLow, alphaHigh float64) (low, high float64) {
	return clopperPearsonLow(successes, n, alphaLow), 1 - clopperPearsonLow(n-successes, n, alphaHigh)
}

// clopperPearsonLow is the proportion at which that many successes or more have
// probability alpha: the tail of the binomial distribution is an incomplete beta
// function.
func clopperPearsonLow(successes, n int, alpha float64) float64 {
	if successes == 0 {
		return 0
	}
	return mathext.InvRegIncBeta(float64(successes), float64(n-successes+1), alpha)
}

// Tally counts in how many of the trials of one cluster something was true.
// Trials of a cluster have something in common, such as their initial weights.
type Tally struct{ Holds, Trials int }

// DesignEffect is the factor by which clusters widen the variance of a share over
// that of as many independent trials (Kish 1965), estimated by linearisation and
// taken as 1 at least. Where every trial came out alike, clusters cannot be told
// from chance, and each counts as one trial.
func DesignEffect(clusters []Tally) float64 {
	holds, trials := 0, 0
	for _, c := range clusters {
		holds, trials = holds+c.Holds, trials+c.Trials
	}
	if trials == 0 {
		return 1
	}
	n, count := float64(trials), float64(len(clusters))
	if holds == 0 || holds == trials || len(clusters) < 2 {
		return n / count
	}
	share := float64(holds) / n
	squares := 0.0
	for _, c := range clusters {
		d := float64(c.Holds) - share*float64(c.Trials)
		squares += d * d
	}
	variance := squares * count / (count - 1) / (n * n)
	return max(1, variance/(share*(1-share)/(n-1)))
}

// MajorityTest is the two-sided p-value of the score test that something is true
// as often as not, by its share of n independent trials. It is below 1 - c exactly
// where [Wilson]'s interval of confidence c leaves out one half; NaN without trials.
func MajorityTest(share, n float64) float64 {
	if !(n > 0) {
		return math.NaN()
	}
	return math.Erfc(2 * math.Abs(share-0.5) * math.Sqrt(n) / math.Sqrt2)
}

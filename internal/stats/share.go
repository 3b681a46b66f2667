package stats

import (
	"math"
	"sort"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// Wilson is the score interval of a proportion (Wilson 1927) that was true in a
// share of n independent trials. It needs no correction at shares of 0 and 1.
// Where n is not positive it is everything, 0 to 1.
func Wilson(share, n, confidence float64) (low, high float64) {
	if !(n > 0) || math.IsNaN(share) {
		return 0, 1
	}
	z := distuv.UnitNormal.Quantile((1 + confidence) / 2)
	centre := (share + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(share*(1-share)/n+z*z/(4*n*n))
	return max(0, min(centre-half, share)), min(1, max(centre+half, share)) // rounding must not put 0 and 1 outside
}

// ClopperPearson is the interval of a proportion that was seen in successes of n
// independent trials (Clopper & Pearson, Biometrika 26, 1934): low is above the true
// proportion with probability alphaLow at most, high below it with probability
// alphaHigh at most, whatever the proportion is. With both alphas at 0.025 it is the
// usual interval of 95 %. Numbers that are not whole may stand for how many independent
// trials a clustered sample is worth. Without trials it is everything, 0 to 1.
func ClopperPearson[N int | float64](successes, n N, alphaLow, alphaHigh float64) (low, high float64) {
	if !(n > 0) {
		return 0, 1
	}
	return clopperPearsonLow(float64(successes), float64(n), alphaLow), 1 - clopperPearsonLow(float64(n-successes), float64(n), alphaHigh)
}

// clopperPearsonLow is the proportion at which that many successes or more have
// probability alpha: the tail of the binomial distribution is an incomplete beta
// function.
func clopperPearsonLow(successes, n, alpha float64) float64 {
	if !(successes > 0) {
		return 0
	}
	return mathext.InvRegIncBeta(successes, n-successes+1, alpha)
}

// Tally counts in how many of the trials of one cluster something was true.
// Trials of a cluster have something in common, such as their data.
type Tally struct{ Holds, Trials int }

// DesignEffect is the factor by which clusters widen the variance of a share over
// that of as many independent trials (Kish 1965), estimated by linearisation and
// taken as 1 at least. Where every trial came out alike, clusters cannot be told
// from chance, and each counts as one trial.
func DesignEffect(clusters []Tally) float64 {
	holds, trials := tally(clusters)
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

func tally(clusters []Tally) (holds, trials int) {
	for _, c := range clusters {
		holds, trials = holds+c.Holds, trials+c.Trials
	}
	return holds, trials
}

// ClusteredShare is a share of the trials of independent clusters with its interval.
type ClusteredShare struct {
	Share, Low, High float64
	// DesignEffect is that of the clusters, Effective the number of independent trials
	// that theirs are worth.
	DesignEffect, Effective float64
}

// ShareOfClusters gives the share of all trials, and its interval: that of Clopper and
// Pearson at the effective number of trials of Korn & Graubard (Survey Methodology 24,
// 1998), n / deff (t(n-1) / t(m-1))², where t is Student's quantile for the alpha of one
// side, n the number of trials, m that of the clusters and the design effect deff is 1 at
// least. Where every trial came out alike it is m. Of fewer than two clusters nothing is
// known, and the interval is 0 to 1; without trials the share is NaN.
func ShareOfClusters(clusters []Tally, confidence float64) ClusteredShare {
	holds, trials := tally(clusters)
	n, m := float64(trials), float64(len(clusters))
	s := ClusteredShare{Share: float64(holds) / n, High: 1, DesignEffect: DesignEffect(clusters)}
	if len(clusters) < 2 {
		return s
	}
	alpha := (1 - confidence) / 2
	s.Effective = n / s.DesignEffect
	if holds > 0 && holds < trials {
		ratio := studentsT(n-1, alpha) / studentsT(m-1, alpha)
		s.Effective *= ratio * ratio
	}
	s.Low, s.High = ClopperPearson(s.Share*s.Effective, s.Effective, alpha, alpha)
	return s
}

// studentsT is beyond which value Student's t, of so many degrees of freedom, has
// probability alpha.
func studentsT(free, alpha float64) float64 {
	return distuv.StudentsT{Sigma: 1, Nu: free}.Quantile(1 - alpha)
}

// Majority is the test of [ClopperPearson]'s interval that something is true more often than
// not, of a number of independent trials; the part of one that is not whole is left out.
type Majority struct{ trials, needed int }

// NewMajority is the test whose interval has the given confidence.
func NewMajority(n, confidence float64) Majority {
	m := Majority{trials: int(n)}
	m.needed = sort.Search(m.trials+1, func(holds int) bool {
		return clopperPearsonLow(float64(holds), float64(m.trials), (1-confidence)/2) > 0.5
	})
	return m
}

// Power is the probability that the interval lies wholly above one half where the true share
// is the given one.
func (m Majority) Power(share float64) float64 {
	if m.needed > m.trials {
		return 0
	}
	return mathext.RegIncBeta(float64(m.needed), float64(m.trials-m.needed+1), share)
}

// Detectable is the least true share, to three decimals, that has a power of 0.8 or more; NaN
// where there is none.
func (m Majority) Detectable() float64 {
	const power, steps = 0.8, 1000
	i := sort.Search(steps+1, func(i int) bool { return m.Power(float64(i)/steps) >= power })
	if i > steps {
		return math.NaN()
	}
	return float64(i) / steps
}

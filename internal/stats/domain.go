package stats

import "math"

// Domain is the range that values of a kind have, with a scale g on which it has no bounds.
//
// The interval of a mean m whose standard error is estimated as s is Student's on that scale,
// by the delta method: from g⁻¹(g(m) - t s g'(m)) to g⁻¹(g(m) + t s g'(m)). It has m inside,
// never leaves the domain, and comes to m ± t s where that is far from the bounds. It is
// about the mean, as Student's on transformed values would not be. Where all values are
// one, on a bound or not, it is that point, which says nothing of values not yet seen.
type Domain struct {
	low, high float64
	// scale is g, slope g', and back the inverse of g.
	scale, slope, back func(float64) float64
}

// The domains, with the scales that are in use for them.
var (
	// Shares are from 0 to 1: log-odds.
	Shares = Domain{
		0, 1, func(v float64) float64 { return math.Log(v / (1 - v)) }, func(v float64) float64 { return 1 / (v * (1 - v)) },
		func(u float64) float64 { return 1 / (1 + math.Exp(-u)) },
	}
	// Positive are numbers from 0, such as losses and deviations: logarithms.
	Positive = Domain{0, math.Inf(1), math.Log, func(v float64) float64 { return 1 / v }, math.Exp}
	// Correlations are from -1 to 1: Fisher's z (Fisher 1921).
	Correlations = Domain{-1, 1, math.Atanh, func(v float64) float64 { return 1 / (1 - v*v) }, math.Tanh}
	// ShareDifferences are of two shares, from -1 to 1.
	ShareDifferences = Correlations
	// Explained are shares of a variance that is explained, which are below 0 where less than
	// nothing is, on minus the logarithm of what is left.
	Explained = Domain{math.Inf(-1), 1,
		func(v float64) float64 { return -math.Log1p(-v) },
		func(v float64) float64 { return 1 / (1 - v) },
		func(u float64) float64 { return -math.Expm1(-u) },
	}
)

// In is the summary of values of a domain: its interval does not leave that.
func (s Summary) In(d Domain) Summary {
	s.Low, s.High = d.interval(s.Mean, s.High-s.Mean)
	return s
}

// interval is that around a mean of which Student's is mean ± half.
func (d Domain) interval(mean, half float64) (low, high float64) {
	if half == 0 || !(d.low < mean && mean < d.high) {
		return max(d.low, mean-half), min(d.high, mean+half) // half is rounding on a bound
	}
	centre, reach := d.scale(mean), half*d.slope(mean)
	return min(d.back(centre-reach), mean), max(d.back(centre+reach), mean) // rounding must not put the mean outside
}

package theory

// CorrelationLimit is the correlation of any two different inputs in infinite depth.
type CorrelationLimit struct {
	// Correlation is c*, the stable fixed point of the correlation map; NaN where the
	// variance has no limit above 0.
	Correlation float64
	// Chi is the slope of the correlation map at c*; correlations approach c* over the
	// depth scale that belongs to it.
	Chi Integral
}

// CorrelationLimit finds c* where the variance has arrived at its limit. At constant
// variance the map from correlation to correlation is a power series with
// coefficients from 0 (Daniely, Frostig & Singer 2016, arXiv:1602.05897), so it is
// convex from 0 to 1 and, with 1 kept, crosses the diagonal once below 1 if its slope
// at 1, χ₁, is above 1, and not at all otherwise.
func (e Ensemble) CorrelationLimit(l Limit) CorrelationLimit {
	const nearest = 1e-9 // to 1, at which a crossing is told from 1
	q := l.Variance.Value
	if l.Fate != Settles && !(l.Fate == Stays && q > 0) {
		return CorrelationLimit{undefined.Value, undefined}
	}
	c := 1.0
	if PhaseOf(l.Chi.Value) == Chaotic {
		above := func(c float64) float64 { return e.NextCorrelation(q, c).Value - c }
		switch atZero, atOne := above(0), above(1-nearest); {
		case atZero <= accuracy:
			c = 0
		case atOne < 0:
			c = root(0, 1-nearest, above)
		}
	}
	return CorrelationLimit{c, e.ChiAt(q, c)}
}

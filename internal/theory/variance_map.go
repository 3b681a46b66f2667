package theory

import (
	"math"
	"slices"

	"actscope/graph"
)

// VarianceMap is E[φ²] of one activation at variances over all orders of magnitude:
// what tells the fixed points of its ensembles apart before they are computed.
type VarianceMap struct {
	activation graph.Activation
	variance   []float64 // ascending
	meanSquare []float64
	// whole says that the activation is a number wherever the table goes; else the table
	// ends where it is none.
	whole bool
}

// NewVarianceMap tabulates an activation.
func NewVarianceMap(a graph.Activation) *VarianceMap {
	const (
		decades   = 40 // below and above 1
		perDecade = 4
	)
	below := decades
	if a.IsFormula() {
		below = 6 // a formula may be a difference, which near 0 is all rounding
	}
	m := &VarianceMap{activation: a, whole: true}
	for i := -below * perDecade; i <= decades*perDecade; i++ {
		q := math.Pow(10, float64(i)/perDecade)
		square := meanSquare(a, q)
		if math.IsNaN(square) {
			m.whole = false
			break
		}
		m.variance, m.meanSquare = append(m.variance, q), append(m.meanSquare, square)
	}
	return m
}

// ensemble is that of the map's activation.
func (m *VarianceMap) ensemble(weightVariance, biasVariance float64) Ensemble {
	return Ensemble{m.activation, weightVariance, biasVariance}
}

// drift says whether an ensemble's variance grows (1) or falls (-1) in the layer
// after one of variance q, or stays to within the quadratures' accuracy (0).
func drift(next, q float64) int {
	switch d := next - q; {
	case math.Abs(d) <= accuracy*q:
		return 0
	case d > 0:
		return 1
	}
	return -1
}

// FixedPoint is a variance that the map of an ensemble keeps.
type FixedPoint struct {
	Variance Integral
	// Slope is that of the variance map: depth draws nearby variances to the fixed
	// point where it lies between -1 and 1, and drives them away where it does not.
	Slope Integral
	// Chi is χ₁ there.
	Chi Integral
}

// Stable says whether nearby variances approach the fixed point.
func (p FixedPoint) Stable() bool { return math.Abs(p.Slope.Value) < 1 }

// FixedPoints lists the fixed points of an ensemble in ascending order, 0 among
// them where it is one, and says whether every variance is one: then the list is
// empty.
func (m *VarianceMap) FixedPoints(weightVariance, biasVariance float64) (points []FixedPoint, every bool) {
	e := m.ensemble(weightVariance, biasVariance)
	crossings, every := m.crossings(e)
	for _, c := range crossings {
		points = append(points, e.fixedPoint(e.cross(c)))
	}
	return points, every
}

// crossing is where the variance map crosses the diagonal: between two variances, or
// at 0, where both are 0.
type crossing struct{ low, high float64 }

// crossings finds them in the table, and whether the map is the diagonal.
func (m *VarianceMap) crossings(e Ensemble) (all []crossing, every bool) {
	every = true
	low, before := 0.0, 1 // the last place with a drift, and which
	if e.NextVariance(0).Value == 0 {
		before = 0
		all = append(all, crossing{})
	}
	for i, q := range m.variance {
		d := drift(e.WeightVariance*m.meanSquare[i]+e.BiasVariance, q)
		if d == 0 {
			continue
		}
		every = false
		if before != 0 && d != before {
			all = append(all, crossing{low, q})
		}
		low, before = q, d
	}
	if every {
		return nil, true
	}
	return all, false
}

// cross is the fixed point in a crossing.
func (e Ensemble) cross(c crossing) float64 {
	if c.high == 0 {
		return 0
	}
	return root(c.low, c.high, func(q float64) float64 {
		return e.WeightVariance*meanSquare(e.Activation, q) + e.BiasVariance - q
	})
}

// fixedPoint describes the fixed point q. An error δ of the map moves it by δ over
// the difference of the slope from 1.
func (e Ensemble) fixedPoint(q float64) FixedPoint {
	p := FixedPoint{Variance: Integral{Value: q}, Slope: e.VarianceSlope(q), Chi: e.Chi(q)}
	if q > 0 {
		next := e.NextVariance(q)
		p.Variance.Error = (math.Abs(next.Value-q) + next.Error + q*0x1p-52) / math.Abs(1-p.Slope.Value)
	}
	return p
}

// Fate says what becomes of the variance in depth.
type Fate string

// The fates.
const (
	// Settles means that the variance approaches a positive fixed point.
	Settles Fate = "settles"
	// Vanishes means that it falls to 0.
	Vanishes Fate = "vanishes"
	// Stays means that it keeps its value from the start.
	Stays Fate = "stays"
	// Diverges means that it grows without bound.
	Diverges Fate = "diverges"
)

// Limit is the variance in infinite depth and what happens around it.
type Limit struct {
	Fate Fate
	// FixedPoint is where the variance arrives: 0 where it vanishes. Where it
	// diverges, the variance is +Inf and the slope and χ₁ are their limits. The variance is
	// NaN where it grows until the activation, a formula, is no number.
	FixedPoint
}

// Limit follows an ensemble from a layer of variance q into infinite depth; all
// variances may be 0 to 1e30.
func (m *VarianceMap) Limit(weightVariance, biasVariance, q float64) Limit {
	e := m.ensemble(weightVariance, biasVariance)
	fate, limit := m.follow(e, q)
	if fate == Diverges {
		far := m.variance[len(m.variance)-1]
		return Limit{fate, FixedPoint{Variance: Integral{Value: limit}, Slope: atInfinity(e.VarianceSlope, far), Chi: atInfinity(e.Chi, far)}}
	}
	l := Limit{fate, e.fixedPoint(limit)}
	if fate == Stays {
		l.Variance.Error = 0 // it is where the start puts it
	}
	return l
}

// atInfinity is the limit of a function of the variance, of which far is the largest: its
// value there, or +Inf where it still grows, as χ₁ of z² does.
func atInfinity(of func(q float64) Integral, far float64) Integral {
	const before, alike = 1e-4, 1e-6
	limit := of(far)
	if limit.Value > (1+alike)*of(before*far).Value {
		return Integral{Value: math.Inf(1)}
	}
	return limit
}

// follow says what becomes of variance q, and where it arrives. The map of every
// activation of the table rises, and a rising map takes q to the next fixed point in
// the direction of its first step. That of a formula may fall somewhere and leap over
// the fixed point; it is followed layer by layer until it does so no more. Where it leads
// to variances at which the activation is no number, nobody knows: NaN.
func (m *VarianceMap) follow(e Ensemble, q float64) (Fate, float64) {
	const most = 60 // layers; leaps become shorter by half, as no map falls faster than 1/√q
	crossings, every := m.crossings(e)
	for range most {
		fate, at := e.nearest(crossings, every, q)
		if !m.whole && fate == Diverges || math.IsNaN(e.NextVariance(q).Value) {
			return Diverges, math.NaN()
		}
		if fate != Settles || !m.leaps(e, q, at) {
			return fate, at
		}
		if q = e.NextVariance(q).Value; math.IsInf(q, 1) {
			return Diverges, q
		}
	}
	return e.nearest(crossings, every, q)
}

// leaps says whether the map takes q, or a variance between q and a fixed point, beyond that.
func (m *VarianceMap) leaps(e Ensemble, q, at float64) bool {
	const alike = 1e-9
	beyond := func(next float64) bool {
		if q < at {
			return next > (1+alike)*at
		}
		return next < (1-alike)*at
	}
	if beyond(e.NextVariance(q).Value) {
		return true
	}
	for i, v := range m.variance {
		if min(q, at) < v && v < max(q, at) && beyond(e.WeightVariance*m.meanSquare[i]+e.BiasVariance) {
			return true
		}
	}
	return false
}

// nearest is where a map that does not leap takes q, given its crossings and whether every
// variance is a fixed point.
func (e Ensemble) nearest(crossings []crossing, every bool, q float64) (Fate, float64) {
	direction := drift(e.NextVariance(q).Value, q)
	switch {
	case q == 0 && direction == 0:
		return Vanishes, 0
	case every:
		return Stays, q
	case direction == 0:
		for _, c := range crossings {
			if c.low <= q && q <= c.high {
				return Settles, e.cross(c)
			}
		}
		return Stays, q
	case direction > 0:
		for _, c := range crossings {
			if c.high > q {
				if at := e.cross(c); at > q {
					return Settles, at
				}
			}
		}
		return Diverges, math.Inf(1)
	}
	for _, c := range slices.Backward(crossings) {
		if 0 < c.high && c.low < q {
			if at := e.cross(c); at < q {
				return Settles, at
			}
		}
	}
	return Vanishes, 0
}

// root finds where f changes its sign between low and high, at which its signs
// differ, by regula falsi with Dowell & Jarratt's Illinois correction and every
// fourth step a halving. It ends when no floating-point number is left between the bounds.
func root(low, high float64, f func(x float64) float64) float64 {
	const mostSteps = 10_000 // four times the halvings of any interval
	const (
		movedLow  = -1
		movedHigh = 1
	)
	atLow, atHigh, moved := f(low), f(high), 0
	if atHigh == 0 {
		return high
	}
	for step := range mostSteps {
		x := low + (high-low)/2
		if secant := high - atHigh*(high-low)/(atHigh-atLow); step%4 != 3 && low < secant && secant < high {
			x = secant
		}
		if !(low < x && x < high) {
			break
		}
		v := f(x)
		if v == 0 {
			return x
		}
		if (v > 0) == (atHigh > 0) {
			if high, atHigh = x, v; moved == movedHigh {
				atLow /= 2
			}
			moved = movedHigh
		} else {
			if low, atLow = x, v; moved == movedLow {
				atHigh /= 2
			}
			moved = movedLow
		}
	}
	return low
}

package graph

import (
	"math"
	"slices"

	"actscope/graph/formula"
)

// maxKinks bounds the kinks that are kept, those nearest to 0.
const maxKinks = 200

// kinks are the places from -100 to 100 where an argument of a function that is not
// smooth crosses one of its kinks, or the two of max and min cross each other, in
// ascending order. They are found by the signs at multiples of 1/64: two in one such
// interval are missed, and of very many only those nearest to 0 are kept.
func (t *term) kinks() []float64 {
	all := t.crossings(kinkReach, func(t *term) []func(z float64) float64 {
		var crossing []func(z float64) float64
		if t.operator != formula.Call {
			return nil
		}
		x := t.arguments[0]
		if len(t.arguments) == 2 && t.pair.kinked {
			y := t.arguments[1]
			crossing = append(crossing, func(z float64) float64 { return x.at(z).value - y.at(z).value })
		}
		for _, kink := range t.unary.Kinks {
			crossing = append(crossing, func(z float64) float64 { return x.at(z).value - kink })
		}
		return crossing
	})
	if len(all) > maxKinks {
		slices.SortFunc(all, func(a, b float64) int { return int(math.Copysign(1, math.Abs(a)-math.Abs(b))) })
		all = all[:maxKinks]
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// poles are the places in the range where the formula has to be finite at which a divisor
// crosses 0.
func (t *term) poles() []float64 {
	return t.crossings(finiteReach, func(t *term) []func(z float64) float64 {
		if t.operator != '/' {
			return nil
		}
		return []func(z float64) float64{func(z float64) float64 { return t.arguments[1].at(z).value }}
	})
}

// crossings are the places, from -reach to reach, where functions that belong to the parts
// of the term change their sign.
func (t *term) crossings(reach int, of func(t *term) []func(z float64) float64) []float64 {
	var all []float64
	for _, f := range of(t) {
		all = append(all, signChanges(reach, f)...)
	}
	for _, a := range t.arguments {
		all = append(all, a.crossings(reach, of)...)
	}
	return all
}

// signChanges are where f goes from above 0 to below or back, to the last digit; a
// stretch of zeros between is no change.
func signChanges(reach int, f func(z float64) float64) []float64 {
	var changes []float64
	last, before := math.NaN(), math.NaN() // where f was not 0, and its value there
	for n := -reach * int(1/probeStep); n <= reach*int(1/probeStep); n++ {
		z := float64(n) * probeStep
		v := f(z)
		if v == 0 {
			continue
		}
		if v*before < 0 && z-last <= 2*probeStep {
			changes = append(changes, signChange(f, last, z))
		}
		last, before = z, v
	}
	return changes
}

// signChange narrows an interval at whose ends f has different signs.
func signChange(f func(z float64) float64, low, high float64) float64 {
	rising := f(high) > 0
	for {
		middle := low + (high-low)/2
		if middle <= low || middle >= high {
			return high
		}
		switch v := f(middle); {
		case v == 0:
			return middle
		case v > 0 == rising:
			high = middle
		default:
			low = middle
		}
	}
}

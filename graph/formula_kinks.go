package graph

import (
	"cmp"
	"math"
	"slices"

	"actscope/internal/formula"
)

const (
	// maxKinks bounds the kinks that are kept, those nearest to 0.
	maxKinks = 200
	// sameKink is how near to each other, relative to 1 + |z|, two kinks count as one.
	sameKink = 1e-12
)

// kinks are the places from -100 to 100 where an argument of a function that is not
// smooth crosses one of its kinks, or the two of max and min cross each other, in
// ascending order. They are found by the signs at multiples of 1/64: two in one such
// interval are missed, and of very many only those nearest to 0 are kept.
func (t *term) kinks() []float64 {
	all := t.crossings(kinkReach, func(t *term) (x, y *term, levels []float64) {
		switch {
		case t.operator != formula.Call:
			return nil, nil, nil
		case len(t.arguments) == 1:
			return t.arguments[0], nil, t.unary.Kinks
		case t.pair.kinked:
			return t.arguments[0], t.arguments[1], []float64{0}
		}
		return nil, nil, nil
	})
	slices.Sort(all)
	return slices.CompactFunc(all, func(a, b float64) bool { return math.Abs(b-a) <= sameKink*(1+math.Abs(a)) })
}

// poles are the places in the range where the formula has to be finite at which a divisor
// crosses 0.
func (t *term) poles() []float64 {
	return t.crossings(finiteReach, func(t *term) (x, y *term, levels []float64) {
		if t.operator != '/' {
			return nil, nil, nil
		}
		return t.arguments[1], nil, []float64{0}
	})
}

// crossings are the places, from -reach to reach, where a part x of the term, less another
// one y, if any, crosses a level: at most maxKinks, those nearest to 0. What of the term is
// looked at, and which parts and levels these are, of says.
func (t *term) crossings(reach int, of func(t *term) (x, y *term, levels []float64)) []float64 {
	grid := make([]float64, 2*reach*int(1/probeStep)+1)
	for i := range grid {
		grid[i] = float64(i)*probeStep - float64(reach)
	}
	var all []crossing
	t.sample(grid, func(t *term, values map[*term][]float64) {
		x, y, levels := of(t)
		for _, level := range levels {
			all = append(all, signChanges(grid, func(i int) float64 {
				if y == nil {
					return values[x][i] - level
				}
				return values[x][i] - values[y][i]
			}, func(z float64) float64 {
				if y == nil {
					return x.at(z).value - level
				}
				return x.at(z).value - y.at(z).value
			})...)
		}
	})
	slices.SortStableFunc(all, func(a, b crossing) int { return cmp.Compare(math.Abs(a.high), math.Abs(b.high)) })
	var places []float64
	for _, c := range all[:min(len(all), maxKinks)] {
		places = append(places, c.place())
	}
	return places
}

// sample computes the term at all places of a grid, each part once; visit sees each part
// with the values of its arguments.
func (t *term) sample(grid []float64, visit func(t *term, arguments map[*term][]float64)) []float64 {
	arguments := make(map[*term][]float64, len(t.arguments))
	for _, a := range t.arguments {
		arguments[a] = a.sample(grid, visit)
	}
	visit(t, arguments)
	values := make([]float64, len(grid))
	for i, z := range grid {
		var of [2]dual
		for j, a := range t.arguments {
			of[j].value = arguments[a][i]
		}
		values[i] = t.apply(z, of).value
	}
	return values
}

// crossing is a function with an interval at whose ends it has different signs.
type crossing struct {
	f         func(z float64) float64
	low, high float64
}

// signChanges are where a function goes from above 0 to below or back; a stretch of zeros between is no change. It is given at the places of a grid, by their
// number, and at any place.
func signChanges(grid []float64, at func(i int) float64, f func(z float64) float64) []crossing {
	var changes []crossing
	last, before := 0, math.NaN() // where it was not 0, and its value there
	for i, z := range grid {
		v := at(i)
		if v == 0 {
			continue
		}
		if v*before < 0 && i-last <= 2 {
			changes = append(changes, crossing{f, grid[last], z})
		}
		last, before = i, v
	}
	return changes
}

// place narrows the interval down to the last digit.
func (c crossing) place() float64 {
	rising := c.f(c.high) > 0
	for {
		middle := c.low + (c.high-c.low)/2
		if middle <= c.low || middle >= c.high {
			return c.high
		}
		switch v := c.f(middle); {
		case v == 0:
			return middle
		case v > 0 == rising:
			c.high = middle
		default:
			c.low = middle
		}
	}
}

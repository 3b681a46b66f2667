package viz

import "math"

// Number is what a series shows at one place. What it does not have there is NaN.
type Number struct {
	// Series names what the place belongs to; "" is whatever the legend says of the series' sign.
	Series string
	X, Y   float64
	// Low and High are the ends of a band or an interval, Value what a colour stands for.
	Low, High, Value float64
}

// NumberAt is a place without anything else.
func NumberAt(series string, x, y float64) Number {
	return Number{series, x, y, math.NaN(), math.NaN(), math.NaN()}
}

// Numbered is a series that says its numbers, for [Figure.Table].
type Numbered interface {
	Series
	Numbers() []Number
}

// Restated is a series that draws something else than the numbers it shows: shifted, clipped, or as shares of a
// scale. Without numbers it is an ornament, of which a table says nothing.
type Restated struct {
	Series
	As []Number
}

// Numbers implements [Numbered].
func (r Restated) Numbers() []Number { return r.As }

// Numbers are the line's points.
func (l Line) Numbers() []Number { return numbersAt(l.Name, l.Points) }

// Numbers are the set's points.
func (s Scatter) Numbers() []Number {
	all := numbersAt(s.Name, s.Points)
	for i := range s.Values {
		all[i].Value = s.Values[i]
	}
	return all
}

func numbersAt(name string, points []Point) []Number {
	all := make([]Number, len(points))
	for i, p := range points {
		all[i] = NumberAt(name, p.X, p.Y)
	}
	return all
}

// Numbers are the points of all sets, binned or not.
func (s Scatters) Numbers() []Number {
	var all []Number
	for _, set := range s.Sets {
		all = append(all, set.Numbers()...)
	}
	return all
}

// Numbers are the bounds at each x.
func (b Band) Numbers() []Number { return bounds(b.Name, b.X, b.Low, b.High) }

// Numbers are the ends of each bar.
func (v Intervals) Numbers() []Number { return bounds(v.Name, v.X, v.Low, v.High) }

func bounds(name string, x, low, high []float64) []Number {
	all := make([]Number, min(len(x), len(low), len(high)))
	for i := range all {
		all[i] = Number{name, x[i], math.NaN(), low[i], high[i], math.NaN()}
	}
	return all
}

// Numbers are the values at the nodes, those that the field shades shares of where it has any.
func (f Field) Numbers() []Number {
	values := f.Grid.Z
	if f.Values != nil {
		values = f.Values
	}
	return nodes(f.Grid.X, f.Grid.Y, func(n int) (string, float64) { return f.Name, values[n] })
}

// Numbers are the largest value at each node, by its class.
func (r Regions) Numbers() []Number {
	winners := r.Winners()
	return nodes(r.X, r.Y, func(n int) (string, float64) {
		switch w := winners[n]; {
		case w == none:
			return "", math.NaN()
		case w < len(r.Names):
			return r.Names[w], r.at(n)[w]
		default:
			return Fixed(float64(w), 0), r.at(n)[w]
		}
	})
}

func nodes(x, y []float64, at func(n int) (string, float64)) []Number {
	all := make([]Number, 0, len(x)*len(y))
	for j := range y {
		for i := range x {
			name, value := at(j*len(x) + i)
			all = append(all, Number{name, x[i], y[j], math.NaN(), math.NaN(), value})
		}
	}
	return all
}

// Numbers are the values of the cells that have one.
func (c Cells) Numbers() []Number {
	var all []Number
	for j, row := range c.Values {
		for i, v := range row {
			if !math.IsNaN(v) {
				all = append(all, Number{c.Name, float64(i), float64(j), math.NaN(), math.NaN(), v})
			}
		}
	}
	return all
}

package analysis

import (
	"maps"
	"math"
	"slices"
	"strconv"

	"actscope/internal/stats"
)

// Trend is how a measure depends on one quantity, for each activation, over all
// trials whatever else they vary.
type Trend struct {
	// Against is the quantity: depth, width, or a numeric setting.
	Against string
	Lines   []TrendLine
}

// TrendLine is one activation's.
type TrendLine struct {
	Activation string
	// X ascends; Values belong to it.
	X      []float64
	Values []stats.Summary
}

// Measure picks what a trend, or a heat map, is about.
type Measure func(*Group) []float64

// Accuracy is that on the test rows.
func Accuracy(g *Group) []float64 { return measured(g.accuracy) }

// Spread is the deviation of the last hidden layer's activations.
func Spread(g *Group) []float64 { return measured(g.spread) }

// quantity gives a group's place along what trends are against.
type quantity struct {
	name string
	of   func(*Group) float64
}

// quantities are depth, width and the numeric settings that vary.
func (r *Result) quantities() []quantity {
	all := []quantity{
		{"depth", func(g *Group) float64 { return float64(g.Depth()) }},
		{"width", (*Group).Width},
	}
	for i, key := range r.Varied {
		if key == activationsKey || key == "hidden" {
			continue
		}
		all = append(all, quantity{key, func(g *Group) float64 {
			v, err := strconv.ParseFloat(g.Settings[i], 64)
			if err != nil {
				return math.NaN()
			}
			return v
		}})
	}
	return slices.DeleteFunc(all, func(q quantity) bool { return !r.varies(q) })
}

// varies says whether a quantity is a number in every group, and not the same.
func (r *Result) varies(q quantity) bool {
	first, differs := q.of(r.Groups[0]), false
	for _, g := range r.Groups {
		v := q.of(g)
		if math.IsNaN(v) {
			return false
		}
		differs = differs || v != first
	}
	return differs
}

// Trends are those against every quantity that varies.
func (r *Result) Trends(m Measure) []Trend {
	var trends []Trend
	for _, q := range r.quantities() {
		trend := Trend{Against: q.name}
		for _, activation := range r.Activations() {
			values := make(map[float64][]float64)
			for _, g := range r.Groups {
				if g.Activation() == activation {
					values[q.of(g)] = append(values[q.of(g)], m(g)...)
				}
			}
			line := TrendLine{Activation: activation, X: slices.Sorted(maps.Keys(values))}
			for _, x := range line.X {
				line.Values = append(line.Values, stats.Summarise(values[x]))
			}
			trend.Lines = append(trend.Lines, line)
		}
		trends = append(trends, trend)
	}
	return trends
}

// Activations are those of the sweep, in its order.
func (r *Result) Activations() []string {
	var names []string
	for _, g := range r.Groups {
		if !slices.Contains(names, g.Activation()) {
			names = append(names, g.Activation())
		}
	}
	return names
}

package analysis

import (
	"maps"
	"math"
	"slices"
	"strconv"

	"actscope/internal/stats"
	"actscope/internal/sweep"
)

// Measure is what a trend or a heat map is about.
type Measure struct {
	// Of gives it for the trials of a group that were trained to the end.
	Of     func(*Group) []float64
	domain stats.Domain
}

var (
	// Accuracy is that on fresh points, or where there are none on the test rows; R2 is the
	// share of the variance of a number to predict that is explained there. See [Result.Score].
	Accuracy = Measure{func(g *Group) []float64 { return measured(g.score) }, stats.Shares}
	R2       = Measure{func(g *Group) []float64 { return measured(g.score) }, stats.Explained}
	// Spread is the standard deviation of the last hidden layer's activations.
	Spread = Measure{func(g *Group) []float64 { return measured(g.spread) }, stats.Positive}
)

func (m Measure) summarise(values []float64) stats.Summary {
	return stats.Summarise(values).In(m.domain)
}

// Trend is how a measure depends on one quantity, for each activation, over all
// trials whatever else they vary.
type Trend struct {
	// Against is the quantity: depth, width, or a numeric setting.
	Against string
	// With are the quantities that move together with it: each of its values comes with one of
	// theirs, and the other way round, so that nothing tells which of them matters. They have no
	// trend of their own.
	With  []MovesWith
	Lines []TrendLine
}

// MovesWith is a quantity that has a value of its own for each of another's.
type MovesWith struct {
	Quantity string
	Values   []float64 // in the order of the other's, ascending
}

// TrendLine is one activation's.
type TrendLine struct {
	Activation string
	// X ascends; Values belong to it.
	X      []float64
	Values []stats.Summary
}

// quantity is what trends are against.
type quantity struct {
	name string
	of   func(*Group) float64
}

var (
	depthOf = quantity{"depth", func(g *Group) float64 { return float64(g.Depth()) }}
	widthOf = quantity{"width", (*Group).Width}
)

// quantities are depth, width and the numeric settings that vary, each that moves together with
// an earlier one behind that.
func (r *Result) quantities() (all [][]quantity) {
	for _, q := range r.varying() {
		i := slices.IndexFunc(all, func(one []quantity) bool { return r.together(one[0], q) })
		if i < 0 {
			all = append(all, []quantity{q})
		} else {
			all[i] = append(all[i], q)
		}
	}
	return all
}

// together says that each value of a quantity comes with one of another, and the other way round.
func (r *Result) together(a, b quantity) bool {
	ofA, ofB := make(map[float64]float64), make(map[float64]float64)
	for _, g := range r.Groups {
		x, y := a.of(g), b.of(g)
		if v, seen := ofA[x]; seen && v != y {
			return false
		}
		if v, seen := ofB[y]; seen && v != x {
			return false
		}
		ofA[x], ofB[y] = y, x
	}
	return true
}

// varying are all quantities that vary.
func (r *Result) varying() []quantity {
	all := []quantity{depthOf, widthOf}
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
	for _, axis := range r.quantities() {
		q := axis[0]
		trend := Trend{Against: q.name, With: r.moving(axis)}
		for _, activation := range r.Activations() {
			values := make(map[float64][]float64)
			for _, g := range r.Groups {
				if g.Activation() == activation {
					values[q.of(g)] = append(values[q.of(g)], m.Of(g)...)
				}
			}
			line := TrendLine{Activation: activation, X: slices.Sorted(maps.Keys(values))}
			for _, x := range line.X {
				line.Values = append(line.Values, m.summarise(values[x]))
			}
			trend.Lines = append(trend.Lines, line)
		}
		trends = append(trends, trend)
	}
	return trends
}

// moving are the quantities behind the first of an axis.
func (r *Result) moving(axis []quantity) []MovesWith {
	var all []MovesWith
	for _, q := range axis[1:] {
		at := make(map[float64]float64)
		for _, g := range r.Groups {
			at[axis[0].of(g)] = q.of(g)
		}
		m := MovesWith{Quantity: q.name}
		for _, x := range slices.Sorted(maps.Keys(at)) {
			m.Values = append(m.Values, at[x])
		}
		all = append(all, m)
	}
	return all
}

// HeatMap is a mean over depth and width, for one activation.
type HeatMap struct {
	Activation string
	// Depths and Widths ascend; Means[d][w] belongs to them and is NaN where
	// no trial has both.
	Depths, Widths []float64
	Means          [][]float64
	// Tried says of each whether there is a trial with both.
	Tried [][]bool
}

// Filled is the share of depths and widths that were tried together.
func (h HeatMap) Filled() float64 {
	tried := 0
	for _, row := range h.Tried {
		for _, there := range row {
			if there {
				tried++
			}
		}
	}
	return float64(tried) / float64(len(h.Depths)*len(h.Widths))
}

// HeatMaps has one for each activation, and none where depth or width does not vary, or both move
// together.
func (r *Result) HeatMaps(m Measure) []HeatMap {
	type cell struct {
		activation   string
		depth, width float64
	}
	values := make(map[cell][]float64)
	depths, widths := make(map[float64]bool), make(map[float64]bool)
	for _, g := range r.Groups {
		c := cell{g.Activation(), float64(g.Depth()), g.Width()}
		values[c] = append(values[c], m.Of(g)...)
		depths[c.depth], widths[c.width] = true, true
	}
	if len(depths) < 2 || len(widths) < 2 || r.together(depthOf, widthOf) {
		return nil
	}
	var all []HeatMap
	for _, activation := range r.Activations() {
		h := HeatMap{Activation: activation, Depths: slices.Sorted(maps.Keys(depths)), Widths: slices.Sorted(maps.Keys(widths))}
		for _, depth := range h.Depths {
			row, tried := make([]float64, len(h.Widths)), make([]bool, len(h.Widths))
			for i, width := range h.Widths {
				of, there := values[cell{activation, depth, width}]
				row[i], tried[i] = stats.Summarise(of).Mean, there
			}
			h.Means, h.Tried = append(h.Means, row), append(h.Tried, tried)
		}
		all = append(all, h)
	}
	return all
}

// LossBand is the course of one group's losses.
type LossBand struct {
	Activation string
	Hidden     []int
	// Epochs are those at which the losses were kept.
	Epochs [sweep.LossPoints]int
	// Low, Median and High are the 10, 50 and 90 % quantiles over the seeds; NaN
	// where every trial had diverged.
	Low, Median, High [sweep.LossPoints]float64
}

// LossBands are those of some hidden layers, at the first entry of every other
// setting.
func (r *Result) LossBands() []LossBand {
	var bands []LossBand
	for _, g := range r.Groups {
		if g.losses == nil {
			continue
		}
		b := LossBand{Activation: g.Activation(), Hidden: g.Config.Hidden, Epochs: sweep.LossEpochs(g.Config.Epochs)}
		for i := range b.Epochs {
			var at []float64
			for _, losses := range g.losses {
				at = append(at, losses[i])
			}
			at = slices.Sorted(slices.Values(measured(at)))
			b.Low[i], b.Median[i], b.High[i] = stats.Quantile(at, 0.1), stats.Quantile(at, 0.5), stats.Quantile(at, 0.9)
		}
		bands = append(bands, b)
	}
	return bands
}

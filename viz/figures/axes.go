package figures

import (
	"cmp"
	"fmt"
	"math"

	"actscope/viz"
)

// pointsAt are the points of two columns of one length.
func pointsAt(x, y []float64) []viz.Point {
	ps := make([]viz.Point, len(y))
	for i, v := range y {
		ps[i] = viz.Pt(x[i], v)
	}
	return ps
}

// pointsFrom puts values at x = first, first+1, ..
func pointsFrom(first int, values []float64) []viz.Point {
	return pointsAt(numbersFrom(first, len(values)), values)
}

// numbersFrom are first, first+1, .., n of them.
func numbersFrom(first, n int) []float64 {
	numbers := make([]float64, n)
	for i := range numbers {
		numbers[i] = float64(first + i)
	}
	return numbers
}

// finiteRange is the range of the finite values; where there is none, from +Inf to -Inf.
func finiteRange(values ...float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if finite(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	return low, high
}

// logFrom is the ratio of the largest to the smallest magnitude beyond which an axis is
// logarithmic; the article's traces span a factor of 73, in which the small ones cannot be told apart on a linear axis.
const logFrom = 20

// magnitudeAxis is an axis for values that are zero or positive: logarithmic where they span more than
// a factor of logFrom, with a band for zero where there are zeros. The notes say so, and what zero means.
func magnitudeAxis(label string, values []float64, zero string) (viz.Axis, []string) {
	a := viz.Axis{Label: label, Grid: true}
	low, high := math.Inf(1), 0.0
	zeros, unplaced := false, 0
	for _, v := range values {
		switch {
		case !finite(v) || v < 0:
			unplaced++
		case v == 0:
			zeros = true
		default:
			low, high = min(low, v), max(high, v)
		}
	}
	var notes []string
	switch {
	case high == 0:
		a.Scale = viz.Linear(0, 1)
	case high/low <= logFrom:
		a.Scale = viz.Linear(0, high*1.12)
	default:
		room := math.Pow(high/low, 0.08) // for labels beyond the extreme points
		a.Label += ", log scale"
		if zeros {
			a.Scale = viz.LogWithZero(low/room, high*room)
			notes = append(notes, "Below the break of the axis: exactly zero, "+zero+".")
		} else {
			a.Scale = viz.Log(low/room, high*room)
		}
	}
	if zeros && len(notes) == 0 {
		notes = append(notes, "Where a line is at zero, "+zero+".")
	}
	if unplaced > 0 {
		notes = append(notes, fmt.Sprintf("%s not finite or below zero: gaps in the lines.", count(unplaced, "value")))
	}
	return a, notes
}

// stageAxis names the stages in full where there is room, else by their letters.
func stageAxis(f *viz.Figure, stages int) viz.Axis {
	layers := (stages + 1) / 2
	room := (cmp.Or(f.Width, viz.DefaultWidth) - 110) / float64(f.Columns) / float64(stages)
	names := stageNames(layers, true)
	for _, n := range names {
		if f.Theme.Regular.Width(n, f.Theme.TickSize)+8 > room {
			return viz.Axis{Label: "z: before the activation, a: after it", Scale: viz.Categories(stageNames(layers, false)...)}
		}
	}
	return viz.Axis{Scale: viz.Categories(names...)}
}

// stageNames are the stages of a network of L layers: z₁ (pre), a₁ (post), .., z_L (out).
func stageNames(layers int, long bool) []string {
	pre, post, out := "", "", ""
	if long {
		pre, post, out = " (pre)", " (post)", " (out)"
	}
	var names []string
	for l := 1; l < layers; l++ {
		names = append(names, "z"+viz.Subscript(l)+pre, "a"+viz.Subscript(l)+post)
	}
	return append(names, "z"+viz.Subscript(max(layers, 1))+out)
}

// ornaments are series that tables leave out, since others say the same.
func ornaments(all []viz.Series) []viz.Series {
	quiet := make([]viz.Series, len(all))
	for i, s := range all {
		quiet[i] = viz.Restated{Series: s}
	}
	return quiet
}

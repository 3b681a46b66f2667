package figures

import (
	"fmt"
	"math"

	"actscope/viz"
)

// logFrom is the ratio of the largest to the smallest magnitude beyond which an axis is
// logarithmic; the article's traces span a factor of 73, in which the small ones cannot be told apart on a linear axis.
const logFrom = 20

// magnitudeAxis is an axis for values that are zero or positive: logarithmic where they span more than
// a factor of logFrom, with a shelf for zero where there are zeros. The notes say so.
func magnitudeAxis(label string, values []float64) (viz.Axis, []string) {
	a := viz.Axis{Label: label, Grid: true}
	low, high := math.Inf(1), 0.0
	zeros, lost := false, 0
	for _, v := range values {
		switch {
		case !finite(v) || v < 0:
			lost++
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
			notes = append(notes, "Below the break of the axis: exactly zero, every unit is silent (a dead layer).")
		} else {
			a.Scale = viz.Log(low/room, high*room)
		}
	}
	if zeros && len(notes) == 0 {
		notes = append(notes, "Where a line is at zero, every unit is silent (a dead layer).")
	}
	if lost > 0 {
		notes = append(notes, fmt.Sprintf("%s not finite or below zero: gaps in the lines.", count(lost, "value")))
	}
	return a, notes
}

package geometry

import (
	"math"

	"actscope/graph"
)

// asymptote is the straight line slope z + offset that an activation comes to at one end.
type asymptote struct{ slope, offset float64 }

// flat is up to which slope an asymptote is level, and coming the distance from its
// asymptote at which an activation has come to it.
const (
	flat   = 1e-9
	coming = 1e-6
)

// asymptoteOf is an activation's asymptote towards sign ∞: its tangent far out, if a tangent
// a tenth further out is the same line. It tries a place where one that comes to its asymptote
// as 1/z has nearly done so, then one before exponentials overflow. ok is false where there
// is none, as of z² and sin z.
func asymptoteOf(a graph.Activation, sign float64) (line asymptote, ok bool) {
	for _, far := range []float64{1 << 26, 1 << 9} {
		line, further := tangent(a, sign*far), tangent(a, sign*far*1.1)
		if math.Abs(line.slope-further.slope) <= flat && math.Abs(line.offset-further.offset) <= coming {
			return line, true
		}
	}
	return asymptote{}, false
}

// tangent is an activation's at z, level where it is nearly so.
func tangent(a graph.Activation, z float64) asymptote {
	slope := a.Derivative(z)
	if math.Abs(slope) < flat {
		slope = 0
	}
	return asymptote{slope, a.Value(z) - slope*z}
}

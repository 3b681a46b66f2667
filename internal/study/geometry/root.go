package geometry

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// root is the search for a zero of a field on the path base + t along + |t| bend,
// |t| <= limit: a line, or with a bend two legs of one.
type root struct {
	base, along, bend []float64
	limit             float64
	// t is where the search stands; it begins there.
	t float64
	// below and above are the abscissas nearest to the zero where the field is
	// known to be negative and not negative; NaN where none is.
	below, above float64
	// supposed says that this is only supposed of the path's two ends.
	supposed bool

	found, failed bool
	gradient      []float64 // at the zero
}

// onLine begins a search at base, about which nothing is known.
func onLine(base, along []float64, limit float64) *root {
	return &root{base: base, along: along, limit: limit, below: math.NaN(), above: math.NaN()}
}

// aroundCorner begins a search ahead of a point of a boundary, on a path from one
// side of it to the other: from - length normal, + length forward, + length normal.
// However the boundary turns, it crosses the path if the field's sign changes with
// the normal, which is supposed.
func aroundCorner(from, normal, forward []float64, length float64) *root {
	return &root{
		base: floats.AddScaledTo(make([]float64, len(from)), from, length, forward), along: normal,
		bend: floats.ScaleTo(make([]float64, len(from)), -1, forward), limit: length,
		below: -length, above: length, supposed: true,
	}
}

// at is the point where the search stands.
func (r *root) at() []float64 {
	x := floats.AddScaledTo(make([]float64, len(r.base)), r.base, r.t, r.along)
	if r.bend != nil {
		floats.AddScaled(x, math.Abs(r.t), r.bend)
	}
	return x
}

// settled says that there is a zero with a direction of the boundary through it.
func (r *root) settled() bool { return r.found && floats.Norm(r.gradient, 2) > 0 }

const (
	rootRounds = 80
	// rootStep is the Newton step that is the last, relative to the limit: the next
	// one is of the order of its square.
	rootStep = 1e-8
	// rootWidth is the width of a bracket, likewise, that counts as a zero.
	rootWidth = 1e-14
)

// findRoots settles all searches, asking the field for all of them at once.
func findRoots(f Field, searches []*root) error {
	for range rootRounds {
		var open []*root
		var x []float64
		for _, r := range searches {
			if !r.found && !r.failed {
				open = append(open, r)
				x = append(x, r.at()...)
			}
		}
		if len(open) == 0 {
			return nil
		}
		values, gradients, err := f.Gradients(x)
		if err != nil {
			return err
		}
		n := f.Inputs()
		for i, r := range open {
			r.step(values[i], gradients[i*n:(i+1)*n])
		}
	}
	for _, r := range searches {
		r.failed = !r.found
	}
	return nil
}

// step takes a Newton step, or halves the bracket where the step leaves it.
func (r *root) step(value float64, gradient []float64) {
	if value >= 0 {
		r.above = r.t
	} else {
		r.below = r.t
	}
	r.gradient = gradient
	slope := floats.Dot(gradient, r.along)
	if r.bend != nil {
		slope += math.Copysign(1, r.t) * floats.Dot(gradient, r.bend)
	}
	next := r.t - value/slope
	usable := !math.IsNaN(next) && math.Abs(next) <= r.limit
	if low, high := min(r.above, r.below), max(r.above, r.below); high-low <= rootWidth*r.limit {
		atEnd := r.supposed && math.Abs(r.t) > (1-1e-9)*r.limit
		r.found, r.failed = !atEnd, atEnd
		return
	} else if low < high && (!usable || next < low || next > high) {
		r.t = low + (high-low)/2
		return
	}
	if !usable {
		r.failed = true
		return
	}
	r.found = math.Abs(next-r.t) <= rootStep*r.limit
	r.t = next
}

package geometry

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// root is the search for a zero of a field on the line base + t along, |t| <= limit.
type root struct {
	base, along []float64
	limit       float64
	// t is where the search stands; it begins there.
	t float64
	// below and above are the abscissas nearest to the zero where the field is
	// known to be negative and not negative; NaN where none is.
	below, above float64

	found, failed bool
	gradient      []float64 // at the zero, or last
}

// onLine begins a search at base, about which nothing is known.
func onLine(base, along []float64, limit float64) *root {
	return &root{base: base, along: along, limit: limit, below: math.NaN(), above: math.NaN()}
}

// at is the point where the search stands.
func (r *root) at() []float64 {
	return floats.AddScaledTo(make([]float64, len(r.base)), r.base, r.t, r.along)
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
	if floats.Norm(gradient, 2) > 0 || r.gradient == nil { // beside a flat place only one side has a direction
		r.gradient = gradient
	}
	next := r.t - value/floats.Dot(gradient, r.along)
	usable := !math.IsNaN(next) && math.Abs(next) <= r.limit
	if low, high := min(r.above, r.below), max(r.above, r.below); high-low <= rootWidth*r.limit {
		r.found = true
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

package geometry

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// Field is a function of points whose zero set is a boundary.
type Field interface {
	// Inputs is the number of coordinates of a point.
	Inputs() int
	// Values is the function at each row of x, rows × Inputs, row-major. Where the context
	// ends, the error is its.
	Values(ctx context.Context, x []float64) ([]float64, error)
	// Gradients is the same with the derivatives, rows × Inputs.
	Gradients(ctx context.Context, x []float64) (values, gradients []float64, err error)
}

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

// regular says that there is a zero with a direction of the boundary through it.
func (r *root) regular() bool { return r.found && directed(r.gradient) }

// directed says that a vector of numbers has a direction: it is not 0.
func directed(v []float64) bool {
	any := false
	for _, x := range v {
		if x != x {
			return false
		}
		any = any || x != 0
	}
	return any
}

const (
	rootRounds = 80
	// rootStep is the Newton step that is the last, relative to the limit: the next
	// one is of the order of its square.
	rootStep = 1e-8
	// rootWidth is the width of a bracket, likewise, that counts as a zero.
	rootWidth = 1e-14
)

// findRoots ends all searches, asking the field for a batch of them at once.
func findRoots(ctx context.Context, f Field, searches []*root) error {
	n := f.Inputs()
	x := make([]float64, min(len(searches), batchRows)*n)
	for range rootRounds {
		var open []*root
		for _, r := range searches {
			if !r.found && !r.failed {
				open = append(open, r)
			}
		}
		if len(open) == 0 {
			return nil
		}
		for batch := range slices.Chunk(open, batchRows) {
			for i, r := range batch {
				floats.AddScaledTo(x[i*n:(i+1)*n], r.base, r.t, r.along)
			}
			values, gradients, err := f.Gradients(ctx, x[:len(batch)*n])
			if err != nil {
				return err
			}
			for i, r := range batch {
				r.step(values[i], gradients[i*n:(i+1)*n])
			}
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
	if directed(gradient) || r.gradient == nil { // beside a flat place only one side has a direction
		r.gradient = append(r.gradient[:0], gradient...)
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

// Package differences estimates derivatives from values alone: the witness that
// knows no formula of a gradient. Central differences come from gonum; the step
// is found by balancing truncation against rounding, with Richardson
// extrapolation as in Ridders, "Accurate computation of F'(x) and F'(x)F”(x)",
// Advances in Engineering Software 4 (1982) 75-76.
package differences

import (
	"math"

	"gonum.org/v1/gonum/diff/fd"
)

// Function is a function of one number that is smooth within each region. The
// region is any number that changes when a kink is crossed; 0 throughout for a
// function without kinks.
type Function func(x float64) (value float64, region uint64)

// Estimate is a derivative with what is known of its error.
type Estimate struct {
	Value float64
	// Error is the larger of the change in the last extrapolation and the rounding
	// of the differences.
	Error float64
	// Kink says that no step, however small, stays within one region, or that the
	// slopes on the two sides differ: there is no derivative to estimate.
	Kink bool
}

// The first step is large, for a parameter of ordinary size; each next one is
// smaller by shrink.
const (
	firstStep = 1.0 / 64
	shrink    = 2.0
	tableau   = 8               // rows of the extrapolation tableau
	smallest  = 1.0 / (1 << 22) // below it rounding leaves too few digits
	kinkStep  = 1.0 / (1 << 14)
	kinkZoom  = 16.0
	largeX    = 1 << 10 // above it steps grow with x, lest x+h round to x
	epsilon   = 1.0 / (1 << 52)
)

// Derivative estimates f'(x).
func Derivative(f Function, x float64) Estimate {
	scale := math.Max(1, math.Abs(x)/largeX)
	origin, home := f(x)
	h := firstStep * scale
	for !staysHome(f, x, h, home) {
		if h /= shrink; h < smallest*scale {
			return Estimate{Kink: true}
		}
	}
	best := ridders(f, x, h, math.Abs(origin))
	best.Kink = slopesDiffer(f, x, math.Min(h, kinkStep*scale), origin)
	return best
}

// staysHome says whether both ends of the step lie in the region of x.
func staysHome(f Function, x, h float64, home uint64) bool {
	_, left := f(x - h)
	_, right := f(x + h)
	return left == home && right == home
}

// slopesDiffer compares the slopes on both sides of x: their difference shrinks
// with the step where f is smooth and stays where it has a kink.
func slopesDiffer(f Function, x, h, origin float64) bool {
	wide, _ := slopeChange(f, x, h, origin)
	narrow, rounding := slopeChange(f, x, h/kinkZoom, origin)
	return narrow > 10*rounding && narrow > wide/2
}

// slopeChange is the difference of the one-sided slopes, and its rounding error.
func slopeChange(f Function, x, h, origin float64) (change, rounding float64) {
	left, _ := f(x - h)
	right, _ := f(x + h)
	largest := math.Max(math.Abs(origin), math.Max(math.Abs(left), math.Abs(right)))
	return math.Abs(left+right-2*origin) / h, 4 * epsilon * largest / h
}

// ridders extrapolates central differences of shrinking step to step 0 and keeps
// the entry of the tableau whose error estimate is smallest.
func ridders(f Function, x, h, magnitude float64) Estimate {
	value := func(x float64) float64 { v, _ := f(x); return v }
	best := Estimate{Error: math.Inf(1)}
	var previous, row [tableau]float64
	for i := range tableau {
		rounding := epsilon * magnitude / h
		row[0] = fd.Derivative(value, x, &fd.Settings{Formula: fd.Central, Step: h})
		weight := shrink * shrink
		for j := 1; j <= i; j++ {
			row[j] = (weight*row[j-1] - previous[j-1]) / (weight - 1)
			weight *= shrink * shrink
			change := math.Max(math.Abs(row[j]-row[j-1]), math.Abs(row[j]-previous[j-1]))
			if e := math.Max(change, rounding); e < best.Error {
				best.Value, best.Error = row[j], e
			}
		}
		// Higher orders that get worse have met the rounding: stop.
		if i > 0 && math.Abs(row[i]-previous[i-1]) > 2*best.Error {
			break
		}
		previous = row
		h /= shrink
	}
	return best
}

// Gradient estimates the derivative of f with respect to each of the values that
// it reads. The values are changed in place while f is called, and put back.
func Gradient(f func() (value float64, region uint64), values []float64) []Estimate {
	estimates := make([]Estimate, len(values))
	for i, x := range values {
		estimates[i] = Derivative(func(v float64) (float64, uint64) {
			values[i] = v
			return f()
		}, x)
		values[i] = x
	}
	return estimates
}

package tangent

import (
	"math"

	"actscope/graph"
	"actscope/models"
)

// Clock turns eigenvalues of K into time constants of a training. Over an epoch of B batches the mean
// step along an eigenvector of eigenvalue λ takes a share rate B c λ of the error away, c being the
// loss's curvature: 1/4 of a cross-entropy of labels at p = 1/2, 1/k of one of k classes that are as
// likely as each other, 2 of a squared error. Momentum m makes the rate rate/(1-m). Penalties are
// left out.
type Clock struct {
	// Pace is what an eigenvalue is multiplied with for the share that an epoch takes away: 1/(Pace λ)
	// is its time constant in epochs. It is NaN where Reason says why there is none.
	Pace   float64
	Reason string
	// Curvature is c, NaN where there is none.
	Curvature float64
}

// ClockOf is the clock of a network's training on so many rows.
func ClockOf(a graph.Architecture, t models.Training, rows int) Clock {
	o := objectiveOf(a)
	c, reason := o.curvature()
	clock := Clock{Pace: math.NaN(), Reason: reason, Curvature: c}
	rate := t.Rate
	switch optimiser := t.Optimiser.(type) {
	case models.Momentum:
		rate /= 1 - optimiser.Coefficient
	case models.Nesterov:
		rate /= 1 - optimiser.Coefficient
	case models.Adam:
		clock.Reason = "Adam gives each parameter a rate of its own"
	}
	switch {
	case clock.Reason != "":
	case !t.Schedule.Constant():
		clock.Reason = "the learning rate changes from epoch to epoch"
	case t.Clip > 0:
		clock.Reason = "clipping changes the rate from step to step"
	case t.ClassWeights != nil:
		clock.Reason = "the rows do not count alike"
	default:
		batch := min(t.Batch, rows)
		steps := float64(rows/batch) * float64(batch) / o.divisor(batch)
		if left := rows % batch; left > 0 {
			steps += float64(left) / o.divisor(left)
		}
		clock.Pace = rate * c * steps
	}
	return clock
}

// Epochs is the time constant of an eigenvalue: +Inf of 0, NaN where there is none.
func (c Clock) Epochs(eigenvalue float64) float64 { return 1 / (c.Pace * eigenvalue) }

// LargestRate is the rate up to which full batches of plain descent, means over the rows, are
// stable along an eigenvalue's mode: 2/(c λ), 8/λ of two classes. NaN without a curvature.
func (c Clock) LargestRate(eigenvalue float64) float64 { return 2 / (c.Curvature * eigenvalue) }

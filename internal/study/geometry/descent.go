package geometry

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// descent goes along a boundary in the plane to the point of it that is closest to
// x: first until it has passed that, then between the two sides of it.
type descent struct {
	row  int
	x    []float64
	turn float64 // 1 or -1: which way forward is
	a, b *foot   // b is nil until the closest point is between a and b
	step float64 // the longest along the boundary
	done bool

	trial      *root
	weightA    float64 // of the slope at a, and at b: the Illinois method
	weightB    float64
	lastWasOnA bool
}

// foot is a point on the boundary.
type foot struct {
	at       []float64
	gradient []float64
	// forward is a unit vector along the boundary, and slope (at - x) · forward:
	// where that is negative, forward leads closer to x.
	forward  []float64
	slope    float64
	distance float64
}

// newFoot is where a search ended. The field is not negative on the left of forward
// for turn 1, on the right for -1.
func newFoot(r *root, x []float64, turn float64) *foot {
	f := &foot{at: r.at(), gradient: r.gradient, forward: perpendicular(r.gradient)}
	floats.Scale(-turn, f.forward)
	offset := floats.SubTo(make([]float64, 2), f.at, x)
	f.slope, f.distance = floats.Dot(offset, f.forward), floats.Norm(offset, 2)
	return f
}

// newDescent starts at a crossing in the direction that leads closer to x.
func newDescent(row int, x []float64, c *crossing) *descent {
	d := &descent{row: row, x: x, turn: 1, step: c.diagonal, weightA: 1, weightB: 1}
	if d.a = newFoot(c.search, x, d.turn); d.a.slope > 0 {
		d.turn = -1
		d.a = newFoot(c.search, x, d.turn)
	}
	return d
}

// walk proposes a step along the boundary towards x, or nothing where it is time to
// stop.
func (d *descent) walk(tolerance float64) *root {
	if d.done || d.b != nil || d.gap() <= tolerance {
		return nil
	}
	length := min(max(-1.5*d.a.slope, d.step/8), d.step)
	return aroundCorner(d.a.at, unit(d.a.gradient), d.a.forward, length)
}

// walked takes the step, or a shorter one next where the sign does not change as
// supposed.
func (d *descent) walked() {
	if !d.trial.settled() {
		d.step /= 4
		return
	}
	if next := newFoot(d.trial, d.x, d.turn); next.slope < 0 {
		d.a = next
	} else {
		d.b = next
	}
}

// narrow proposes a point between a and b.
func (d *descent) narrow(tolerance float64) *root {
	if d.done || d.b == nil || d.gap() <= tolerance {
		return nil
	}
	chord := floats.SubTo(make([]float64, 2), d.b.at, d.a.at)
	slopeA, slopeB := d.weightA*d.a.slope, d.weightB*d.b.slope
	share := min(max(slopeA/(slopeA-slopeB), 0.02), 0.98)
	base := floats.AddScaledTo(make([]float64, 2), d.a.at, share, chord)
	return onLine(base, perpendicular(chord), floats.Norm(chord, 2))
}

// narrowed takes the point for a or b.
func (d *descent) narrowed() {
	if !d.trial.settled() {
		d.done = true
		return
	}
	next := newFoot(d.trial, d.x, d.turn)
	onA := next.slope < 0
	switch {
	case onA && d.lastWasOnA:
		d.weightB /= 2
	case !onA && !d.lastWasOnA:
		d.weightA /= 2
	default:
		d.weightA, d.weightB = 1, 1
	}
	if d.lastWasOnA = onA; onA {
		d.a, d.weightA = next, 1
	} else {
		d.b, d.weightB = next, 1
	}
}

// best is the closer end.
func (d *descent) best() *foot {
	if d.b != nil && d.b.distance < d.a.distance {
		return d.b
	}
	return d.a
}

// gap bounds by how much the best end's distance exceeds the least one: the rate at
// which the distance falls there, slope / distance, times the way that is left.
func (d *descent) gap() float64 {
	best := d.best()
	if best.distance == 0 {
		return 0
	}
	way := d.step
	if d.b != nil {
		way = distance(d.a.at, d.b.at)
	}
	return min(math.Abs(best.slope)/best.distance*way, best.distance)
}

// unit is a vector's direction.
func unit(v []float64) []float64 {
	return floats.ScaleTo(make([]float64, len(v)), 1/floats.Norm(v, 2), v)
}

// perpendicular is a vector's direction in the plane, turned left.
func perpendicular(v []float64) []float64 {
	u := unit(v)
	return []float64{-u[1], u[0]}
}

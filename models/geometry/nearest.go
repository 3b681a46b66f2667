package geometry

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// Boundary is what [BoundaryOf] and [Nearest] know of the boundary near some points.
type Boundary struct {
	// Distances are the Euclidean distances to it, NaN where none was found.
	Distances []float64
	// Closest are the closest points, rows × inputs, NaN likewise.
	Closest []float64
	// Error bounds by how much a distance exceeds that to the piece of the boundary
	// which was found, for all points.
	Error float64
	// Step is the spacing of the grid on which pieces were looked for, in the points'
	// box; around it the grid is coarser. A piece that passes between the nodes is
	// missed: the distance is that to another one then. Step is 0 where all pieces are
	// known, and NaN for points that are not of a plane, where there is no grid and
	// distances are upper bounds.
	Step float64
}

// precision is that of distances, relative to the longest side of the points' box.
const precision = 1e-8

// Found says whether any boundary was found.
func (b Boundary) Found() bool {
	for _, d := range b.Distances {
		if !math.IsNaN(d) {
			return true
		}
	}
	return false
}

// newBoundary knows nothing of rows points yet.
func newBoundary(rows, inputs int) Boundary {
	b := Boundary{Distances: make([]float64, rows), Closest: make([]float64, rows*inputs)}
	for i := range b.Distances {
		b.Distances[i] = math.NaN()
	}
	for i := range b.Closest {
		b.Closest[i] = math.NaN()
	}
	return b
}

// offer takes a point on the boundary if it is the closest so far.
func (b *Boundary) offer(row int, at []float64, distance float64) {
	if !(b.Distances[row] <= distance) {
		b.Distances[row] = distance
		copy(b.Closest[row*len(at):], at)
	}
}

// Nearest finds, for each row of points (rows × inputs, finite), the closest point of
// the zero set of a field.
//
// In the plane it looks on a grid for all pieces of the zero set and goes along each
// that could be the closest, to the precision that the result states. Elsewhere it
// starts from where the zero set parts a point from the nearest ones on the other side,
// and from where the gradient meets it, and goes down from there: what it finds is
// closer than everything around it.
func Nearest(ctx context.Context, f Field, points []float64) (Boundary, error) {
	if err := checkPoints(points, f.Inputs()); err != nil {
		return Boundary{}, err
	}
	if f.Inputs() == 2 {
		return nearestOnPlane(ctx, f, points)
	}
	return nearestInSpace(ctx, f, points)
}

// distance is Euclidean.
func distance(a, b []float64) float64 { return floats.Distance(a, b, 2) }

// unit is a vector's direction.
func unit(v []float64) []float64 {
	return floats.ScaleTo(make([]float64, len(v)), 1/floats.Norm(v, 2), v)
}

// extent is the box of points: its lower corner, the lengths of its sides, and the
// longest of them, 1 where all points are one.
func extent(points []float64, inputs int) (low, sides []float64, longest float64) {
	low, sides = slices.Clone(points[:inputs]), slices.Clone(points[:inputs])
	for i, v := range points {
		low[i%inputs], sides[i%inputs] = min(low[i%inputs], v), max(sides[i%inputs], v)
	}
	floats.Sub(sides, low)
	if longest = floats.Max(sides); longest == 0 {
		longest = 1
	}
	return low, sides, longest
}

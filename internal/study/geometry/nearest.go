package geometry

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// Boundary is what [Nearest] knows of the boundary near some points.
type Boundary struct {
	// Distances are the Euclidean distances to it, NaN where none was found.
	Distances []float64
	// Closest are the closest points, rows × inputs, NaN likewise.
	Closest []float64
	// Error bounds by how much a distance exceeds that to the piece of the boundary
	// which was found, for all points.
	Error float64
	// Step is the spacing of the grid on which pieces were looked for: a piece that
	// passes between its nodes is missed. It is 0 where there was no grid.
	Step float64
}

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
func (b *Boundary) offer(row int, at []float64, distance, uncertainty float64) {
	if b.Distances[row] <= distance {
		return
	}
	b.Distances[row] = distance
	copy(b.Closest[row*len(at):], at)
	b.Error = max(b.Error, uncertainty)
}

// Nearest finds, for each row of points (rows × inputs, finite), the closest point of
// the zero set of a field.
func Nearest(ctx context.Context, f Field, points []float64) (Boundary, error) {
	inputs := f.Inputs()
	if len(points) == 0 || len(points)%inputs != 0 {
		return Boundary{}, fmt.Errorf("geometry: %d coordinates are not one or more points of %d", len(points), inputs)
	}
	for i, v := range points {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return Boundary{}, fmt.Errorf("geometry: coordinate %d of point %d is %v: it has to be finite", i%inputs, i/inputs, v)
		}
	}
	return nearestOnPlane(ctx, f, points)
}

// distance is Euclidean.
func distance(a, b []float64) float64 { return floats.Distance(a, b, 2) }

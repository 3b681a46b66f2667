package geometry

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/panics"
	"actscope/models"
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

// consider takes a point on the boundary if it is the closest so far.
func (b *Boundary) consider(row int, at []float64, distance float64) {
	if !(b.Distances[row] <= distance) {
		b.Distances[row] = distance
		copy(b.Closest[row*len(at):], at)
	}
}

// BoundaryOf finds, for each row of points (rows × inputs, finite), the closest point of
// a network's decision boundary: where another class comes to be the predicted one, of two
// classes where P(class 1) is 1/2, or another label, whichever changes first. In a network of
// two inputs that is straight in pieces, and has not too many of them, the boundary is made of
// lines in each linear region: all of it is found, exactly. Of others [Nearest] finds it by
// the [Lead] of the class that is predicted of each row, in the plane over each other class on
// its own, or by that of each label. The error of a network that predicts numbers says that it
// has none.
func BoundaryOf(ctx context.Context, net *models.Network, points []float64) (_ Boundary, err error) {
	defer panics.Catch(&err, "finding the decision boundary of %v", net)
	return boundaryBy(ctx, net, points, nearest)
}

// search refines a boundary near some rows of the points by the zero set of a field.
type search func(ctx context.Context, b *Boundary, f Field, points []float64, rows []int) error

// boundaryBy looks for a boundary that is not known exactly by a search.
func boundaryBy(ctx context.Context, net *models.Network, points []float64, search search) (Boundary, error) {
	if err := checkPoints(points, net.Inputs()); err != nil {
		return Boundary{}, err
	}
	net = net.OneUnit()
	fronts, err := frontsOf(ctx, net, points)
	if err != nil {
		return Boundary{}, err
	}
	if b, ok, err := exactBoundary(ctx, net, points, fronts); ok || err != nil {
		return b, err
	}
	b, grid := newBoundary(len(points)/net.Inputs(), net.Inputs()), new(gridOutputs)
	for _, front := range fronts {
		lead, err := LeadOf(net, front.unit)
		if err != nil {
			return b, err
		}
		lead.grid = grid
		for _, f := range lead.fields() {
			if err = search(ctx, &b, f, points, front.rows); err != nil {
				break
			}
		}
		if err := errors.Join(err, lead.Close()); err != nil {
			return b, err
		}
	}
	return b, nil
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
	rows := len(points) / f.Inputs()
	b := newBoundary(rows, f.Inputs())
	err := nearest(ctx, &b, f, points, upTo(rows))
	return b, err
}

// nearest is the search of [Nearest].
func nearest(ctx context.Context, b *Boundary, f Field, points []float64, rows []int) error {
	if f.Inputs() == 2 {
		return b.nearestOnPlane(ctx, f, points, rows)
	}
	return b.nearestInSpace(ctx, f, points, rows)
}

// exactRegions is the number of linear regions up to which a boundary is found region by
// region.
const exactRegions = 2000

// exactBoundary is that of a network of two inputs which is straight in pieces; ok is false
// of others, and where there are too many pieces.
func exactBoundary(ctx context.Context, net *models.Network, points []float64, fronts []front) (b Boundary, ok bool, err error) {
	layers, reason := straightLayers(net)
	if reason != "" || net.Inputs() != 2 {
		return b, false, nil
	}
	own := ownHyperplanes(net)
	overOthers := decisionOf(net).targets == graph.Classes
	return straightBoundary(ctx, layers, points, func(b *Boundary, polygons []polygon) {
		outputs := outputsOf(polygons, own)
		for _, front := range fronts {
			segments := segmentsOf(polygons, outputs, front.unit, overOthers)
			for _, row := range front.rows {
				for _, s := range segments {
					at, d := onSegment(points[2*row:2*row+2], s[0][:], s[1][:])
					b.consider(row, at, d)
				}
			}
		}
	})
}

// straightBoundary looks in a box around the points, and in a wider one where a
// boundary beyond could be closer than what was found; ok is false where there are too
// many regions.
func straightBoundary(ctx context.Context, layers []straightLayer, points []float64, consider func(b *Boundary, polygons []polygon)) (b Boundary, ok bool, err error) {
	low, sides, side := extent(points, 2)
	b = newBoundary(len(points)/2, 2)
	for reach := firstReach; ; {
		var box [2]data.Interval
		for k := range box {
			box[k] = data.Interval{Min: low[k], Max: low[k] + sides[k]}.Widen(reach * side)
		}
		polygons, reason, err := polygonsOf(ctx, layers, box[0], box[1], exactRegions, nil)
		if reason != "" || err != nil {
			return b, false, err
		}
		consider(&b, polygons)
		b.Error = boxTolerance * (side + 2*reach*side)
		need := b.beyond(points, box, side)
		if need == 0 || reach == lastReach {
			return b, true, nil
		}
		reach = min(1.01*(reach+need), lastReach)
	}
}

// beyond is by how much a box, in longer sides of the points, would have to be wider for
// no boundary outside of it to be closer than what was found.
func (b *Boundary) beyond(points []float64, box [2]data.Interval, side float64) float64 {
	need := 0.0
	for row, d := range b.Distances {
		if !finite(d) {
			return lastReach
		}
		for k, axis := range box {
			x := points[2*row+k]
			need = max(need, (d-min(x-axis.Min, axis.Max-x))/side)
		}
	}
	return need
}

// line is a x + b y + c as (a, b, c).
type line [3]float64

// minus is the difference of two.
func (l line) minus(m line) line { return line{l[0] - m[0], l[1] - m[1], l[2] - m[2]} }

// at is the value at a point.
func (l line) at(x [2]float64) float64 { return l[0]*x[0] + l[1]*x[1] + l[2] }

// outputsOf are the output units' pre-activations in each region.
func outputsOf(polygons []polygon, own []Probe) [][]line {
	all := make([][]line, len(polygons))
	for _, unit := range own {
		weights := mat.NewVecDense(len(unit.Weights), unit.Weights)
		var output mat.VecDense
		for i, p := range polygons {
			output.MulVec(p.function, weights)
			all[i] = append(all[i], line{output.AtVec(0), output.AtVec(1), output.AtVec(2) + unit.Bias})
		}
	}
	return all
}

// segmentsOf are the straight pieces of a front: where, in each region, a unit's output
// changes sign, or its lead over one of the others does while it leads the rest.
func segmentsOf(polygons []polygon, outputs [][]line, unit int, overOthers bool) (segments [][2][2]float64) {
	for i, p := range polygons {
		z := outputs[i]
		if !overOthers {
			if s, ok := crossingOf(p.corners, z[unit]); ok {
				segments = append(segments, s)
			}
			continue
		}
		for rival := range z {
			if rival == unit {
				continue
			}
			s, ok := crossingOf(p.corners, z[unit].minus(z[rival]))
			for other := range z {
				if other != unit && other != rival && ok {
					s, ok = clipped(s, z[unit].minus(z[other]))
				}
			}
			if ok {
				segments = append(segments, s)
			}
		}
	}
	return segments
}

// clipped is the part of a segment on which a line's value is not negative.
func clipped(s [2][2]float64, by line) (part [2][2]float64, ok bool) {
	v, w := by.at(s[0]), by.at(s[1])
	if v < 0 && w < 0 {
		return s, false
	}
	for end, value := range [2]float64{v, w} {
		if value < 0 {
			t := v / (v - w)
			for k := range 2 {
				part[end][k] = s[0][k] + t*(s[1][k]-s[0][k])
			}
		} else {
			part[end] = s[end]
		}
	}
	return part, true
}

// crossingOf is the segment on which a x + b y + c changes its sign in a convex polygon.
func crossingOf(corners [][2]float64, of line) (s [2][2]float64, ok bool) {
	values := make([]float64, len(corners))
	largest := 0.0
	for i, c := range corners {
		values[i] = of.at(c)
		largest = max(largest, values[i], -values[i])
	}
	for i := range values {
		if v := values[i]; max(v, -v) <= boxTolerance*largest {
			values[i] = 0 // on it, as far as rounding shows
		}
	}
	ends := 0
	for i, v := range values {
		j := (i + 1) % len(values)
		if (v >= 0) == (values[j] >= 0) || ends == 2 {
			continue
		}
		t := v / (v - values[j])
		for k := range 2 {
			s[ends][k] = corners[i][k] + t*(corners[j][k]-corners[i][k])
		}
		ends++
	}
	return s, ends == 2
}

// checkPoints reports points that have no distance.
func checkPoints(points []float64, inputs int) error {
	if inputs < 1 || len(points) == 0 || len(points)%inputs != 0 {
		return fmt.Errorf("geometry: %d coordinates are not one or more points of %d", len(points), inputs)
	}
	for i, v := range points {
		if !finite(v) {
			return fmt.Errorf("geometry: coordinate %d of point %d is %v: it has to be finite", i%inputs, i/inputs, v)
		}
	}
	return nil
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

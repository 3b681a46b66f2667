package geometry

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"actscope/data"
	"actscope/models"
)

// exactRegions is up to how many linear regions a boundary is found region by region.
const exactRegions = 2000

// BoundaryOf finds, for each row of points (rows × inputs, finite), the closest point of
// a network's decision boundary, where P(class 1) is 1/2. In a network of two inputs that
// is straight in pieces, and has not too many of them, the boundary is a line in each
// linear region: all of it is found, exactly. Of others [Nearest] finds it by their
// [Logit].
func BoundaryOf(ctx context.Context, net *models.Network, points []float64) (Boundary, error) {
	if err := checkPoints(points, net.Inputs()); err != nil {
		return Boundary{}, err
	}
	if layers, reason := straightLayers(net); reason == "" && net.Inputs() == 2 {
		b, ok, err := straightBoundary(ctx, layers, ownHyperplane(net), points)
		if ok || err != nil {
			return b, err
		}
	}
	logit, err := LogitOf(net)
	if err != nil {
		return Boundary{}, err
	}
	defer logit.Close()
	return Nearest(ctx, logit, points)
}

// straightBoundary looks in a box around the points, and in a wider one where a
// boundary beyond could be closer than what was found; ok is false where there are too
// many regions.
func straightBoundary(ctx context.Context, layers []straightLayer, own Probe, points []float64) (b Boundary, ok bool, err error) {
	low, sides, side := extent(points, 2)
	b = newBoundary(len(points)/2, 2)
	for reach := firstReach; ; {
		if err := ctx.Err(); err != nil {
			return b, false, err
		}
		var box [2]data.Interval
		for k := range box {
			box[k] = data.Interval{Min: low[k], Max: low[k] + sides[k]}.Widen(reach * side)
		}
		polygons, reason := polygonsOf(layers, box[0], box[1], exactRegions, nil)
		if reason != "" {
			return b, false, nil
		}
		segments := segmentsOf(polygons, own)
		for row := range b.Distances {
			for _, s := range segments {
				at, d := onSegment(points[2*row:2*row+2], s[0][:], s[1][:])
				b.offer(row, at, d)
			}
		}
		b.Error = boxTolerance * (side + 2*reach*side)
		need := b.lack(points, box, side)
		if need == 0 || reach == lastReach {
			return b, true, nil
		}
		reach = min(1.01*(reach+need), lastReach)
	}
}

// lack is by how much a box, in longer sides of the points, would have to be wider for
// no boundary beyond it to be closer than what was found.
func (b *Boundary) lack(points []float64, box [2]data.Interval, side float64) float64 {
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

// segmentsOf are the straight pieces of the boundary: where the logit changes sign in
// each region.
func segmentsOf(polygons []polygon, own Probe) [][2][2]float64 {
	var segments [][2][2]float64
	weights := mat.NewVecDense(len(own.Weights), own.Weights)
	var logit mat.VecDense
	for _, p := range polygons {
		logit.MulVec(p.function, weights)
		line := [3]float64{logit.AtVec(0), logit.AtVec(1), logit.AtVec(2) + own.Bias}
		if s, ok := crossingOf(p.corners, line); ok {
			segments = append(segments, s)
		}
	}
	return segments
}

// crossingOf is the segment on which a x + b y + c changes its sign in a convex polygon.
func crossingOf(corners [][2]float64, line [3]float64) (s [2][2]float64, ok bool) {
	values := make([]float64, len(corners))
	largest := 0.0
	for i, c := range corners {
		values[i] = line[0]*c[0] + line[1]*c[1] + line[2]
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
	if len(points) == 0 || len(points)%inputs != 0 {
		return fmt.Errorf("geometry: %d coordinates are not one or more points of %d", len(points), inputs)
	}
	for i, v := range points {
		if !finite(v) {
			return fmt.Errorf("geometry: coordinate %d of point %d is %v: it has to be finite", i%inputs, i/inputs, v)
		}
	}
	return nil
}

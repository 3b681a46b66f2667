package geometry

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"actscope/data"
	"actscope/models"
)

// boxTolerance is how near to a line, relative to the box, a corner counts as on it.
const boxTolerance = 1e-10

// polygon is a convex part of a box on which a network is affine.
type polygon struct {
	corners [][2]float64
	// function is what the last layer hands on as a function of the two coordinates:
	// slopes and constants, 3 × units.
	function *mat.Dense
}

// BoxRegions is, for each hidden layer, the number of linear regions of a network of
// two inputs, up to that layer, in a rectangle: convex polygons in which every unit
// stays on one straight piece of its activation. Each layer cuts the polygons of the one
// before along the lines of its kinks; what is thinner than 1e-10 of the box is not
// seen. The reason says why there are none, as for [LineRegions].
func BoxRegions(net *models.Network, x, y data.Interval) (counts []int, reason string, err error) {
	switch {
	case net.Inputs() != 2:
		return nil, fmt.Sprintf("counted on the plane of two inputs: there are %d", net.Inputs()), nil
	case !finite(x.Min, x.Max, y.Min, y.Max) || !(x.Min < x.Max) || !(y.Min < y.Max):
		return nil, "", fmt.Errorf("geometry: the box [%v, %v] × [%v, %v] has no area", x.Min, x.Max, y.Min, y.Max)
	}
	layers, reason := straightLayers(net)
	if reason != "" {
		return nil, reason, nil
	}
	_, reason = polygonsOf(layers, x, y, mostRegions, func(polygons int) { counts = append(counts, polygons) })
	if reason != "" {
		return nil, reason, nil
	}
	return counts, "", nil
}

// polygonsOf are the regions of all layers together in a rectangle, unless they are more
// than most; count, if any, sees how many there are after each layer.
func polygonsOf(layers []straightLayer, x, y data.Interval, most int, count func(polygons int)) (regions []polygon, reason string) {
	tolerance := boxTolerance * max(x.Max-x.Min, y.Max-y.Min)
	regions = []polygon{{
		corners:  [][2]float64{{x.Min, y.Min}, {x.Max, y.Min}, {x.Max, y.Max}, {x.Min, y.Max}},
		function: mat.NewDense(3, 2, []float64{1, 0, 0, 1, 0, 0}),
	}}
	for _, layer := range layers {
		var next []polygon
		for _, p := range regions {
			next = append(next, p.through(layer, tolerance, most)...)
			if len(next) > most { // through has stopped as well
				return nil, fmt.Sprintf("more than %d regions", most)
			}
		}
		if regions = next; count != nil {
			count(len(regions))
		}
	}
	return regions, ""
}

// centre is the mean of the corners, which is inside.
func (p polygon) centre() (x, y float64) {
	for _, c := range p.corners {
		x, y = x+c[0]/float64(len(p.corners)), y+c[1]/float64(len(p.corners))
	}
	return x, y
}

// through cuts a polygon where a unit of a layer has a kink. It stops once there are
// more than most parts.
func (p polygon) through(layer straightLayer, tolerance float64, most int) []polygon {
	z := layer.before(p.function)
	_, units := z.Dims()
	parts := [][][2]float64{p.corners}
	for unit := range units {
		for _, kink := range layer.pieces.kinks {
			line := [3]float64{z.At(0, unit), z.At(1, unit), z.At(2, unit) - kink}
			var cut [][][2]float64
			for _, corners := range parts {
				cut = append(cut, split(corners, line, tolerance)...)
			}
			if parts = cut; len(parts) > most {
				return make([]polygon, len(parts))
			}
		}
	}
	polygons := make([]polygon, len(parts))
	for i, corners := range parts {
		polygons[i] = polygon{corners, mat.DenseCopyOf(z)}
		x, y := polygons[i].centre()
		layer.after(polygons[i].function, x, y)
	}
	return polygons
}

// split cuts a convex polygon along a line a x + b y + c = 0 that has corners on both
// sides, farther than tolerance.
func split(corners [][2]float64, line [3]float64, tolerance float64) [][][2]float64 {
	length := math.Hypot(line[0], line[1])
	sides := make([]float64, len(corners))
	low, high := 0.0, 0.0
	for i, c := range corners {
		sides[i] = (line[0]*c[0] + line[1]*c[1] + line[2]) / length
		if math.Abs(sides[i]) <= tolerance {
			sides[i] = 0
		}
		low, high = min(low, sides[i]), max(high, sides[i])
	}
	if !(low < 0 && high > 0) {
		return [][][2]float64{corners}
	}
	var below, above [][2]float64
	for i, c := range corners {
		if sides[i] <= 0 {
			below = append(below, c)
		}
		if sides[i] >= 0 {
			above = append(above, c)
		}
		j := (i + 1) % len(corners)
		if sides[i]*sides[j] < 0 {
			t, d := sides[i]/(sides[i]-sides[j]), corners[j]
			on := [2]float64{c[0] + t*(d[0]-c[0]), c[1] + t*(d[1]-c[1])}
			below, above = append(below, on), append(above, on)
		}
	}
	return [][][2]float64{below, above}
}

package geometry

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"actscope/data"
	"actscope/graph"
	"actscope/models"
)

// pieces are the straight pieces of an activation: slope z + offset between kinks.
type pieces struct {
	kinks           []float64
	slopes, offsets []float64 // one more than kinks
}

// piecesOf are an activation's pieces; ok is false where it is not straight between its
// kinks.
func piecesOf(a graph.Activation) (p pieces, ok bool) {
	p.kinks = a.Kinks
	for i := range len(p.kinks) + 1 {
		from, to := -32.0, 32.0
		if i > 0 {
			from = p.kinks[i-1]
			to += from
		}
		if i < len(p.kinks) {
			to = p.kinks[i]
			if i == 0 {
				from += to
			}
		}
		middle := from + (to-from)/2
		slope := a.Derivative(middle)
		for _, share := range []float64{0.01, 0.1, 0.25, 0.75, 0.9, 0.99} {
			if a.Derivative(from+share*(to-from)) != slope {
				return p, false
			}
		}
		p.slopes, p.offsets = append(p.slopes, slope), append(p.offsets, a.Value(middle)-slope*middle)
	}
	return p, true
}

// at is the number of the piece on which z lies.
func (p pieces) at(z float64) int {
	i := 0
	for i < len(p.kinks) && z > p.kinks[i] {
		i++
	}
	return i
}

// straightLayer is a hidden layer that is straight in pieces.
type straightLayer struct {
	weights *mat.Dense
	bias    []float64
	pieces  pieces
}

// straightLayers are the hidden layers of a network whose activations are straight in
// pieces and which has no other parts; why says what is in the way.
func straightLayers(net *models.Network) (layers []straightLayer, why string) {
	all := net.Layers()
	for l, layer := range all[:len(all)-1] {
		p, ok := piecesOf(layer.Activation)
		switch {
		case !ok:
			return nil, layer.Activation.Name + " is not straight in pieces"
		case len(layer.Parts) > 0:
			return nil, "counted for layers without parts"
		}
		w := net.Parameters[2*l]
		layers = append(layers, straightLayer{mat.NewDense(w.Rows, w.Columns, w.Values), net.Parameters[2*l+1].Values, p})
	}
	return layers, ""
}

// before applies the affine map to an affine function of some coordinates, given as
// (coordinates + 1) × fan-in, the constant last: the pre-activations as functions of
// the same coordinates.
func (l straightLayer) before(function *mat.Dense) *mat.Dense {
	z := new(mat.Dense)
	z.Mul(function, l.weights)
	last, _ := z.Dims()
	for unit, b := range l.bias {
		z.Set(last-1, unit, z.At(last-1, unit)+b)
	}
	return z
}

// after applies the activation, in place, on the pieces in which a point lies.
func (l straightLayer) after(z *mat.Dense, at ...float64) {
	rows, units := z.Dims()
	for unit := range units {
		value := z.At(rows-1, unit)
		for i, v := range at {
			value += v * z.At(i, unit)
		}
		piece := l.pieces.at(value)
		for i := range rows {
			z.Set(i, unit, z.At(i, unit)*l.pieces.slopes[piece])
		}
		z.Set(rows-1, unit, z.At(rows-1, unit)+l.pieces.offsets[piece])
	}
}

// finite says that all numbers are.
func finite(values ...float64) bool {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

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
func BoxRegions(ctx context.Context, net *models.Network, x, y data.Interval) (counts []int, reason string, err error) {
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
	_, reason, err = polygonsOf(ctx, layers, x, y, mostRegions, func(polygons int) { counts = append(counts, polygons) })
	if reason != "" || err != nil {
		return nil, reason, err
	}
	return counts, "", nil
}

// polygonsOf are the regions of all layers together in a rectangle, unless they are more
// than most; count, if any, sees how many there are after each layer.
func polygonsOf(ctx context.Context, layers []straightLayer, x, y data.Interval, most int, count func(polygons int)) (regions []polygon, reason string, err error) {
	tolerance := boxTolerance * max(x.Max-x.Min, y.Max-y.Min)
	regions = []polygon{{
		corners:  [][2]float64{{x.Min, y.Min}, {x.Max, y.Min}, {x.Max, y.Max}, {x.Min, y.Max}},
		function: mat.NewDense(3, 2, []float64{1, 0, 0, 1, 0, 0}),
	}}
	for _, layer := range layers {
		var next []polygon
		for _, p := range regions {
			if err := ctx.Err(); err != nil {
				return nil, "", err
			}
			next = append(next, p.through(layer, tolerance, most)...)
			if len(next) > most { // through has stopped as well
				return nil, fmt.Sprintf("more than %d regions", most), nil
			}
		}
		if regions = next; count != nil {
			count(len(regions))
		}
	}
	return regions, "", nil
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

// mostRegions is where counts of regions give up.
const mostRegions = 10_000

// stretch is a part of a line on which a network is affine.
type stretch struct {
	from, to float64
	// function is what the last layer hands on as a function of the abscissa: slopes
	// and constants, 2 × units.
	function *mat.Dense
}

// LineRegions is, for each hidden layer, the number of linear regions of the network
// up to that layer that the straight line from + t (to - from) passes, over all t: the
// stretches on which every unit stays on one straight piece of its activation. They are
// found by solving for the kinks, layer by layer on each stretch; kinks nearer to each
// other than 1e-12 count as one. The reason says why there are none: an activation that
// is not straight in pieces, layers with parts, more than 10,000 regions.
func LineRegions(ctx context.Context, net *models.Network, from, to []float64) (counts []int, reason string, err error) {
	if len(from) != net.Inputs() || len(to) != net.Inputs() || !finite(from...) || !finite(to...) {
		return nil, "", fmt.Errorf("geometry: a line needs two points of %d finite coordinates", net.Inputs())
	}
	layers, reason := straightLayers(net)
	if reason != "" {
		return nil, reason, nil
	}
	function := mat.NewDense(2, len(from), nil)
	for i := range from {
		function.Set(0, i, to[i]-from[i])
		function.Set(1, i, from[i])
	}
	stretches := []stretch{{math.Inf(-1), math.Inf(1), function}}
	for _, layer := range layers {
		var next []stretch
		for _, s := range stretches {
			if err := ctx.Err(); err != nil {
				return nil, "", err
			}
			next = append(next, s.through(layer)...)
			if len(next) > mostRegions {
				return nil, fmt.Sprintf("more than %d regions", mostRegions), nil
			}
		}
		stretches = next
		counts = append(counts, len(stretches))
	}
	return counts, "", nil
}

// through cuts a stretch where a unit of a layer has a kink.
func (s stretch) through(layer straightLayer) []stretch {
	z := layer.before(s.function)
	_, units := z.Dims()
	cuts := []float64{s.from}
	for unit := range units {
		for _, kink := range layer.pieces.kinks {
			if t := (kink - z.At(1, unit)) / z.At(0, unit); t > s.from && t < s.to {
				cuts = append(cuts, t)
			}
		}
	}
	cuts = append(cuts, s.to)
	slices.Sort(cuts)
	var parts []stretch
	from := s.from
	for _, to := range cuts[1:] {
		if to-from <= 1e-12*(1+math.Abs(to)) && !math.IsInf(to, 0) {
			continue
		}
		part := stretch{from, to, mat.DenseCopyOf(z)}
		layer.after(part.function, part.middle())
		parts = append(parts, part)
		from = to
	}
	return parts
}

// middle is an abscissa inside.
func (s stretch) middle() float64 {
	switch {
	case math.IsInf(s.from, -1) && math.IsInf(s.to, 1):
		return 0
	case math.IsInf(s.from, -1):
		return s.to - 1 - math.Abs(s.to)
	case math.IsInf(s.to, 1):
		return s.from + 1 + math.Abs(s.from)
	}
	return s.from + (s.to-s.from)/2
}

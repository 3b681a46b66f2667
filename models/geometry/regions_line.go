package geometry

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"actscope/models"
)

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
func LineRegions(net *models.Network, from, to []float64) (counts []int, reason string, err error) {
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

package geometry

import (
	"math"

	"gonum.org/v1/gonum/mat"

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

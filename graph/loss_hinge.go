package graph

import (
	"slices"

	"gorgonia.org/gorgonia"
)

// Hinge wants scores, the identity's, to be right by a margin of 1: of one unit
// max(0, 1 - (2y-1) z) for labels 0 and 1, of several Σ_{j≠y} max(0, z_j - z_y + 1) for
// one-hot y (Weston & Watkins 1999), with derivative 0 at the kinks. It gives no
// probabilities.
var Hinge = Loss{Name: "hinge", Output: Identity, terms: hingeTerms, margins: hingeMargins, takes: func(units int) (Targets, error) {
	if units == 1 {
		return Labels, nil
	}
	return Classes, nil
}}

func hingeTerms(s *Site, z, _, y *gorgonia.Node) (*gorgonia.Node, error) {
	var e Expression
	if s.Units == 1 {
		sign := e.Sub(Constant(1), e.Mul(Constant(2), y))
		terms := e.Apply(reluOp.node, e.Add(Constant(1), e.Mul(sign, z)))
		return terms, e.Err
	}
	ofClass := e.MatMul(e.Mul(z, y), s.Filled(s.Units, s.Units, 1)) // z_y in each column
	margin := e.Add(Constant(1), e.Sub(z, ofClass))
	terms := e.Mul(e.Sub(Constant(1), y), e.Apply(reluOp.node, margin))
	return terms, e.Err
}

func hingeMargins(z, y []float64, visit func(margin float64)) {
	if len(z) == 1 {
		visit(1 - (2*y[0]-1)*z[0])
		return
	}
	class := slices.Index(y, 1)
	for j := range z {
		if j != class && class >= 0 {
			visit(z[j] - z[class] + 1)
		}
	}
}

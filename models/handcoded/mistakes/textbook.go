package mistakes

import "gonum.org/v1/gonum/mat"

// step is one formula of the backward pass at layer l. It starts from d, which is δ_l, but for the formula of δ_l itself
// ∂loss/∂a_l (nil at the output), and for the penalty's W_l.
type step func(p *pass, l int, d *mat.Dense) *mat.Dense

// rules are the formulas of the backward pass. In a fault nil stands for the textbook's.
type rules struct {
	delta    step // ∂loss/∂z_l, rows × units
	weights  step // ∂loss/∂W_l without the penalty, in × units
	penalty  step // what the penalty adds to it; nil where there is none
	biases   step // ∂loss/∂b_l, 1 × units
	upstream step // ∂loss/∂a_{l-1}, rows × in
}

// textbook returns the right formulas. What starts from the very matrix that the right pass has is known already.
func textbook() rules {
	return rules{textbookDelta, textbookWeights, textbookPenalty, textbookBiases, textbookUpstream}
}

func textbookDelta(p *pass, l int, da *mat.Dense) *mat.Dense {
	if p.right != nil && da == p.right.da(l) {
		return p.right.delta(l)
	}
	if l == p.layers {
		return p.outputDelta(p.lossSlope)
	}
	return hadamard(da, mapped(p.activation.Derivative, p.z[l]))
}

func textbookWeights(p *pass, l int, delta *mat.Dense) *mat.Dense {
	if p.hasRightDelta(l, delta) {
		return p.right.dataDW(l)
	}
	return product(p.a[l-1].T(), delta)
}

func textbookPenalty(p *pass, _ int, w *mat.Dense) *mat.Dense {
	if p.objective.L2 == 0 {
		return nil
	}
	return scaled(p.objective.L2, w)
}

func textbookBiases(p *pass, l int, delta *mat.Dense) *mat.Dense {
	if p.hasRightDelta(l, delta) {
		return p.right.db(l)
	}
	return columnSums(delta)
}

func textbookUpstream(p *pass, l int, delta *mat.Dense) *mat.Dense {
	if p.hasRightDelta(l, delta) {
		return p.right.da(l - 1)
	}
	return product(delta, p.w[l].T())
}

// hasRightDelta tells whether delta is the right pass's δ_l.
func (p *pass) hasRightDelta(l int, delta *mat.Dense) bool {
	return p.right != nil && delta == p.right.delta(l)
}

package mistakes

import (
	"slices"

	"gonum.org/v1/gonum/mat"
)

// step is one formula of the backward pass at layer l. It starts from d, which is δ_l, but for the formula of δ_l itself
// ∂loss/∂a_l (nil at the output).
type step func(p *pass, l int, d *mat.Dense) *mat.Dense

// rules are the formulas of the backward pass. In a fault nil stands for the textbook's.
type rules struct {
	delta    step // ∂loss/∂z_l, rows × units
	weights  step // ∂loss/∂W_l, in × units
	biases   step // ∂loss/∂b_l, 1 × units
	upstream step // ∂loss/∂a_{l-1}, rows × in
}

var textbook = rules{
	delta: func(p *pass, l int, da *mat.Dense) *mat.Dense {
		if l == p.layers {
			return p.outputDelta(p.loss.Derivative)
		}
		return hadamard(da, mapped(p.activation.Derivative, p.z[l]))
	},
	weights: func(p *pass, l int, delta *mat.Dense) *mat.Dense {
		return product(p.a[l-1].T(), delta)
	},
	biases: func(p *pass, l int, delta *mat.Dense) *mat.Dense {
		return columnSums(delta)
	},
	upstream: func(p *pass, l int, delta *mat.Dense) *mat.Dense {
		return product(delta, p.w[l].T())
	},
}

// pass is one way down from the output, right or wrong. Slices are indexed by layer, from 1.
type pass struct {
	*forward
	da, delta []*mat.Dense // ∂loss/∂a and ∂loss/∂z, rows × units
	dw, db    []*mat.Dense // the gradients, in × units and 1 × units
}

func newPass(f *forward) *pass {
	matrices := func() []*mat.Dense { return make([]*mat.Dense, f.layers+1) }
	return &pass{forward: f, da: matrices(), delta: matrices(), dw: matrices(), db: matrices()}
}

// fork returns a pass that can go another way down from any layer.
func (p *pass) fork() *pass {
	return &pass{
		forward: p.forward,
		da:      slices.Clone(p.da), delta: slices.Clone(p.delta),
		dw: slices.Clone(p.dw), db: slices.Clone(p.db),
	}
}

// descend computes layer l from what the layer above has left.
func (p *pass) descend(l int, r rules) {
	p.delta[l] = r.delta(p, l, p.da[l])
	p.dw[l] = r.weights(p, l, p.delta[l])
	p.db[l] = r.biases(p, l, p.delta[l])
	if l > 1 {
		p.da[l-1] = r.upstream(p, l, p.delta[l])
	}
}

// outputDelta returns the mean's share of the derivative at every row, rows × 1.
func (p *pass) outputDelta(derivative func(z, y float64) float64) *mat.Dense {
	delta := mat.NewDense(p.rows, 1, nil)
	for i, y := range p.y {
		delta.Set(i, 0, derivative(p.z[p.layers].At(i, 0), y)/float64(p.rows))
	}
	return delta
}

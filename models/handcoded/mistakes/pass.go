package mistakes

import "gonum.org/v1/gonum/mat"

// pass is one way down from the output, right or wrong. Its matrices are computed when they are asked for, and once:
// most faults are refuted by a single array.
type pass struct {
	*forward
	fault fault
	right *pass // with which it shares what is the same, the very matrices; nil if none is known
	done  []derivatives
}

// derivatives are what a pass has computed at one layer.
type derivatives struct {
	da, delta, dataDW, dw, db *mat.Dense
}

// newPass goes down through faulty code, or through the textbook's for the fault that is none.
func newPass(f *forward, faulty fault, right *pass) *pass {
	return &pass{forward: f, fault: faulty, right: right, done: make([]derivatives, f.layers+1)}
}

// da returns ∂loss/∂a_l, rows × units, nil at the output.
func (p *pass) da(l int) *mat.Dense {
	if l == p.layers {
		return nil
	}
	return once(&p.done[l].da, func() *mat.Dense { return p.fault.rulesAt(l+1).upstream(p, l+1, p.delta(l+1)) })
}

// delta returns ∂loss/∂z_l, rows × units.
func (p *pass) delta(l int) *mat.Dense {
	return once(&p.done[l].delta, func() *mat.Dense { return p.fault.rulesAt(l).delta(p, l, p.da(l)) })
}

// dataDW returns the gradient of layer l's weights without the penalty, in × units.
func (p *pass) dataDW(l int) *mat.Dense {
	return once(&p.done[l].dataDW, func() *mat.Dense { return p.fault.rulesAt(l).weights(p, l, p.delta(l)) })
}

// dw returns the gradient of layer l's weights, in × units.
func (p *pass) dw(l int) *mat.Dense {
	return once(&p.done[l].dw, func() *mat.Dense {
		data := p.dataDW(l)
		if p.right != nil && data == p.right.dataDW(l) && !p.fault.penalises(l) {
			return p.right.dw(l)
		}
		penalty := p.fault.rulesAt(l).penalty(p, l, p.w[l])
		if penalty == nil {
			return data
		}
		return plus(data, penalty)
	})
}

// db returns the gradient of layer l's biases, 1 × units.
func (p *pass) db(l int) *mat.Dense {
	return once(&p.done[l].db, func() *mat.Dense { return p.fault.rulesAt(l).biases(p, l, p.delta(l)) })
}

func once(place **mat.Dense, compute func() *mat.Dense) *mat.Dense {
	if *place == nil {
		*place = compute()
	}
	return *place
}

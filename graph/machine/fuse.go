package machine

import (
	"slices"

	"actscope/graph/machine/kernel"
)

// fuseAffine recognises a·b + bias, where the bias row is repeated along the rows:
// the layer of a network.
func fuseAffine(n *node) *step {
	if !n.is(binary, "+") || len(n.shape) != 2 {
		return nil
	}
	for i, multiply := range n.in {
		if multiply.operator.class != product || !multiply.private() {
			continue
		}
		row := n.in[1-i]
		var elided []*node
		if row.operator.class == repeat && row.operator.axes[0] == 0 && !row.isConstant() {
			elided = append(elided, row)
			row = row.in[0]
		}
		if len(row.shape) == 2 && row.shape[0] == 1 && row.shape[1] == n.shape[1] {
			return productStep("affine", n, multiply, row, elided...)
		}
	}
	return nil
}

// fuseLogistic recognises σ(x), σ(-x) and softplus(x) of one x, which all come from
// one exponential. A sigmoid layer has the first two, the second in its gradient;
// the output layer may have all three.
func fuseLogistic(n *node) *step {
	var x *node
	switch {
	case n.is(mapping, "sigmoid") && n.in[0].is(unary, "neg"):
		x = n.in[0].in[0]
	case n.is(mapping, "sigmoid"), n.is(mapping, "softplus"):
		x = n.in[0]
	default:
		return nil
	}
	const rising, falling, softplus = 0, 1, 2
	var found [3]*node
	var covers []*node
	for _, user := range x.users {
		switch {
		case user.is(mapping, "sigmoid"):
			found[rising] = user
		case user.is(mapping, "softplus"):
			found[softplus] = user
		case user.is(unary, "neg"):
			for _, indirect := range user.users {
				if indirect.is(mapping, "sigmoid") {
					found[falling] = indirect
					covers = append(covers, user)
				}
			}
		}
	}
	s := &step{kernel: "logistic", args: []operand{{node: x}}, exact: true, elementwise: true}
	var slot [3]int // of each result among the outs
	for i, out := range found {
		if out != nil {
			slot[i] = len(s.outs)
			s.outs = append(s.outs, out)
		}
	}
	if len(s.outs) < 2 || !slices.Contains(s.outs, n) {
		return nil
	}
	s.covers = append(covers, s.outs...)
	s.bind = func(b binding) func() {
		var results [3]*buffer
		for i, out := range found {
			results[i] = new(buffer)
			if out != nil {
				results[i] = b.out[slot[i]]
			}
		}
		z := b.in[0]
		return func() {
			kernel.Logistic(results[rising].data, results[falling].data, results[softplus].data, z.data)
		}
	}
	return s
}

// fuseGate recognises g ⊙ step(z): the gradient of a rectifier.
func fuseGate(n *node) *step {
	if !n.is(binary, "⊙") {
		return nil
	}
	for i, gate := range n.in {
		g := n.in[1-i]
		if gate.is(mapping, "step") && gate.private() && g.size == n.size && gate.size == n.size {
			args := []operand{{node: g}, {node: gate.in[0]}}
			return elementwiseStep("gate", n, args, []*node{gate, n}, func(dst []float64, src []*buffer) {
				kernel.Gate(dst, src[0].data, src[1].data)
			})
		}
	}
	return nil
}

// fuseTripleProduct recognises a ⊙ (b ⊙ c): the gradient that passes a sigmoid.
func fuseTripleProduct(n *node) *step {
	if !n.is(binary, "⊙") {
		return nil
	}
	for i, pair := range n.in {
		a := n.in[1-i]
		if !pair.is(binary, "⊙") || !pair.private() {
			continue
		}
		b, c := pair.in[0], pair.in[1]
		if a.size != n.size || b.size != n.size || c.size != n.size {
			continue
		}
		args := []operand{{node: a}, {node: b}, {node: c}}
		return elementwiseStep("a⊙(b⊙c)", n, args, []*node{pair, n}, func(dst []float64, src []*buffer) {
			kernel.TripleProduct(dst, src[0].data, src[1].data, src[2].data)
		})
	}
	return nil
}

// fuseWeightedSum recognises α a + β b with constants α and β: a leaky rectifier,
// and the gradient of a mean over differences.
func fuseWeightedSum(n *node) *step {
	if !n.is(binary, "+") || n.in[0] == n.in[1] {
		return nil
	}
	var args []operand
	var covers []*node
	for _, term := range n.in {
		if !term.is(binary, "⊙") || !term.private() {
			return nil
		}
		weight, of := term.in[0], term.in[1]
		if !weight.uniform() {
			weight, of = of, weight
		}
		if !weight.uniform() || of.isConstant() || of.size != n.size {
			return nil
		}
		args = append(args, operand{node: of}, operand{node: weight, scalar: true})
		covers = append(covers, term)
	}
	return elementwiseStep("αa+βb", n, args, append(covers, n), func(dst []float64, src []*buffer) {
		kernel.WeightedSum(dst, src[0].data, src[1].data[0], src[2].data, src[3].data[0])
	})
}

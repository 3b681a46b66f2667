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
// the output layer may have all three. What another step computes already is left to it.
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
		case user.is(mapping, "sigmoid") && user.step == nil:
			found[rising] = user
		case user.is(mapping, "softplus") && user.step == nil:
			found[softplus] = user
		case user.is(unary, "neg"):
			for _, indirect := range user.users {
				if indirect.is(mapping, "sigmoid") && indirect.step == nil {
					found[falling] = indirect
					covers = append(covers, user)
				}
			}
		}
	}
	s := &step{kernel: "logistic", args: []operand{{node: x}}, fidelity: elementary, elementwise: true}
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
	s.calls = calls{bindLogistic[float64](found, slot), bindLogistic[float32](found, slot)}
	return s
}

// bindLogistic binds those of the three results that are found, in their slots.
func bindLogistic[T kernel.Float](found [3]*node, slot [3]int) func(binding[T]) func() {
	return func(b binding[T]) func() {
		var results [3]*buffer[T]
		for i, out := range found {
			results[i] = new(buffer[T])
			if out != nil {
				results[i] = b.out[slot[i]]
			}
		}
		rising, falling, softplus, z := results[0], results[1], results[2], b.in[0]
		return func() { kernel.Logistic(rising.data, falling.data, softplus.data, z.data) }
	}
}

// fuseGate recognises g ⊙ step(z): the gradient of a rectifier.
func fuseGate(n *node) *step {
	if !n.is(binary, "⊙") {
		return nil
	}
	for i, mask := range n.in {
		g := n.in[1-i]
		if mask.is(mapping, "step") && mask.private() && g.size == n.size && mask.size == n.size {
			args := []operand{{node: g}, {node: mask.in[0]}}
			return elementwiseStep("gate", n, args, []*node{mask, n}, entrywise{gate[float64], gate[float32]})
		}
	}
	return nil
}

func gate[T kernel.Float](dst []T, src []*buffer[T]) { kernel.Gate(dst, src[0].data, src[1].data) }

// fuseTripleProduct recognises a ⊙ (b ⊙ c): the gradient that passes a sigmoid.
// fuseGateFrom recognises x ⊙ (z ≥ least): Gorgonia's rectifier, of which z is x, and what takes
// a gradient back through it.
func fuseGateFrom(n *node) *step {
	if !n.is(binary, "⊙") {
		return nil
	}
	for i, mask := range n.in {
		x := n.in[1-i]
		if !mask.is(binary, ">=") || mask.size != n.size || x.size != n.size || mask.in[0].size != n.size || !mask.in[1].uniform() {
			continue
		}
		args := []operand{{node: x}, {node: mask.in[0]}, {node: mask.in[1], scalar: true}}
		return elementwiseStep("x⊙(z≥least)", n, args, []*node{mask, n}, entrywise{gateFrom[float64], gateFrom[float32]})
	}
	return nil
}

func gateFrom[T kernel.Float](dst []T, src []*buffer[T]) {
	kernel.GateFrom(dst, src[0].data, src[1].data, src[2].data[0])
}

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
		return elementwiseStep("a⊙(b⊙c)", n, args, []*node{pair, n}, entrywise{tripleProduct[float64], tripleProduct[float32]})
	}
	return nil
}

func tripleProduct[T kernel.Float](dst []T, src []*buffer[T]) {
	kernel.TripleProduct(dst, src[0].data, src[1].data, src[2].data)
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
	return elementwiseStep("αa+βb", n, args, append(covers, n), entrywise{weightedSum[float64], weightedSum[float32]})
}

func weightedSum[T kernel.Float](dst []T, src []*buffer[T]) {
	kernel.WeightedSum(dst, src[0].data, src[1].data[0], src[2].data, src[3].data[0])
}

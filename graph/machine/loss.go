package machine

import "actscope/graph/machine/kernel"

// sumsAll reports whether n adds up all entries of its operand.
func sumsAll(n *node) bool {
	return n.operator.class == sum && n.size == 1 && !n.isConstant() && n.in[0].private()
}

// lossStep is the step of a kernel that reduces operands of one length to a number.
func lossStep(name string, out *node, args []operand, covers []*node, r reduction) *step {
	return &step{
		kernel: name, outs: []*node{out}, args: args, covers: append(covers, out),
		calls: calls{bindReduction(r.double), bindReduction(r.single)},
	}
}

// reduction is a kernel that makes one number of its operands, in either precision.
type reduction struct {
	double func(in []*buffer[float64]) float64
	single func(in []*buffer[float32]) float32
}

func bindReduction[T kernel.Float](reduce func(in []*buffer[T]) T) func(binding[T]) func() {
	return func(b binding[T]) func() {
		dst, in := b.out[0], b.in
		return func() { dst.data[0] = reduce(in) }
	}
}

// fuseResidualSum recognises Σ (s - z⊙y): cross-entropy on the logits, where
// s = softplus(z).
func fuseResidualSum(n *node) *step {
	if !sumsAll(n) {
		return nil
	}
	difference := n.in[0]
	if !difference.is(binary, "-") {
		return nil
	}
	s, pair := difference.in[0], difference.in[1]
	if !pair.is(binary, "⊙") || !pair.private() {
		return nil
	}
	z, y := pair.in[0], pair.in[1]
	if s.size != difference.size || z.size != difference.size || y.size != difference.size {
		return nil
	}
	args := []operand{{node: s}, {node: z}, {node: y}}
	return lossStep("Σ(s-z⊙y)", n, args, []*node{pair, difference}, reduction{residualSum[float64], residualSum[float32]})
}

func residualSum[T kernel.Float](in []*buffer[T]) T {
	return kernel.ResidualSum(in[0].data, in[1].data, in[2].data)
}

// fuseCrossEntropy recognises Σ (y⊙ln(p+ε) + (1-y)⊙ln(q+ε)): the article's loss.
func fuseCrossEntropy(n *node) *step {
	if !sumsAll(n) {
		return nil
	}
	total := n.in[0]
	if !total.is(binary, "+") {
		return nil
	}
	for i, positive := range total.in {
		negative := total.in[1-i]
		y, shiftP, logP := logTerm(positive)
		rest, shiftQ, logQ := logTerm(negative)
		if y == nil || rest == nil || !rest.is(binary, "-") || rest.in[1] != y || !isOne(rest.in[0]) {
			continue
		}
		p, q := shiftP.in[0], shiftQ.in[0]
		if p.size != total.size || q.size != total.size || y.size != total.size {
			continue
		}
		args := []operand{{node: p}, {node: shiftP.in[1], scalar: true}, {node: q}, {node: shiftQ.in[1], scalar: true}, {node: y}}
		covers := []*node{shiftP, logP, positive, rest, shiftQ, logQ, negative, total}
		return lossStep("Σ cross-entropy", n, args, covers, reduction{crossEntropySum[float64], crossEntropySum[float32]})
	}
	return nil
}

func crossEntropySum[T kernel.Float](in []*buffer[T]) T {
	return kernel.CrossEntropySum(in[0].data, in[1].data[0], in[2].data, in[3].data[0], in[4].data)
}

// logTerm takes y⊙ln(p+ε) apart: its weight y, the node p+ε with the constant on
// the right, and the logarithm; all are nil for anything else.
func logTerm(n *node) (y, shift, log *node) {
	if !n.is(binary, "⊙") || !n.private() {
		return nil, nil, nil
	}
	for i, log := range n.in {
		if !log.is(unary, "ln") || !log.private() {
			continue
		}
		if shift := log.in[0]; shift.is(binary, "+") && shift.in[1].uniform() {
			return n.in[1-i], shift, log
		}
	}
	return nil, nil, nil
}

func isOne(n *node) bool { return n.uniform() && n.folded[0] == 1 }

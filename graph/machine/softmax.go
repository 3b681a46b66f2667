package machine

import "actscope/graph/machine/kernel"

// softmaxStep is the step of a softmax along the last axis, of its logarithm, or of what takes
// a gradient back through either. Gorgonia searches a row's largest entry in the first of the
// whole tensor and all but the first of the row, so that rows far below the one are NaN there
// and rows whose first leads by far are infinite; here they are right, and such examples are
// not compared.
func softmaxStep(n *node) *step {
	x, last := n.in[0], len(n.shape)-1
	axis := n.operator.axes[0]
	if last < 0 || !x.shape.Eq(n.shape) || (axis != last && (axis != -1 || n.shape.IsColVec())) {
		return nil
	}
	s := &step{
		kernel: "softmax", outs: []*node{n}, args: []operand{{node: x, low: true}}, covers: []*node{n},
		calls: calls{bindSoftmax[float64](n), bindSoftmax[float32](n)},
	}
	if n.operator.logarithm {
		s.kernel = "log-softmax"
	}
	if n.operator.class == softmaxSlope { // of the operand, the softmax, and the gradient
		if len(n.in) != 3 || n.in[1].size != n.size || n.in[2].size != n.size {
			return nil
		}
		s.kernel += " slope"
		s.args = []operand{{node: x}, {node: n.in[1]}, {node: n.in[2]}}
		s.calls = calls{bindSoftmaxSlope[float64](n), bindSoftmaxSlope[float32](n)}
	}
	return s
}

func bindSoftmax[T kernel.Float](n *node) func(binding[T]) func() {
	return func(b binding[T]) func() {
		shape, dst, src := b.shape(n), b.out[0], b.in[0]
		columns, scratch := shape[len(shape)-1], make([]T, extents(shape))
		logarithm := n.operator.logarithm
		return func() { kernel.Softmax(dst.data, src.data, scratch, columns, logarithm) }
	}
}

func bindSoftmaxSlope[T kernel.Float](n *node) func(binding[T]) func() {
	return func(b binding[T]) func() {
		shape, dst, y, g := b.shape(n), b.out[0], b.in[1], b.in[2]
		columns, logarithm := shape[len(shape)-1], n.operator.logarithm
		return func() { kernel.SoftmaxAdjoint(dst.data, y.data, g.data, columns, logarithm) }
	}
}

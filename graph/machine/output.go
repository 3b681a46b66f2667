package machine

import (
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"actscope/graph/machine/kernel"
)

// outlet shows a result to callers.
type outlet[T kernel.Float] struct {
	node     *node
	buffer   *buffer[T] // what kernels write
	values   []float64  // what callers see, the buffer's own memory if of its type
	converts bool       // it is not, and the node's value is
	constant []T        // what a solver that cleared it must not change for good
	value    gorgonia.Value
}

func newOutlet[T kernel.Float](n *node, b *buffer[T]) *outlet[T] {
	out := &outlet[T]{node: n, buffer: b}
	switch values, same := any(b.data).([]float64); {
	case n.boxed:
		return out
	case same:
		out.values = values
		out.value = valueOf(n.shape, values)
	case n.dtype == dtypeOf[T]():
		out.value = valueOf(n.shape, b.data)
	default:
		out.values, out.converts = make([]float64, n.size), true
		out.value = valueOf(n.shape, out.values)
	}
	if n.isConstant() {
		out.constant = converted[T](n.folded)
	}
	return out
}

// publish lets callers see the result of a run, if it has to be converted.
func (out *outlet[T]) publish() { convert(out.values, out.buffer.data) }

// shown are the values as callers of Values see them.
func (out *outlet[T]) shown() []float64 {
	if out.values == nil {
		return converted[float64](out.buffer.data)
	}
	return out.values
}

// show makes the result the node's value, in the shape that it has on the tape, also where
// another machine has shown its own since. The node has the last word on what is bound to
// it, but not on what is reshaped afterwards.
func (out *outlet[T]) show() error {
	shape := out.buffer.shapeFor(out.node)
	if same := slices.Equal(shape, out.value.Shape()); same && (out.node.operator.class == constant || out.node.source.Value() == out.value) {
		return nil
	}
	// A new header, for Gorgonia takes that of what it unbinds, and callers reshape theirs.
	if len(shape) == 0 || slices.Equal(shape, out.node.shape) {
		out.value = valueOf(shape, out.buffer.data)
		return gorgonia.UnsafeLet(out.node.source, out.value)
	}
	out.value = tensor.New(tensor.WithShape(out.node.shape...), tensor.WithBacking(out.buffer.data), tensor.WithEngine(gorgonia.StandardEngine{}))
	if err := gorgonia.UnsafeLet(out.node.source, out.value); err != nil {
		return err
	}
	return out.value.(*tensor.Dense).Reshape(shape...)
}

// bindBoxed shows what an operator returned as the node's value. It is copied, for the
// operator may have returned an operand.
func (out *outlet[T]) bindBoxed() error {
	value, err := gorgonia.CloneValue(out.buffer.boxed)
	if err != nil {
		return err
	}
	out.value = value
	return gorgonia.UnsafeLet(out.node.source, value)
}

package machine

import "actscope/graph/machine/kernel"

// outlet shows a result to callers.
type outlet[T kernel.Float] struct {
	node     *node
	buffer   *buffer[T] // what kernels write
	values   []float64  // what callers see, the buffer's own memory if of its type
	converts bool       // it is not
}

func newOutlet[T kernel.Float](n *node, b *buffer[T]) *outlet[T] {
	values, same := any(b.data).([]float64)
	if !same {
		values = make([]float64, n.size)
	}
	return &outlet[T]{node: n, buffer: b, values: values, converts: !same}
}

// publish lets callers see the result of a run, if it has to be converted.
func (out *outlet[T]) publish() { convert(out.values, out.buffer.data) }

package machine

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// inputBinding connects an input to the memory that it is read from.
type inputBinding struct {
	node  *node
	bound bool           // by Bind; else the node's own value is read
	seen  gorgonia.Value // the node's value whose memory is being read
}

// bind makes the input read data.
func (in *inputBinding) bind(data []float64) error {
	if len(data) != in.node.size {
		return fmt.Errorf("%w: %d numbers for a node of shape %v", ErrShape, len(data), in.node.shape)
	}
	in.node.buffer.data = data
	in.bound = true
	return nil
}

// refresh looks at the value that the node is bound to now.
func (in *inputBinding) refresh() error {
	if in.bound {
		return nil
	}
	value := in.node.source.Value()
	if value == nil {
		return fmt.Errorf("%w: Bind it or give its node a value", ErrUnbound)
	}
	if value == in.seen {
		return nil
	}
	if scalar, ok := value.(*gorgonia.F64); ok && in.node.size == 1 {
		if in.node.buffer.data == nil {
			in.node.buffer.data = make([]float64, 1)
		}
		in.node.buffer.data[0] = float64(*scalar)
		return nil
	}
	if t, ok := value.(tensor.Tensor); ok && !t.Shape().Eq(in.node.shape) {
		return fmt.Errorf("%w: %v for a node of shape %v", ErrShape, t.Shape(), in.node.shape)
	}
	data, shared, err := entries(value)
	if err != nil {
		return err
	}
	if len(data) != in.node.size {
		return fmt.Errorf("%w: %d numbers for a node of shape %v", ErrShape, len(data), in.node.shape)
	}
	in.node.buffer.data = data
	if shared {
		in.seen = value // what is written to it later is seen without another look
	}
	return nil
}

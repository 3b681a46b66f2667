package machine

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"actscope/graph/machine/kernel"
)

// inlet connects an input to the memory that it is read from.
type inlet[T kernel.Float] struct {
	node   *node
	buffer *buffer[T]     // what kernels read
	values []float64      // what it is read from, the buffer's own memory if of its type
	direct bool           // it is
	bound  bool           // by Bind; else the node's own value is read
	seen   gorgonia.Value // the node's value whose memory is being read
}

// bind makes the input read data.
func (in *inlet[T]) bind(data []float64) error {
	if len(data) != in.node.size {
		return fmt.Errorf("%w: %d numbers for a node of shape %v", ErrShape, len(data), in.node.shape)
	}
	in.bound = true
	in.connect(data)
	return nil
}

// connect lets kernels read the data itself, if they take it as it is.
func (in *inlet[T]) connect(data []float64) {
	in.values = data
	same, direct := any(data).([]T)
	if in.direct = direct; direct {
		in.buffer.data = same
	} else if in.buffer.data == nil {
		in.buffer.data = make([]T, in.node.size)
	}
}

// refresh takes over the input as it is now.
func (in *inlet[T]) refresh() error {
	if !in.bound {
		if err := in.look(); err != nil {
			return err
		}
	}
	if !in.direct {
		convert(in.buffer.data, in.values)
	}
	return nil
}

// look looks at the value that the node is bound to now.
func (in *inlet[T]) look() error {
	value := in.node.source.Value()
	if value == nil {
		return fmt.Errorf("%w: Bind it or give its node a value", ErrUnbound)
	}
	if value == in.seen {
		return nil
	}
	if scalar, ok := value.(*gorgonia.F64); ok && in.node.size == 1 {
		if in.values == nil {
			in.connect(make([]float64, 1))
		}
		in.values[0] = float64(*scalar)
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
	in.connect(data)
	if shared {
		in.seen = value // what is written to it later is seen without another look
	}
	return nil
}

package machine

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"actscope/graph/machine/kernel"
)

// inlet connects an input to the memory that it is read from.
type inlet[T kernel.Float] struct {
	node   *node
	memory *memory[T] // of results, whose values are copied before a run overwrites them
	buffer *buffer[T] // what kernels read
	// values are what it is read from, the buffer's own memory if of its type; nil for
	// float32 that is read as it is.
	values []float64
	direct bool           // kernels read the memory of what is bound
	bound  bool           // by Bind; else the node's own value is read
	seen   gorgonia.Value // the node's value whose memory is being read
}

// bind makes the input read data.
func (in *inlet[T]) bind(data []float64) error {
	if len(data) != in.node.size || in.node.boxed {
		return fmt.Errorf("%w: %d numbers for a node of shape %v and dtype %v", ErrShape, len(data), in.node.shape, in.node.dtype)
	}
	in.bound = true
	in.connect(data)
	return nil
}

// connect lets kernels read the data itself, if they take it as it is.
func (in *inlet[T]) connect(data []float64) {
	in.values = data
	same, direct := any(data).([]T)
	direct = direct && !in.memory.holds(same)
	wasDirect := in.direct
	if in.direct = direct; direct {
		in.buffer.data = same
	} else if in.buffer.data == nil || wasDirect {
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
	if !in.direct && !in.node.boxed {
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
	if value == in.seen && value.Shape().Eq(in.node.shape) {
		return nil
	}
	if in.node.boxed {
		if !value.Shape().Eq(in.node.shape) {
			return fmt.Errorf("%w: %v for a node of shape %v", ErrShape, value.Shape(), in.node.shape)
		}
		in.buffer.boxed = value // a scalar is read anew, for Let replaces it
		return nil
	}
	switch scalar := value.(type) {
	case *gorgonia.F64:
		return in.lookAtScalar(float64(*scalar))
	case *gorgonia.F32:
		return in.lookAtScalar(float64(*scalar))
	}
	if t, ok := value.(tensor.Tensor); ok && !t.Shape().Eq(in.node.shape) {
		return fmt.Errorf("%w: %v for a node of shape %v", ErrShape, t.Shape(), in.node.shape)
	}
	if in.node.dtype == tensor.Float32 {
		data, shared, err := entries[T](value)
		if err == nil && len(data) != in.node.size {
			err = fmt.Errorf("%w: %d numbers for a node of shape %v", ErrShape, len(data), in.node.shape)
		}
		if err != nil {
			return err
		}
		if in.memory.holds(data) {
			data, shared = slices.Clone(data), false
		}
		in.values, in.direct, in.buffer.data = nil, true, data
		if shared {
			in.seen = value
		}
		return nil
	}
	data, shared, err := entries[float64](value)
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

func (in *inlet[T]) lookAtScalar(x float64) error {
	if in.node.size != 1 {
		return fmt.Errorf("%w: a number for a node of shape %v", ErrShape, in.node.shape)
	}
	if in.values == nil {
		in.connect(make([]float64, 1))
	}
	in.values[0] = x
	return nil
}

// shown are the values as callers of Values see them.
func (in *inlet[T]) shown() []float64 {
	if in.values == nil {
		return converted[float64](in.buffer.data)
	}
	return in.values
}

package machine

import (
	"fmt"
	"unsafe"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"actscope/graph/machine/kernel"
)

// dtypeOf is Gorgonia's name for T.
func dtypeOf[T kernel.Float]() tensor.Dtype {
	if _, single := any(T(0)).(float32); single {
		return tensor.Float32
	}
	return tensor.Float64
}

// valueOf wraps data as a Gorgonia value of the given shape that shares its memory.
func valueOf[T kernel.Float](shape tensor.Shape, data []T) gorgonia.Value {
	if shape.IsScalar() {
		switch x := any(&data[0]).(type) {
		case *float64:
			return (*gorgonia.F64)(x)
		case *float32:
			return (*gorgonia.F32)(x)
		}
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data), tensor.WithEngine(gorgonia.StandardEngine{}))
}

// valueAs is a value of a dtype; it shares the memory of data only where that is of it.
func valueAs[T kernel.Float](dtype tensor.Dtype, shape tensor.Shape, data []T) gorgonia.Value {
	switch {
	case dtype == dtypeOf[T]():
		return valueOf(shape, data)
	case dtype == tensor.Float32:
		return valueOf(shape, converted[float32](data))
	}
	return valueOf(shape, converted[float64](data))
}

// entries are the numbers of a Gorgonia value in row-major order. They share the memory of
// a plain tensor of T; those of a scalar, a view or another precision are a copy.
func entries[T kernel.Float](v gorgonia.Value) (data []T, shared bool, err error) {
	switch v := v.(type) {
	case *gorgonia.F64:
		return []T{T(*v)}, false, nil
	case *gorgonia.F32:
		return []T{T(*v)}, false, nil
	case *tensor.Dense:
		switch v.Dtype() {
		case tensor.Float64:
			return denseEntries[T](v, v.Float64s())
		case tensor.Float32:
			return denseEntries[T](v, v.Float32s())
		}
		return nil, false, fmt.Errorf("%w %v: floating-point numbers are wanted", ErrDtype, v.Dtype())
	case nil:
		return nil, false, ErrUnbound
	}
	return nil, false, fmt.Errorf("%w %T: floating-point numbers are wanted", ErrDtype, v)
}

// denseEntries are the entries of t, whose memory is data.
func denseEntries[T, S kernel.Float](t *tensor.Dense, data []S) ([]T, bool, error) {
	size := extents(t.Shape())
	if !t.RequiresIterator() && !t.DataOrder().IsColMajor() && len(data) == size {
		if same, ok := any(data).([]T); ok {
			return same, true, nil
		}
		return converted[T](data), false, nil
	}
	shape, strides := t.Shape(), t.Strides()
	if len(strides) != len(shape) {
		return nil, false, fmt.Errorf("%w: a view of shape %v with strides %v", ErrShape, shape, strides)
	}
	copied := make([]T, size)
	index := make([]int, len(shape))
	for i := range copied {
		at := 0
		for axis, k := range index {
			at += k * strides[axis]
		}
		if at < 0 || at >= len(data) {
			return nil, false, fmt.Errorf("%w: a view of shape %v that reaches beyond its %d numbers", ErrShape, shape, len(data))
		}
		copied[i] = T(data[at])
		for axis := len(index) - 1; axis >= 0; axis-- {
			if index[axis]++; index[axis] < shape[axis] {
				break
			}
			index[axis] = 0
		}
	}
	return copied, false, nil
}

// memoryOf are the numbers of a value, in its own memory, of which dtype it may be; ok is
// false where they do not lie in row-major order.
func memoryOf(v gorgonia.Value) (double []float64, single []float32, ok bool) {
	switch v := v.(type) {
	case *gorgonia.F64:
		return unsafe.Slice((*float64)(v), 1), nil, true
	case *gorgonia.F32:
		return nil, unsafe.Slice((*float32)(v), 1), true
	case *tensor.Dense:
		if v.RequiresIterator() || v.DataOrder().IsColMajor() {
			return nil, nil, false
		}
		switch v.Dtype() {
		case tensor.Float64:
			return v.Float64s(), nil, true
		case tensor.Float32:
			return nil, v.Float32s(), true
		}
	}
	return nil, nil, false
}

package machine

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// valueOf wraps data as a Gorgonia value of the given shape that shares its memory.
func valueOf(shape tensor.Shape, data []float64) gorgonia.Value {
	if shape.IsScalar() {
		return (*gorgonia.F64)(&data[0])
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data))
}

// entries are the numbers of a Gorgonia value in row-major order. They share the
// memory of a plain tensor; those of a scalar and of a view are copies.
func entries(v gorgonia.Value) ([]float64, error) {
	switch v := v.(type) {
	case *gorgonia.F64:
		return []float64{float64(*v)}, nil
	case *tensor.Dense:
		if v.Dtype() != tensor.Float64 {
			return nil, fmt.Errorf("%w %v: only float64 runs here", ErrDtype, v.Dtype())
		}
		if v.RequiresIterator() || v.DataOrder().IsColMajor() || !v.DataOrder().IsContiguous() {
			plain, ok := v.Materialize().(*tensor.Dense)
			if !ok || plain.RequiresIterator() {
				return nil, fmt.Errorf("%w: a view that cannot be copied", ErrShape)
			}
			v = plain
		}
		return v.Float64s(), nil
	case nil:
		return nil, ErrUnbound
	}
	return nil, fmt.Errorf("%w: %T", ErrDtype, v)
}

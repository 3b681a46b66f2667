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
// memory of a plain tensor; those of a scalar or a view are a copy.
func entries(v gorgonia.Value) (data []float64, shared bool, err error) {
	switch v := v.(type) {
	case *gorgonia.F64:
		return []float64{float64(*v)}, false, nil
	case *tensor.Dense:
		if v.Dtype() != tensor.Float64 {
			return nil, false, fmt.Errorf("%w %v: only float64 runs here", ErrDtype, v.Dtype())
		}
		if !v.RequiresIterator() && !v.DataOrder().IsColMajor() {
			return v.Float64s(), true, nil
		}
		if plain, ok := v.Materialize().(*tensor.Dense); ok && !plain.RequiresIterator() && !plain.DataOrder().IsColMajor() {
			return plain.Float64s(), false, nil
		}
		return nil, false, fmt.Errorf("%w: a view in an order that cannot be copied", ErrShape)
	case nil:
		return nil, false, ErrUnbound
	}
	return nil, false, fmt.Errorf("%w %T: only float64 runs here", ErrDtype, v)
}

package machine

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"actscope/graph/machine/kernel"
)

// evaluate computes all nodes that s covers by the operators' own Do, in float64,
// and rounds each result to T.
func evaluate[T kernel.Float](s *step, shape func(*node) tensor.Shape, args []*buffer[T]) (map[*node][]float64, error) {
	value := make(map[*node][]float64)
	for i, arg := range s.args {
		data := converted[float64](args[i].data)
		if arg.scalar {
			data = slices.Repeat(data, extents(shape(arg.node)))
		}
		value[arg.node] = data
	}
	for _, n := range s.covers {
		if n.operator.class == reshape {
			value[n] = value[n.in[0]]
			continue
		}
		operands := make([]gorgonia.Value, len(n.in))
		for i, in := range n.in {
			switch data, known := value[in]; {
			case known:
				operands[i] = valueAs(in.dtype, shape(in), slices.Clone(data))
			case n.operator.class == repeat && i == 1:
				// The count of a repetition follows the shapes of the example.
				operands[i] = valueAs(in.dtype, nil, []float64{float64(extents(shape(n)) / extents(shape(n.in[0])))})
			case in.size == 1:
				operands[i] = valueAs(in.dtype, in.shape, rounded[T](slices.Clone(in.folded)))
			default:
				return nil, fmt.Errorf("%v has an operand that is not the kernel's", n.source.Op())
			}
		}
		op := n.source.Op()
		if n.operator.class == foldBack {
			op = forImages(op, shape(n)[0])
		}
		result, err := do(op, operands)
		if err != nil {
			return nil, err
		}
		value[n] = make([]float64, extents(shape(n)))
		if err := copyEntries(value[n], result); err != nil {
			return nil, err
		}
		rounded[T](value[n])
	}
	return value, nil
}

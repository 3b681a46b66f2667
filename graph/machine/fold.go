package machine

import (
	"slices"

	"gorgonia.org/gorgonia"
)

// fold evaluates what does not depend on any input: constants, extents of axes,
// and everything computed from them alone, such as the count of a mean and the
// gradient that backpropagation starts with.
func fold(nodes []*node) error {
	for _, n := range nodes {
		if n.boxed {
			continue
		}
		var value gorgonia.Value
		switch n.operator.class {
		case constant:
			value = n.source.Value()
		case sizeOf:
			size, ok := extent(n)
			if !ok {
				continue
			}
			value = gorgonia.NewF64(float64(size))
		case opaque, randomly, input:
			continue // an unknown operator may have a state
		default:
			operands := make([]gorgonia.Value, len(n.in))
			foldable := true
			for i, arg := range n.in {
				if foldable = foldable && arg.isConstant(); foldable {
					operands[i] = valueAs(arg.dtype, arg.shape, append([]float64(nil), arg.folded...))
				}
			}
			if !foldable {
				continue
			}
			result, err := do(n.source.Op(), operands)
			if err != nil {
				n.reason = err.Error()
				continue
			}
			value = result
		}
		data, _, err := entries[float64](value)
		if err != nil {
			return &NodeError{Node: n.source.Name(), Layer: n.layer(), Err: err}
		}
		if len(data) != n.size {
			n.reason = "value and shape disagree"
			continue
		}
		n.folded = append([]float64(nil), data...)
	}
	return nil
}

// extent is the value of a sizeOf node, which its operator's name tells, as in
// "SizeOf=64"; it has to be one of its operand's.
func extent(n *node) (int, bool) {
	size, ok := integers(n.operator.name, "SizeOf=", "")
	if !ok || !slices.Contains(n.in[0].shape, size[0]) {
		return 0, false
	}
	return size[0], true
}

// findUsers lists, for each node that an output needs, the nodes that need it;
// constants need nothing.
func findUsers(nodes []*node) {
	for i := len(nodes) - 1; i >= 0; i-- {
		n := nodes[i]
		if (len(n.users) == 0 && !n.output) || n.isConstant() {
			continue
		}
		for _, arg := range n.in {
			arg.users = append(arg.users, n)
		}
	}
}

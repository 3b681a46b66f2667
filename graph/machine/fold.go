package machine

import "gorgonia.org/gorgonia"

// fold evaluates what does not depend on any input: constants, extents of axes,
// and everything computed from them alone, such as the count of a mean and the
// gradient that backpropagation starts with.
func fold(nodes []*node) error {
	for _, n := range nodes {
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
		case opaque, input:
			continue // an unknown operator may have a state
		default:
			operands := make([]gorgonia.Value, len(n.in))
			foldable := true
			for i, arg := range n.in {
				if foldable = foldable && arg.isConstant(); foldable {
					operands[i] = valueOf(arg.shape, append([]float64(nil), arg.folded...))
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
		data, _, err := entries(value)
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

// extent is the value of a sizeOf node. Its operator names the axis only while
// the extent is unknown ("SizeOf(1)") and the extent otherwise ("SizeOf=64").
func extent(n *node) (int, bool) {
	if size, ok := integers(n.operator.name, "SizeOf=", ""); ok {
		return size[0], true
	}
	if axis, ok := integers(n.operator.name, "SizeOf(", ")"); ok && axis[0] < len(n.in[0].shape) {
		return n.in[0].shape[axis[0]], true
	}
	return 0, false
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

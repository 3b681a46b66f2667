package machine

import (
	"fmt"
	"math"
)

// locate runs the plan again, step by step, to find where a value that is not
// finite first arises; output is where it was noticed.
func (m *Machine) locate(output *node) error {
	for _, in := range m.inputs {
		if i, x := firstNonFinite(in.node.buffer.data); i >= 0 {
			return m.at(in.node, nonFinite(in.node, i, x))
		}
	}
	for i, call := range m.calls {
		call()
		for _, n := range m.planner.steps[i].outs {
			if j, x := firstNonFinite(n.buffer.data); j >= 0 {
				return m.at(n, nonFinite(n, j, x))
			}
		}
	}
	return m.at(output, ErrNonFinite)
}

func firstNonFinite(values []float64) (int, float64) {
	for i, x := range values {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return i, x
		}
	}
	return -1, 0
}

// nonFinite says which entry of n is x.
func nonFinite(n *node, entry int, x float64) error {
	if n.size == 1 {
		return fmt.Errorf("%w: %v", ErrNonFinite, x)
	}
	index := make([]int, len(n.shape))
	for axis := len(n.shape) - 1; axis >= 0; axis-- {
		index[axis], entry = entry%n.shape[axis], entry/n.shape[axis]
	}
	return fmt.Errorf("%w: %v at %v", ErrNonFinite, x, index)
}

package machine

import (
	"fmt"
	"math"
	"slices"

	"gorgonia.org/tensor"
)

// locate runs the plan again, step by step, to find the node where a value that is
// not finite first arises; output is where it was noticed.
func (m *Machine) locate(output *node) error {
	for _, in := range m.inputs {
		if entry, x := firstNonFinite(in.node.buffer.data); entry >= 0 {
			return m.at(in.node, nonFinite(in.node.shape, entry, x))
		}
	}
	for i, call := range m.calls {
		s := m.planner.steps[i]
		operands := s.copyOperands() // before a result takes their place
		if call(); m.fault != nil {
			return m.failure()
		}
		for _, out := range s.outs {
			if entry, x := firstNonFinite(out.buffer.data); entry >= 0 {
				culprit, entry, x := s.culprit(operands, out, entry, x)
				return m.at(culprit, nonFinite(culprit.shape, entry, x))
			}
		}
	}
	return m.at(output, fmt.Errorf("%w, but finite when computed again", ErrNonFinite))
}

func (s *step) copyOperands() []*buffer {
	operands := make([]*buffer, len(s.args))
	for i, arg := range s.args {
		data := arg.buffer.data
		if arg.scalar {
			data = data[:1]
		}
		operands[i] = &buffer{data: slices.Clone(data)}
	}
	return operands
}

// culprit looks inside a fused step for the operator that first leaves the finite
// numbers; entry of out is x.
func (s *step) culprit(operands []*buffer, out *node, entry int, x float64) (*node, int, float64) {
	if len(s.covers) == 1 {
		return out, entry, x
	}
	values, err := s.evaluate(func(n *node) tensor.Shape { return n.shape }, operands)
	if err != nil {
		return out, entry, x
	}
	for _, n := range s.covers {
		if e, y := firstNonFinite(values[n]); e >= 0 {
			return n, e, y
		}
	}
	return out, entry, x
}

func firstNonFinite(values []float64) (entry int, x float64) {
	entry = slices.IndexFunc(values, func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) })
	if entry < 0 {
		return entry, 0
	}
	return entry, values[entry]
}

// nonFinite says where in a value of the given shape x stands.
func nonFinite(shape []int, entry int, x float64) error {
	if len(shape) == 0 {
		return fmt.Errorf("%w: %v", ErrNonFinite, x)
	}
	index := make([]int, len(shape))
	for axis := len(shape) - 1; axis >= 0; axis-- {
		index[axis], entry = entry%shape[axis], entry/shape[axis]
	}
	return fmt.Errorf("%w: %v at %v", ErrNonFinite, x, index)
}

package machine

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// step computes one or several nodes of the graph by one call of a kernel.
type step struct {
	kernel string
	outs   []*node
	args   []operand
	// covers are the nodes whose operators the kernel stands for, in topological
	// order; outs are among them, the others never get a value of their own.
	covers []*node
	// bind makes the call, given where operands and results live.
	bind func(b binding) func()

	exact       bool // the kernel computes bit for bit what the operators do
	elementwise bool // a result may overwrite an operand of its size
	opaque      bool // the operator's own Do
}

// operand is one argument of a kernel.
type operand struct {
	*node
	scalar  bool // only the one value that all entries of a uniform constant have
	divisor bool // zeros are not compared: see binaryStep
}

// binding is what a kernel is bound to: the buffers of a plan, or the scratch of a
// certification, whose shapes may be smaller.
type binding struct {
	out, in []*buffer
	shape   func(*node) tensor.Shape
	fail    func(error)
}

// elementwiseStep is the step of a kernel that works entry by entry.
func elementwiseStep(kernel string, out *node, args []operand, covers []*node, call func(dst []float64, src []*buffer)) *step {
	return &step{
		kernel: kernel, outs: []*node{out}, args: args, covers: covers, exact: true, elementwise: true,
		bind: func(b binding) func() {
			dst, src := b.out[0], b.in
			return func() { call(dst.data, src) }
		},
	}
}

// opaqueStep runs the node's operator through its own Do and copies the result.
func opaqueStep(n *node) *step {
	s := &step{kernel: "Do", outs: []*node{n}, covers: []*node{n}, opaque: true}
	for _, arg := range n.in {
		s.args = append(s.args, operand{node: arg})
	}
	s.bind = func(b binding) func() {
		values := make([]gorgonia.Value, len(b.in))
		return func() {
			for i, arg := range n.in {
				// Operators may transpose or reshape the headers of their operands in
				// place, so each call gets fresh ones.
				values[i] = valueOf(b.shape(arg), b.in[i].data)
			}
			result, err := do(n.source.Op(), values)
			if err == nil {
				err = copyEntries(b.out[0].data, result)
			}
			if err != nil {
				b.fail(&NodeError{Node: n.source.Name(), Layer: n.layer(), Err: err})
			}
		}
	}
	return s
}

// do calls the operator; operators report some bad operands by panic.
func do(op gorgonia.Op, operands []gorgonia.Value) (result gorgonia.Value, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v: %v", ErrOperator, op, r)
		}
	}()
	if result, err = op.Do(operands...); err != nil {
		err = fmt.Errorf("%w: %v: %v", ErrOperator, op, err)
	}
	return result, err
}

func copyEntries(dst []float64, v gorgonia.Value) error {
	data, _, err := entries(v)
	if err != nil {
		return err
	}
	if len(data) != len(dst) {
		return fmt.Errorf("%w: the operator returned %d entries, the graph promised %d", ErrShape, len(data), len(dst))
	}
	copy(dst, data)
	return nil
}

// inPlan is the binding of s to the buffers of its plan.
func (s *step) inPlan(fail func(error)) binding {
	b := binding{fail: fail, shape: func(n *node) tensor.Shape { return n.shape }}
	for _, out := range s.outs {
		b.out = append(b.out, out.buffer)
	}
	for _, arg := range s.args {
		in := arg.buffer
		if arg.scalar {
			in = &buffer{data: arg.folded[:1]}
		}
		b.in = append(b.in, in)
	}
	return b
}

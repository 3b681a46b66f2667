package machine

import (
	"fmt"
	"slices"
	"strings"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"actscope/graph/machine/kernel"
)

// step computes one or several nodes of the graph by one call of a kernel.
type step struct {
	kernel string
	outs   []*node
	args   []operand
	// covers are the nodes whose operators the kernel stands for, in topological
	// order; outs are among them, the others never get a value of their own.
	covers []*node
	calls  calls

	fidelity    fidelity
	elementwise bool // a result may overwrite an operand of its size
	opaque      bool // the operator's own Do
	windowed    bool // looks at images through windows: examples have their own size
	batched     bool // and one or two images, however many there are
	convolution bool // examples have their own size, and one or two images of batch, if that is not 0
	batch       int
	single      []*node // have no images

	// borrow has the operator draw other random numbers after each rewind, until restore; nil if
	// it draws none.
	borrow func() (rewind func(seed int64), restore func())
}

// operand is one argument of a kernel.
type operand struct {
	*node
	scalar  bool // only the one value that all entries of a uniform constant have
	divisor bool // zeros are not compared: see binaryStep
	finite  bool // examples are
	low     bool // first entries of an example's rows are small: see softmaxStep
}

// calls make a step's call in either precision, given where operands and results
// live.
type calls struct {
	double func(binding[float64]) func()
	single func(binding[float32]) func()
}

// callOf makes the call of s on memory of type T.
func callOf[T kernel.Float](s *step, b binding[T]) func() {
	switch b := any(b).(type) {
	case binding[float64]:
		return s.calls.double(b)
	case binding[float32]:
		return s.calls.single(b)
	}
	panic("unreachable: there are two precisions")
}

// binding is what a kernel is bound to: the buffers of a plan, or the scratch of a
// certification, whose shapes may be smaller.
type binding[T kernel.Float] struct {
	out, in []*buffer[T]
	shape   func(*node) tensor.Shape
	fail    func(error)
	whole   bool // operators' own Do are given operands of the shapes that they returned
}

// entrywise is a kernel that works entry by entry, in either precision.
type entrywise struct {
	double func(dst []float64, src []*buffer[float64])
	single func(dst []float32, src []*buffer[float32])
}

// elementwiseStep is the step of an exact kernel that works entry by entry.
func elementwiseStep(name string, out *node, args []operand, covers []*node, k entrywise) *step {
	return &step{
		kernel: name, outs: []*node{out}, args: args, covers: covers, fidelity: exact, elementwise: true,
		calls: calls{bindEntrywise(k.double), bindEntrywise(k.single)},
	}
}

func bindEntrywise[T kernel.Float](run func(dst []T, src []*buffer[T])) func(binding[T]) func() {
	return func(b binding[T]) func() {
		dst, src := b.out[0], b.in
		return func() { run(dst.data, src) }
	}
}

// opaqueStep runs the node's operator through its own Do and copies the result.
func opaqueStep(n *node) *step {
	s := &step{kernel: "Do", outs: []*node{n}, covers: []*node{n}, opaque: true}
	for _, arg := range n.in {
		s.args = append(s.args, operand{node: arg})
	}
	s.calls = calls{bindDo[float64](n), bindDo[float32](n)}
	return s
}

func bindDo[T kernel.Float](n *node) func(binding[T]) func() {
	return func(b binding[T]) func() {
		values := make([]gorgonia.Value, len(b.in))
		writes := strings.HasPrefix(n.operator.name, "YOLO{") // to its operand
		return func() {
			for i, arg := range n.in {
				// Operators may transpose or reshape the headers of their operands in
				// place, so each call gets fresh ones.
				switch {
				case arg.boxed:
					values[i] = fresh(b.in[i].boxed)
				case writes:
					values[i] = valueAs(arg.dtype, b.shape(arg), slices.Clone(b.in[i].data))
				case b.whole:
					values[i] = valueAs(arg.dtype, b.in[i].shapeFor(arg), b.in[i].data)
				default:
					values[i] = valueAs(arg.dtype, b.shape(arg), b.in[i].data)
				}
			}
			if n.operator.class == poolSlope && len(n.in) == 3 && n.in[1].operator.class == pool {
				// It reads what its forward twin leaves in it, which a kernel does not.
				if _, err := do(n.in[1].source.Op(), values[:1]); err != nil {
					b.fail(&NodeError{Node: nameOf(n.source), Layer: n.layer(), Err: err})
					return
				}
			}
			result, err := do(n.source.Op(), values)
			switch {
			case err != nil:
			case n.boxed:
				b.out[0].boxed = result
			default:
				err = copyEntries(b.out[0].data, result)
				b.out[0].shape = result.Shape()
			}
			if err != nil {
				b.fail(&NodeError{Node: nameOf(n.source), Layer: n.layer(), Err: err})
			}
		}
	}
}

// fresh is v under a header of its own.
func fresh(v gorgonia.Value) gorgonia.Value {
	if t, ok := v.(*tensor.Dense); ok {
		return t.ShallowClone()
	}
	return v
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

func copyEntries[T kernel.Float](dst []T, v gorgonia.Value) error {
	data, _, err := entries[T](v)
	if err != nil {
		return err
	}
	if len(data) != len(dst) {
		return fmt.Errorf("%w: the operator returned %d entries, the graph promised %d", ErrShape, len(data), len(dst))
	}
	copy(dst, data)
	return nil
}

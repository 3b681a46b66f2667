package machine

import (
	"fmt"
	"strings"

	"gorgonia.org/tensor"

	"actscope/graph/machine/kernel"
)

// sliceOf reads the name of a slice, "T[:, 2:6:1...]" of axis 1: axis, start, end and step. Of
// all of an axis, "T[:...]", it is the axis alone; the rest of a name is after.
func sliceOf(name, after string) (axes []int, ok bool) {
	inside := strings.TrimPrefix(name, "T[")
	if inside, ok = strings.CutSuffix(inside, "...]"+after); !ok {
		return nil, false
	}
	axis := strings.Count(inside, ":, ")
	bounds := numbersAfter(inside, strings.Repeat(":, ", axis))
	return append([]int{axis}, bounds...), len(bounds) == 3 || strings.HasSuffix(inside, ":")
}

// stretch is how a slice, and what it is of, lie in memory: count pieces of width numbers, as
// far apart as it says.
type stretch struct{ start, apart, width, count, outer, each int }

// newStretch is that of a slice along an axis of a shape; n is how many numbers the slice has.
func newStretch(shape, slice []int, n int) (s stretch, ok bool) {
	axis := slice[0]
	if axis >= len(shape) {
		return s, false
	}
	start, end, step := 0, shape[axis], 1
	if len(slice) == 4 {
		start, end, step = slice[1], min(slice[2], shape[axis]), slice[3]
	}
	if start < 0 || step < 1 || start >= end {
		return s, false
	}
	inner, taken := extents(shape[axis+1:]), (end-start+step-1)/step
	s = stretch{start * inner, step * inner, inner, taken, extents(shape[:axis]), shape[axis] * inner}
	if step == 1 {
		s.apart, s.width, s.count = taken*inner, taken*inner, 1
	}
	return s, n == taken*inner*s.outer
}

// sliceStep is the step of a slice along one axis.
func sliceStep(n *node) *step {
	p, ok := newStretch(n.in[0].shape, n.operator.axes, n.size)
	if !ok {
		return nil
	}
	return ownSized(n, "slice", n.in, calls{bindSlice[float64](n, p), bindSlice[float32](n, p)})
}

// sliceSlopeStep is the step of what takes a gradient back through a slice.
func sliceSlopeStep(n *node) *step {
	if len(n.in) != 2 || n.in[0].size != n.size {
		return nil
	}
	p, ok := newStretch(n.shape, n.operator.axes, n.in[1].size)
	if !ok {
		return nil
	}
	return ownSized(n, "slice slope", n.in, calls{bindSliceSlope[float64](n, p), bindSliceSlope[float32](n, p)})
}

// moving is the stretch of a slice whose bounds gorgonia.UnsafeLet may change between runs.
type moving struct {
	stretch
	op               interface{ IsSlice() tensor.Slice }
	shape            []int // of what it is of
	axis, start, end int
	size             int
}

func newMoving(n *node, p stretch) *moving {
	m := &moving{stretch: p, shape: n.in[0].shape, axis: n.operator.axes[0], size: n.size}
	if n.operator.class == sliceSlope {
		m.shape, m.size = n.shape, n.in[1].size
	}
	if op, ok := n.source.Op().(interface{ IsSlice() tensor.Slice }); ok {
		if s := op.IsSlice(); s != nil {
			m.op, m.start, m.end = op, s.Start(), s.End()
		}
	}
	return m
}

// now is the stretch as the operator has it, of the size that the node has.
func (m *moving) now() (stretch, error) {
	if m.op == nil {
		return m.stretch, nil
	}
	s := m.op.IsSlice()
	if s == nil {
		return m.stretch, fmt.Errorf("%w: the slice was taken away", ErrShape)
	}
	if s.Start() == m.start && s.End() == m.end {
		return m.stretch, nil
	}
	p, ok := newStretch(m.shape, []int{m.axis, s.Start(), s.End(), max(1, s.Step())}, m.size)
	if !ok {
		return p, fmt.Errorf("%w: slice %d:%d of axis %d of %v, which has another size than its node", ErrShape, s.Start(), s.End(), m.axis, m.shape)
	}
	m.stretch, m.start, m.end = p, s.Start(), s.End()
	return p, nil
}

// ownSized is the step of an exact kernel whose examples have the size of its operands.
func ownSized(n *node, name string, args []*node, c calls) *step {
	s := &step{kernel: name, outs: []*node{n}, covers: []*node{n}, calls: c, fidelity: exact, windowed: true}
	for _, arg := range args {
		s.args = append(s.args, operand{node: arg})
	}
	return s
}

func bindSlice[T kernel.Float](n *node, planned stretch) func(binding[T]) func() {
	return func(b binding[T]) func() {
		dst, src, m := b.out[0], b.in[0], newMoving(n, planned)
		return func() {
			p, err := m.now()
			if err != nil {
				b.fail(&NodeError{Node: nameOf(n.source), Layer: n.layer(), Err: err})
				return
			}
			if p.count == 1 {
				kernel.CopyPieces(dst.data, p.width, src.data[p.start:], p.each, p.width, p.outer)
				return
			}
			for o := range p.outer {
				kernel.CopyPieces(dst.data[o*p.count*p.width:], p.width, src.data[o*p.each+p.start:], p.apart, p.width, p.count)
			}
		}
	}
}

func bindSliceSlope[T kernel.Float](n *node, planned stretch) func(binding[T]) func() {
	return func(b binding[T]) func() {
		dst, g, nothing, m := b.out[0], b.in[1], []T{0}, newMoving(n, planned)
		return func() {
			p, err := m.now()
			if err != nil {
				b.fail(&NodeError{Node: nameOf(n.source), Layer: n.layer(), Err: err})
				return
			}
			clear(dst.data)
			at := 0
			for o := range p.outer {
				for i := range p.count {
					kernel.Add(dst.data[o*p.each+p.start+i*p.apart:][:p.width], g.data[at:at+p.width], nothing) // never -0
					at += p.width
				}
			}
		}
	}
}

// concatStep is the step of joining tensors along an axis.
func concatStep(n *node) *step {
	axis := n.operator.axes[0]
	if axis >= len(n.shape) {
		return nil
	}
	inner, outer := extents(n.shape[axis+1:]), extents(n.shape[:axis])
	var widths []int
	for _, arg := range n.in {
		if len(arg.shape) != len(n.shape) || arg.size != arg.shape[axis]*inner*outer {
			return nil
		}
		widths = append(widths, arg.shape[axis]*inner)
	}
	return ownSized(n, "concat", n.in, calls{bindConcat[float64](widths, outer), bindConcat[float32](widths, outer)})
}

func bindConcat[T kernel.Float](widths []int, outer int) func(binding[T]) func() {
	row := 0
	for _, w := range widths {
		row += w
	}
	return func(b binding[T]) func() {
		dst, src := b.out[0], b.in
		return func() {
			at := 0
			for i, width := range widths {
				kernel.CopyPieces(dst.data[at:], row, src[i].data, width, width, outer)
				at += width
			}
		}
	}
}

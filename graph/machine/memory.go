package machine

import (
	"unsafe"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"actscope/graph/machine/kernel"
)

// buffer is a value's memory. Kernels hold the buffer rather than the slice, so
// that binding an input to other memory is one assignment.
type buffer[T kernel.Float] struct {
	data  []T
	boxed gorgonia.Value // instead, of a node whose values are not of T
	shape tensor.Shape   // of what an operator's own Do returned, which may not be its node's
}

// shapeFor is the shape that n, whose memory b is, has on the tape.
func (b *buffer[T]) shapeFor(n *node) tensor.Shape {
	if n.twin != nil || b.shape == nil {
		return n.shape
	}
	return b.shape
}

// memory holds the values of a plan.
type memory[T kernel.Float] struct {
	buffers map[*node]*buffer[T]
	arena   []T  // of results
	whole   bool // values have the shapes that they have on the tape
}

// newMemory gives every value its memory: constants their own, inputs none until
// they are bound, and results their places in one arena.
func newMemory[T kernel.Float](p *planner) *memory[T] {
	m := &memory[T]{buffers: make(map[*node]*buffer[T]), arena: make([]T, p.arenaSize), whole: p.options.whole}
	for _, n := range p.nodes {
		if n.twin != nil {
			continue
		}
		b := &buffer[T]{}
		switch {
		case n.boxed && n.operator.class == constant:
			b.boxed = n.source.Value()
		case n.isConstant():
			b.data = converted[T](n.folded)
		case n.offset >= 0:
			b.data = m.arena[n.offset : n.offset+n.size : n.offset+n.size]
		}
		m.buffers[n] = b
	}
	for _, n := range p.nodes {
		m.buffers[n] = m.buffers[n.owner()]
	}
	return m
}

// bind makes the call of a step.
func (m *memory[T]) bind(s *step, fail func(error)) func() {
	b := binding[T]{fail: fail, shape: func(n *node) tensor.Shape { return n.shape }, whole: m.whole}
	for _, out := range s.outs {
		b.out = append(b.out, m.buffers[out])
	}
	for _, arg := range s.args {
		b.in = append(b.in, m.operand(arg))
	}
	return callOf(s, b)
}

// operand is the memory that a kernel reads an argument from.
func (m *memory[T]) operand(arg operand) *buffer[T] {
	b := m.buffers[arg.node]
	if arg.scalar {
		return &buffer[T]{data: b.data[:1]}
	}
	return b
}

// holds reports whether data lies in the memory of results.
func (m *memory[T]) holds(data []T) bool {
	if len(data) == 0 || len(m.arena) == 0 {
		return false
	}
	at, from := uintptr(unsafe.Pointer(&data[0])), uintptr(unsafe.Pointer(&m.arena[0]))
	return at >= from && at < from+uintptr(len(m.arena))*unsafe.Sizeof(data[0])
}

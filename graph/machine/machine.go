package machine

import (
	"fmt"
	"sync/atomic"

	"actscope/graph/machine/kernel"
	"gorgonia.org/gorgonia"
)

// Machine runs one planned graph. It implements gorgonia.VM. It is for one
// goroutine at a time: a second one gets [ErrBusy].
type Machine struct {
	state atomic.Int32
	runs  int

	calls   []func()
	inputs  []*inputBinding
	outputs []*node // computed ones, each once
	byNode  map[*gorgonia.Node]*node
	planner *planner

	fault error // of an operator's own Do in the current run
}

var _ gorgonia.VM = (*Machine)(nil)

// The states of a machine.
const (
	idle int32 = iota
	busy
	closed
)

// New plans the part of g that outputs need, and nothing else: statements such as
// gorgonia.Read are not run. Each output's node is bound to the machine's own
// memory once, so that after a run its Value, and Grad of the node that it is the
// gradient of, are right; with several machines for one output the last one wins,
// while [Machine.Values] is always the machine's own.
//
// Errors are *[NodeError]s for what is wrong with a node.
func New(g *gorgonia.ExprGraph, outputs gorgonia.Nodes, opts ...Option) (*Machine, error) {
	if g == nil || len(outputs) == 0 {
		return nil, fmt.Errorf("machine: nothing to run: a graph and at least one output are needed")
	}
	o := options{certification: Cached, finite: true}
	for _, option := range opts {
		option(&o)
	}
	p, err := newPlanner(g, outputs, o)
	if err != nil {
		return nil, err
	}
	m := &Machine{byNode: p.byNode, planner: p}
	for _, s := range p.steps {
		m.calls = append(m.calls, s.bind(s.inPlan(m.fail)))
	}
	for _, n := range p.nodes {
		if n.operator.class == input {
			n.binding = &inputBinding{node: n}
			m.inputs = append(m.inputs, n.binding)
		}
		if n.output && n.operator.class != input {
			m.outputs = append(m.outputs, n)
			if err := gorgonia.UnsafeLet(n.source, valueOf(n.shape, n.buffer.data)); err != nil {
				return nil, &NodeError{Node: n.source.Name(), Err: fmt.Errorf("%w: %v", ErrShape, err)}
			}
		}
	}
	return m, nil
}

// fail remembers the first failure of a run.
func (m *Machine) fail(err error) {
	if m.fault == nil {
		m.fault = err
	}
}

// RunAll computes all outputs from the inputs as they are now: from memory bound
// with [Machine.Bind], or else from the value bound to the input's node. It needs
// no Reset. An output that is NaN or infinite is an error that names the node
// where the first such value arose, unless [AllowNonFinite] was given; after any
// error the machine can run again.
func (m *Machine) RunAll() error {
	if err := m.enter(); err != nil {
		return err
	}
	defer m.leave()
	m.runs++
	for _, in := range m.inputs {
		if err := in.refresh(); err != nil {
			return m.at(in.node, err)
		}
	}
	m.fault = nil
	for _, call := range m.calls {
		if call(); m.fault != nil {
			return m.failure()
		}
	}
	if !m.planner.options.finite {
		return nil
	}
	for _, n := range m.outputs {
		if !kernel.Finite(n.buffer.data) {
			return m.locate(n)
		}
	}
	return nil
}

// Reset does nothing: every run starts afresh.
func (m *Machine) Reset() {}

// Close releases the machine's memory. The values of the outputs' nodes stay.
func (m *Machine) Close() error {
	if err := m.enter(); err != nil {
		return err
	}
	m.calls, m.inputs, m.outputs, m.byNode = nil, nil, nil, nil
	for _, n := range m.planner.nodes {
		n.buffer, n.binding = nil, nil
	}
	m.state.Store(closed)
	return nil
}

// Bind makes the machine read the input from data, row-major, from now on: no
// copy is made, and what is written to data counts in the next run.
func (m *Machine) Bind(input *gorgonia.Node, data []float64) error {
	if err := m.enter(); err != nil {
		return err
	}
	defer m.leave()
	n := m.byNode[input]
	if n == nil || n.binding == nil {
		return &NodeError{Node: nameOf(input), Err: fmt.Errorf("%w as an input", ErrUnknown)}
	}
	if err := n.binding.bind(data); err != nil {
		return &NodeError{Node: n.source.Name(), Layer: n.layer(), Err: err}
	}
	return nil
}

// Values is the memory of an output, overwritten by the next run, or the memory
// that an input reads.
func (m *Machine) Values(n *gorgonia.Node) ([]float64, error) {
	if err := m.enter(); err != nil {
		return nil, err
	}
	defer m.leave()
	planned := m.byNode[n]
	switch {
	case planned != nil && planned.binding != nil:
		if err := planned.binding.refresh(); err != nil {
			return nil, &NodeError{Node: n.Name(), Layer: planned.layer(), Err: err}
		}
	case planned == nil, !planned.output:
		return nil, &NodeError{Node: nameOf(n), Err: fmt.Errorf("%w as an output or input", ErrUnknown)}
	}
	return planned.buffer.data, nil
}

// enter claims the machine for the calling goroutine.
func (m *Machine) enter() error {
	if m.state.CompareAndSwap(idle, busy) {
		return nil
	}
	if m.state.Load() == closed {
		return ErrClosed
	}
	return ErrBusy
}

func (m *Machine) leave() { m.state.Store(idle) }

// at is an error at a node in the current run.
func (m *Machine) at(n *node, err error) error {
	return &NodeError{Node: n.source.Name(), Layer: n.layer(), Step: m.runs, Err: err}
}

func (m *Machine) failure() error {
	if e, ok := m.fault.(*NodeError); ok {
		e.Step = m.runs
	}
	return m.fault
}

func nameOf(n *gorgonia.Node) string {
	if n == nil {
		return "nil"
	}
	return n.Name()
}

package machine

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"gorgonia.org/gorgonia"

	"actscope/graph/machine/kernel"
)

// Machine runs one planned graph. It implements gorgonia.VM. It is for one
// goroutine at a time: a second one gets [ErrBusy].
type Machine struct {
	state atomic.Int32
	runs  int

	planner *planner
	engine  engine

	marked gorgonia.Nodes // as not kept

	reads []read                 // to fill after each run
	modes []gorgonia.TrainModeOp // to set before it, for operators may have several machines
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
// Errors are *[NodeError]s for what is wrong with a node. A set of kernels that was
// asked for and cannot be had is an error, too: see [kernel.CheckSet].
func New(g *gorgonia.ExprGraph, outputs gorgonia.Nodes, opts ...Option) (*Machine, error) {
	if g == nil || len(outputs) == 0 {
		return nil, fmt.Errorf("machine: nothing to run: a graph and at least one output are needed")
	}
	o := options{certification: Cached, finite: true}
	for _, option := range opts {
		option(&o)
	}
	return newMachine(g, outputs, o)
}

func newMachine(g *gorgonia.ExprGraph, outputs gorgonia.Nodes, o options) (*Machine, error) {
	if err := kernel.CheckSet(); err != nil {
		return nil, fmt.Errorf("machine: %w", err)
	}
	p, err := newPlanner(g, outputs, o)
	if err != nil {
		return nil, err
	}
	m := &Machine{planner: p}
	if p.options.precision == Single {
		m.engine, err = newEngine[float32](p)
	} else {
		m.engine, err = newEngine[float64](p)
	}
	if err != nil {
		return nil, err
	}
	return m, nil
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
	for _, op := range m.modes {
		if err := setMode(op, !m.planner.options.evaluation); err != nil {
			return fmt.Errorf("machine: %v: %w", op, err)
		}
	}
	if err := m.engine.run(m.runs); err != nil {
		return err
	}
	for _, r := range m.reads {
		if err := r.fill(); err != nil {
			return &NodeError{Node: nameOf(r.of), Step: m.runs, Err: fmt.Errorf("gorgonia.Read: %w", err)}
		}
	}
	for _, w := range m.planner.options.watches {
		if err := w.call(w.of.Value()); err != nil {
			return &NodeError{Node: nameOf(w.of), Step: m.runs, Err: err}
		}
	}
	return nil
}

// Reset does nothing: every run starts afresh.
func (m *Machine) Reset() {}

// Close releases the machine's memory. The values of the outputs' nodes stay; those that say
// that they are not kept go, for Gorgonia's machines write into what they find.
func (m *Machine) Close() error {
	if err := m.enter(); err != nil {
		return err
	}
	marked := slices.DeleteFunc(m.marked, func(n *gorgonia.Node) bool { _, still := n.Value().(NotKept); return !still })
	if m.marked = nil; len(marked) > 0 {
		m.planner.graph.Subgraph(marked...).UnbindAllNonInputs()
	}
	m.engine = nil
	m.state.Store(closed)
	return nil
}

// Bind makes the machine read the input from data, row-major, from now on: what is
// written to data counts in the next run.
func (m *Machine) Bind(input *gorgonia.Node, data []float64) error {
	if err := m.enter(); err != nil {
		return err
	}
	defer m.leave()
	n := m.planner.byNode[input]
	if n == nil {
		return &NodeError{Node: nameOf(input), Err: fmt.Errorf("%w as an input", ErrUnknown)}
	}
	if err := m.engine.bind(n, data); err != nil {
		return &NodeError{Node: nameOf(input), Layer: n.layer(), Err: err}
	}
	return nil
}

// Values is the memory of an output, overwritten by the next run, or the memory
// that an input reads.
func (m *Machine) Values(of *gorgonia.Node) ([]float64, error) {
	if err := m.enter(); err != nil {
		return nil, err
	}
	defer m.leave()
	n := m.planner.byNode[of]
	if n == nil {
		return nil, &NodeError{Node: nameOf(of), Err: fmt.Errorf("%w as an output or input", ErrUnknown)}
	}
	values, err := m.engine.values(n)
	if err != nil {
		return nil, &NodeError{Node: nameOf(of), Layer: n.layer(), Err: err}
	}
	return values, nil
}

// Value is the Gorgonia value of an output, overwritten by the next run, or of an input.
// Of another node it is an error that wraps [ErrNotKept].
func (m *Machine) Value(of *gorgonia.Node) (gorgonia.Value, error) {
	if err := m.enter(); err != nil {
		return nil, err
	}
	defer m.leave()
	n := m.planner.byNode[of]
	switch {
	case n == nil && of != nil && of.Op() == nil, n != nil && n.operator.class == input:
		if v := of.Value(); v != nil {
			return v, nil
		}
		return nil, &NodeError{Node: nameOf(of), Err: ErrUnbound}
	case n != nil && n.output:
		if v := m.engine.value(n); v != nil {
			return v, nil
		}
		return nil, &NodeError{Node: nameOf(of), Err: fmt.Errorf("%w: the machine has not run", ErrUnbound)}
	}
	return nil, &NodeError{Node: nameOf(of), Err: fmt.Errorf("%w: gorgonia.Read it before the machine is made, or give NewVM KeepAll()", ErrNotKept)}
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

func nameOf(n *gorgonia.Node) string {
	switch {
	case n == nil:
		return "nil"
	case n.Op() == nil && strings.HasPrefix(n.Name(), "%!s("): // what Gorgonia makes of no name
		return fmt.Sprintf("input %d (unnamed)", n.ID())
	}
	return n.Name()
}

package machine

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"actscope/graph/machine/kernel"
)

// engine runs a plan in one precision.
type engine interface {
	// run computes all outputs; number is that of the run, for errors.
	run(number int) error
	// bind makes an input read data from now on.
	bind(n *node, data []float64) error
	// values is the memory of an output or input as callers see it.
	values(n *node) ([]float64, error)
	// value is what an output's node is bound to, nil before the first run for some.
	value(n *node) gorgonia.Value
	// profile adds the time of each step to times from now on, nil to stop that.
	profile(times []time.Duration)
}

// typedEngine is the engine whose numbers are of type T.
type typedEngine[T kernel.Float] struct {
	planner *planner
	memory  *memory[T]
	calls   []func()
	inputs  []*inlet[T]
	watched []*inlet[T] // the inputs that have to be looked at before each run
	outputs []*outlet[T]
	shown   []*outlet[T] // the outputs whose numbers have to be converted
	inlets  map[*node]*inlet[T]
	outlets map[*node]*outlet[T]

	constants []*outlet[T] // outputs that no step writes
	boxed     []*outlet[T] // outputs that are bound anew in each run
	gradients []*gradient[T]
	learned   []*inlet[T] // have to be finite

	times []time.Duration // of steps, nil unless they are measured
	fault error           // of an operator's own Do in the current run
}

func newEngine[T kernel.Float](p *planner) (engine, error) {
	e := &typedEngine[T]{
		planner: p, memory: newMemory[T](p),
		inlets: make(map[*node]*inlet[T]), outlets: make(map[*node]*outlet[T]),
	}
	for _, s := range p.steps {
		e.calls = append(e.calls, e.memory.bind(s, e.fail))
	}
	for _, n := range p.nodes {
		switch {
		case n.operator.class == input:
			e.inlets[n] = &inlet[T]{node: n, memory: e.memory, buffer: e.memory.buffers[n]}
			e.inputs = append(e.inputs, e.inlets[n])
		case n.output:
			out := newOutlet(n, e.memory.buffers[n])
			e.outlets[n] = out
			e.outputs = append(e.outputs, out)
			if out.converts {
				e.shown = append(e.shown, out)
			}
			if out.constant != nil {
				e.constants = append(e.constants, out)
			}
			if n.boxed {
				e.boxed = append(e.boxed, out)
				continue
			}
			if err := gorgonia.UnsafeLet(n.source, out.value); err != nil {
				return nil, &NodeError{Node: nameOf(n.source), Err: fmt.Errorf("%w: %v", ErrShape, err)}
			}
		}
	}
	e.gradients = gradientsOf(p, e.memory)
	for _, g := range e.gradients {
		if in := e.inlets[p.byNode[g.of]]; in != nil && g.adds && !in.node.boxed {
			e.learned = append(e.learned, in)
		}
	}
	e.watched = slices.Clone(e.inputs)
	return e, nil
}

// fail remembers the first failure of a run.
func (e *typedEngine[T]) fail(err error) {
	if e.fault == nil {
		e.fault = err
	}
}

func (e *typedEngine[T]) run(number int) error {
	for _, in := range e.watched {
		if err := in.refresh(); err != nil {
			return atRun(in.node, number, err)
		}
	}
	if e.planner.options.finite {
		for _, in := range e.learned {
			if entry, x := firstNonFinite(in.buffer.data); entry >= 0 {
				return atRun(in.node, number, nonFinite(in.node.shape, entry, x))
			}
		}
	}
	for _, out := range e.constants {
		copy(out.buffer.data, out.constant)
	}
	e.fault = nil
	if e.times != nil {
		if err := e.measured(number); err != nil {
			return err
		}
	} else {
		for _, call := range e.calls {
			if call(); e.fault != nil {
				return e.failure(number)
			}
		}
	}
	for _, out := range e.shown {
		out.publish()
	}
	for _, out := range e.boxed {
		if err := out.bindBoxed(); err != nil {
			return atRun(out.node, number, err)
		}
	}
	if e.planner.options.whole {
		for _, out := range e.outputs {
			if out.node.boxed || out.converts {
				continue
			}
			if err := out.show(); err != nil {
				return atRun(out.node, number, err)
			}
		}
	}
	for _, g := range e.gradients {
		if err := g.deliver(); err != nil {
			return err
		}
	}
	if e.planner.options.whole || !e.planner.options.finite {
		return nil
	}
	for _, out := range e.outputs {
		if !kernel.Finite(out.buffer.data) {
			return e.locate(out.node, number)
		}
	}
	return nil
}

func (e *typedEngine[T]) profile(times []time.Duration) { e.times = times }

// measured makes the calls of a run and adds up their times.
func (e *typedEngine[T]) measured(number int) error {
	for i, call := range e.calls {
		start := time.Now()
		if call(); e.fault != nil {
			return e.failure(number)
		}
		e.times[i] += time.Since(start)
	}
	return nil
}

func (e *typedEngine[T]) bind(n *node, data []float64) error {
	in := e.inlets[n]
	if in == nil {
		return fmt.Errorf("%w as an input", ErrUnknown)
	}
	if err := in.bind(data); err != nil {
		return err
	}
	e.watched = slices.DeleteFunc(e.watched, func(in *inlet[T]) bool { return in.bound && in.direct })
	return nil
}

func (e *typedEngine[T]) values(n *node) ([]float64, error) {
	if in := e.inlets[n]; in != nil {
		if err := in.refresh(); err != nil || in.node.boxed {
			return nil, cmp.Or(err, fmt.Errorf("%w %v: ask Value for it", ErrDtype, in.node.dtype))
		}
		return in.shown(), nil
	}
	if out := e.outlets[n]; out != nil {
		if n.boxed {
			return nil, fmt.Errorf("%w %v: ask Value for it", ErrDtype, n.dtype)
		}
		return out.shown(), nil
	}
	return nil, fmt.Errorf("%w as an output or input", ErrUnknown)
}

func (e *typedEngine[T]) value(n *node) gorgonia.Value {
	if out := e.outlets[n]; out != nil {
		return out.value
	}
	return nil
}

// atRun is an error at a node in a run.
func atRun(n *node, number int, err error) error {
	return &NodeError{Node: nameOf(n.source), Layer: n.layer(), Step: number, Err: err}
}

func (e *typedEngine[T]) failure(number int) error {
	if at, ok := e.fault.(*NodeError); ok {
		at.Step = number
	}
	return e.fault
}

// locate runs the plan again, step by step, to find the node where a value that is
// not finite first arises; output is where it was noticed.
func (e *typedEngine[T]) locate(output *node, number int) error {
	for _, in := range e.inputs {
		if entry, x := firstNonFinite(in.buffer.data); entry >= 0 {
			return atRun(in.node, number, nonFinite(in.node.shape, entry, x))
		}
	}
	for i, call := range e.calls {
		s := e.planner.steps[i]
		operands := e.copyOperands(s) // before a result takes their place
		if call(); e.fault != nil {
			return e.failure(number)
		}
		for _, out := range s.outs {
			if entry, x := firstNonFinite(e.memory.buffers[out].data); entry >= 0 {
				culprit, entry, x := culprit(s, operands, out, entry, x)
				return atRun(culprit, number, nonFinite(culprit.shape, entry, x))
			}
		}
	}
	return atRun(output, number, fmt.Errorf("%w, but finite when computed again", ErrNonFinite))
}

func (e *typedEngine[T]) copyOperands(s *step) []*buffer[T] {
	operands := make([]*buffer[T], len(s.args))
	for i, arg := range s.args {
		operands[i] = &buffer[T]{data: slices.Clone(e.memory.operand(arg).data)}
	}
	return operands
}

// culprit looks inside a fused step for the operator that first leaves the finite
// numbers; entry of out is x.
func culprit[T kernel.Float](s *step, operands []*buffer[T], out *node, entry int, x float64) (*node, int, float64) {
	if len(s.covers) == 1 {
		return out, entry, x
	}
	values, err := evaluate(s, func(n *node) tensor.Shape { return n.shape }, operands)
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

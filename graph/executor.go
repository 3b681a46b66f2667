package graph

import (
	"errors"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"actscope/graph/machine"
	"actscope/internal/panics"
)

// executor runs one compiled graph: everything that is asked of a machine. Its
// outputs are known by their position in the list that it was made with.
type executor interface {
	// run computes all outputs from the inputs as they are now.
	run() error
	// values is the buffer of an output, overwritten by the next run.
	values(output int) []float64
	close() error
}

// planned executes a graph on the project's own machine.
type planned struct {
	machine *machine.Machine
	out     [][]float64 // they stay where they are
}

// newPlanned plans for the outputs. What is not finite is for the caller to judge:
// training says more about it than a node's name.
func newPlanned(g *gorgonia.ExprGraph, outputs gorgonia.Nodes, precision Precision) (*planned, error) {
	m, err := machine.New(g, outputs, machine.AllowNonFinite(), machine.In(precision))
	if err != nil {
		return nil, err
	}
	p := &planned{machine: m}
	for _, n := range outputs {
		values, err := m.Values(n)
		if err != nil {
			return nil, err
		}
		p.out = append(p.out, values)
	}
	return p, nil
}

// bind makes the machine read inputs from the memory that they will always be in. Those
// that the outputs do not need are left out.
func (p *planned) bind(inputs []memory) error {
	for _, in := range inputs {
		if err := p.machine.Bind(in.node, in.values); err != nil && !errors.Is(err, machine.ErrUnknown) {
			return err
		}
	}
	return nil
}

func (p *planned) run() error                  { return p.machine.RunAll() }
func (p *planned) values(output int) []float64 { return p.out[output] }
func (p *planned) close() error                { return p.machine.Close() }

// tape executes a graph on Gorgonia's TapeMachine.
type tape struct {
	vm gorgonia.VM
	// out holds what the Read nodes copied: after a run the outputs' own values
	// are garbage, because the tape reuses its registers.
	out []*gorgonia.Value
}

func newTape(g *gorgonia.ExprGraph, outputs gorgonia.Nodes) (_ executor, err error) {
	defer panics.Catch(&err, "compiling a graph for Gorgonia's tape machine")
	t := &tape{}
	for _, n := range outputs {
		value := new(gorgonia.Value)
		gorgonia.Read(n, value)
		t.out = append(t.out, value)
	}
	t.vm = gorgonia.NewTapeMachine(g)
	return t, nil
}

func (t *tape) run() (err error) {
	defer panics.Catch(&err, "running a graph on Gorgonia's tape machine")
	t.vm.Reset() // without it RunAll does nothing and says nothing
	return t.vm.RunAll()
}

func (t *tape) values(output int) []float64 {
	switch v := (*t.out[output]).(type) {
	case *tensor.Dense:
		return v.Float64s()
	case *gorgonia.F64:
		return []float64{float64(*v)}
	}
	return nil
}

func (t *tape) close() error { return t.vm.Close() }

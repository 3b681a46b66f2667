package graph

import (
	"errors"

	"gorgonia.org/gorgonia"

	"actscope/graph/machine"
)

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

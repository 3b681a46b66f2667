package graph

import (
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
func newPlanned(g *gorgonia.ExprGraph, outputs gorgonia.Nodes, precision Precision) (executor, error) {
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

func (p *planned) run() error                  { return p.machine.RunAll() }
func (p *planned) values(output int) []float64 { return p.out[output] }
func (p *planned) close() error                { return p.machine.Close() }

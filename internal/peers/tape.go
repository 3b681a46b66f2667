package main

import (
	"errors"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/floats"

	"actscope/graph"
)

// tapePeer runs the graph that actscope runs on Gorgonia's own machine, with its default BLAS. It is slow and steady:
// a share of a long training tells the rest.
var tapePeer = goPeer{
	label:     "tape",
	about:     "TapeMachine of " + moduleVersion("gorgonia.org/gorgonia") + ", same graph as actscope's",
	build:     newTape,
	maxEpochs: 100,
}

// tape is a network with its graph compiled for each size of batch.
type tape struct {
	parameters []graph.Parameter
	programs   []*graph.Program
}

func newTape(n network, sizes []int, trains bool) (learner, error) {
	t := &tape{}
	for _, p := range n.initial {
		p.Values = slices.Clone(p.Values)
		t.parameters = append(t.parameters, p)
	}
	o := graph.Options{Engine: graph.Tape}
	if trains {
		o.Purpose = graph.Training
	}
	for _, size := range sizes {
		program, err := graph.Compile(graph.MLP(n.spec.Inputs, n.spec.Hidden, n.spec.Activation, graph.Logits), t.parameters, size, o)
		if err != nil {
			return nil, err
		}
		t.programs = append(t.programs, program)
	}
	return t, nil
}

// run executes the program for as many rows as x has.
func (t *tape) run(x, y []float64) (*graph.Program, error) {
	i := slices.IndexFunc(t.programs, func(p *graph.Program) bool { return len(p.X) == len(x) })
	if i < 0 {
		return nil, fmt.Errorf("no program takes a batch of %d values", len(x))
	}
	copy(t.programs[i].X, x)
	copy(t.programs[i].Y, y)
	return t.programs[i], t.programs[i].Run()
}

func (t *tape) step(x, y []float64, rate float64) (float64, error) {
	program, err := t.run(x, y)
	if err != nil {
		return 0, err
	}
	for i, p := range t.parameters {
		floats.AddScaled(p.Values, -rate, program.Gradient(i))
	}
	return program.ReportedLoss(), nil
}

// Close releases the programs.
func (t *tape) Close() error {
	var err error
	for _, p := range t.programs {
		err = errors.Join(err, p.Close())
	}
	return err
}

func (t *tape) predict(x []float64) ([]float64, error) {
	program, err := t.run(x, nil)
	if err != nil {
		return nil, err
	}
	return program.Probability(), nil
}

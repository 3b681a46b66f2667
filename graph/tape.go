package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// executor runs one compiled graph: everything that is asked of a machine.
type executor interface {
	// run computes all outputs from the inputs as they are now.
	run() error
	// values is the buffer of an output, overwritten by the next run.
	values(output *gorgonia.Node) []float64
	close() error
}

// tape executes a graph on Gorgonia's TapeMachine.
type tape struct {
	vm gorgonia.VM
	// out holds what the Read nodes copied: after a run the outputs' own values
	// are garbage, because the tape reuses its registers.
	out map[*gorgonia.Node]*gorgonia.Value
}

func newTape(g *gorgonia.ExprGraph, outputs gorgonia.Nodes) (_ executor, err error) {
	defer func() { // the compiler of the tape reports by panic
		if r := recover(); r != nil {
			err = fmt.Errorf("network: Gorgonia cannot compile the graph: %v", r)
		}
	}()
	t := &tape{out: make(map[*gorgonia.Node]*gorgonia.Value)}
	for _, n := range outputs {
		if t.out[n] == nil {
			t.out[n] = new(gorgonia.Value)
			gorgonia.Read(n, t.out[n])
		}
	}
	t.vm = gorgonia.NewTapeMachine(g)
	return t, nil
}

func (t *tape) run() error {
	t.vm.Reset() // without it RunAll does nothing and says nothing
	return t.vm.RunAll()
}

func (t *tape) values(output *gorgonia.Node) []float64 {
	switch v := (*t.out[output]).(type) {
	case *tensor.Dense:
		return v.Float64s()
	case *gorgonia.F64:
		return []float64{float64(*v)}
	}
	return nil
}

func (t *tape) close() error { return t.vm.Close() }

package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// tape executes a graph on Gorgonia's TapeMachine.
type tape struct {
	vm gorgonia.VM
	// out holds what the Read nodes copied: after a run the outputs' own values
	// are garbage, because the tape reuses its registers.
	out []*gorgonia.Value
}

func newTape(g *gorgonia.ExprGraph, outputs gorgonia.Nodes) (_ executor, err error) {
	defer func() { // the compiler of the tape reports by panic
		if r := recover(); r != nil {
			err = fmt.Errorf("network: Gorgonia cannot compile the graph: %v", r)
		}
	}()
	t := &tape{}
	for _, n := range outputs {
		value := new(gorgonia.Value)
		gorgonia.Read(n, value)
		t.out = append(t.out, value)
	}
	t.vm = gorgonia.NewTapeMachine(g)
	return t, nil
}

func (t *tape) run() error {
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

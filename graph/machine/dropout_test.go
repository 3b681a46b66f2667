package machine

import (
	"fmt"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// dropouts are steps of dropouts of a tensor, with the nodes.
func dropouts(t *testing.T, dtype tensor.Dtype, size int, probabilities ...float64) (steps []*step, nodes gorgonia.Nodes) {
	t.Helper()
	g := gorgonia.NewGraph()
	for i, p := range probabilities {
		x := gorgonia.NewVector(g, dtype, gorgonia.WithShape(size), gorgonia.WithName(fmt.Sprint("x", i)))
		nodes = append(nodes, gorgonia.Must(gorgonia.Dropout(x, p)))
	}
	p, err := newPlanner(g, nodes, options{certification: Always, whole: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range p.steps {
		if s.opaque {
			t.Fatalf("no kernel: %s", s.outs[0].reason)
		}
	}
	return p.steps, nodes
}

func TestDropoutDrawsTheNumbersOfTheOperator(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		for _, size := range []int{2, 255, 256, 1000} {
			steps, _ := dropouts(t, dtype, size, 0.2, 0.999, 0)
			for _, s := range steps {
				if dtype == tensor.Float64 {
					drawsAlike[float64](t, s, size)
				} else {
					drawsAlike[float32](t, s, size)
				}
			}
		}
	}
}

func drawsAlike[T float64 | float32](t *testing.T, s *step, size int) {
	t.Helper()
	x := make([]T, size)
	for i := range x {
		x[i] = T(i+1) / 7
	}
	got := make([]T, size)
	call := callOf(s, binding[T]{in: []*buffer[T]{{data: x}}, out: []*buffer[T]{{data: got}}, shape: func(n *node) tensor.Shape { return n.shape }})
	rewind, restore := s.borrow()
	defer restore()
	for seed := range int64(5) {
		rewind(seed)
		value, err := do(s.outs[0].source.Op(), []gorgonia.Value{valueOf(tensor.Shape{size}, x)})
		if err != nil {
			t.Fatal(err)
		}
		want, _, err := entries[T](value)
		if err != nil {
			t.Fatal(err)
		}
		rewind(seed)
		call()
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("%s of %d numbers: entry %d is %v instead of %v", s.kernel, size, i, got[i], want[i])
			}
		}
	}
	if err := s.outs[0].source.Op().(gorgonia.TrainModeOp).SetTraining(false); err != nil {
		t.Fatal(err)
	}
	for call(); size > 0; size-- {
		if got[size-1] != x[size-1] {
			t.Fatalf("%s drops in evaluation", s.kernel)
		}
	}
}

// Certification leaves generators as random as it found them.
func TestDropoutsDoNotDropAlike(t *testing.T) {
	steps, _ := dropouts(t, tensor.Float64, 300, 0.5, 0.5)
	var kept [2][]float64
	for i, s := range steps {
		x := make([]float64, 300)
		for j := range x {
			x[j] = 1
		}
		kept[i] = make([]float64, 300)
		callOf(s, binding[float64]{in: []*buffer[float64]{{data: x}}, out: []*buffer[float64]{{data: kept[i]}}, shape: func(n *node) tensor.Shape { return n.shape }})()
	}
	alike := 0
	for i, x := range kept[0] {
		if kept[1][i] == x {
			alike++
		}
	}
	if alike < 90 || alike > 210 {
		t.Errorf("two dropouts agree about %d of 300 entries", alike)
	}
}

package machine_test

import (
	"strings"
	"sync"
	"testing"

	"actscope/graph/machine"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func TestForeignGraphsTrainAsOnTheTape(t *testing.T) {
	for _, f := range foreign {
		if strings.HasPrefix(f.name, "convnet") {
			continue // its dropout is random
		}
		build := func(g *gorgonia.ExprGraph, _ tensor.Dtype) (*gorgonia.Node, gorgonia.Nodes) { return f.build(g) }
		want, failure := trajectory(t, tensor.Float64, build, gorgonia.NewVanillaSolver(gorgonia.WithLearnRate(0.1)), func(g *gorgonia.ExprGraph, learnables gorgonia.Nodes) (gorgonia.VM, error) {
			return gorgonia.NewTapeMachine(g, gorgonia.BindDualValues(learnables...)), nil
		})
		if failure != nil {
			t.Fatal(failure)
		}
		within := 1e-12
		if strings.HasPrefix(f.name, "float32") {
			within = 1e-5
		}
		for mode, options := range map[string][]machine.Option{"outputs": nil, "all": {machine.KeepAll()}} {
			got, failure := trajectory(t, tensor.Float64, build, gorgonia.NewVanillaSolver(gorgonia.WithLearnRate(0.1)), func(g *gorgonia.ExprGraph, learnables gorgonia.Nodes) (gorgonia.VM, error) {
				return machine.NewVM(g, append(options, machine.Learnables(learnables...))...)
			})
			if failure != nil {
				t.Fatal(failure)
			}
			for i := range want {
				compare(t, name(f.name+", "+mode), got[i], want[i], within*max(1, largest(want[i:i+1])))
			}
		}
	}
}

// Machines of several graphs may share what they learn: the tensors are one.
func TestMachinesShareParameters(t *testing.T) {
	shared := dense(tensor.Shape{3, 2}, []float64{1, 2, 3, 4, 5, 6})
	on := func(rows int) (*machine.Machine, *gorgonia.Node, *gorgonia.Node) {
		g := gorgonia.NewGraph()
		w := gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithShape(3, 2), gorgonia.WithName("w"), gorgonia.WithValue(shared))
		loss := must(gorgonia.Mean(square(must(gorgonia.Mul(parameter(g, "x", tensor.Float64, rows, 3), w)))))
		if _, err := gorgonia.Grad(loss, w); err != nil {
			t.Fatal(err)
		}
		return vm(t, g, machine.Learnables(w)), w, loss
	}
	train, w, _ := on(8)
	evaluate, _, loss := on(5)
	before := 0.0
	for range 3 {
		run(t, train)
		if err := gorgonia.NewVanillaSolver(gorgonia.WithLearnRate(0.1)).Step(gorgonia.NodesToValueGrads(gorgonia.Nodes{w})); err != nil {
			t.Fatal(err)
		}
		run(t, evaluate)
		now := loss.Value().Data().(float64)
		if now == before {
			t.Error("the other graph does not see a step")
		}
		before = now
	}
}

// Machines that run at once on parts of the data, and on the same parameters, give the gradient
// of the whole when theirs are added.
func TestMachinesShareParametersSideBySide(t *testing.T) {
	const parts, rows = 4, 8
	shared := dense(tensor.Shape{3, 2}, []float64{1, 2, 3, 4, 5, 6})
	data := parameter(gorgonia.NewGraph(), "d", tensor.Float64, parts*rows, 3).Value().(*tensor.Dense).Float64s()
	on := func(rows int, data []float64) (m *machine.Machine, w *gorgonia.Node) {
		g := gorgonia.NewGraph()
		w = gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithShape(3, 2), gorgonia.WithName("w"), gorgonia.WithValue(shared))
		loss := must(gorgonia.Sum(must(gorgonia.Tanh(must(gorgonia.Mul(matrix(g, "x", rows, 3, data), w))))))
		if _, err := gorgonia.Grad(loss, w); err != nil {
			t.Fatal(err)
		}
		return vm(t, g, machine.Learnables(w)), w
	}
	whole, all := on(parts*rows, data)
	var machines [parts]*machine.Machine
	var learnt [parts]*gorgonia.Node
	for i := range machines {
		machines[i], learnt[i] = on(rows, data[i*rows*3:(i+1)*rows*3])
	}
	solver := gorgonia.NewVanillaSolver(gorgonia.WithLearnRate(0.1))
	gradient := func(n *gorgonia.Node) []float64 {
		g, err := n.Grad()
		if err != nil {
			t.Fatal(err)
		}
		return numbers(t, g)
	}
	for range 5 {
		var wait sync.WaitGroup
		for _, m := range machines {
			wait.Go(func() {
				if err := m.RunAll(); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		run(t, whole)
		sum := make([]float64, 6)
		for _, w := range learnt {
			for i, x := range gradient(w) {
				sum[i] += x
			}
		}
		compare(t, all, sum, gradient(all), 1e-13)
		for _, w := range learnt { // each step writes the tensor that all share
			if err := solver.Step(gorgonia.NodesToValueGrads(gorgonia.Nodes{w})); err != nil {
				t.Fatal(err)
			}
		}
		g, err := all.Grad()
		if err != nil {
			t.Fatal(err)
		}
		gorgonia.ZeroValue(g)
	}
}

func TestProfilesTellWhereTheTimeGoes(t *testing.T) {
	g := gorgonia.NewGraph()
	x := parameter(g, "x", tensor.Float64, 4, 4)
	must(gorgonia.Sum(square(must(gorgonia.Max(x, 0)))))
	m := vm(t, g)
	p, err := m.Profile(10)
	if err != nil {
		t.Fatal(err)
	}
	total := 0.0
	for _, s := range p.Steps {
		total += s.Share
	}
	if len(p.Steps) != m.Plan().Steps || total < 0.999 || total > 1.001 || p.Opaque <= 0 || p.Opaque >= 1 {
		t.Errorf("shares add up to %v, operators' own Do has %v:\n%v", total, p.Opaque, p)
	}
	if table := p.String(); !strings.Contains(table, "Do") || !strings.Contains(table, "%") {
		t.Error(table)
	}
	if _, err := m.Profile(0); err == nil {
		t.Error("no runs were profiled")
	}
}

package machine_test

import (
	"strings"
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

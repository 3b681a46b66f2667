package machine_test

import (
	"strings"
	"testing"

	"actscope/graph/machine"

	"gorgonia.org/gorgonia"
)

func TestPlanTellsEachNodesFate(t *testing.T) {
	n := build(t, architecture{rows: 3, widths: []int{2, 4, 1}, hidden: of(sigmoid), loss: logits}, 1)
	fates := make(map[machine.Decision]int)
	p := plan(t, n.graph, n.outputs()).Plan()
	outputs := 0
	for _, node := range p.Nodes {
		fates[node.Decision]++
		if node.Output {
			outputs++
		}
		switch node.Decision {
		case machine.Kernel, machine.Opaque:
			if node.Kernel == "" || node.Step == 0 || node.Offset < 0 {
				t.Errorf("%+v: want kernel, step and memory", node)
			}
		case machine.Fused:
			if node.Into == "" || node.Kernel == "" || node.Offset >= 0 {
				t.Errorf("%+v: want what it is fused into, and no memory", node)
			}
		case machine.Aliased:
			if node.Into == "" {
				t.Errorf("%+v: want whose memory it is", node)
			}
		case machine.Pruned, machine.Folded, machine.Input:
			if node.Step != 0 || node.Kernel != "" {
				t.Errorf("%+v: has a kernel", node)
			}
		}
		if node.Step > p.Steps {
			t.Errorf("%+v: step beyond %d", node, p.Steps)
		}
	}
	if len(p.Nodes) != len(n.graph.AllNodes()) {
		t.Errorf("%d nodes, the graph has %d", len(p.Nodes), len(n.graph.AllNodes()))
	}
	if outputs != len(n.outputs()) {
		t.Errorf("%d outputs, want %d", outputs, len(n.outputs()))
	}
	for _, d := range []machine.Decision{machine.Pruned, machine.Input, machine.Folded, machine.Aliased, machine.Fused, machine.Kernel} {
		if fates[d] == 0 {
			t.Errorf("no node is %v", d)
		}
	}
	if p.Opaque != 0 || fates[machine.Opaque] != 0 {
		t.Error("an operator of the study runs by its own Do")
	}
}

func TestPlansAreTheSameEachTime(t *testing.T) {
	arch := studied[0].arch
	first := build(t, arch, 1)
	want := plan(t, first.graph, first.outputs()).Plan().String()
	for range 5 {
		n := build(t, arch, 1)
		if got := plan(t, n.graph, n.outputs()).Plan().String(); got != want {
			t.Fatalf("got\n%s\nwant\n%s", got, want)
		}
	}
}

func TestPlanTableMarksOutputsAndReasons(t *testing.T) {
	g := gorgonia.NewGraph()
	x := matrix(g, "x", 2, 2, make([]float64, 4))
	n := must(gorgonia.Max(x, 0))
	table := plan(t, g, gorgonia.Nodes{n}).Plan().String()
	for _, want := range []string{"Max", " *", "opaque", "no kernel", "1 steps, 1 of them"} {
		if !strings.Contains(table, want) {
			t.Errorf("no %q in\n%s", want, table)
		}
	}
}

package machine_test

import (
	"testing"

	"actscope/graph/machine"

	"gorgonia.org/gorgonia"
)

var studied = []struct {
	name string
	arch architecture
}{
	{"2-8-8-1/sigmoid", architecture{rows: 64, widths: []int{2, 8, 8, 1}, hidden: of(sigmoid), loss: logits}},
	{"2-8-8-1/relu", architecture{rows: 64, widths: []int{2, 8, 8, 1}, hidden: of(relu), loss: logits}},
	{"2-64-64-64-1/relu", architecture{rows: 256, widths: []int{2, 64, 64, 64, 1}, hidden: of(relu), loss: logits}},
	{"2-1024-1024-1/relu", architecture{rows: 256, widths: []int{2, 1024, 1024, 1}, hidden: of(relu), loss: logits}},
}

func BenchmarkStep(b *testing.B) {
	for _, s := range studied {
		n := build(b, s.arch, 1)
		m := plan(b, n.graph, n.outputs())
		b.Run(s.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				run(b, m)
			}
		})
	}
}

func BenchmarkTapeMachineStep(b *testing.B) {
	for _, s := range studied {
		n := build(b, s.arch, 1)
		b.Run(s.name, func(b *testing.B) {
			vm := gorgonia.NewTapeMachine(n.graph)
			defer vm.Close()
			for b.Loop() {
				if err := vm.RunAll(); err != nil {
					b.Fatal(err)
				}
				vm.Reset()
			}
		})
	}
}

func BenchmarkPlan(b *testing.B) {
	n := build(b, studied[0].arch, 1)
	b.Run("plan", func(b *testing.B) {
		for b.Loop() {
			plan(b, n.graph, n.outputs())
		}
	})
	b.Run("build and plan", func(b *testing.B) {
		for b.Loop() {
			n := build(b, studied[0].arch, 1)
			plan(b, n.graph, n.outputs())
		}
	})
}

func BenchmarkCertification(b *testing.B) {
	n := build(b, studied[0].arch, 1)
	for b.Loop() {
		plan(b, n.graph, n.outputs(), machine.Certify(machine.Always))
	}
}

// BenchmarkInference evaluates a grid of 200 × 200 points.
func BenchmarkInference(b *testing.B) {
	for _, s := range studied[:2] {
		arch := s.arch
		arch.rows = 200 * 200
		n := build(b, arch, 1)
		m := plan(b, n.graph, gorgonia.Nodes{n.a[len(n.a)-1]})
		b.Run(s.name, func(b *testing.B) {
			for b.Loop() {
				run(b, m)
			}
		})
	}
}

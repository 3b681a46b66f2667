package machine_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"actscope/graph/machine"

	"gorgonia.org/gorgonia"
)

// smallNetwork is a network of the study's shape.
func smallNetwork(t testing.TB, activation, loss string) *network {
	return build(t, architecture{rows: 44, widths: []int{2, 8, 8, 1}, hidden: activations[activation], loss: losses[loss]}, 3)
}

func TestSinglePrecisionStaysWithinItsRoundingOfDouble(t *testing.T) {
	for activation := range activations {
		if activation == "Gorgonia's cube" {
			continue // magnifies rounding without bound
		}
		for _, loss := range []string{"logits", "article"} { // "1-p" cancels digits
			n := smallNetwork(t, activation, loss)
			double := plan(t, n.graph, n.outputs())
			run(t, double)
			var want [][]float64
			for _, out := range n.outputs() {
				want = append(want, append([]float64(nil), values(t, double, out)...))
			}
			single := plan(t, n.graph, n.outputs(), machine.In(machine.Single), machine.Certify(machine.Always))
			run(t, single)
			differs := false
			for i, out := range n.outputs() {
				got := values(t, single, out)
				compare(t, out, got, want[i], 2e-5*max(1e-3, largest(want[i:i+1])))
				for j, x := range got {
					if float64(float32(x)) != x {
						t.Fatalf("%s, %s: %v[%d] = %v is not a float32", activation, loss, out, j, x)
					}
					differs = differs || math.Abs(x-want[i][j]) > 1e-10*math.Abs(x)
				}
			}
			if !differs {
				t.Errorf("%s, %s: float32 gives what float64 gives: it was not used", activation, loss)
			}
		}
	}
}

func TestSinglePrecisionRunsOnKernels(t *testing.T) {
	for _, loss := range []string{"logits", "article", "1-p"} {
		for _, activation := range []string{"sigmoid", "relu", "tanh", "leaky"} {
			n := smallNetwork(t, activation, loss)
			p := plan(t, n.graph, n.outputs(), machine.In(machine.Single), machine.Certify(machine.Always)).Plan()
			if double := plan(t, n.graph, n.outputs()).Plan(); p.Arena*2 != double.Arena {
				t.Errorf("%s, %s: %d bytes where float64 takes %d", activation, loss, p.Arena, double.Arena)
			}
			for _, node := range p.Nodes {
				if node.Reason != "" || node.Decision == machine.Opaque {
					t.Errorf("%s, %s: %s: %v, because %q", activation, loss, node.Name, node.Decision, node.Reason)
				}
			}
		}
	}
}

// In float32 the operators' own Do computes in float64 and each result is rounded:
// the plainest reading of what float32 means.
func TestSinglePrecisionAgreesWithOperatorsRoundedOneByOne(t *testing.T) {
	n := smallNetwork(t, "tanh", "logits")
	plain := plan(t, n.graph, n.outputs(), machine.In(machine.Single), machine.Generic())
	run(t, plain)
	var want [][]float64
	for _, out := range n.outputs() {
		want = append(want, append([]float64(nil), values(t, plain, out)...))
	}
	fast := plan(t, n.graph, n.outputs(), machine.In(machine.Single))
	run(t, fast)
	for i, out := range n.outputs() {
		compare(t, out, values(t, fast, out), want[i], 1e-5*largest(want[i:i+1]))
	}
}

func TestSinglePrecisionReadsItsInputsAtEachRun(t *testing.T) {
	g := gorgonia.NewGraph()
	data := []float64{1, 0.1, -3, 1e-50}
	x := matrix(g, "x", 2, 2, data)
	double := plus(x, x)
	m := plan(t, g, gorgonia.Nodes{double}, machine.In(machine.Single))
	run(t, m)
	compare(t, double, values(t, m, double), []float64{2, float64(float32(0.1)) * 2, -6, 0}, 0)
	data[0] = 5
	run(t, m)
	compare(t, double, values(t, m, double)[:1], []float64{10}, 0)
	other := []float64{7, 7, 7, 7}
	if err := m.Bind(x, other); err != nil {
		t.Fatal(err)
	}
	other[3] = 8
	run(t, m)
	compare(t, double, values(t, m, double), []float64{14, 14, 14, 16}, 0)
}

func TestOverflowOfSinglePrecisionIsTraced(t *testing.T) {
	g := gorgonia.NewGraph()
	x := matrix(g, "x", 1, 2, []float64{1, 3e19})
	square := must(gorgonia.Square(x))
	m := plan(t, g, gorgonia.Nodes{square}, machine.In(machine.Single))
	err := m.RunAll()
	if !errors.Is(err, machine.ErrNonFinite) || !strings.Contains(err.Error(), "[0 1]") {
		t.Errorf("the square of 3e19: %v, want an infinity at [0 1]", err)
	}
	run(t, plan(t, g, gorgonia.Nodes{square}))
}

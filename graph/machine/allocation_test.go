package machine_test

import (
	"testing"

	"actscope/graph/machine"
)

func TestTrainingStepsDoNotAllocate(t *testing.T) {
	for name, arch := range map[string]architecture{
		"sigmoid, logits":  {rows: 64, widths: []int{2, 8, 8, 1}, hidden: of(sigmoid), loss: logits},
		"relu, article":    {rows: 44, widths: []int{2, 8, 8, 1}, hidden: of(relu), loss: article},
		"tanh":             {rows: 64, widths: []int{2, 16, 16, 16, 1}, hidden: of(tanh), loss: logits},
		"leaky":            {rows: 64, widths: []int{2, 5, 1}, hidden: leaky, loss: logits},
		"erf, residual":    {rows: 64, widths: []int{2, 8, 8, 1}, hidden: of(erf), loss: logits, between: betweens["residual"]},
		"relu, layer norm": {rows: 64, widths: []int{2, 8, 8, 1}, hidden: of(relu), loss: logits, between: betweens["layer norm"]},
		"relu, wide":       {rows: 256, widths: []int{2, 64, 64, 64, 1}, hidden: of(relu), loss: logits},
	} {
		for _, precision := range []machine.Precision{machine.Double, machine.Single} {
			n := build(t, arch, 1)
			m := plan(t, n.graph, n.outputs(), machine.In(precision))
			x := make([]float64, arch.rows*arch.widths[0])
			allocations := testing.AllocsPerRun(20, func() {
				if err := m.Bind(n.x, x); err != nil {
					t.Fatal(err)
				}
				run(t, m)
				for i, p := range n.parameters {
					weights := values(t, m, p)
					for j, g := range values(t, m, n.gradients[i]) {
						weights[j] -= 0.01 * g
					}
				}
			})
			if allocations != 0 {
				t.Errorf("%s in %v: %v allocations a step", name, precision, allocations)
			}
		}
	}
}

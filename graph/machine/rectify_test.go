package machine_test

import (
	"testing"

	"actscope/graph/machine"

	"gorgonia.org/gorgonia"
)

// A gradient needs what enters a rectifier, an evaluation does not.
func TestLayersOfRectifiersAreOneStep(t *testing.T) {
	for _, evaluation := range []bool{false, true} {
		n := build(t, architecture{rows: 5, widths: []int{3, 7, 6, 1}, hidden: of(relu), loss: logits}, 1)
		outputs := n.outputs()
		if evaluation {
			outputs = gorgonia.Nodes{n.a[2]}
		}
		nodes := make(map[string]machine.PlannedNode)
		for _, node := range plan(t, n.graph, outputs).Plan().Nodes {
			nodes[node.Name] = node
		}
		for layer := range 2 {
			z, a := nodes[n.z[layer].Name()], nodes[n.a[layer].Name()]
			want := machine.Kernel
			if evaluation {
				want = machine.Fused
			}
			if z.Step == 0 || z.Step != a.Step || z.Decision != want || a.Decision != machine.Kernel {
				t.Errorf("evaluation %t: %+v and %+v", evaluation, z, a)
			}
		}
	}
}

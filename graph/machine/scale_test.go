package machine_test

import (
	"strings"
	"testing"

	"actscope/graph/machine"

	"gorgonia.org/gorgonia"
)

// Back through a hidden layer goes one step, unless somebody wants what it has inside.
func TestGradientsOfHiddenLayersAreScaledInTheirProducts(t *testing.T) {
	for name, scaling := range map[string]string{"relu": ", gate", "sigmoid": ", a⊙(b⊙c)"} {
		n := build(t, architecture{rows: 5, widths: []int{3, 7, 6, 1}, hidden: activations[name], loss: logits}, 1)
		steps := func(outputs gorgonia.Nodes) (scaled []machine.PlannedNode, products map[string]bool) {
			products = make(map[string]bool)
			for _, node := range plan(t, n.graph, outputs).Plan().Nodes {
				switch {
				case !strings.HasPrefix(node.Kernel, "product, ") || !strings.HasSuffix(node.Kernel, scaling):
				case node.Decision == machine.Kernel:
					scaled = append(scaled, node)
				case node.Decision == machine.Fused && len(node.Shape) == 2:
					products[node.Name] = true
				}
			}
			return scaled, products
		}
		scaled, products := steps(n.outputs())
		if len(scaled) != 2 {
			t.Errorf("%s: %d products are scaled at once, want those of 2 layers: %+v", name, len(scaled), scaled)
		}
		outputs := n.outputs()
		for _, node := range n.graph.AllNodes() {
			if products[node.Name()] {
				outputs = append(outputs, node)
			}
		}
		if scaled, _ := steps(outputs); len(scaled) != 0 {
			t.Errorf("%s: %d products are scaled although they are outputs", name, len(scaled))
		}
	}
}

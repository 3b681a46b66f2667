package machine_test

import (
	"math"
	"testing"

	"gorgonia.org/gorgonia"
)

func TestTrainingStepAgreesWithTapeMachine(t *testing.T) {
	for name, arch := range map[string]architecture{
		"sigmoid logits":  {rows: 64, widths: []int{2, 8, 8, 1}, hidden: of(sigmoid), loss: logits},
		"relu logits":     {rows: 64, widths: []int{2, 8, 8, 1}, hidden: of(relu), loss: logits},
		"tanh article":    {rows: 44, widths: []int{2, 5, 7, 3, 1}, hidden: of(tanh), loss: article},
		"sigmoid article": {rows: 64, widths: []int{2, 8, 8, 1}, hidden: of(sigmoid), loss: article},
		"one row":         {rows: 1, widths: []int{2, 3, 1}, hidden: of(relu), loss: logits},
		"width one":       {rows: 7, widths: []int{1, 1, 1, 1}, hidden: of(sigmoid), loss: logits},
	} {
		t.Run(name, func(t *testing.T) {
			reference := build(t, arch, 3)
			want := onTape(t, reference.graph, reference.outputs())
			n := build(t, arch, 3)
			m := plan(t, n.graph, n.outputs())
			run(t, m)
			for i, output := range n.outputs() {
				compare(t, output, values(t, m, output), want[i])
			}
		})
	}
}

// compare fails for entries that differ by more than 1e-13 of the largest.
func compare(t testing.TB, n *gorgonia.Node, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%v: %d values, want %d", n, len(got), len(want))
	}
	scale := 0.0
	for _, w := range want {
		scale = max(scale, math.Abs(w))
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= 1e-13*scale) && got[i] != want[i] && !(got[i] != got[i] && want[i] != want[i]) {
			t.Fatalf("%v[%d] = %v, want %v", n, i, got[i], want[i])
		}
	}
}

package gradcheck

import (
	"testing"

	"actscope/graph"
)

func TestThreeWaysAgree(t *testing.T) {
	cases, err := Suite(t.Context(), DefaultSuite())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		for _, a := range c.Arrays {
			if !a.Agrees() {
				t.Errorf("%s, %s, %v, seed %d, times %v: %+v", c.Activation, c.Loss, c.Hidden, c.Seed, c.WeightScale, a)
			}
		}
	}
	if len(cases) != len(graph.Activations())*2*6*3*2 {
		t.Errorf("%d cases", len(cases))
	}
}

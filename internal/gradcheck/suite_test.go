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
	withParts, unsure, entries := 0, 0, 0
	for _, c := range cases {
		if len(c.Parts) > 0 {
			withParts++
		}
		for _, a := range c.Arrays {
			unsure, entries = unsure+a.Unsure, entries+a.Entries
			if a.Unsure > 0 && len(c.Parts) == 0 {
				t.Errorf("%s, %s, %v: the differences of %s are unsure", c.Activation, c.Loss, c.Hidden, a.Name)
			}
			if !a.Agrees() || a.ByHand != (len(c.Parts) == 0) || a.Differenced != (c.WeightScale == 1) {
				t.Errorf("%s, %s, %v, parts %v, seed %d, times %v: %+v", c.Activation, c.Loss, c.Hidden, c.Parts, c.Seed, c.WeightScale, a)
			}
		}
	}
	if unsure > entries/10_000 {
		t.Errorf("%d of %d differences are unsure", unsure, entries)
	}
	if plain := len(cases) - withParts; plain != len(graph.Activations())*2*6*3*2 || withParts < len(graph.Activations())*2*len(graph.PartKinds()) {
		t.Errorf("%d plain cases, %d with parts", plain, withParts)
	}
}

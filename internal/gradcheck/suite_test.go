package gradcheck

import (
	"fmt"
	"math"
	"testing"

	"actscope/graph"
	"actscope/internal/npz"
)

func TestThreeWaysAgree(t *testing.T) {
	cases, err := Suite(t.Context(), DefaultSuite())
	if err != nil {
		t.Fatal(err)
	}
	withParts, others, unsure, entries := 0, map[string]int{}, 0, 0
	for _, c := range cases {
		if len(c.Parts) > 0 {
			withParts++
		}
		if c.spec.Outputs > 0 && len(c.Parts) == 0 {
			others[fmt.Sprint(c.Loss, c.Outputs, c.Output, c.Reduction)]++
		}
		for _, a := range c.Arrays {
			unsure, entries = unsure+a.Unsure, entries+a.Entries
			if a.Unsure > 0 && len(c.Parts) == 0 {
				t.Errorf("%s, %s of %d outputs, %v: the differences of %s are unsure", c.Activation, c.Loss, c.Outputs, c.Hidden, a.Name)
			}
			if !a.Agrees() || a.ByHand != (len(c.Parts) == 0) || a.Differenced != (c.WeightScale == 1) {
				t.Errorf("%s, %s of %d %s outputs, reduction %s, L2 %g, %v, parts %v, seed %d, times %v: %+v", c.Activation, c.Loss, c.Outputs, c.Output, c.Reduction, c.L2, c.Hidden, c.Parts, c.Seed, c.WeightScale, a)
			}
		}
	}
	if unsure > entries/10_000 {
		t.Errorf("%d of %d differences are unsure", unsure, entries)
	}
	if want := 22 * len(graph.Reductions()); len(others) != want { // logits, mse, half-mse and hinge of 1 and 3 outputs, ...
		t.Errorf("%d other heads, want %d", len(others), want)
	}
	if plain := len(cases) - withParts - DefaultSuite().OtherCases(); plain != len(graph.Activations())*2*6*3*2 || withParts < len(graph.Activations())*2*len(graph.PartKinds()) {
		t.Errorf("%d plain cases, %d with parts", plain, withParts)
	}
}

// The study's numbers: about 4e-9 on the article's initial weights, and a third at
// z = -20 with y = 1.
func TestArticlesGradientIsNotThatOfItsLoss(t *testing.T) {
	arrays, err := npz.ReadFile("../article/golden/article.npz")
	if err != nil {
		t.Fatal(err)
	}
	x, _ := arrays.Lookup("x_train")
	y, _ := arrays.Lookup("y_train")
	f := File{}
	f.Batch.X, f.Batch.Columns, f.Batch.Y = x.Values[:128], 2, y.Values[:64]
	cases, err := EpsilonCases(f.Batch, []int{8, 8}, 42)
	if err != nil || len(cases) != 3 {
		t.Fatal(cases, err)
	}
	for _, c := range cases[:2] {
		if c.Relative < 1e-10 || c.Relative > 1e-8 {
			t.Errorf("%+v", c)
		}
	}
	if wrong := cases[2]; math.Abs(wrong.Coded+1) > 1e-8 || math.Abs(wrong.Reported+0.67333) > 1e-5 {
		t.Errorf("%+v", wrong)
	}
}

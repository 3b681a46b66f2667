package comparison

import (
	"slices"
	"strings"
	"testing"
)

// Arrays are found by the formula's slug, run.json has the formula itself.
func TestRunOfFormulasIsLoadedBySlug(t *testing.T) {
	f, want := writtenWith(t, []string{"relu", " max(-2, min(2,z))", "max(-2,min(2,z/1))"})
	got, run, err := Load(t.Context(), f.Path())
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range run.Networks {
		activation := []string{"relu", "max(-2,min(2,z))", "max(-2,min(2,z/1))"}[i]
		if n.Activation != activation || run.Config.Activations[i] != activation || got.Networks[i].Title != want.Networks[i].Title || !slices.Equal(got.Networks[i].History.Loss, want.Networks[i].History.Loss) {
			t.Errorf("network %d is %s, %s", i, n.Activation, got.Networks[i].Title)
		}
		if i > 0 && !strings.HasPrefix(n.Name, "max-2-min-2-z-") {
			t.Errorf("network %d is called %s", i, n.Name)
		}
		if _, ok := want.Arrays().Lookup(n.Name + "_loss_history"); !ok {
			t.Errorf("no array %s_loss_history", n.Name)
		}
	}
}

// What is straight in pieces has regions: as many as ReLU's for a multiple of it.
func TestFormulasThatAreStraightInPiecesHaveRegions(t *testing.T) {
	_, r := writtenWith(t, []string{"1*relu(z)", "relu", "max(-2,min(2,z))", "z*sigmoid(z)"})
	regions := func(i int) []float64 {
		var all []float64
		for _, l := range r.Networks[i].Geometry.Layers {
			all = append(all, float64(l.BoxRegions))
		}
		return all
	}
	if a, b := regions(0), regions(1); !slices.Equal(a[:2], b[:2]) || !(a[1] > 1) {
		t.Errorf("%v regions, relu has %v", a, b)
	}
	if clipped := regions(2); !(clipped[1] > 1) {
		t.Errorf("%v regions of a clipped line", clipped)
	}
	if smooth := regions(3); smooth[1] == smooth[1] {
		t.Errorf("%v regions of a smooth function", smooth)
	}
}

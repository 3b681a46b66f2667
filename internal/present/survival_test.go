package present

import (
	"slices"
	"strings"
	"testing"

	"actscope/internal/comparison"
	"actscope/internal/config"
	"actscope/internal/experiment"
)

// The page has the readings of every layer and the flips of every network; of runs of earlier
// versions it has neither, and no figure of them.
func TestPageShowsWhatSurvives(t *testing.T) {
	c := config.Article()
	c.Samples, c.Epochs, c.Hidden, c.Activations = 60, 20, []int{4, 3}, []string{"relu", "tanh"}
	r, err := comparison.Run(t.Context(), c, nil, comparison.Saving{})
	if err != nil {
		t.Fatal(err)
	}
	tables := survivalTables(r)
	if len(tables) != 2 || len(tables[0].Rows) != 2*4 || len(tables[1].Rows) != 2*2 {
		t.Fatalf("%+v", tables)
	}
	if want := []string{"network and layer", "0", "0.003", "0.01", "0.03", "0.1", "0.3"}; !slices.Equal(tables[0].Columns, want) {
		t.Errorf("columns %v", tables[0].Columns)
	}
	for _, table := range tables {
		for _, row := range table.Rows {
			if len(row) != len(table.Columns) {
				t.Errorf("%v under %v", row, table.Columns)
			}
		}
	}
	second := r.Networks[0].Survival.Noise[8] // layer 1 at 0.01
	if got, want := tables[0].Rows[1][3], thousandths(second.FarRank)+" · "+thousandths(second.Decoded); second.Layer != "layer 1" || second.Noise != 0.01 || got != want {
		t.Errorf("%q, want %q of %+v", got, want, second)
	}
	if got, want := tables[1].Rows[3][4], percent(float64(r.Networks[1].Bits.Weights[7].Flips)); !strings.HasPrefix(got, want+" · ") {
		t.Errorf("tanh's weights in int8: %q, want %s", got, want)
	}
	drawing, ok := survivalDrawing(r)
	if !ok || len(drawing.Nets) != 2 || len(drawing.Nets[1].Layers) != 2 || drawing.Nets[0].Layers[0].FarRank[2] != float64(second.FarRank) {
		t.Errorf("%v, %+v", ok, drawing)
	}
	for _, n := range r.Networks {
		n.Survival = experiment.Survival{}
	}
	if _, ok := survivalDrawing(r); ok || survivalTables(r) != nil {
		t.Error("something survives of a run that does not say so")
	}
}

package claims

import (
	"errors"
	"slices"
	"testing"

	"actscope/internal/config"
	"actscope/internal/input"
)

func newDesign(t *testing.T, base config.Config, seeds int, quick bool) Design {
	t.Helper()
	d, err := NewDesign(base, seeds, quick)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func variantNames(d Design) []string {
	var names []string
	for _, s := range d.Variants {
		names = append(names, s.Name)
	}
	return names
}

func TestDefaultDesignHasTheSettingsThatWereAskedFor(t *testing.T) {
	d := newDesign(t, config.Article(), DefaultSeeds, false)
	want := []string{
		"article", "epochs=2000", "epochs=4000", "epochs=8000", "rate=0.5", "rate=2", "width=4", "width=32",
		"depth=1", "depth=3", "depth=4", "depth=5", "depth=6",
		"rate=0.5,depth=1", "rate=0.5,depth=3", "rate=0.5,depth=4", "rate=0.5,depth=5", "rate=0.5,depth=6",
	}
	if got := variantNames(d); !slices.Equal(got, want) {
		t.Errorf("settings %v", got)
	}
	quick := newDesign(t, config.Article(), QuickSeeds, true)
	for _, name := range variantNames(quick) {
		if !slices.Contains(want, name) {
			t.Errorf("the quick design has %s of its own", name)
		}
	}
}

// Every seed is on every data set under the article's settings. Elsewhere each seed
// is on one, each data set has a fifth of them, and the first twenty are on the
// article's data, as in the controls.
func TestPairsAreBalanced(t *testing.T) {
	d := newDesign(t, config.Article(), DefaultSeeds, false)
	for _, s := range d.Variants {
		perData, perSeed := make(map[int64]int), make(map[int64]int)
		for _, p := range d.Pairs(s) {
			perData[p.DataSeed]++
			perSeed[p.Seed]++
		}
		wantData, wantSeed := 20, 1
		if s.Name == "article" {
			wantData, wantSeed = 100, 5
		} else if pairs := d.Pairs(s); !slices.Equal(pairs[:20], firstPairs(20)) {
			t.Errorf("%s: the first pairs are %v", s.Name, pairs[:20])
		}
		for _, dataSeed := range DataSeeds {
			if perData[dataSeed] != wantData {
				t.Errorf("%s: %d seeds on data seed %d, want %d", s.Name, perData[dataSeed], dataSeed, wantData)
			}
		}
		if len(perSeed) != 100 || perSeed[0] != wantSeed || perSeed[99] != wantSeed {
			t.Errorf("%s: %d seeds, %d times each", s.Name, len(perSeed), perSeed[0])
		}
	}
}

func TestEachNetworkIsTrainedOnceToTheLastEpochThatIsAskedFor(t *testing.T) {
	d := newDesign(t, config.Article(), DefaultSeeds, false)
	epochs := make(map[int]int) // trainings by their length
	for _, training := range d.Trainings(d.Variants) {
		if !slices.IsSortedFunc(training.at, func(a, b Variant) int { return a.Epochs - b.Epochs }) {
			t.Fatalf("measured at %v", training.at)
		}
		epochs[training.at[len(training.at)-1].Epochs]++
	}
	// Of the 1000 of the article's settings 200 go on to epoch 8000, and of 40 more seeds
	// on the article's data, two networks each, to 4000 for the controls. Rates, widths
	// and depths are 14 settings of 200.
	if epochs[8000] != 200 || epochs[4000] != 80 || epochs[800] != 1000-200-80+14*200 || len(epochs) != 3 {
		t.Errorf("trainings by length: %v", epochs)
	}
}

func TestDesignAroundAnotherBase(t *testing.T) {
	base := config.Article()
	base.Hidden, base.Epochs = []int{1}, 3
	d := newDesign(t, base, 2, false)
	want := []string{"base", "epochs=7", "epochs=15", "epochs=30", "rate=0.5", "rate=2", "width=4", "depth=2", "depth=3", "depth=4", "depth=5", "depth=6"}
	if got := variantNames(d); !slices.Equal(got[:len(want)], want) {
		t.Errorf("settings %v", got)
	}
	if d.onlyThere() != HoldsAtBase || len(d.controlPairs(d.Variants[0])) > 0 {
		t.Error("taken for the article's")
	}
	if got := d.flags(); !slices.Equal(got, []string{"--hidden 1", "--epochs 3", "--seeds 2"}) {
		t.Errorf("flags %v", got)
	}
}

func TestUnusableDesignsAreRefusedByTheirFlag(t *testing.T) {
	wide, bad, others := config.Article(), config.Article(), config.Article()
	wide.Hidden, bad.Epochs, others.Activations = []int{4000}, 0, []string{"tanh", "relu"}
	for name, c := range map[string]struct {
		base  config.Config
		seeds int
		key   string
	}{
		"no seeds":            {config.Article(), 0, "seeds"},
		"negative seeds":      {config.Article(), -3, "seeds"},
		"too many seeds":      {config.Article(), MaxSeeds + 1, "seeds"},
		"other networks":      {others, 2, "activations"},
		"no epochs":           {bad, 2, "epochs"},
		"four times too wide": {wide, 2, "hidden"},
	} {
		_, err := NewDesign(c.base, c.seeds, false)
		var config *input.Error
		if !errors.As(err, &config) || config.Key != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
}

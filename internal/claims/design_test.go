package claims

import (
	"errors"
	"maps"
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

// Two initial seeds are on each data set of the base, one on each of the other variants',
// which has other data sets. No seed is of two kinds, and the article's own is none of them.
func TestPairsAreClustersWithoutTheArticlesRun(t *testing.T) {
	d := newDesign(t, config.Article(), DefaultSeeds, false)
	var onBase []int64
	initial := make(map[int64]bool)
	for _, v := range append(d.Variants, d.Interventions()...) {
		perData := make(map[int64]int)
		for _, p := range d.Pairs(v) {
			perData[p.DataSeed]++
			initial[p.Seed] = true
			if p.DataSeed == articleRun.DataSeed || p.Seed == articleRun.Seed {
				t.Errorf("%s: %v is of the article's run", v.Name, p)
			}
		}
		wantData, wantEach := 100, 1
		if v.Name == "article" {
			wantData, wantEach = 250, 2
			onBase = slices.Collect(maps.Keys(perData))
		}
		for data, seeds := range perData {
			if seeds != wantEach || initial[data] || v.Name != "article" && slices.Contains(onBase, data) {
				t.Errorf("%s: %d initial seeds on data seed %d", v.Name, seeds, data)
			}
		}
		if len(perData) != wantData {
			t.Errorf("%s: %d data sets, want %d", v.Name, len(perData), wantData)
		}
	}
}

func TestEachNetworkIsTrainedOnceToTheLastEpochThatIsAskedFor(t *testing.T) {
	d := newDesign(t, config.Article(), DefaultSeeds, false)
	epochs := make(map[int]int) // trainings by their length
	grid := 0
	for _, training := range d.Trainings(d.Questions(), true) {
		if !slices.IsSortedFunc(training.at, func(a, b Variant) int { return a.Epochs - b.Epochs }) {
			t.Fatalf("measured at %v", training.at)
		}
		if training.at[0].Init != "" {
			grid++
			continue
		}
		epochs[training.at[len(training.at)-1].Epochs]++
	}
	// Of each network, on 100 pairs of the other variants it goes on to epoch 8000, and from 60
	// seeds on the article's data to 4000 for the controls, the article's own among them. The 250
	// times two pairs of the base have one hidden layer, too, with which depths are compared, as
	// the article's own run has. Rates, widths and depths are 14 settings of 100, and 20 seeds of
	// the controls are at each of two rates.
	n := len(networks)
	if epochs[8000] != 100*n || epochs[4000] != 60*n || epochs[800] != (500+500+1+14*100+2*20)*n || len(epochs) != 3 {
		t.Errorf("trainings by length: %v", epochs)
	}
	if want := len(functions) * 3 * 2 * 100; grid != want {
		t.Errorf("%d trainings of interventions, want %d", grid, want)
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
	if HoldsThere.at(d) != "holds under the base settings, not in general" || len(d.controlPairs(d.Variants[0])) > 0 {
		t.Error("taken for the article's")
	}
	if got := d.flags(); !slices.Equal(got, []string{"--hidden 1", "--epochs 3", "--seeds 2"}) {
		t.Errorf("flags %v", got)
	}
}

func TestUnusableDesignsAreRefusedByTheirFlag(t *testing.T) {
	wide, bad, others := config.Article(), config.Article(), config.Article()
	wide.Hidden, bad.Epochs, others.Activations = []int{4000}, 0, []string{"relu"}
	for name, c := range map[string]struct {
		base  config.Config
		seeds int
		key   string
	}{
		"no seeds":            {config.Article(), 0, "seeds"},
		"negative seeds":      {config.Article(), -3, "seeds"},
		"too many seeds":      {config.Article(), MaxSeeds + 1, "seeds"},
		"one network":         {others, 2, "activations"},
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

// Optional settings shift the places of those that the design decides.
func TestABaseMayHaveOptionalSettings(t *testing.T) {
	base := config.Article()
	base.L2, base.Stratify, base.Reduction = 0.01, true, "half-mean"
	if _, err := NewDesign(base, 3, true); err != nil {
		t.Error(err)
	}
}

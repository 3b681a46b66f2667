package analysis

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"actscope/internal/config"
	"actscope/internal/stats"
	"actscope/internal/sweep"
)

func TestActivationsAreComparedBySeed(t *testing.T) {
	// ReLU is better by a little for every seed, which differ by a lot.
	r := analysed(t, "activations: [sigmoid, relu]\nhidden: [\"4\", \"5\", \"6\"]\nseed: 1..12\n", func(c config.Config) sweep.Record {
		accuracy := float64(c.Seed) / 20
		if c.Activations[0] == "relu" && c.Hidden[0] != 6 {
			accuracy += 0.001 * float64(c.Seed)
		}
		return sweep.Record{TestAccuracy: accuracy}
	})
	all := r.Comparisons()
	if len(all) != 3 {
		t.Fatalf("%d comparisons", len(all))
	}
	for i, c := range all {
		if c.A != "sigmoid" || c.B != "relu" || c.Pairs != 12 || !slices.Equal(c.Settings, []string{fmt.Sprint(4 + i)}) {
			t.Errorf("comparison %+v", c)
		}
		paired, difference := 3*2/math.Pow(2, 12), 0.0065 // corrected for three
		if i == 2 {
			paired, difference = 1, 0
		}
		if math.Abs(c.SignedRank.P-paired) > 1e-12 || math.Abs(c.Difference-difference) > 1e-12 {
			t.Errorf("setting %v: paired p %v, want %v; difference %v", c.Settings, c.SignedRank.P, paired, c.Difference)
		}
		if c.MannWhitney.P < 0.5 {
			t.Errorf("setting %v: unpaired p %v, although seeds differ by more", c.Settings, c.MannWhitney.P)
		}
	}
}

// Differences of shares are ranked as those of the counts of right points, whose ties
// rounding would tell apart: of 20,000, 300 more are 300 more whatever they are added to.
func TestFreshAccuraciesAreRankedByTheirCounts(t *testing.T) {
	relu := []int{300, 300, -300, 300, -1, 600, 300, 299, 300, 0, 300}
	r := analysed(t, "activations: [sigmoid, relu]\nseed: 1..11\n", func(c config.Config) sweep.Record {
		right := 16_000 + 317*int(c.Seed)
		if c.Activations[0] == "relu" {
			right += relu[c.Seed-1]
		}
		return sweep.Record{TestAccuracy: 0.79, FreshRight: right, FreshRows: 20_000}
	})
	var counts []float64
	for _, d := range relu {
		counts = append(counts, float64(d))
	}
	c := r.Comparisons()[0]
	if want := stats.SignedRank(counts); c.SignedRank.P != want || c.Equal != 1 || math.Abs(c.Difference-0.015) > 1e-12 {
		t.Errorf("%+v, want p %v", c, want)
	}
}

// A trial that diverged is below every other: by enumeration, as many signs of the ranks 1
// to 5 and three times 7, and as many halves of sixteen trials of which three are last.
func TestDivergedTrialsHaveTheWorstRank(t *testing.T) {
	r := analysed(t, "activations: [sigmoid, relu]\nseed: 1..10\n", func(c config.Config) sweep.Record {
		switch relu := c.Activations[0] == "relu"; {
		case c.Seed == 9: // both alike
			return sweep.Record{TestAccuracy: 0.75}
		case c.Seed == 10 && relu:
			return sweep.Record{Status: sweep.Failed, TestAccuracy: math.NaN()}
		case relu && c.Seed <= 3:
			return sweep.Record{Status: sweep.Diverged, TestAccuracy: math.NaN()}
		case relu:
			return sweep.Record{TestAccuracy: 0.8 + 0.01*float64(c.Seed)}
		}
		return sweep.Record{TestAccuracy: 0.7}
	})
	c := r.Comparisons()[0]
	if c.Pairs != 9 || c.Equal != 1 || c.Diverged != 3 || math.Abs(c.Difference-0.155) > 1e-12 {
		t.Errorf("%+v", c)
	}
	ranks := []int{1, 2, 3, 4, 5, 7, 7, 7}
	tail := 0
	for signs := range 1 << len(ranks) {
		positive := 0
		for i, rank := range ranks {
			positive += signs >> i & 1 * rank
		}
		if positive <= 15 {
			tail++
		}
	}
	if want := 2 * float64(tail) / 256; math.Abs(c.SignedRank.P-want) > 1e-12 || c.SignedRank.Least != 2.0/256 {
		t.Errorf("signed ranks %+v, want %v", c.SignedRank, want)
	}
	inf := math.Inf(-1)
	sigmoid, relu := []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 2}, []float64{inf, inf, inf, 3, 4, 5, 6, 7, 2}
	if want := stats.MannWhitney(sigmoid, relu); math.Abs(c.MannWhitney.P-want) > 1e-12 {
		t.Errorf("Mann and Whitney %+v, want %v", c.MannWhitney, want)
	}
	if g := r.Groups[1]; g.Failed != 4 || g.Score.Count != 6 || !(g.Score.Low > 0.7) {
		t.Errorf("%+v", g)
	}
}

// The smallest p-value of n pairs is 2/2ⁿ, of two samples of n 2/(2n over n), and Holm's
// correction takes the number of comparisons times that.
func TestTestsThatCannotDecideAreOpen(t *testing.T) {
	for _, c := range []struct {
		seeds, settings        int
		pairsOpen, samplesOpen bool
	}{
		{3, 1, true, true}, {4, 1, true, false}, {5, 1, true, false}, {6, 1, false, false}, // 2/8 and 2/20; 2/16 and 2/70; 2/32; 2/64
		{6, 2, true, false}, {7, 4, true, false}, {8, 4, false, false}, {4, 2, true, true}, // 4/64; 8/128; 8/256; 4/70
	} {
		grid := fmt.Sprintf("activations: [sigmoid, relu]\nhidden: [%s]\nseed: 1..%d\n", strings.Join([]string{`"1"`, `"2"`, `"3"`, `"4"`}[:c.settings], ", "), c.seeds)
		r := analysed(t, grid, func(c config.Config) sweep.Record {
			accuracy := 0.5 + 0.01*float64(c.Seed) // the clearest outcome
			if c.Activations[0] == "relu" {
				accuracy = 0.7 + 0.02*float64(c.Seed)
			}
			return sweep.Record{TestAccuracy: accuracy}
		})
		for _, comparison := range r.Comparisons() {
			pairs, samples := comparison.SignedRank, comparison.MannWhitney
			if pairs.Open() != c.pairsOpen || samples.Open() != c.samplesOpen || pairs.P != pairs.Least || samples.P != samples.Least {
				t.Errorf("%d pairs, %d comparisons: %+v", c.seeds, c.settings, comparison)
			}
		}
	}
}

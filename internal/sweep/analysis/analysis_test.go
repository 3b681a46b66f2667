package analysis

import (
	"math"
	"slices"
	"testing"

	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/stats"
	"actscope/internal/sweep"
)

// analysed plans a grid, gives every trial the record that of makes, and analyses
// the sweep. The record's index, id and spread are filled in.
func analysed(t *testing.T, text string, of func(c config.Config) sweep.Record) *Result {
	t.Helper()
	r, err := Analyse(t.Context(), published(t, text, of))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// published are the records of a planned grid.
func published(t *testing.T, text string, of func(c config.Config) sweep.Record) *sweep.Records {
	t.Helper()
	grid, err := sweep.ReadGrid("grid.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := sweep.NewPlan(t.Context(), grid, experiment.Provenance{Version: "test", Kernels: "none"})
	if err != nil {
		t.Fatal(err)
	}
	folder, err := sweep.Create(t.TempDir(), plan)
	if err != nil {
		t.Fatal(err)
	}
	var records []sweep.Record
	for i := range plan.Trials() {
		trial, err := plan.Trial(i)
		if err != nil {
			t.Fatal(err)
		}
		r := of(trial.Config)
		r.Index, r.ID = i, trial.ID
		if r.Status == sweep.OK && r.Spread == nil {
			r.Spread = make([]float64, len(trial.Config.Hidden))
		}
		records = append(records, r)
	}
	if _, err := folder.Publish(records); err != nil {
		t.Fatal(err)
	}
	scanned, err := folder.Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return scanned
}

func TestGroupsDifferInMoreThanSeeds(t *testing.T) {
	r := analysed(t, "activations: [relu, tanh]\nhidden: [\"4\", \"4,4\"]\nseed: 1..5\ndata-seed: [7, 9]\n", func(c config.Config) sweep.Record {
		if c.Seed == 3 && c.Activations[0] == "tanh" {
			return sweep.Record{Status: sweep.Diverged, TestAccuracy: math.NaN()}
		}
		growth := float64(c.Seed)
		if c.Seed == 5 {
			growth = math.NaN() // without a boundary
		}
		return sweep.Record{TestAccuracy: float64(c.Seed) / 10, NoticeableGrowth: growth, Spread: slices.Repeat([]float64{float64(c.DataSeed)}, len(c.Hidden))}
	})
	if !slices.Equal(r.Varied, []string{"activations", "hidden"}) || !slices.Equal(r.Repeats, []string{"data-seed", "seed"}) {
		t.Errorf("varied %v, repeated %v", r.Varied, r.Repeats)
	}
	if len(r.Groups) != 4 || r.Trials != 40 || r.Diverged != 4 || r.Failed != 0 {
		t.Errorf("%d groups of %d trials, %d diverged, %d failed", len(r.Groups), r.Trials, r.Diverged, r.Failed)
	}
	for i, g := range r.Groups {
		want := []string{[]string{"relu", "tanh"}[i/2], []string{"4", "4,4"}[i%2]}
		if !slices.Equal(g.Settings, want) || g.Trials != 10 || g.Depth() != 1+i%2 || g.Width() != 4 {
			t.Errorf("group %d is %v of %d trials", i, g.Settings, g.Trials)
		}
		failed, growth := 0, 2.5
		if g.Activation() == "tanh" {
			failed, growth = 2, 2 // of seed 3, which has the mean accuracy
		}
		if math.Abs(g.Score.Mean-0.3) > 1e-12 || g.Failed != failed || g.Score.Count != 10-failed || math.Abs(g.Spread.Mean-8) > 1e-12 || g.NoticeableGrowth != growth {
			t.Errorf("group %d: %+v, spread %+v, growth %v, %d failed", i, g.Score, g.Spread, g.NoticeableGrowth, g.Failed)
		}
	}
}

func TestAccuraciesAreOnFreshPointsWhereThereAreAny(t *testing.T) {
	r := analysed(t, "activations: [relu, tanh]\nnoise: [0.1, 0.2]\nseed: 1..4\n", func(c config.Config) sweep.Record {
		record := sweep.Record{TestAccuracy: 0.5, TestRows: 90 + int(c.Seed)}
		if c.Seed == 4 {
			record.Status, record.TestRows = sweep.Diverged, 0
		} else if c.Noise == 0.1 {
			record.FreshRight, record.FreshRows = 700, 1000-int(c.Seed)
		}
		return record
	})
	if r.FreshRows != 997 || r.TestRows != 91 || r.Tested != 6 {
		t.Errorf("%d fresh points, %d test rows in %d trials", r.FreshRows, r.TestRows, r.Tested)
	}
	for i, want := range []float64{700.0 / 998, 700.0 / 998, 0.5, 0.5} {
		if got := r.Groups[i].Score.Median; got != want {
			t.Errorf("group %d: %v, want %v", i, got, want)
		}
	}
}

func TestTrendsGoAlongWhatVaries(t *testing.T) {
	r := analysed(t, "activations: [tanh, relu]\nhidden: [\"2\", \"4\", \"4,4\"]\nlearning-rate: [0.5, 0.1]\nloss: [logits, article]\nseed: 1..2\n", func(c config.Config) sweep.Record {
		return sweep.Record{TestAccuracy: c.LearningRate + float64(len(c.Hidden))}
	})
	trends := r.Trends(Accuracy)
	var against []string
	for _, trend := range trends {
		against = append(against, trend.Against)
		if len(trend.Lines) != 2 || trend.Lines[0].Activation != "tanh" {
			t.Errorf("lines %+v", trend.Lines)
		}
	}
	if !slices.Equal(against, []string{"depth", "width", "learning-rate"}) {
		t.Fatalf("trends against %v", against)
	}
	depth, rate := trends[0].Lines[1], trends[2].Lines[1]
	if !slices.Equal(depth.X, []float64{1, 2}) || math.Abs(depth.Values[1].Mean-2.3) > 1e-12 || depth.Values[0].Count != 16 {
		t.Errorf("against depth: %+v", depth)
	}
	if !slices.Equal(rate.X, []float64{0.1, 0.5}) || math.Abs(rate.Values[0].Mean-(0.1+4.0/3)) > 1e-12 {
		t.Errorf("against the rate: %+v", rate)
	}
	maps := r.HeatMaps(Accuracy)
	if len(maps) != 2 || !slices.Equal(maps[0].Depths, []float64{1, 2}) || !slices.Equal(maps[0].Widths, []float64{2, 4}) {
		t.Fatalf("heat maps %+v", maps)
	}
	if m := maps[1].Means; math.Abs(m[0][0]-1.3) > 1e-12 || !math.IsNaN(m[1][0]) || math.Abs(m[1][1]-2.3) > 1e-12 {
		t.Errorf("means %v", m)
	}
}

func TestLossBandsAreOverSeeds(t *testing.T) {
	r := analysed(t, "activations: [relu]\nhidden: [\"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\"]\nlearning-rate: [0.5, 0.1]\nepochs: 40\nseed: 1..11\n", func(c config.Config) sweep.Record {
		var r sweep.Record
		for i := range r.Loss {
			r.Loss[i] = float64(c.Seed) + 100*c.LearningRate
		}
		if c.Seed == 11 {
			r.Loss[20] = math.NaN()
		}
		return r
	})
	bands := r.LossBands()
	if len(bands) != maxLossPanels {
		t.Fatalf("%d bands", len(bands))
	}
	for i, b := range bands {
		if !slices.Equal(b.Hidden, []int{i + 1}) || b.Activation != "relu" || b.Epochs != sweep.LossEpochs(40) {
			t.Errorf("band %d is %+v", i, b)
		}
		if b.Low[3] != 52 || b.Median[3] != 56 || b.High[3] != 60 || b.Median[20] != 55.5 {
			t.Errorf("band %d: %v %v %v", i, b.Low, b.Median, b.High)
		}
	}
}

func TestASweepOfOneTrialIsAnalysed(t *testing.T) {
	r := analysed(t, "activations: relu\n", func(config.Config) sweep.Record {
		return sweep.Record{Status: sweep.Failed, TestAccuracy: math.NaN()}
	})
	if len(r.Groups) != 1 || r.Failed != 1 || len(r.Comparisons()) != 0 || len(r.Trends(Spread)) != 0 || r.HeatMaps(Accuracy) != nil {
		t.Errorf("got %+v", r)
	}
	if s := r.Groups[0].Score; s.Count != 0 || !math.IsNaN(s.Mean) {
		t.Errorf("summary %+v", s)
	}
}

// Student's intervals of these reach 102 % and -0.2.
func TestIntervalsStayInTheRangeOfTheirMeasure(t *testing.T) {
	r := analysed(t, "activations: [relu]\nhidden: [\"2\", \"3,3\"]\nseed: 1..5\n", func(c config.Config) sweep.Record {
		record := sweep.Record{TestAccuracy: 1, Spread: make([]float64, len(c.Hidden))}
		if c.Seed == 1 {
			record.TestAccuracy, record.Spread[len(record.Spread)-1], record.Loss[sweep.LossPoints-1] = 0.9, 0.5, 0.5
		}
		return record
	})
	within := func(what string, s stats.Summary, high float64) {
		if !(0 < s.Low && s.Low < s.Mean && s.Mean < s.High && s.High < high) {
			t.Errorf("%s: %+v", what, s)
		}
	}
	for _, g := range r.Groups {
		within("accuracy", g.Score, 1)
		within("loss", g.Loss, 10)
		within("spread", g.Spread, 10)
	}
	for _, trend := range r.Trends(Accuracy) {
		for _, s := range trend.Lines[0].Values {
			within("accuracy against "+trend.Against, s, 1)
		}
	}
}

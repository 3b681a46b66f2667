package present

import (
	"math"
	"strings"
	"testing"

	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/sweep"
	"actscope/internal/sweep/analysis"
)

// sweepPage is the page of a sweep of a grid whose trials have made-up records.
func sweepPage(t *testing.T, grid string, status sweep.Status) string {
	t.Helper()
	return sweepPageOf(t, grid, status, func(int, *sweep.Record) {})
}

// sweepPageOf is sweepPage of records that are changed.
func sweepPageOf(t *testing.T, grid string, status sweep.Status, change func(i int, r *sweep.Record)) string {
	t.Helper()
	page, err := sweptStory(t, grid, status, change).HTML(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// sweepStoryOf is the story of a sweep of a grid whose trials were trained to the end.
func sweepStoryOf(t *testing.T, grid string, change func(i int, r *sweep.Record)) Story {
	t.Helper()
	return sweptStory(t, grid, sweep.OK, change)
}

func sweptStory(t *testing.T, grid string, status sweep.Status, change func(i int, r *sweep.Record)) Story {
	t.Helper()
	g, err := sweep.ReadGrid("grid.yaml", []byte(grid))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := sweep.NewPlan(t.Context(), g, experiment.Provenance{Version: "test", Kernels: "none"})
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
		r := madeUpRecord(i, trial.ID, trial.Config, status)
		change(i, &r)
		records = append(records, r)
	}
	if _, err := folder.Publish(records); err != nil {
		t.Fatal(err)
	}
	scanned, err := folder.Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	result, err := analysis.Analyse(t.Context(), scanned)
	if err != nil {
		t.Fatal(err)
	}
	return Sweep(plan, result)
}

// A page says of which points its accuracies are.
func TestSweepPageSaysWhichPointsAccuraciesAreOn(t *testing.T) {
	grid := "activations: [sigmoid, relu]\nhidden: [\"2\", \"4\", \"2,2\"]\nnoise: [0.1, 0.2]\nseed: 1..2\n"
	fresh := func(r *sweep.Record) { r.FreshRight, r.FreshRows = 18_000, 20_000 }
	for name, c := range map[string]struct {
		change   func(i int, r *sweep.Record)
		says     []string
		saysNone string
	}{
		"fresh points": {func(_ int, r *sweep.Record) { fresh(r) },
			[]string{"Accuracy on fresh points against depth, width, noise", "mean accuracy on fresh points, ReLU", "Accuracy on fresh points by group", "One of the 20000 fresh points is 0.005 %."}, "est accuracy"},
		"test rows": {func(_ int, r *sweep.Record) { r.TestRows = 30 },
			[]string{"Test accuracy against depth, width, noise", "mean test accuracy, ReLU", "In 24 trials there are no fresh points, and accuracies are on the test rows.", "One of the 30 test rows is 3.3 %."}, "on fresh"},
		"earlier versions": {func(int, *sweep.Record) {}, []string{"In 24 trials there are no fresh points, and accuracies are on the test rows."}, "One of the"},
		"both": {func(i int, r *sweep.Record) {
			if i < 12 { // of the first noise
				fresh(r)
			}
		}, []string{"mean accuracy, ReLU", "Accuracy by group", "Accuracies are on fresh points", "In 12 trials there are no fresh points"}, "est accuracy"},
	} {
		page := sweepPageOf(t, grid, sweep.OK, c.change)
		for _, want := range c.says {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page does not say %q", name, want)
			}
		}
		if strings.Contains(page, c.saysNone) {
			t.Errorf("%s: the page says %q", name, c.saysNone)
		}
	}
}

// madeUpRecord is a record as a trial of such a status may give.
func madeUpRecord(index int, id string, c config.Config, status sweep.Status) sweep.Record {
	r := sweep.Record{Index: index, ID: id, Status: status, Spread: make([]float64, len(c.Hidden))}
	if status != sweep.OK {
		r.TestAccuracy, r.Spread = math.NaN(), nil
		for i := range r.Loss {
			r.Loss[i] = math.NaN()
		}
		return r
	}
	r.TestAccuracy = 0.7 + 0.01*float64(c.Seed+int64(len(c.Hidden)))
	for i := range r.Spread {
		r.Spread[i] = c.LearningRate * float64(i+1)
	}
	for i := range r.Loss {
		r.Loss[i] = 1 / float64(i+1)
	}
	return r
}

func TestSweepPageSaysWhatWasFound(t *testing.T) {
	page := sweepPage(t, "activations: [sigmoid, relu]\nhidden: [\"2\", \"4\", \"2,2\", \"4,4\"]\nlearning-rate: [0.1, 1]\nseed: 1..4\n", sweep.OK)
	for _, want := range []string{
		"64 trials in 16 groups",
		"Test accuracy against depth, width, learning-rate", "Mean test accuracy by depth and width", "Spread of the last hidden layer against depth",
		"Loss over the epochs", "Student&#39;s t", "Mann–Whitney", "signed ranks", "corrected by Holm for all 8 comparisons", "none below 0.05 possible", "ranks below all others",
		"Sigmoid, hidden 2,2, learning-rate 0.1", "ReLU − Sigmoid", "seed", "1 to 4",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if before, _, _ := strings.Cut(page, "<script"); strings.Contains(before, "NaN") {
		t.Error("the page shows a NaN")
	}
}

// Whatever is not there is left out of the page.
func TestSweepPageOfLittleIsAPageToo(t *testing.T) {
	for name, c := range map[string]struct {
		grid   string
		status sweep.Status
	}{
		"one trial":       {"activations: relu\n", sweep.OK},
		"all diverged":    {"activations: [relu, tanh]\nseed: 1..2\nhidden: [\"2\", \"3\"]\n", sweep.Diverged},
		"nothing trained": {"activations: [relu, tanh]\nseed: 1..2\nhidden: [\"2\", \"3\", \"2,2\"]\n", sweep.Failed},
		"one activation":  {"activations: tanh\nseed: 1..3\nnoise: [0, 0.1]\n", sweep.OK},
		"texts":           {"activations: relu\nloss: [logits, article]\n", sweep.OK},
	} {
		t.Run(name, func(t *testing.T) { sweepPage(t, c.grid, c.status) })
	}
}

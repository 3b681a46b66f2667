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
	g, err := sweep.ReadGrid("grid.yaml", []byte(grid))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := sweep.NewPlan(g, experiment.Provenance{Version: "test", Kernels: "none"})
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
		records = append(records, madeUpRecord(i, trial.ID, trial.Config, status))
	}
	if err := folder.Publish(records); err != nil {
		t.Fatal(err)
	}
	scanned, err := folder.Scan()
	if err != nil {
		t.Fatal(err)
	}
	result, err := analysis.Analyse(t.Context(), scanned)
	if err != nil {
		t.Fatal(err)
	}
	page, err := Sweep(plan, result).HTML(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
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

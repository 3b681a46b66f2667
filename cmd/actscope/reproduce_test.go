package main

import (
	"encoding/json"
	"flag"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"actscope/internal/comparison"
	"actscope/internal/config"
)

var update = flag.Bool("update", false, "write the expected outputs anew")

// golden compares text with the file testdata/name.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%swant\n%s", name, got, want)
	}
}

func TestReproduceWritesTheSameFolderTwice(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	t.Parallel()
	dir := t.TempDir()
	first, second := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	o := succeed(t, "reproduce", "--out", first)
	golden(t, "reproduce.stdout", o.stdout)
	for _, line := range []string{
		"epoch   200  loss  sigmoid 0.3589  relu 0.1549", "epoch   800  loss  sigmoid 0.2822  relu 0.0353", " written in ",
	} {
		if !strings.Contains(o.stderr, line) {
			t.Errorf("standard error does not have %q:\n%s", line, o.stderr)
		}
	}
	if quiet := succeed(t, "reproduce", "--out", second, "--quiet"); quiet.stderr != "" || quiet.stdout != o.stdout {
		t.Errorf("quiet run says %q", quiet.stderr)
	}
	a, b := tree(t, first), tree(t, second)
	var timing struct {
		Steps int `json:"training_steps"`
	}
	if err := json.Unmarshal([]byte(a["timing.json"]), &timing); err != nil || timing.Steps != 8000 {
		t.Errorf("timing.json: %d steps, %v", timing.Steps, err)
	}
	delete(a, "timing.json")
	delete(b, "timing.json")
	if !maps.Equal(a, b) {
		t.Error("two runs wrote different files")
	}
	want := []string{"arrays.npz", "manifest.json", "metrics.csv", "report.html", "run.json"}
	for _, figure := range allFigures {
		for _, format := range []string{"png", "svg"} {
			want = append(want, "figures/"+figure+"."+format)
		}
	}
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(a)); !slices.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
}

// allFigures are the five of the study, then those that say more.
var allFigures = []string{
	"decision_boundaries", "hidden_space", "loss_curves", "moons_dataset", "signal_trace",
	"activation_distributions", "gradient_norms", "signal_quantiles", "boundary_distance", "noticeable_distance", "survival", "reliability",
}

func TestReproduceTakesNoSettings(t *testing.T) {
	t.Parallel()
	if o := command(t.Context(), "reproduce", "--epochs", "10", "--out", t.TempDir()); o.status != statusUsage {
		t.Errorf("status %d: %s", o.status, o.stderr)
	}
}

func TestNumberThatIsNotReproducedFails(t *testing.T) {
	t.Parallel()
	r, err := comparison.Run(t.Context(), config.Article(), nil, comparison.Saving{})
	if err != nil {
		t.Fatal(err)
	}
	r.Networks[1].GridOutputs[7] += 1e-8
	r.Networks[0].TestAccuracy = 0.8
	err = checkReference(io.Discard, r)
	if status(err) != statusFailed {
		t.Fatalf("got %v", err)
	}
	for _, part := range []string{"2 numbers", "relu_grid_probability departs from the reference by 1e-08", "sigmoid test accuracy"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}

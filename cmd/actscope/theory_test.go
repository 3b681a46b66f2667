package main

import (
	"context"
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// smallTheory is a study that takes a moment, in a folder of the test.
func smallTheory(t *testing.T, more ...string) (args []string, folder string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "run")
	args = []string{"theory", "--width", "24", "--repetitions", "3", "--depth", "3", "--quiet", "--format", "svg", "--out", folder}
	return append(args, more...), folder
}

func TestTheoryPrintsTheLimitsAndTheLayers(t *testing.T) {
	t.Parallel()
	args, folder := smallTheory(t, "--activation", "tanh", "--weight-variance", "1.5", "--bias-variance", "0.05")
	o := succeed(t, args...)
	golden(t, "theory.stdout", o.stdout)
	if o.stderr != "" {
		t.Errorf("standard error: %s", o.stderr)
	}
	files := slices.Sorted(maps.Keys(tree(t, folder)))
	want := []string{"arrays.npz", "figures/far_confidence.svg", "figures/layer_maps.svg", "figures/phase_diagram.svg", "figures/theory_by_layer.svg", "manifest.json", "report.html", "run.json"}
	if !slices.Equal(files, want) {
		t.Errorf("files %v, want %v", files, want)
	}
}

func TestTheoryAsJSONIsTheRunFile(t *testing.T) {
	t.Parallel()
	args, folder := smallTheory(t, "--json")
	o := succeed(t, args...)
	run, err := os.ReadFile(filepath.Join(folder, "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	if string(run) != o.stdout {
		t.Error("--json prints something else than run.json")
	}
	var s struct {
		QStar       float64   `json:"q_star"`
		Chi         float64   `json:"chi_1"`
		DepthScale  float64   `json:"depth_scale"`
		Phase       string    `json:"phase"`
		Std         []float64 `json:"std_by_layer"`
		Correlation []float64 `json:"correlation_by_layer"`
	}
	if err := json.Unmarshal([]byte(o.stdout), &s); err != nil {
		t.Fatal(err)
	}
	off := func(got, want, by float64) bool { return math.Abs(got-want) > by }
	if off(s.QStar, 0.264687, 5e-7) || off(s.Chi, 0.055721, 5e-7) || off(s.DepthScale, 0.346, 5e-4) || s.Phase != "ordered" ||
		off(s.Std[2], 0.1215, 5e-5) || off(s.Correlation[0], 0.8521, 5e-5) || len(s.Std) != 3 || len(s.Correlation) != 3 {
		t.Errorf("%+v", s)
	}
}

// The report page and all other files have the same bytes on one processor and on
// many, and hold no place.
func TestTheoryDoesNotDependOnTheNumberOfProcessors(t *testing.T) {
	var runs []map[string]string
	for _, processors := range []int{1, runtime.NumCPU() + 2} {
		args, folder := smallTheory(t, "--activation", "relu", "--weight-variance", "2")
		before := runtime.GOMAXPROCS(processors)
		succeed(t, args...)
		runtime.GOMAXPROCS(before)
		runs = append(runs, tree(t, folder))
		for name, content := range runs[len(runs)-1] {
			if strings.Contains(content, folder) {
				t.Errorf("%s holds a place", name)
			}
		}
	}
	if !maps.Equal(runs[0], runs[1]) {
		t.Error("the files differ")
	}
	for _, want := range []string{"theory --activation relu --weight-variance 2 --depth 3 --width 24 --repetitions 3", "critical", "∞"} {
		if !strings.Contains(runs[0]["report.html"], want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// Each limit of the variance is told in words, and the figures and the page are drawn from
// the run folder as they were at first, infinite numbers included.
func TestTheoryTellsEveryFateAndDrawsItAnew(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"--activation sigmoid", "settles"},
		{"--activation relu --weight-variance 2 --repetitions 0", "∞"},
		{"--activation relu --weight-variance 3", "grows without bound"},
		{"--activation tanh --weight-variance 0", "vanishes with depth"},
		{"--activation gelu --weight-variance 3 --input-variance 0.01", "other fixed points  0.24707 (unstable)"},
		{"--activation identity --bias-variance 1e6 --depth 1 --width 1 --repetitions 1", "one network of width 1"},
		{"--activation relu --weight-variance 1e6 --input-variance 1e6 --depth 53", "∞"},
	} {
		t.Run(test.args, func(t *testing.T) {
			t.Parallel()
			args, folder := smallTheory(t, strings.Fields(test.args)...)
			if o := succeed(t, args...); !strings.Contains(o.stdout, test.want) {
				t.Errorf("prints\n%swithout %q", o.stdout, test.want)
			}
			before := tree(t, folder)
			for _, drawn := range []string{"figures", "report.html"} {
				if err := os.RemoveAll(filepath.Join(folder, drawn)); err != nil {
					t.Fatal(err)
				}
			}
			succeed(t, "figures", folder, "--format", "svg")
			after := tree(t, folder)
			if len(after) != 8 {
				t.Errorf("files %v", slices.Sorted(maps.Keys(after)))
			}
			for name := range before {
				if before[name] != after[name] {
					t.Errorf("%s is not the same when it is drawn anew", name)
				}
			}
		})
	}
}

func TestTheoryRefusesBadInput(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ args, want string }{
		{"--activation sigmod", `activation: unknown activation "sigmod": did you mean sigmoid?`},
		{"--activation=", "activation: unknown activation"},
		{"--weight-variance -1", "weight-variance: -1"},
		{"--weight-variance NaN", "weight-variance: NaN"},
		{"--bias-variance Inf", "bias-variance: +Inf"},
		{"--bias-variance 1e300", "bias-variance: 1e+300"},
		{"--bias-variance x", "bias-variance"},
		{"--input-variance -2", "input-variance: -2"},
		{"--input-correlation 2", "input-correlation: 2"},
		{"--depth 0", "depth: 0"},
		{"--depth 1000000", "depth: 1000000"},
		{"--width 0", "width: 0"},
		{"--width 4096 --depth 50", "width: 4096 at depth 50"},
		{"--repetitions -1", "repetitions: -1"},
		{"--seed -1", "seed: -1"},
		{"--max-weight-variance -1", "max-weight-variance: -1"},
		{"--format gif", `unknown format "gif"`},
		{"stray", "unknown command"},
	} {
		folder := filepath.Join(t.TempDir(), "run")
		o := command(t.Context(), append([]string{"theory", "--out", folder}, strings.Fields(test.args)...)...)
		if o.status != statusUsage || !strings.Contains(o.stderr, test.want) || o.stdout != "" {
			t.Errorf("%s: status %d, stdout %q, stderr %q; want %q", test.args, o.status, o.stdout, o.stderr, test.want)
		}
		if _, err := os.Stat(folder); err == nil {
			t.Errorf("%s: a folder was made", test.args)
		}
	}
}

func TestTheoryStopsWithoutLeavingFiles(t *testing.T) {
	t.Parallel()
	args, folder := smallTheory(t)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	stopped, stop := context.WithCancel(t.Context())
	defer time.AfterFunc(50*time.Millisecond, stop).Stop()
	if o := command(stopped, args...); o.status != statusStopped || o.stdout != "" {
		t.Errorf("status %d, stdout %q", o.status, o.stdout)
	}
	if files := tree(t, folder); len(files) > 0 {
		t.Errorf("left behind: %v", slices.Sorted(maps.Keys(files)))
	}
}

package main

import (
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// smallKernel is a study that takes a moment, in a folder of the test.
func smallKernel(t *testing.T, more ...string) (args []string, folder string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "run")
	args = []string{"kernel", "--samples", "60", "--epochs", "20", "--draws", "0", "--quiet", "--format", "svg", "--out", folder}
	return append(args, more...), folder
}

func TestKernelPrintsWhatItPredicts(t *testing.T) {
	t.Parallel()
	args, folder := smallKernel(t, "--draws", "2", "--hidden", "4")
	o := succeed(t, args...)
	golden(t, "kernel.stdout", o.stdout)
	if o.stderr != "" {
		t.Errorf("standard error: %s", o.stderr)
	}
	files := slices.Sorted(maps.Keys(tree(t, folder)))
	want := []string{"arrays.npz", "figures/kernel_drift.svg", "figures/kernel_spectrum.svg", "figures/kernel_twin.svg", "figures/kernel_widths.svg", "manifest.json", "report.html", "run.json"}
	if !slices.Equal(files, want) {
		t.Errorf("files %v, want %v", files, want)
	}
	before := tree(t, folder)
	succeed(t, "figures", folder, "--format", "svg")
	if after := tree(t, folder); !maps.Equal(before, after) {
		t.Error("drawn again, the folder is another")
	}
}

func TestKernelAsJSONIsTheRunFile(t *testing.T) {
	t.Parallel()
	for _, more := range [][]string{
		nil, {"--activations", "tanh,z*z", "--hidden", "4"}, {"--parts", "batch-norm,dropout:0.2,residual"}, {"--parts", "layer-norm"},
		{"--dataset", "blobs", "--classes", "3", "--noise", "1"}, {"--dataset", "y = sin(x1)", "--output", "sigmoid"}, {"--optimiser", "adam"},
		{"--loss", "hinge"}, {"--class-weights", "balanced"}, {"--weight-decay", "0.01", "--optimiser", "momentum"}, {"--init", "zero"},
		{"--rows", "20"}, {"--dtype", "float32"}, {"--batch-size", "1000", "--clip", "1"}, {"--dataset", "y = 3*x1", "--learning-rate", "5"},
	} {
		t.Run(strings.Join(more, " "), func(t *testing.T) {
			t.Parallel()
			args, folder := smallKernel(t, append(more, "--json")...)
			o := succeed(t, args...)
			run, err := os.ReadFile(filepath.Join(folder, "run.json"))
			if err != nil {
				t.Fatal(err)
			}
			if string(run) != o.stdout {
				t.Error("--json prints something else than run.json")
			}
			var s struct {
				Networks []struct {
					Name                string     `json:"name"`
					Eigenvalues, Energy []float64  `json:"-"`
					Values              []float64  `json:"eigenvalues"`
					Tau                 []*float64 `json:"tau"`
					Shares              []float64  `json:"energy"`
				} `json:"networks"`
			}
			if err := json.Unmarshal([]byte(o.stdout), &s); err != nil {
				t.Fatal(err)
			}
			for _, n := range s.Networks {
				sum := 0.0
				for _, e := range n.Shares {
					sum += e
				}
				if len(n.Values) < 10 || len(n.Tau) != len(n.Values) || len(n.Shares) != len(n.Values) || math.Abs(sum-1) > 1e-12 {
					t.Errorf("%s: %d eigenvalues, %d time constants, %d shares of energy that make %v", n.Name, len(n.Values), len(n.Tau), len(n.Shares), sum)
				}
			}
			before := tree(t, folder)
			succeed(t, "figures", folder, "--format", "svg")
			if after := tree(t, folder); !maps.Equal(before, after) {
				t.Error("drawn again, the folder is another")
			}
		})
	}
}

func TestKernelRefusesWhatItCannotDo(t *testing.T) {
	t.Parallel()
	for want, more := range map[string][]string{
		"rows":        {"--rows", "-1"},
		"at most":     {"--samples", "20000", "--rows", "10000"},
		"hidden":      {"--hidden", "0"},
		"draws":       {"--draws", "1"},
		"activations": {"--activations", "rellu"},
	} {
		args, folder := smallKernel(t, more...)
		if o := command(t.Context(), args...); o.status != statusUsage || !strings.Contains(o.stderr, want) {
			t.Errorf("%v: status %d, %s", more, o.status, o.stderr)
		}
		if len(tree(t, filepath.Dir(folder))) > 0 {
			t.Errorf("%v: files are left", more)
		}
	}
}

package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"actscope/internal/atomicfile"
	"actscope/internal/npz"
	"actscope/internal/present"
	"actscope/internal/runfolder"
	"actscope/viz"
)

func TestCompareTakesEverySetting(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "run")
	o := succeed(t, "compare", "--samples", "60", "--noise", "0.1", "--class-share", "0.4", "--data-seed", "1", "--split-seed", "2", "--test-fraction", "0.3",
		"--activations", "relu,tanh,leaky-relu", "--hidden", "4,3", "--loss", "article", "--epochs", "10", "--learning-rate", "0.02", "--parts", "layer-norm,dropout:0.1", "--init", "glorot-uniform", "--optimiser", "adam", "--weight-decay", "0.001", "--clip", "5",
		"--batch-size", "7", "--seed", "3", "--format", "svg", "--out", out)
	golden(t, "compare.stdout", o.stdout)
	files := tree(t, out)
	for name := range files {
		if strings.HasSuffix(name, ".png") {
			t.Errorf("%s was not asked for", name)
		}
	}
	want := `"config": {
    "dataset": "moons",
    "samples": 60,
    "noise": 0.1,
    "class-share": 0.4,
    "label": "",
    "data-seed": 1,
    "split-seed": 2,
    "test-fraction": 0.3,
    "activations": [
      "relu",
      "tanh",
      "leaky-relu"
    ],
    "hidden": [
      4,
      3
    ],
    "parts": [
      "layer-norm",
      "dropout:0.1"
    ],
    "init": "glorot-uniform",
    "loss": "article",
    "epochs": 10,
    "optimiser": "adam",
    "learning-rate": 0.02,
    "weight-decay": 0.001,
    "clip": 5,
    "batch-size": 7,
    "seed": 3,
    "dtype": "float64"
  }`
	if !strings.Contains(files["run.json"], want) {
		t.Errorf("run.json does not hold the configuration")
	}
	if strings.Contains(files["run.json"], out) {
		t.Error("run.json holds a place")
	}
}

// The same bytes on one processor and on all.
func TestCompareDoesNotDependOnTheNumberOfProcessors(t *testing.T) {
	args := []string{"compare", "--samples", "50", "--epochs", "5", "--quiet", "--format", "svg", "--out"}
	var runs []map[string]string
	for _, processors := range []int{1, runtime.NumCPU() + 2} {
		before := runtime.GOMAXPROCS(processors)
		dir := t.TempDir()
		succeed(t, append(slices.Clone(args), dir)...)
		runtime.GOMAXPROCS(before)
		files := tree(t, dir)
		delete(files, "timing.json")
		runs = append(runs, files)
	}
	if !maps.Equal(runs[0], runs[1]) {
		t.Error("the files differ")
	}
}

func TestBadInputIsRefusedWithItsReason(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ args, want string }{
		{"--samples -5", "samples: -5"},
		{"--dataset moon", "did you mean moons?"},
		{"--dataset csv:none.csv", "dataset: none.csv: no such file"},
		{"--label class", "only a csv:FILE has a label column"},
		{"--class-share 1.5", "class-share: 1.5"},
		{"--samples 99999999999", "samples: 99999999999"},
		{"--samples 999999999999999999999", "samples"},
		{"--samples 2", "samples: 2 points leave no training row of class"},
		{"--samples 3", "samples: 3 points leave no training row of class"},
		{"--noise NaN", "noise: NaN"},
		{"--noise -0.1", "noise: -0.1"},
		{"--noise Inf", "noise: +Inf"},
		{"--data-seed -1", "data-seed: -1"},
		{"--split-seed 4294967296", "split-seed: 4294967296"},
		{"--seed 99999999999999999999", "seed"},
		{"--test-fraction 1", "test-fraction: 1"},
		{"--hidden 8,,8", `hidden layer 2 is ""`},
		{"--hidden 0", "hidden: layer 1 has 0 units"},
		{"--hidden -1", "hidden: layer 1 has -1 units"},
		{"--hidden 1000000", "hidden: layer 1 has 1000000 units"},
		{"--hidden " + strings.Repeat("1,", 999_999) + "1", "hidden: 1000000 hidden layers"},
		{"--hidden eight", `hidden layer 1 is "eight"`},
		{"--activations swish", `activations: unknown activation "swish"`},
		{"--activations relu,relu", "activations: relu is named twice"},
		{"--loss huber", `loss: unknown loss "huber"`},
		{"--batch-size 0", "batch-size: 0"},
		{"--learning-rate 0", "learning-rate: 0"},
		{"--learning-rate -1", "learning-rate: -1"},
		{"--learning-rate NaN", "learning-rate: NaN"},
		{"--epochs 0", "epochs: 0"},
		{"--epochs -3", "epochs: -3"},
		{"--format gif", `unknown format "gif"`},
		{"--format png,png", "png is named twice"},
		{"--out " + file, "out: cannot make a folder"},
		{"--out " + file + "/below", "out: cannot make a folder"},
		{"--no-such-flag", "unknown flag"},
		{"stray", "unknown command"},
	} {
		name := test.args[:min(len(test.args), 30)]
		t.Run(name, func(t *testing.T) {
			args := append([]string{"compare"}, strings.Split(test.args, " ")...)
			if !strings.Contains(test.args, "--out") {
				args = append(args, "--out", filepath.Join(t.TempDir(), "run"))
			}
			o := command(t.Context(), args...)
			if o.status != statusUsage || !strings.Contains(o.stderr, test.want) || o.stdout != "" {
				t.Errorf("status %d, stdout %q, stderr %.300q; want %q", o.status, o.stdout, o.stderr, test.want)
			}
		})
	}
	if content, _ := os.ReadFile(file); string(content) != "mine" {
		t.Error("the file in the way was touched")
	}
}

func TestDivergingTrainingFailsAndWritesNothing(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	o := command(t.Context(), "compare", "--activations", "relu", "--learning-rate", "1e300", "--out", out, "--quiet")
	if o.status != statusFailed {
		t.Errorf("status %d", o.status)
	}
	for _, part := range []string{"relu: training diverged: layer 1", "epoch 1, step 2"} {
		if !strings.Contains(o.stderr, part) {
			t.Errorf("%q does not name %q", o.stderr, part)
		}
	}
	if files := tree(t, out); len(files) > 0 {
		t.Errorf("left behind: %v", slices.Collect(maps.Keys(files)))
	}
}

func TestCompareTakesOtherData(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "points.csv")
	var rows strings.Builder
	rows.WriteString("a,b,kind,c\n")
	for i := range 40 {
		fmt.Fprintf(&rows, "%d,%d,%s,%d\n", i, (i*7)%40, []string{"good", "bad"}[i/20], (i*i)%23)
	}
	if err := os.WriteFile(file, []byte(rows.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, data := range []string{"circles --noise 0.05", "blobs --noise 1", "xor", "spirals --noise 0", "csv:" + file + " --label kind"} {
		t.Run(data, func(t *testing.T) {
			t.Parallel()
			out := t.TempDir()
			args := append([]string{"compare", "--epochs", "3", "--samples", "60", "--quiet", "--format", "svg", "--out", out, "--dataset"}, strings.Fields(data)...)
			succeed(t, args...)
			files := tree(t, out)
			boundaries := files["figures/decision_boundaries.svg"]
			if principal := strings.Contains(boundaries, "principal axes of the inputs"); principal != strings.HasPrefix(data, "csv") {
				t.Errorf("%s: the figure speaks of principal axes: %v", data, principal)
			}
			if boundaries == "" || files["report.html"] == "" {
				t.Errorf("%s: no figure or report", data)
			}
			succeed(t, "figures", out, "--format", "svg")
			if tree(t, out)["figures/decision_boundaries.svg"] != boundaries {
				t.Errorf("%s: redraws differently", data)
			}
		})
	}
}

// What a file calls its columns and classes is what figures and the page say, also when
// they are drawn again.
func TestFiguresSpeakInTheNamesOfTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, out := filepath.Join(dir, "cells.csv"), filepath.Join(dir, "out")
	rows := "radius,texture,finding\n"
	for i := range 40 {
		rows += fmt.Sprintf("%d,%d,%s\n", i, (i*7)%40, []string{"<malignant>", "benign"}[i/20])
	}
	if err := os.WriteFile(file, []byte(rows), 0o666); err != nil {
		t.Fatal(err)
	}
	succeed(t, "compare", "--epochs", "3", "--quiet", "--format", "svg", "--out", out, "--dataset", "csv:"+file)
	written := tree(t, out)
	for name, words := range map[string][]string{
		"run.json":                  {`"texture"`, `"benign"`, `"fresh_accuracy": null,`, `"fresh_points": 0,`},
		"figures/moons_dataset.svg": {"of cells.csv: 20 of &lt;malignant&gt;, 20 of benign"},
		"report.html":               {"<bdi>&lt;malignant&gt;</bdi>", "P(<bdi>benign</bdi>)", "Sigmoid, benign", "Networks on cells.csv that differ", "One of the 10 test rows is 10.0 %"},
	} {
		for _, word := range words {
			if !strings.Contains(written[name], word) {
				t.Errorf("%s does not say %q", name, word)
			}
		}
	}
	if strings.Contains(written["report.html"], "class-share") {
		t.Error("the page has settings of points that are made")
	}
	story, err := present.Load(t.Context(), out)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range story.Drawings {
		f, err := d.Figure(viz.Options{})
		if err != nil {
			t.Fatal(err)
		}
		words := fmt.Sprint(f.Title, f.Subtitle, f.Legend, f.Footnotes, f.Description)
		for _, p := range f.Panels {
			words += fmt.Sprint(p.Title, p.X.Label, p.Y.Label)
		}
		if f.ColorBar != nil {
			words += f.ColorBar.Label
		}
		if strings.Contains(strings.ToLower(words), "class 1") || strings.Contains(words, "x₁") || strings.Contains(words, dir) {
			t.Errorf("%s does not use the file's names: %s", f.Name, words)
		}
	}
	succeed(t, "figures", out, "--format", "svg")
	for name, again := range tree(t, out) {
		if name != "timing.json" && again != written[name] {
			t.Errorf("%s is another when it is drawn again", name)
		}
	}
}

func TestConfigFileAndPrintedConfigurationReproduceARun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, first, second := filepath.Join(dir, "study.yaml"), filepath.Join(dir, "a"), filepath.Join(dir, "b")
	settings := []string{"--samples", "50", "--epochs", "4", "--hidden", "5,3", "--activations", "tanh,relu", "--learning-rate", "0.3"}
	printed := succeed(t, append([]string{"compare", "--print-config"}, settings...)...)
	if err := os.WriteFile(file, []byte(printed.stdout), 0o666); err != nil {
		t.Fatal(err)
	}
	succeed(t, append([]string{"compare", "--quiet", "--format", "svg", "--out", first}, settings...)...)
	succeed(t, "compare", "--quiet", "--format", "svg", "--config", file, "--out", second)
	a, b := tree(t, first), tree(t, second)
	delete(a, "timing.json")
	delete(b, "timing.json")
	if !maps.Equal(a, b) {
		t.Error("the printed configuration gives another run")
	}
	// Flags win over the file, wherever they stand.
	o := succeed(t, "compare", "--epochs", "7", "--config", file, "--seed", "9", "--print-config")
	if !strings.Contains(o.stdout, "\nepochs: 7\n") || !strings.Contains(o.stdout, "\nseed: 9\n") || strings.Count(o.stdout, "\n") != strings.Count(printed.stdout, "\n") {
		t.Errorf("effective configuration:\n%s", o.stdout)
	}
	if o := command(t.Context(), "compare", "--config", filepath.Join(dir, "none.yaml")); o.status != statusUsage || !strings.Contains(o.stderr, "none.yaml") {
		t.Errorf("missing file: status %d, %s", o.status, o.stderr)
	}
	if err := os.WriteFile(file, []byte("epochs: 3\nhiden: 4\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if o := command(t.Context(), "compare", "--config", file); o.status != statusUsage || !strings.Contains(o.stderr, "study.yaml:2:1: hiden: no such setting: did you mean hidden?") {
		t.Errorf("misspelt key: status %d, %s", o.status, o.stderr)
	}
}

// Every optimiser with memory, and parts with streams and statistics of their own.
func TestSavedTrainingGoesOnAsIfItHadNeverStopped(t *testing.T) {
	t.Parallel()
	for _, settings := range []string{
		"--activations sigmoid,relu",
		"--activations relu --optimiser adam --parts batch-norm,dropout:0.2 --learning-rate 0.01",
		"--activations sigmoid --optimiser nesterov --parts residual,layer-norm --weight-decay 0.01 --clip 1",
	} {
		t.Run(settings, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			whole, stopped, resumed, saved := filepath.Join(dir, "whole"), filepath.Join(dir, "stopped"), filepath.Join(dir, "resumed"), filepath.Join(dir, "saved")
			compare := func(args ...string) outcome {
				return command(t.Context(), append(append([]string{"compare", "--quiet", "--samples", "60", "--format", "svg"}, strings.Fields(settings)...), args...)...)
			}
			for _, o := range []outcome{
				compare("--epochs", "12", "--out", whole),
				compare("--epochs", "5", "--out", stopped, "--save", saved),
				compare("--epochs", "12", "--out", resumed, "--resume", saved),
			} {
				if o.status != statusDone {
					t.Fatalf("status %d: %s", o.status, o.stderr)
				}
			}
			a, err := npz.ReadFile(filepath.Join(whole, "arrays.npz"))
			if err != nil {
				t.Fatal(err)
			}
			b, err := npz.ReadFile(filepath.Join(resumed, "arrays.npz"))
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range a {
				if strings.Contains(want.Name, "_snapshot_") {
					continue // taken at other epochs
				}
				if got, _ := b.Lookup(want.Name); !slices.Equal(got.Values, want.Values) {
					t.Errorf("%s differs after going on", want.Name)
				}
			}
			if tree(t, whole)["run.json"] != tree(t, resumed)["run.json"] {
				t.Error("run.json differs after going on")
			}
			if o := compare("--epochs", "12", "--resume", saved, "--out", resumed, "--seed", "5"); o.status != statusUsage || !strings.Contains(o.stderr, "was trained with seed 42, not 5") {
				t.Errorf("another seed: status %d, %s", o.status, o.stderr)
			}
			if o := compare("--epochs", "4", "--resume", saved, "--out", resumed); o.status != statusUsage || !strings.Contains(o.stderr, "taken after 5 epochs, more than the 4 asked for") {
				t.Errorf("a training of 5 epochs to the 4th: status %d, %s", o.status, o.stderr)
			}
		})
	}
}

func TestBrokenSavedTrainingIsRefusedAndNothingIsOverwritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	saved, out := filepath.Join(dir, "saved"), filepath.Join(dir, "out")
	args := []string{"compare", "--quiet", "--samples", "60", "--activations", "relu", "--format", "svg", "--out", out}
	succeed(t, append(args, "--epochs", "3", "--save", saved)...)
	before := tree(t, out)
	checkpoint := filepath.Join(saved, "generation-1", "relu.checkpoint.npz")
	whole, err := os.ReadFile(checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(checkpoint, whole[:len(whole)/2], 0o666); err != nil {
		t.Fatal(err)
	}
	o := command(t.Context(), append(args, "--epochs", "6", "--resume", saved)...)
	if o.status != statusUsage || !strings.Contains(o.stderr, "relu.checkpoint.npz") {
		t.Errorf("status %d: %s", o.status, o.stderr)
	}
	if !maps.Equal(before, tree(t, out)) {
		t.Error("the run folder was changed")
	}
}

func TestSinglePrecisionIsRecordedAndRedrawn(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	t.Parallel()
	out := t.TempDir()
	arguments := []string{"compare", "--samples", "60", "--epochs", "20", "--learning-rate", "0.5", "--quiet", "--format", "svg", "--out", out}
	double := succeed(t, append(arguments, "--dtype", "float64")...)
	single := succeed(t, append(arguments, "--dtype", "float32", "--force")...)
	files := tree(t, out)
	if !strings.Contains(files["run.json"], `"dtype": "float32"`) {
		t.Error("run.json does not say float32")
	}
	if single.stdout != double.stdout { // five digits
		t.Errorf("float32 prints\n%s\nfloat64\n%s", single.stdout, double.stdout)
	}
	arrays, err := npz.ReadFile(filepath.Join(out, "arrays.npz"))
	if err != nil {
		t.Fatal(err)
	}
	weights, _ := arrays.Lookup("relu_final_W2")
	if len(weights.Values) != 64 {
		t.Fatalf("relu_final_W2 has %d entries", len(weights.Values))
	}
	for i, w := range weights.Values {
		if float64(float32(w)) != w {
			t.Errorf("weight %d is %v: not a float32", i, w)
		}
	}
	succeed(t, "figures", out, "--format", "svg")
	if redrawn := tree(t, out)["figures/decision_boundaries.svg"]; redrawn != files["figures/decision_boundaries.svg"] {
		t.Error("the float32 run is redrawn differently")
	}
}

func TestWhatWasTrainedIsKeptWhenDrawingIsStopped(t *testing.T) {
	out := t.TempDir()
	args := []string{"compare", "--quiet", "--samples", "40", "--hidden", "2", "--epochs", "2", "--format", "svg", "--out", out}
	succeed(t, args...)
	before := tree(t, out)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	end := atomicfile.Inject(func(operation, path string) error {
		if filepath.Base(path) == "run.json" { // drawing comes next
			stop()
		}
		return nil
	})
	o := command(ctx, append(args, "--seed", "7", "--force")...)
	end()
	kept := filepath.Join(out, runfolder.Undrawn)
	if o.status != statusStopped || !strings.Contains(o.stderr, kept) {
		t.Fatalf("status %d: %s", o.status, o.stderr)
	}
	after := tree(t, out)
	for name, content := range before {
		if after[name] != content {
			t.Errorf("%s is not what it was", name)
		}
	}
	succeed(t, "figures", kept)
	if drawn := tree(t, kept); drawn["report.html"] == "" || !strings.Contains(drawn["run.json"], `"seed": 7`) {
		t.Error("what was kept is not the second run, or was not drawn")
	}
}

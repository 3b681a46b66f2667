package comparison

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"actscope/internal/article"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/internal/runfolder"
	"actscope/models/geometry"
)

// written is a folder with a short run.
func written(t *testing.T, parts ...string) (*runfolder.Folder, *Result) {
	t.Helper()
	return writtenWith(t, []string{"relu", "tanh"}, parts...)
}

// writtenWith is one with these activations.
func writtenWith(t *testing.T, activations []string, parts ...string) (*runfolder.Folder, *Result) {
	t.Helper()
	c := config.Article()
	c.Samples, c.Epochs, c.Activations, c.Hidden = 60, 30, activations, []int{4, 3}
	c.Parts = parts
	r, err := Run(t.Context(), c, nil, Saving{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := runfolder.New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := write(f, r.Summary("compare", nil), r.Arrays()); err != nil {
		t.Fatal(err)
	}
	return f, r
}

// write fills a run folder.
func write(f *runfolder.Folder, s Summary, arrays npz.Arrays) error {
	return errors.Join(f.WriteArrays(arrays), f.WriteResult(s), f.Commit())
}

func TestLoadedRunIsTheOneThatWasWritten(t *testing.T) {
	for _, parts := range [][]string{nil, {"batch-norm", "dropout:0.2", "residual"}} {
		t.Run(strings.Join(parts, " "), func(t *testing.T) { checkLoaded(t, parts...) })
	}
}

func checkLoaded(t *testing.T, parts ...string) {
	f, want := written(t, parts...)
	got, run, err := Load(t.Context(), f.Path())
	if err != nil {
		t.Fatal(err)
	}
	if run.Command != "compare" || len(run.Networks) != 2 {
		t.Errorf("summary %+v", run)
	}
	a, b := got.Arrays(), want.Arrays()
	if len(a) != len(b) {
		t.Fatalf("%d arrays, want %d", len(a), len(b))
	}
	for i := range a {
		if a[i].Name != b[i].Name || !slices.Equal(a[i].Shape, b[i].Shape) || !slices.Equal(a[i].Values, b[i].Values) {
			t.Errorf("%s differs", b[i].Name)
		}
	}
	for i, n := range got.Networks {
		if n.TestAccuracy != want.Networks[i].TestAccuracy || !slices.Equal(n.Spread, want.Networks[i].Spread) || !slices.Equal(n.Wrong, want.Networks[i].Wrong) {
			t.Errorf("%s is observed differently", n.Name)
		}
		if w := want.Networks[i]; len(n.Survival.Noise) != 4*len(geometry.NoiseLevels()) || asJSON(t, n.Survival) != asJSON(t, w.Survival) {
			t.Errorf("%s: what survives is %+v, want %+v", n.Name, n.Survival, w.Survival)
		}
		if f := want.Networks[i].FreshRight; n.FreshRows != experiment.FreshRows || n.FreshRight != f || f < 10_000 || f > 20_000 {
			t.Errorf("%s: %d of %d fresh points, want %d", n.Name, n.FreshRight, n.FreshRows, f)
		}
	}
}

// asJSON compares what may hold NaN.
func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Runs of earlier versions do not say what survives.
func TestRunWithoutSurvivalIsLoaded(t *testing.T) {
	f, r := written(t)
	s := r.Summary("compare", nil)
	for i := range s.Networks {
		s.Networks[i].Survival, s.Networks[i].Bits = nil, nil
	}
	if err := write(f, s, r.Arrays()); err != nil {
		t.Fatal(err)
	}
	loaded, _, err := Load(t.Context(), f.Path())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range loaded.Networks {
		if n.Survival.Noise != nil || n.Bits != nil {
			t.Errorf("%s: %+v", n.Name, n.Survival)
		}
	}
}

// Runs of earlier versions have no fresh points.
func TestRunWithoutFreshPointsIsLoaded(t *testing.T) {
	f, _ := written(t)
	path := filepath.Join(f.Path(), "run.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	old := regexp.MustCompile(` *"fresh_\w+": .*\n`).ReplaceAll(text, nil)
	if lines := bytes.Count(text, []byte("\n")) - bytes.Count(old, []byte("\n")); lines != 4 {
		t.Fatalf("%d lines about fresh points", lines)
	}
	if err := os.WriteFile(path, old, 0o666); err != nil {
		t.Fatal(err)
	}
	r, _, err := Load(t.Context(), f.Path())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range r.Networks {
		if n.FreshRows != 0 || !math.IsNaN(n.FreshAccuracy()) {
			t.Errorf("%s: %d fresh points, accuracy %v", n.Name, n.FreshRows, n.FreshAccuracy())
		}
	}
}

// Runs of earlier versions have no just-noticeable distances: they are measured anew, as
// all geometry is.
func TestRunWithoutNoticeableDistancesIsLoaded(t *testing.T) {
	f, want := written(t)
	old := slices.DeleteFunc(want.Arrays(), func(a npz.Array) bool { return strings.HasSuffix(a.Name, "_noticeable_distances") })
	if len(old) != len(want.Arrays())-2 {
		t.Fatalf("%d arrays, without just-noticeable distances %d", len(want.Arrays()), len(old))
	}
	if err := errors.Join(f.WriteArrays(old), f.Commit()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(f.Path(), "run.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	without := regexp.MustCompile(`"noticeable_distance": \{[^}]*\},`).ReplaceAll(text, nil)
	if len(without) == len(text) {
		t.Fatal("no just-noticeable distances in run.json")
	}
	if err := os.WriteFile(path, without, 0o666); err != nil {
		t.Fatal(err)
	}
	r, _, err := Load(t.Context(), f.Path())
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range r.Networks {
		for l, layer := range n.Geometry.Layers {
			if w := want.Networks[i].Geometry.Layers[l]; !slices.Equal(layer.NoticeableDistances, w.NoticeableDistances) || layer.NoticeableDistance.Levels != w.NoticeableDistance.Levels {
				t.Errorf("%s, %s: %+v, want %+v", n.Name, layer.Name, layer.NoticeableDistance, w.NoticeableDistance)
			}
		}
	}
}

func TestSnapshotsSpanTheTraining(t *testing.T) {
	for _, epochs := range []int{1, 5, 30, 40, 800, 100_000} {
		chosen := experiment.SnapshotEpochs(epochs, 1000)
		if chosen[0] != 0 || chosen[len(chosen)-1] != epochs || !slices.IsSorted(chosen) {
			t.Errorf("%d epochs: %v", epochs, chosen)
		}
		if len(slices.Compact(slices.Clone(chosen))) != len(chosen) || len(chosen) < min(epochs+1, 20) || len(chosen) > 41 {
			t.Errorf("%d epochs: %d snapshots %v", epochs, len(chosen), chosen)
		}
	}
	if chosen := experiment.SnapshotEpochs(800, 100_000_000); chosen != nil {
		t.Errorf("a hundred million parameters: %v", chosen)
	}
	_, r := written(t)
	n := r.Networks[0]
	last := n.Snapshots[len(n.Snapshots)-1]
	if !slices.Equal(last.Values[0], n.Model.Parameters[0].Values) || !slices.Equal(n.Snapshots[0].Values[0], n.Initial[0]) {
		t.Error("the first and last snapshots are not the initial and final weights")
	}
	if last.Loss != n.FinalLoss() || !math.IsNaN(n.Snapshots[0].Loss) {
		t.Errorf("losses %v and %v", n.Snapshots[0].Loss, last.Loss)
	}
}

func TestBrokenFoldersAreRefusedWithFileAndArray(t *testing.T) {
	for _, test := range []struct {
		name        string
		run         func(string) string
		change      func(npz.Arrays) npz.Arrays
		array, want string
	}{
		{name: "no JSON", run: func(string) string { return "{" }, want: "run.json"},
		{name: "unknown key", run: func(s string) string { return strings.Replace(s, `"samples"`, `"sample"`, 1) }, want: "sample"},
		{name: "bad setting", run: func(s string) string { return strings.Replace(s, `"epochs": 30`, `"epochs": 0`, 1) }, want: "epochs: 0"},
		{name: "other epochs", run: func(s string) string { return strings.Replace(s, `"epochs": 30`, `"epochs": 31`, 1) }, array: "relu_loss_history", want: "shape"},
		{name: "fresh accuracy of null", run: func(s string) string { return replaceFresh(s, "null") }, want: "networks[0].fresh_accuracy: NaN of 20000"},
		{name: "fresh accuracy above 1", run: func(s string) string { return replaceFresh(s, "1.5") }, want: "networks[0].fresh_accuracy: 1.5"},
		{name: "fewer than no fresh points", run: func(s string) string { return strings.Replace(s, `"fresh_points": 2`, `"fresh_points": -2`, 1) }, want: "-20000 fresh points"},
		{name: "a reading less", run: func(s string) string { return withoutFirstReading(s) }, want: "networks[0].survival: 23 readings"},
		{name: "noise out of turn", run: func(s string) string { return strings.Replace(s, `"noise": 0.003`, `"noise": 7`, 1) }, want: "networks[0].survival[7]: noise 0.003 in layer 1"},
		{name: "a layer out of turn", run: func(s string) string { return strings.Replace(s, `"layer": "layer 2"`, `"layer": "layer 1"`, 6) }, want: "networks[0].survival[12]: noise 0 in layer 1"},
		{name: "names of other columns", run: func(s string) string {
			return strings.Replace(s, `"networks"`, `"names": {"inputs": ["a"], "classes": ["b", "c"]}, "networks"`, 1)
		}, array: "x_raw", want: "names 1"},
		{name: "a billion classes", run: func(s string) string { return strings.Replace(s, `"task"`, `"classes": 1000000000, "task"`, 1) }, want: "classes: 1000000000: where a run says it they are 3 to 1000"},
		{name: "labels in classes", run: func(s string) string {
			return strings.Replace(s, `"task": "classes"`, `"classes": 3, "task": "labels"`, 1)
		}, want: "classes: 3 of the task labels"},
		{name: "another task", run: func(s string) string { return strings.Replace(s, `"task": "classes"`, `"task": "ranks"`, 1) }, want: `task: "ranks"`},
		{name: "numbers without a scale", run: func(s string) string { return strings.Replace(s, `"task": "classes"`, `"task": "regression"`, 1) }, array: "far_least", want: "missing"},
		{name: "names of other classes", run: func(s string) string {
			return strings.Replace(s, `"networks"`, `"names": {"inputs": ["a", "b"], "classes": ["c", "d", "e"]}, "networks"`, 1)
		}, array: "y", want: "2 classes, of which run.json names 3"},
		{name: "missing array", change: func(a npz.Arrays) npz.Arrays {
			return slices.DeleteFunc(a, func(x npz.Array) bool { return x.Name == "tanh_final_W2" })
		}, array: "tanh_final_W2", want: "missing"},
		{name: "other shape", change: func(a npz.Arrays) npz.Arrays {
			for i := range a {
				if a[i].Name == "relu_final_W1" {
					a[i].Shape = []int{4, 2}
				}
			}
			return a
		}, array: "relu_final_W1", want: "shape"},
		{name: "NaN", change: func(a npz.Arrays) npz.Arrays {
			for i := range a {
				if a[i].Name == "relu_snapshot_b1" {
					a[i].Values = slices.Clone(a[i].Values)
					a[i].Values[3] = math.NaN()
				}
			}
			return a
		}, array: "relu_snapshot_b1", want: "NaN"},
		{name: "numbers whose squares overflow", change: func(a npz.Arrays) npz.Arrays {
			for i := range a {
				if a[i].Name == "x_std" {
					a[i].Values = slices.Clone(a[i].Values)
					a[i].Values[5] = 1e300
				}
			}
			return a
		}, array: "x_std", want: "entry 5 is 1e+300"},
		{name: "snapshot epochs twice", change: func(a npz.Arrays) npz.Arrays {
			for i := range a {
				if a[i].Name == "relu_snapshot_epochs" {
					a[i].Values = slices.Clone(a[i].Values)
					a[i].Values[1] = a[i].Values[0]
				}
			}
			return a
		}, array: "relu_snapshot_epochs", want: "not epochs"},
		{name: "snapshot epochs beyond the run", change: func(a npz.Arrays) npz.Arrays {
			for i := range a {
				if a[i].Name == "relu_snapshot_epochs" {
					a[i].Values = slices.Clone(a[i].Values)
					a[i].Values[len(a[i].Values)-1] = 99
				}
			}
			return a
		}, array: "relu_snapshot_epochs", want: "not epochs"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, r := written(t)
			if test.run != nil {
				path := filepath.Join(f.Path(), "run.json")
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(test.run(string(text))), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if test.change != nil {
				if err := write(f, r.Summary("compare", nil), test.change(r.Arrays())); err != nil {
					t.Fatal(err)
				}
			}
			_, _, err := Load(t.Context(), f.Path())
			var bad *input.Error
			if !errors.As(err, &bad) || bad.Key != strings.Trim("array "+test.array, " ") && test.array != "" || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, _, err := Load(t.Context(), t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("empty folder: %v", err)
	}
}

// Settings that were edited take no memory before they are compared with the arrays.
func TestHiddenLayersThatTheArraysLackAreNotDrawn(t *testing.T) {
	f, r := written(t)
	s := r.Summary("compare", nil)
	s.Config.Hidden = slices.Repeat([]int{4096}, 100)
	for i := range s.Networks {
		s.Networks[i].Survival = nil
	}
	if err := write(f, s, r.Arrays()); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, _, err := Load(t.Context(), f.Path())
	runtime.ReadMemStats(&after)
	var bad *input.Error
	if !errors.As(err, &bad) || bad.Key != "array relu_final_W1" {
		t.Errorf("got %v", err)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 64<<20 {
		t.Errorf("took %d MiB", took>>20)
	}
}

// withoutFirstReading leaves out the first reading of a run.json.
func withoutFirstReading(run string) string {
	before, rest, _ := strings.Cut(run, `"survival": [`)
	_, after, _ := strings.Cut(rest, "},")
	return before + `"survival": [` + after
}

// replaceFresh writes another accuracy on fresh points into a run.json.
func replaceFresh(run, accuracy string) string {
	return regexp.MustCompile(`"fresh_accuracy": [0-9.]+`).ReplaceAllString(run, `"fresh_accuracy": `+accuracy)
}

func TestRunFolderHoldsTheResultAtFullPrecision(t *testing.T) {
	r := articleResult(t)
	claims, err := article.Judge(r.Networks[0].Evidence(), r.Networks[1].Evidence())
	if err != nil {
		t.Fatal(err)
	}
	f, err := runfolder.New(filepath.Join(t.TempDir(), "deep", "run"))
	if err != nil {
		t.Fatal(err)
	}
	if err := write(f, r.Summary("reproduce", claims), r.Arrays()); err != nil {
		t.Fatal(err)
	}
	var run Summary
	text, err := os.ReadFile(filepath.Join(f.Path(), "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&run); err != nil {
		t.Fatal(err)
	}
	for i, n := range run.Networks {
		if *n.FinalLoss != r.Networks[i].FinalLoss() || n.Trace["class1"][4] != r.Networks[i].Trace[1][4] || n.Parameters != 105 {
			t.Errorf("%s is not what was measured: %+v", n.Name, n)
		}
	}
	if len(run.Claims) != 11 {
		t.Errorf("%d claims", len(run.Claims))
	}
	arrays, err := npz.ReadFile(filepath.Join(f.Path(), "arrays.npz"))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range r.Arrays() {
		if got := arrays[i]; got.Name != want.Name || !slices.Equal(got.Values, want.Values) {
			t.Errorf("arrays.npz: %s is not what was measured", want.Name)
		}
	}
	entries, err := os.ReadDir(f.Path())
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 3 {
		t.Errorf("the folder has %v", entries)
	}
}

func TestReadingAFolderEndsWithItsContext(t *testing.T) {
	f, _ := written(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := Load(ctx, f.Path()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

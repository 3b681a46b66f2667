package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"actscope/internal/npz"
)

// foreignFile is a network that another program trained, or points for one.
func foreignFile(t *testing.T, name string) string {
	t.Helper()
	for _, folder := range []string{"../../models/foreign/testdata", "testdata/foreign"} {
		if path, err := filepath.Abs(filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		} else if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Fatalf("%s is not there", name)
	return ""
}

// copied is a copy of such a file in a folder.
func copied(t *testing.T, name, dir string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	content, err := os.ReadFile(foreignFile(t, name))
	if err == nil {
		err = os.WriteFile(path, content, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestObserveSaysWhatItUnderstoodAndWritesARunFolder(t *testing.T) {
	for _, c := range []struct{ file, points, flags, want string }{
		{"moons_relu.onnx", "moons_relu", "", "moons_relu.onnx: ONNX, opset 17, 2 → 16 relu → 16 relu → 1, sigmoid; 95.0 % on these points\n"},
		{"moons_relu.safetensors", "moons_relu", "--activation relu --final sigmoid", "moons_relu.safetensors: safetensors, 2 → 16 relu → 16 relu → 1, sigmoid; 95.0 % on these points\n"},
		{"digits_sklearn.onnx", "digits_sklearn", "", "digits_sklearn.onnx: ONNX, opset 12, 16 → 20 sigmoid → 10, softmax; 90.0 % on these points\n"},
		{"iris_scaler_zipmap.onnx", "iris_scaler_zipmap", "", "→ 3, softmax; standardised inside the file; 98.3 % on these points\n"},
		{"diabetes_regressor.onnx", "diabetes_regressor", "", "standardised inside the file; R² 0.368 on these points\n"},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && !strings.HasPrefix(c.file, "iris") {
				t.Skip("takes long")
			}
			out := filepath.Join(t.TempDir(), "run")
			args := append([]string{"observe", foreignFile(t, c.file), "--data", "csv:" + foreignFile(t, c.points+".csv"), "--format", "svg", "--quiet", "--out", out}, strings.Fields(c.flags)...)
			o := succeed(t, args...)
			if !strings.Contains(o.stdout, c.want) || o.stderr != "" {
				t.Errorf("prints\n%s%s\nwant %q in it", o.stdout, o.stderr, c.want)
			}
			before := tree(t, out)
			if strings.Contains(before["report.html"], "learned on") {
				t.Error("the page says that the network learned on these points")
			}
			if len(before["report.html"]) < 100_000 || before["figures/signal_trace.svg"] == "" && !strings.Contains(c.file, "diabetes") {
				t.Errorf("files %d", len(before))
			}
			if strings.HasSuffix(c.file, ".onnx") && !strings.HasPrefix(c.file, "iris") {
				return // what follows is the same for all
			}
			succeed(t, "figures", out, "--format", "svg")
			for name, content := range tree(t, out) {
				if content != before[name] && name != "timing.json" {
					t.Errorf("drawn anew, %s is another", name)
				}
			}
			again := filepath.Join(t.TempDir(), "run")
			args[len(args)-1-len(strings.Fields(c.flags))] = again
			succeed(t, args...)
			for name, content := range tree(t, again) {
				if content != before[name] && name != "timing.json" {
					t.Errorf("observed again, %s is another", name)
				}
			}
		})
	}
}

func TestObserveExportsAndChecksActivations(t *testing.T) {
	dir := t.TempDir()
	layers := filepath.Join(dir, "layers.npz")
	args := []string{"observe", foreignFile(t, "moons_relu.onnx"), "--data", "csv:" + foreignFile(t, "moons_relu.csv"), "--format", "svg", "--quiet", "--out", filepath.Join(dir, "run")}
	succeed(t, append(args, "--export", layers)...)
	got, err := npz.ReadFile(layers)
	if err != nil {
		t.Fatal(err)
	}
	want, err := npz.ReadFile(foreignFile(t, "moons_relu.npz"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"x", "pre1", "post1", "pre2", "post2", "pre3", "post3"} {
		a, _ := got.Lookup(name)
		b, _ := want.Lookup("f64_" + name)
		if name == "x" {
			b, _ = want.Lookup(name)
		}
		for i, v := range b.Values {
			if math.Abs(a.Values[i]-v) > 1e-9*math.Max(1, math.Abs(v)) {
				t.Fatalf("%s: number %d is %v, want %v", name, i, a.Values[i], v)
			}
		}
	}
	if o := succeed(t, append(args, "--check", foreignFile(t, "moons_relu.npz"))...); !strings.Contains(o.stdout, "All activations agree") {
		t.Errorf("%s", o.stdout)
	}
	for i, a := range want {
		if a.Name == "post2" {
			a.Values[17] += 0.01
			want[i] = a
		}
	}
	wrong := filepath.Join(dir, "wrong.npz")
	f, err := os.Create(wrong)
	if err != nil {
		t.Fatal(err)
	}
	if err := npz.Write(f, want); err != nil {
		t.Fatal(err)
	}
	f.Close()
	if o := command(t.Context(), append(args, "--check", wrong)...); o.status != statusFailed || !strings.Contains(o.stdout, "The first that departs is post2") || !strings.Contains(o.stdout, "[1 1]") {
		t.Errorf("status %d\n%s%s", o.status, o.stdout, o.stderr)
	}
}

// A scaler that was forgotten is noticed on the points: no file says it.
func TestObserveNotesAnotherScaling(t *testing.T) {
	dir := t.TempDir()
	classes, numbers := "a,b,class\n", "a,b,y\n"
	for i := range 40 {
		classes += fmt.Sprintf("%d,%d,%d\n", 100+i, i%3, i/20)
		numbers += fmt.Sprintf("%d,%d,%d\n", 100+i, i%3, 5000+7*i)
	}
	for name, content := range map[string]string{
		"classes.csv": classes, "numbers.csv": numbers,
		"classes.json": `{"coefs_": [[[1], [0]], [[1]]], "intercepts_": [[0], [0]], "activation": "tanh", "out_activation_": "logistic"}`,
		"numbers.json": `{"coefs_": [[[1], [0]], [[1]]], "intercepts_": [[0], [0]], "activation": "identity", "out_activation_": "identity"}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name, flag, note string
	}{
		{"classes", "", "\n  100.0 % with --standardise: was it trained on such columns?\n"},
		{"classes", "--standardise", ""},
		{"numbers", "", "\n  R² 0.999 with --standardise if it predicts standardised numbers: then standardise the target in the file of points too\n"},
		{"numbers", "--standardise", "\n  R² 0.999 if it predicts standardised numbers: then standardise the target in the file of points too\n"},
	} {
		args := []string{"observe", filepath.Join(dir, c.name+".json"), "--data", "csv:" + filepath.Join(dir, c.name+".csv"), "--quiet", "--format", "png", "--force", "--out", filepath.Join(dir, "out")}
		if c.flag != "" {
			args = append(args, c.flag)
		}
		o := succeed(t, args...)
		if c.note == "" && strings.Contains(o.stdout, "without --standardise") || !strings.Contains(o.stdout, c.note) {
			t.Errorf("%s %s:\n%s", c.name, c.flag, o.stdout)
		}
	}
}

func TestObserveRefusesWithAReason(t *testing.T) {
	dir := t.TempDir()
	points := "csv:" + foreignFile(t, "moons_relu.csv")
	net, data := copied(t, "moons_relu.onnx", dir), copied(t, "moons_relu.csv", dir)
	three := filepath.Join(dir, "three.csv")
	if err := os.WriteFile(three, []byte("a,b,c,class\n1,2,3,0\n2,3,4,1\n3,1,1,0\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ args, want string }{
		{foreignFile(t, "bad_nan.onnx") + " --data " + points, "2.weight"},
		{foreignFile(t, "bad_lstm.onnx") + " --data " + points, "LSTM"},
		{foreignFile(t, "bad_external_missing.onnx") + " --data " + points, "missing.data"},
		{foreignFile(t, "bad_truncated.onnx") + " --data " + points, "bad_truncated.onnx"},
		{foreignFile(t, "moons_relu.safetensors") + " --data " + points, "--activation"},
		{foreignFile(t, "moons_relu.onnx") + " --data csv:" + three, "the points have 3 columns, a, b, c, and moons_relu.onnx reads 2"},
		{foreignFile(t, "moons_relu.onnx") + " --dataset blobs --classes 3", "tells two apart"},
		{foreignFile(t, "moons_relu.onnx") + " " + foreignFile(t, "moons_tanh_f64.onnx") + " --film --data " + points, "a film is of one network"},
		{foreignFile(t, "moons_relu.onnx") + " --final sogmoid --data " + points, "did you mean sigmoid"},
		{"nosuch.onnx --data " + points, "nosuch.onnx: no such file"},
		{dir + " --data " + points, "neither a run folder"},
		{net + " --export " + net + " --data " + points, "is read, and would be replaced"},
		{net + " --check x.npz --export " + data + " --data csv:" + data, "is read, and would be replaced"},
		{foreignFile(t, "moons_relu.onnx") + " --export " + dir + " --data " + points, "is a folder: name a file"},
	} {
		o := command(t.Context(), append(append([]string{"observe"}, strings.Fields(c.args)...), "--quiet", "--out", filepath.Join(dir, "run"))...)
		if o.status != statusUsage || !strings.Contains(o.stderr, c.want) {
			t.Errorf("%s: status %d, %s\nwant %q in it", c.args, o.status, o.stderr, c.want)
		}
		if _, err := os.Stat(filepath.Join(dir, "run", "run.json")); err == nil {
			t.Errorf("%s: left a run", c.args)
		}
	}
}

// A network of a run is measured by observe as it was when it was trained.
func TestObserveFindsARunsOwnNumbers(t *testing.T) {
	dir := t.TempDir()
	run := filepath.Join(dir, "run")
	trained := succeed(t, "compare", "--samples", "80", "--hidden", "3", "--epochs", "20", "--format", "svg", "--quiet", "--out", run)
	seen := succeed(t, "observe", run, "--format", "svg", "--quiet", "--out", filepath.Join(dir, "seen"))
	page := tree(t, filepath.Join(dir, "seen"))["report.html"]
	for _, want := range []string{"actscope observe run --", "The networks in run on two moons. Nothing was trained"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, line := range strings.Split(trained.stdout, "\n") {
		if words := strings.Fields(line); len(words) > 5 && (words[0] == "relu" || words[0] == "sigmoid") {
			words = append(words[:2], words[3:]...) // without the loss
			if found := strings.Join(strings.Fields(seen.stdout), " "); !strings.Contains(strings.ToLower(found), strings.Join(words, " ")) {
				t.Errorf("%v is not among\n%s", words, seen.stdout)
			}
		}
	}
}

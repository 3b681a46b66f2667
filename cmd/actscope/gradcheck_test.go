package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"actscope/graph"
	"actscope/internal/atomicfile"
	"actscope/internal/gradcheck"
	"actscope/internal/present"
	"actscope/models"
	"actscope/models/doctor"
)

func TestGradcheckOfTheProgramAgrees(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	t.Parallel()
	o := succeed(t, "gradcheck")
	var names []string
	for _, a := range graph.Activations() {
		names = append(names, a.Name)
	}
	for _, part := range []string{
		fmt.Sprintf("%d networks: %s; losses logits, article; 1 to 6 hidden layers", 72*len(names), strings.Join(names, ", ")),
		"hand-coded: max abs", "differences: max abs", "kinks left out", "W7", "b7", "gain1", "networks with parts",
		"a point with z = -20, y = 1  grad_b1  -0.999999998    -0.673325769",
	} {
		if !strings.Contains(o.stdout, part) {
			t.Errorf("%q is missing in\n%s", part, o.stdout)
		}
	}
	var result present.SuiteResult
	o = succeed(t, "gradcheck", "--json", "--activation", "tanh", "--loss", "article")
	if err := json.Unmarshal([]byte(o.stdout), &result); err != nil || !result.Agrees || len(result.Cases) != 36+15 || len(result.Epsilon) != 3 {
		t.Errorf("%v: agrees %v, %d cases", err, result.Agrees, len(result.Cases))
	}
	o = succeed(t, "gradcheck", "--json", "--activation", "tanh", "--loss", "mse", "--output", "sigmoid", "--reduction", "half-sum", "--l2", "0.1")
	result = present.SuiteResult{}
	if err := json.Unmarshal([]byte(o.stdout), &result); err != nil || !result.Agrees || len(result.Cases) != 2*(36+15) {
		t.Errorf("%v: agrees %v, %d cases", err, result.Agrees, len(result.Cases))
	}
	if c := result.Cases[51]; c.Loss != "mse" || c.Outputs != 3 || c.Output != "sigmoid" || c.Reduction != "half-sum" || c.L2 != 0.1 {
		t.Errorf("%+v", c)
	}
}

func TestExportedGradientsAgreeWithTheReference(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "f.npz")
	numbers := filepath.Join(t.TempDir(), "numbers.csv")
	rows := "a,t,u,p,q\n"
	for i := range 40 {
		x := math.Sin(float64(i * i))
		rows += fmt.Sprintf("%v,%v,%v,%d,%d\n", x, 30+x*x, math.Exp(-x), i%2, i/7%2)
	}
	if err := os.WriteFile(numbers, []byte(rows), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, settings := range []string{
		"--activation sigmoid",
		"--activation tanh --hidden 5,3,4 --samples 90 --batch-size 17 --seed 7",
		"--activation leaky-relu --loss article --epochs 3 --learning-rate 0.5",
		"--activation relu --samples 4 --test-fraction 0.7 --hidden 2", // one class only: nothing is traced
		"--activation tanh --parts batch-norm,residual --hidden 5,5 --epochs 2",
		"--activation tanh --loss hinge --reduction sum --l2 0.1",
		"--activation relu --dataset blobs --classes 4 --loss softmax --reduction half-mean",
		"--activation relu --dataset csv:" + numbers + " --label t,u --loss half-mse --output tanh --reduction mean-all --l2 0.2",
		"--activation relu --dataset csv:" + numbers + " --label p,q --loss logits --epochs 2",
	} {
		args := strings.Fields(settings)
		succeed(t, append([]string{"gradcheck", "--export", path}, args...)...)
		check := []string{"gradcheck", "--against", path, "--activation", args[1]}
		for i, arg := range args {
			if slices.Contains([]string{"--loss", "--output", "--reduction", "--l2", "--parts"}, arg) {
				check = append(check, arg, args[i+1])
			}
		}
		if o := succeed(t, check...); !strings.Contains(o.stdout, "All arrays agree") {
			t.Errorf("%s: %s", settings, o.stdout)
		}
	}
}

// The arrays of the study's own list: gradients at the start on the first rows.
func TestExportIsTheFirstBatchAtTheStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "f.npz")
	succeed(t, "gradcheck", "--export", path, "--activation", "relu")
	file, err := gradcheck.ReadFile(path, models.MLP{Activation: graph.ReLU})
	if err != nil {
		t.Fatal(err)
	}
	if file.Batch.Rows() != 64 || len(file.Parameters) != 6 {
		t.Errorf("%d rows, %d parameters", file.Batch.Rows(), len(file.Parameters))
	}
	if got, want := file.Gradients[5].Values[0], 0.025825523; got-want > 1e-9 || want-got > 1e-9 {
		t.Errorf("grad_b3 is %v, want %v", got, want)
	}
}

func TestWrongGradientsFailWithTheirDiagnosis(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "f.npz")
	succeed(t, "gradcheck", "--export", path, "--activation", "relu")
	file, err := gradcheck.ReadFile(path, models.MLP{Activation: graph.ReLU})
	if err != nil {
		t.Fatal(err)
	}
	for i := range file.Gradients {
		for j := range file.Gradients[i].Values {
			file.Gradients[i].Values[j] *= -1
		}
	}
	if err := atomicfile.Write(path, file.Encode); err != nil {
		t.Fatal(err)
	}
	o := command(t.Context(), "gradcheck", "--against", path, "--activation", "relu", "--json")
	var report gradcheck.Report
	if err := json.Unmarshal([]byte(o.stdout), &report); err != nil {
		t.Fatal(err)
	}
	if o.status != statusFailed || report.Agrees || len(report.Explanations) == 0 || report.Explanations[0].Mistake != "sign" {
		t.Errorf("status %d, %+v", o.status, report.Diagnosis)
	}
	if o := command(t.Context(), "gradcheck", "--against", path, "--activation", "relu"); o.status != statusFailed || !strings.Contains(o.stdout, "proportional to the right ones: -1 times") || !strings.Contains(o.stdout, "(sign)") {
		t.Errorf("status %d\n%s", o.status, o.stdout)
	}
	if o := command(t.Context(), "gradcheck", "--against", path, "--activation", "relu", "--rtol", "3"); o.status != statusDone {
		t.Errorf("a tolerance of 300 %%: status %d", o.status)
	}
}

func TestRandomPartsHaveNoReference(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "f.npz")
	if o := command(t.Context(), "gradcheck", "--export", path, "--parts", "dropout:0.2"); o.status != statusUsage || !strings.Contains(o.stderr, "parts: a part of the network is random") {
		t.Errorf("export: status %d, %s", o.status, o.stderr)
	}
	succeed(t, "gradcheck", "--export", path)
	for parts, want := range map[string]string{"dropout:0.2": "is random", "batch-norm": "gain1: missing", "bach-norm": "batch-norm"} {
		if o := command(t.Context(), "gradcheck", "--against", path, "--activation", "sigmoid", "--parts", parts); o.status != statusUsage || !strings.Contains(o.stderr, want) {
			t.Errorf("%s: status %d, %s", parts, o.status, o.stderr)
		}
	}
}

func TestListOfMistakes(t *testing.T) {
	t.Parallel()
	o := succeed(t, "gradcheck", "--list-mistakes")
	if lines := strings.Count(o.stdout, "\n"); lines != len(doctor.Mistakes()) || lines < 15 {
		t.Errorf("%d lines for %d mistakes", lines, len(doctor.Mistakes()))
	}
	for _, m := range doctor.Mistakes() {
		if !strings.Contains(o.stdout, m.ID+" ") {
			t.Errorf("%s is missing", m.ID)
		}
	}
}

func TestBadGradcheckInputIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good, text := filepath.Join(dir, "good.npz"), filepath.Join(dir, "text")
	succeed(t, "gradcheck", "--export", good)
	if err := os.WriteFile(text, []byte("not an archive"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ args, want string }{
		{"--against " + text + " --activation relu", text},
		{"--against " + filepath.Join(dir, "none") + " --activation relu", "none"},
		{"--against " + good + " --activation swish", `unknown activation "swish"`},
		{"--against " + good + " --activation relu --loss huber", `unknown loss "huber"`},
		{"--against " + good + " --activation relu --loss softmax", "array W3: shape (8, 1): network: the output layer is 1 softmax units: loss softmax needs a unit for each class"},
		{"--against " + good + " --activation relu --loss logits --output tanh", "output: loss logits has an output of its own, sigmoid"},
		{"--against " + good + " --activation relu --reduction median", `unknown reduction "median"`},
		{"--against " + good + " --activation relu --rtol -1", "rtol: -1"},
		{"--against " + good + " --activation relu --atol NaN", "atol: NaN"},
		{"--against " + good + " --activation relu --epochs 3", "--epochs would have no effect"},
		{"--epochs 3", "--epochs would have no effect"},
		{"--list-mistakes --seed 3", "--seed would have no effect"},
		{"--export " + filepath.Join(dir, "no", "f.npz"), "not a folder"},
		{"--export " + good + " --rtol 1", "--rtol would have no effect"},
		{"--export " + good + " --epochs -1", "epochs: -1"},
		{"--export " + good + " --class-weights balanced", "class-weights: balanced: the gradients in a file"},
		{"--against " + good + " --activation relu --class-weights balanced", "--class-weights would have no effect"},
		{"--export " + good + " --activation swish", `unknown activation "swish"`},
		{"--activation swish", `unknown activation "swish"`},
		{"--loss huber", `unknown loss "huber"`},
		{"--loss mse --output swish", `unknown activation "swish"`},
		{"--l2 -1", "l2: -1"},
	} {
		t.Run(test.args, func(t *testing.T) {
			o := command(t.Context(), append([]string{"gradcheck"}, strings.Fields(test.args)...)...)
			if o.status != statusUsage || !strings.Contains(o.stderr, test.want) || o.stdout != "" {
				t.Errorf("status %d, stdout %q, stderr %q; want %q", o.status, o.stdout, o.stderr, test.want)
			}
		})
	}
}

package main

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"actscope/graph/layer"
	"actscope/models/doctor"
)

// trainingStep is a step of a network of two hidden layers under the names of the template, with the faults of a student:
// dW2 is twice what it should be, the loss lacks its mean, and dZ1 the slope.
const trainingStep = `
import numpy as np
rng = np.random.default_rng(3)
x = rng.normal(size=(4, 3)); y = (x[:, :1] > 0).astype(float)
W1, b1 = rng.normal(size=(3, 8)), rng.normal(size=8)
W2, b2 = rng.normal(size=(8, 4)), rng.normal(size=4)
W3, b3 = rng.normal(size=(4, 1)), rng.normal(size=1)
Z1 = x @ W1 + b1; A1 = np.tanh(Z1)
Z2 = A1 @ W2 + b2; A2 = np.tanh(Z2)
Z3 = A2 @ W3 + b3; A3 = 1 / (1 + np.exp(-Z3))
loss = -np.sum(y * np.log(A3) + (1 - y) * np.log(1 - A3))
dZ3 = A3 - y; dW3 = A2.T @ dZ3 / 4; db3 = dZ3.mean(0)
dA2 = dZ3 @ W3.T; dZ2 = dA2 * (1 - A2**2); dW2 = A1.T @ dZ2 / 2; db2 = dZ2.mean(0)
dA1 = dZ2 @ W2.T; dZ1 = dA1; dW1 = x.T @ dZ1 / 4; db1 = dZ1.mean(0)
`

func TestTemplateIsPythonThatSavesEveryStep(t *testing.T) {
	python := pythonWithNumPy(t)
	template := succeed(t, "gradcheck", "--template", "--hidden", "8,4", "--activation", "tanh").stdout
	if !strings.Contains(template, "the narrowest hidden layer has units, 4 here") {
		t.Error(template)
	}
	t.Chdir(t.TempDir())
	run := exec.Command(python, "-")
	run.Stdin = strings.NewReader(trainingStep + template)
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	_, line, found := strings.Cut(template, "\n# then: actscope ")
	if !found {
		t.Fatal(template)
	}
	args := append(strings.Fields(line), "--reduction", "mean")
	o := command(t.Context(), args...)
	for _, want := range []string{
		"\nstep by step:\n    Z1 is right\n    A1 is right given your Z1\n    Z2 is right given your A1\n",
		"\n    loss is the sum over 4 rows: it lacks the mean, by which the gradients are divided\n",
		"\n    dZ3 is right given your A3; it is that of single rows, and the gradients of the parameters are divided by 4\n",
		"\n    dW2 is twice A1ᵀ dZ2 / 4\n",
		"\n    dZ1 is not dA1 ∘ tanh'(Z1): the activation's derivative is missing\n    dW1 is right given your dZ1\n",
	} {
		if !strings.Contains(o.stdout, want) {
			t.Errorf("%q is missing in\n%s", want, o.stdout)
		}
	}
	var report doctor.Report
	if err := json.Unmarshal([]byte(command(t.Context(), append(args, "--json")...).stdout), &report); err != nil {
		t.Fatal(err)
	}
	var wrong []string
	for _, s := range report.Steps {
		if !s.Agrees {
			wrong = append(wrong, s.Name)
		}
	}
	if len(report.Steps) != 18 || !slices.Equal(wrong, []string{"loss", "dW2", "dZ1"}) || len(report.Understood.Ignored) > 0 {
		t.Errorf("%d steps, wrong %v, ignored %v", len(report.Steps), wrong, report.Understood.Ignored)
	}
}

// affineStep is a layer under the names of the template, with a bias whose gradient is not summed.
const affineStep = `
import numpy as np
rng = np.random.default_rng(3)
x, w, b, dout = rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=2), rng.normal(size=(4, 2))
dx, dw, db = dout @ w.T, x.T @ dout, dout
`

func TestTemplateOfALayer(t *testing.T) {
	python := pythonWithNumPy(t)
	template := succeed(t, "gradcheck", "--template", "--layer", "affine").stdout
	t.Chdir(t.TempDir())
	run := exec.Command(python, "-")
	run.Stdin = strings.NewReader(affineStep + strings.ReplaceAll(template, "    # ", "    "))
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	_, line, found := strings.Cut(template, "\n# then: actscope ")
	if !found {
		t.Fatal(template)
	}
	if o := command(t.Context(), strings.Fields(line)...); o.status != statusFailed || !strings.Contains(o.stdout, "db is not summed") {
		t.Errorf("status %d: %s%s", o.status, o.stdout, o.stderr)
	}
}

func TestListsAndTemplatesOfLayers(t *testing.T) {
	t.Parallel()
	for _, k := range layer.Kinds() {
		var list []struct{ Mistake, Description, Where string }
		if err := json.Unmarshal([]byte(succeed(t, "gradcheck", "--list-mistakes", "--layer", k.Name, "--json").stdout), &list); err != nil {
			t.Fatal(err)
		}
		table := succeed(t, "gradcheck", "--list-mistakes", "--layer", k.Name).stdout
		for _, m := range k.Mistakes {
			if !strings.Contains(table, m.ID+" ") || !slices.ContainsFunc(list, func(l struct{ Mistake, Description, Where string }) bool { return l.Mistake == m.ID }) {
				t.Errorf("%s: %s is missing in\n%s", k.Name, m.ID, table)
			}
		}
		template := succeed(t, "gradcheck", "--template", "--layer", k.Name).stdout
		for _, in := range k.Inputs {
			if !strings.Contains(template, " "+in.Name+"="+in.Name+",") || !in.Constant && !strings.Contains(template, " d"+in.Name+"=d"+in.Name+",") {
				t.Errorf("%s: %s or its gradient is missing in\n%s", k.Name, in.Name, template)
			}
		}
	}
	for _, mode := range []string{"--list-mistakes", "--template"} {
		if o := command(t.Context(), "gradcheck", mode, "--layer", "covn"); o.status != statusUsage || !strings.Contains(o.stderr, "did you mean conv?") {
			t.Errorf("%s: status %d, %s", mode, o.status, o.stderr)
		}
	}
	if o := command(t.Context(), "gradcheck", "--template", "--layer", "conv", "--hidden", "3"); o.status != statusUsage {
		t.Errorf("--hidden of a layer: status %d", o.status)
	}
}

func TestTemplateOfNoNetwork(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{"--hidden 0": "hidden: layer 1 has 0 units", "--activation swish": "unknown activation", "--epochs 3": "no effect", "--l2 -1": "l2: -1"} {
		o := command(t.Context(), append([]string{"gradcheck", "--template"}, strings.Fields(args)...)...)
		if o.status != statusUsage || !strings.Contains(o.stderr, want) || o.stdout != "" {
			t.Errorf("%s: status %d, %s", args, o.status, o.stderr)
		}
	}
}

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"actscope/internal/comparison"
)

// All of a comparison of formulas: what is printed, drawn and stored, and that it goes on
// from what it saved and is drawn anew.
func TestCompareFormulas(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	t.Parallel()
	dir := t.TempDir()
	out, saved := filepath.Join(dir, "out"), filepath.Join(dir, "saved")
	o := succeed(t, "compare", "--activations", "relu, max(-2, min(2,z)),exp(z)/(1+exp(z))", "--samples", "60", "--hidden", "4", "--epochs", "5", "--format", "svg", "--out", out, "--save", saved)
	for _, want := range []string{
		"\nmax(-2,min(2,z))   ", "\nmax(-2,min(2,z)): initial weights of variance 1/fan-in",
		"\nexp(z)/(1+exp(z)): initial weights of variance 1/fan-in (gain 1; --init sets others); NaN at z = 710 in float64\n",
	} {
		if !strings.Contains(o.stdout, want) {
			t.Errorf("no %q in\n%s", want, o.stdout)
		}
	}
	files := tree(t, out)
	var run comparison.Summary
	if err := json.Unmarshal([]byte(files["run.json"]), &run); err != nil {
		t.Fatal(err)
	}
	if want := []string{"relu", "max(-2,min(2,z))", "exp(z)/(1+exp(z))"}; !slices.Equal(run.Config.Activations, want) || run.Networks[1].Activation != want[1] {
		t.Errorf("run.json has %q", run.Config.Activations)
	}
	if _, err := os.Stat(filepath.Join(saved, run.Networks[1].Name+".safetensors")); err != nil {
		t.Error(err)
	}
	for name, want := range map[string]string{
		filepath.Join("figures", "loss_curves.svg"): "max(-2,min(2,z))",
		"report.html": "--activations &#39;relu,max(-2,min(2,z)),exp(z)/(1&#43;exp(z))&#39;",
	} {
		if !strings.Contains(files[name], want) {
			t.Errorf("%s does not say %s", name, want)
		}
	}
	succeed(t, "compare", "--config", filepath.Join(saved, "settings.yaml"), "--resume", saved, "--epochs", "8", "--format", "svg", "--out", out, "--force")
	succeed(t, "figures", out, "--format", "svg")
}

func TestFormulasInTheCommandsOfOneNetwork(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "reference.npz")
	succeed(t, "gradcheck", "--export", file, "--activation", "z*sigmoid( 1.7*z )", "--hidden", "3")
	if o := succeed(t, "gradcheck", "--against", file, "--activation", "z*sigmoid(1.7*z)"); !strings.Contains(o.stdout, "All arrays agree") {
		t.Error(o.stdout)
	}
	if o := command(t.Context(), "gradcheck", "--against", file, "--activation", "z*sigmoid(1.8*z)"); o.status != statusFailed {
		t.Errorf("status %d for another formula", o.status)
	}
	if o := succeed(t, "gradcheck", "--activation", ".5*abs(z-0.25)", "--loss", "logits"); !strings.Contains(o.stdout, "networks: 0.5*abs(z-0.25); losses logits; 1 to 6 hidden layers of unequal widths; 3 seeds; weights as drawn\n") {
		t.Error(o.stdout)
	}
	if o := succeed(t, "graph", "--activation", "max(z,0.1*z)", "--plan"); strings.Contains(o.stdout, "opaque") || !strings.Contains(o.stdout, "max (ApplyPairs)") {
		t.Error(o.stdout)
	}
	// ReLU's fixed point, scaled: 0.25² / 2 of the variance is left.
	if o := succeed(t, "theory", "--activation", "0.25 * relu(z)", "--repetitions", "0", "--json", "--format", "svg", "--out", filepath.Join(dir, "theory")); !strings.Contains(o.stdout, `"activation": "0.25*relu(z)"`) || !strings.Contains(o.stdout, `"chi_1": 0.03125`) {
		t.Error(o.stdout)
	}
}

func TestSweepOverFormulas(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	plan := func(text string) []string {
		file := filepath.Join(dir, "plan.yaml")
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return []string{"sweep", "plan", file, filepath.Join(dir, "sweep")}
	}
	for text, want := range map[string]string{
		"activations: [relu, max(-2,min(2,z))]\n":                  "plan.yaml:1:21: activations: max(-2: column 4: ( is not closed: in a YAML list a formula with commas is quoted",
		"activations:\n- z*2\n- z * 2\n":                           "plan.yaml:3:3: activations: z*2 is there twice, which makes duplicate trials",
		"epochs: 3\nactivations:\n- relu\n- 0.25*rleu(z)\nseed: 1": "plan.yaml:4:3: activations: 0.25*rleu(z): column 6: unknown function",
		"activations: z^2\n":                                       "plan.yaml:1:14: activations: z^2: column 2: ^ is no operator here: write pow(z,2)",
	} {
		if o := command(t.Context(), plan(text)...); o.status != statusUsage || !strings.Contains(o.stderr, want) {
			t.Errorf("%q: status %d, %s", text, o.status, o.stderr)
		}
	}
	o := succeed(t, plan("activations: [relu, \"max(-2, min(2,z))\", 0.25 * relu(z)]\nseed: 1..2\nepochs: 3\nsamples: 40\n")...)
	if !strings.Contains(o.stdout, "6 trials: 3 activations × 2 seed") {
		t.Error(o.stdout)
	}
	sweep, table := filepath.Join(dir, "sweep"), filepath.Join(dir, "table.csv")
	succeed(t, "sweep", "run", sweep, "--shard", "0/2", "--quiet")
	succeed(t, "sweep", "run", sweep, "--shard", "1/2", "--quiet")
	succeed(t, "sweep", "merge", sweep, "--out", table)
	succeed(t, "sweep", "report", sweep)
	rows, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(sweep, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(rows), `,"max(-2,min(2,z))",`); n != 2 {
		t.Errorf("%d rows of the formula in\n%s", n, rows)
	}
	if !strings.Contains(string(page), "0.25*relu(z): initial weights of variance 2/fan-in") {
		t.Error("the page does not say which weights the formula got")
	}
}

func TestBadFormulasAreRefused(t *testing.T) {
	t.Parallel()
	for formulas, want := range map[string]string{
		"relu,rleu(z)":             `activations: rleu(z): column 1: unknown function "rleu"`,
		"relu,z+":                  "activations: z+: column 3: the formula ends too early",
		"1/z":                      "activations: 1/z: +Inf at z = 0: it has to be finite from -10 to 10",
		"2*3":                      "activations: 2*3: a constant, 6 for every z",
		strings.Repeat("z+", 5000): "a formula of 10000 characters: write it with at most 1000",
		strings.Repeat("(", 1000):  "( is not closed",
		"z*2,z * 2":                "activations: z*2 is named twice",
		"max(z,0":                  "column 4: ( is not closed",
		"x":                        `unknown activation "x"`,
	} {
		o := command(t.Context(), "compare", "--activations", formulas, "--out", filepath.Join(t.TempDir(), "out"))
		if o.status != statusUsage || !strings.Contains(o.stderr, want) {
			t.Errorf("%.30s: status %d, %.300s", formulas, o.status, o.stderr)
		}
	}
	o := command(t.Context(), "compare", "--activations", "exp(z)/(1+exp(z))", "--init", "deviation:2000", "--epochs", "5", "--quiet", "--out", filepath.Join(t.TempDir(), "out"))
	if o.status != statusFailed || !strings.Contains(o.stderr, "layer 1's exp(z)/(1+exp(z)) is NaN at z = 1510.77") {
		t.Errorf("status %d, %s", o.status, o.stderr)
	}
}

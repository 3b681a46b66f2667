package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNamesThatThereAreNotNameWhatIsMeant(t *testing.T) {
	file := filepath.Join(t.TempDir(), "points.csv")
	if err := os.WriteFile(file, []byte("a,b,y\n1,2,0\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ line, want string }{
		{"sweep pln", "did you mean sweep plan?"},
		{"sweep pln grid.yaml --jobs 3", "did you mean sweep plan?"},
		{"sweep emit slrm", "did you mean sweep emit slurm?"},
		{"help nosuch", `unknown command "nosuch"`},
		{"help sweep pln", "did you mean sweep plan?"},
		{"compar --epochs 3", "did you mean compare?"},
		{"compare --activation relu", "did you mean --activations?"},
		{"graph --activations relu", "did you mean --activation?"},
		{"compare --lr 0.1", "did you mean --learning-rate?"},
		{"compare --epoch 3", "did you mean --epochs?"},
		{"compare --layers 8", "did you mean --hidden?"},
		{"compare --seeed 8", "did you mean --seed?"},
		{"compare --dataset " + file, "csv:" + file},
		{"compare --hidden 16x", "16x30"},
		{"compare --hidden 1x99999999999999999999", "16x30"},
		{"compare --hidden 1x99999999", "take 1 to 100"},
	} {
		if o := command(t.Context(), strings.Fields(c.line)...); o.status != statusUsage || !strings.Contains(o.stderr, c.want) {
			t.Errorf("%s: status %d, %s", c.line, o.status, o.stderr)
		}
	}
}

func TestOtherSpellingsAreTheSame(t *testing.T) {
	file := filepath.Join(t.TempDir(), "s.yaml")
	if err := os.WriteFile(file, []byte("optimizer: adam\nhidden: [4x2, 3]\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	want := succeed(t, "compare", "--print-config", "--optimiser", "adam", "--hidden", "4,4,3").stdout
	for _, line := range []string{"--optimizer adam --hidden 4x2,3", "--config " + file} {
		if o := succeed(t, append([]string{"compare", "--print-config"}, strings.Fields(line)...)...); o.stdout != want {
			t.Errorf("%s: %s", line, o.stdout)
		}
	}
}

func TestValuesAreCompleted(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "points.csv"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ flag, begun, want string }{
		{"--activations", "relu,ta", "relu,tanh"},
		{"--optimiser", "ad", "adam"},
		{"--dataset", "mo", "moons"},
		{"--dataset", "csv:" + dir + "/po", "csv:" + dir + "/points.csv"},
		{"--loss", "h", "half-mse"},
		{"--parts", "batch", "batch-norm"},
		{"--standardise", "t", "train"},
	} {
		o := succeed(t, "__complete", "compare", c.flag, c.begun)
		if !strings.Contains("\n"+o.stdout, "\n"+c.want+"\n") {
			t.Errorf("%s %s: %s", c.flag, c.begun, o.stdout)
		}
	}
}

func TestVersionIsAFlagToo(t *testing.T) {
	if a, b := succeed(t, "--version").stdout, succeed(t, "version").stdout; a != b || a == "" {
		t.Errorf("%q and %q", a, b)
	}
}

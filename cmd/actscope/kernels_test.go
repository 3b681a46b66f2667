//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"actscope/graph/machine/kernel"
)

// onKernels is the program in an environment that asks for a set of kernels.
func onKernels(t *testing.T, set string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := program(t, args...)
	cmd.Env = append(cmd.Env, kernel.Environment+"="+set)
	return cmd
}

// sets are those that this machine can run.
func sets(t *testing.T) []string {
	t.Helper()
	if err := onKernels(t, kernel.AVX2, "version").Run(); exitStatus(t, err) != statusDone {
		return []string{kernel.Portable}
	}
	return []string{kernel.Portable, kernel.AVX2}
}

func TestUnknownKernelsAreBadUsage(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "out")
	for _, args := range [][]string{{"version"}, {"reproduce", "--out", out}, {"gradcheck"}} {
		cmd := onKernels(t, "sse2", args...)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if got := exitStatus(t, cmd.Run()); got != statusUsage || !strings.Contains(stderr.String(), "ACTSCOPE_KERNELS=sse2") {
			t.Errorf("%v: status %d, %q", args, got, stderr.String())
		}
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a folder was made")
	}
}

// The article's numbers come out, to the tolerances of the reference, on every set, and
// the record says on which.
func TestReproductionHoldsOnEverySetOfKernels(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	t.Parallel()
	for _, set := range sets(t) {
		out := t.TempDir()
		if text, err := onKernels(t, set, "reproduce", "--quiet", "--format", "svg", "--out", out).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", set, err, text)
		}
		run, err := os.ReadFile(filepath.Join(out, "run.json"))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(run, []byte(`"kernels": "`+set+" ")) {
			t.Errorf("run.json does not say %s", set)
		}
		version, err := onKernels(t, set, "version").Output()
		if err != nil || !strings.HasSuffix(string(version), "kernels "+set+"\n") {
			t.Errorf("%s: version says %q, %v", set, version, err)
		}
	}
}

// AVX-512 computes what AVX2 does: nothing that is written tells them apart, but for the program's version.
func TestAVX512WritesTheBytesOfAVX2(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	t.Parallel()
	version, err := onKernels(t, kernel.AVX512, "version").CombinedOutput()
	if err != nil {
		t.Skipf("no AVX-512 here: %s", version)
	}
	if !strings.HasSuffix(string(version), "kernels avx2 (avx512)\n") {
		t.Errorf("version says %q", version)
	}
	var runs, arrays [2][]byte
	for i, by := range []string{kernel.AVX2, kernel.AVX512} {
		out := t.TempDir()
		if text, err := onKernels(t, by, "reproduce", "--quiet", "--format", "svg", "--out", out).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", by, err, text)
		}
		if runs[i], err = os.ReadFile(filepath.Join(out, "run.json")); err != nil {
			t.Fatal(err)
		}
		if arrays[i], err = os.ReadFile(filepath.Join(out, "arrays.npz")); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(runs[0], runs[1]) || !bytes.Equal(arrays[0], arrays[1]) {
		t.Error("run.json or arrays.npz differs")
	}
}

// other is the set that does not compute here.
func other(t *testing.T) string {
	t.Helper()
	if len(sets(t)) < 2 {
		t.Skip("this processor lacks AVX2")
	}
	if kernel.Set() == kernel.Portable {
		return kernel.AVX2
	}
	return kernel.Portable
}

func TestTrainingsDoNotGoOnWithOtherKernels(t *testing.T) {
	t.Parallel()
	other, saved, out := other(t), filepath.Join(t.TempDir(), "saved"), t.TempDir()
	args := []string{"compare", "--quiet", "--samples", "40", "--activations", "relu", "--format", "svg", "--out", out}
	succeed(t, append(args, "--epochs", "2", "--save", saved)...)
	args = append(args, "--epochs", "4", "--resume", saved)
	text, err := onKernels(t, other, args...).CombinedOutput()
	if got := exitStatus(t, err); got != statusUsage || !strings.Contains(string(text), kernel.Environment+"="+kernel.Set()) {
		t.Errorf("status %d: %s", got, text)
	}
	succeed(t, append(args, "--force")...)
}

func TestSweepsRefuseResultsOfOtherKernels(t *testing.T) {
	t.Parallel()
	other := other(t)
	dir, _ := planned(t, "samples: 40\nepochs: 2\nactivations: relu\n")
	text, err := onKernels(t, other, "sweep", "run", dir, "--quiet").CombinedOutput()
	if got := exitStatus(t, err); got != statusUsage || !strings.Contains(string(text), "kernels "+other) {
		t.Errorf("status %d: %s", got, text)
	}
	succeed(t, "sweep", "run", dir, "--quiet")
}

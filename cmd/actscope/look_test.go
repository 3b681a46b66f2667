package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Without figures a run has its numbers, from which they are drawn later as at once.
func TestNoFormatIsNumbersAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	drawn, bare := filepath.Join(dir, "drawn"), filepath.Join(dir, "bare")
	args := []string{"compare", "--samples", "40", "--epochs", "2", "--hidden", "3", "--theme", "dark", "--out"}
	succeed(t, append(args, drawn, "--format", "svg,pdf")...)
	o := succeed(t, append(args, bare, "--format", "none")...)
	if !strings.Contains(o.stderr, "draw with: actscope figures "+bare) || strings.Contains(o.stderr, "open ") {
		t.Errorf("it says %s", o.stderr)
	}
	for _, name := range []string{"figures", "report.html"} {
		if _, err := os.Stat(filepath.Join(bare, name)); err == nil {
			t.Errorf("there is %s", name)
		}
	}
	succeed(t, "figures", bare, "--format", "svg,pdf", "--theme", "dark")
	for _, name := range []string{"run.json", "arrays.npz", "report.html", "figures/loss_curves.svg", "figures/loss_curves.pdf"} {
		want, err := os.ReadFile(filepath.Join(drawn, name))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(bare, name)); err != nil || string(got) != string(want) {
			t.Errorf("%s differs from the one that was drawn at once: %v", name, err)
		}
	}
	svg, err := os.ReadFile(filepath.Join(drawn, "figures", "loss_curves.svg"))
	if err != nil || !strings.Contains(string(svg), "#14171a") { // the dark theme's paper
		t.Errorf("the figure is not dark: %v", err)
	}
	// Whoever drew before and now wants numbers alone has no stale page.
	succeed(t, append(args, drawn, "--format", "none")...)
	if _, err := os.Stat(filepath.Join(drawn, "report.html")); err == nil {
		t.Error("the page of the run before is left")
	}
}

func TestLooksThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, c := range []struct{ args, want string }{
		{"compare --format none,png", "none stands alone"},
		{"compare --format none --open", "no page"},
		{"compare --theme neon", "no theme"},
		{"figures " + dir + " --format none", "unknown format"},
		{"sweep report " + dir + " --theme dark", "--figures"},
		{"sweep report " + dir + " --format pdf", "--figures"},
	} {
		o := command(t.Context(), strings.Fields(c.args)...)
		if o.status != statusUsage || !strings.Contains(o.stderr, c.want) {
			t.Errorf("%s: status %d, %s", c.args, o.status, o.stderr)
		}
	}
}

// Shells complete themes and formats, of every command that draws.
func TestShellsCompleteLooks(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"compare", "reproduce", "observe", "claims", "cost", "theory", "kernel", "gradcheck", "figures", "sweep report"} {
		line := append([]string{"__complete"}, strings.Fields(name)...)
		if o := succeed(t, append(line, "--theme", "")...); !strings.Contains(o.stdout, "article\n") || !strings.Contains(o.stdout, "dark\n") {
			t.Errorf("%s --theme: %s", name, o.stdout)
		}
		if o := succeed(t, append(line, "--format", "p")...); !strings.Contains(o.stdout, "pdf\n") || !strings.Contains(o.stdout, "png\n") {
			t.Errorf("%s --format: %s", name, o.stdout)
		}
	}
}

// A sweep's figures are files, too, where a folder is named.
func TestSweepReportWritesFigures(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	grid := filepath.Join(dir, "grid.yaml")
	if err := os.WriteFile(grid, []byte("activations: [sigmoid, relu]\nhidden: [\"3\"]\nseed: 1..2\nepochs: 2\nsamples: 40\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	folder, figures := filepath.Join(dir, "grid"), filepath.Join(dir, "paper")
	succeed(t, "sweep", "plan", grid, folder)
	succeed(t, "sweep", "run", folder, "--quiet")
	succeed(t, "sweep", "report", folder, "--figures", figures, "--format", "pdf", "--theme", "article", "--quiet")
	files, err := filepath.Glob(filepath.Join(figures, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, no figures", err)
	}
	for _, file := range files {
		if content, err := os.ReadFile(file); err != nil || filepath.Ext(file) != ".pdf" || !strings.HasPrefix(string(content), "%PDF-") {
			t.Errorf("%s: %v", file, err)
		}
	}
}

package main

import (
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestFiguresRedrawsTheSameWithoutTraining(t *testing.T) {
	t.Parallel()
	for settings, formats := range map[string]string{
		"--epochs 30": "png,svg",
		"--activations tanh,sigmoid,relu --hidden 1,3 --samples 40 --epochs 3": "svg",
		"--activations relu --hidden 4 --epochs 1 --noise 0":                   "svg",
	} {
		t.Run(settings, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			succeed(t, append([]string{"compare", "--quiet", "--format", formats, "--out", dir}, strings.Fields(settings)...)...)
			before := tree(t, dir)
			if err := os.RemoveAll(filepath.Join(dir, "figures")); err != nil {
				t.Fatal(err)
			}
			if err := os.Remove(filepath.Join(dir, "report.html")); err != nil {
				t.Fatal(err)
			}
			o := succeed(t, "figures", dir, "--format", formats)
			if !strings.Contains(o.stdout, "figures ("+formats+") and report drawn") {
				t.Errorf("says %q", o.stdout)
			}
			after := tree(t, dir)
			for _, name := range slices.Sorted(maps.Keys(before)) {
				if before[name] != after[name] {
					t.Errorf("%s is not the same", name)
				}
				if strings.HasPrefix(name, "figures/") && len(after[name]) > 250_000 {
					t.Errorf("%s has %d bytes", name, len(after[name]))
				}
			}
			if len(after) != len(before) {
				t.Errorf("%d files, before %d", len(after), len(before))
			}
		})
	}
}

func TestFiguresTakesThemeAndSize(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	t.Parallel()
	dir := t.TempDir()
	succeed(t, "compare", "--epochs", "2", "--samples", "40", "--quiet", "--format", "svg", "--out", dir)
	before := tree(t, dir)
	succeed(t, "figures", dir, "--theme", "dark", "--width", "600", "--scale", "1")
	after := tree(t, dir)
	svg := after["figures/loss_curves.svg"]
	if !strings.Contains(svg, `width="600"`) || svg == before["figures/loss_curves.svg"] {
		t.Errorf("the figure was not drawn 600 wide: %.200s", svg)
	}
	if after["figures/loss_curves.png"] == "" {
		t.Error("no PNG")
	}
	if after["report.html"] != before["report.html"] {
		t.Error("the report page depends on the look of the files beside it")
	}
	for name, content := range after {
		if strings.HasSuffix(name, ".svg") {
			decoder := xml.NewDecoder(strings.NewReader(content))
			for {
				if _, err := decoder.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Errorf("%s: %v", name, err)
					break
				}
			}
			if len(content) > 250_000 {
				t.Errorf("%s has %d bytes", name, len(content))
			}
		}
	}
}

func TestBadFiguresInputIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	succeed(t, "compare", "--epochs", "2", "--samples", "40", "--quiet", "--format", "svg", "--out", dir)
	for _, test := range []struct{ args, want string }{
		{"", "accepts 1 arg"},
		{t.TempDir(), "run.json"},
		{dir + " --theme neon", "theme"},
		{dir + " --width 10", "width: 10"},
		{dir + " --width NaN", "width: NaN"},
		{dir + " --scale 100", "scale: 100"},
		{dir + " --format gif", "unknown format"},
	} {
		t.Run(test.args, func(t *testing.T) {
			o := command(t.Context(), append([]string{"figures"}, strings.Fields(test.args)...)...)
			if o.status != statusUsage || !strings.Contains(o.stderr, test.want) {
				t.Errorf("status %d, %q; want %q", o.status, o.stderr, test.want)
			}
		})
	}
}

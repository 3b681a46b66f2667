package main

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"actscope/internal/atomicfile"
	"actscope/internal/claims"
	"actscope/internal/pace"
	"actscope/internal/present"
	"actscope/internal/runfolder"
)

const readme = "../../README.md"

// readmeFiles are the names under which the README's YAML blocks are stored.
var readmeFiles = []string{"grid.yaml", "study.yaml"}

// block is a fenced block of the README.
var block = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")

// blocks are the contents of the README's blocks of one kind.
func blocks(t *testing.T, kind string) []string {
	t.Helper()
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, m := range block.FindAllStringSubmatch(string(text), -1) {
		if m[1] == kind {
			found = append(found, m[2])
		}
	}
	if len(found) == 0 {
		t.Fatalf("the README has no %s block", kind)
	}
	return found
}

func TestReadmeCommandsPrintWhatItShows(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	for _, b := range blocks(t, "console") {
		if strings.HasPrefix(b, "$ python3") || strings.HasPrefix(b, sweepCommandLine) {
			continue // tests of their own run them
		}
		args, want := commandAndOutput(t, b)
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			files := blocks(t, "yaml")
			t.Chdir(t.TempDir())
			for i, file := range files {
				if err := os.WriteFile(readmeFiles[i], []byte(file), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if args[0] == "compare" { // what it prints has nothing to do with pictures
				args = append(args, "--format", "svg")
			}
			if o := succeed(t, args...); o.stdout != want {
				t.Errorf("prints\n%swhere the README shows\n%s", o.stdout, want)
			}
		})
	}
}

// sweepCommandLine begins the blocks about a sweep.
const sweepCommandLine = "$ go run ./cmd/actscope sweep "

// The blocks about a sweep are one session, which begins with the plan file.
func TestReadmeSweep(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	files, session := blocks(t, "yaml"), blocks(t, "console") // before the directory changes
	t.Chdir(t.TempDir())
	if err := os.WriteFile(readmeFiles[0], []byte(files[0]), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, b := range session {
		if !strings.HasPrefix(b, sweepCommandLine) {
			continue
		}
		args, want := commandAndOutput(t, b)
		if o := succeed(t, args...); o.stdout != want {
			t.Errorf("%v prints\n%swhere the README shows\n%s", args, o.stdout, want)
		}
	}
}

// commandAndOutput splits a block that begins with a command of ours.
func commandAndOutput(t *testing.T, block string) (args []string, output string) {
	t.Helper()
	line, output, _ := strings.Cut(block, "\n")
	command, ok := strings.CutPrefix(line, "$ go run ./cmd/actscope ")
	if !ok {
		t.Fatalf("block does not start with a command: %q", line)
	}
	return strings.Fields(strings.ReplaceAll(command, "'", "")), output // no argument has a space
}

// pythonWithNumPy is a Python that has NumPy, or else the test is skipped.
func pythonWithNumPy(t *testing.T) string {
	t.Helper()
	for _, candidate := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(candidate, "-c", "import numpy").Run() == nil {
			return candidate
		}
	}
	t.Skip("no Python with NumPy: install python3-numpy to run this")
	return ""
}

// rounding is a number of rounding's size.
var rounding = regexp.MustCompile(`\b\d\.\de-1[2-9]\b`)

// withoutRounding hides such numbers, which are others where NumPy sums in another order: on a processor with other vectors.
func withoutRounding(s string) string { return rounding.ReplaceAllString(s, "rounding") }

// The NumPy programs of the README, one to each block that begins with python3, are run with Debian's python3-numpy, or any
// other Python that has NumPy.
func TestReadmeNumPyExamples(t *testing.T) {
	python := pythonWithNumPy(t)
	scripts, calls := blocks(t, "python"), blocks(t, "console")
	scripts = slices.DeleteFunc(scripts, func(b string) bool { return strings.Contains(b, "sklearn") }) // see TestReadmeForeignNetworks
	calls = slices.DeleteFunc(calls, func(b string) bool {
		return !strings.HasPrefix(b, "$ python3") || strings.Contains(b, "actscope observe")
	})
	if len(calls) == 0 || len(calls) != len(scripts) {
		t.Fatalf("%d NumPy programs, %d blocks that run one", len(scripts), len(calls))
	}
	for i, b := range calls {
		_, rest, _ := strings.Cut(b, "\n")
		args, want := commandAndOutput(t, rest)
		t.Chdir(t.TempDir())
		run := exec.Command(python, "-")
		run.Stdin = strings.NewReader(scripts[i])
		if out, err := run.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if o := command(t.Context(), args...); withoutRounding(o.stdout) != withoutRounding(want) || o.status != statusFailed {
			t.Errorf("status %d, prints\n%swhere the README shows\n%s", o.status, o.stdout, want)
		}
	}
}

func TestReadmeCodeIsTheExample(t *testing.T) {
	example, err := os.ReadFile("../../models/example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range blocks(t, "go") {
		var indented strings.Builder
		for line := range strings.Lines(b) {
			indented.WriteString("\t" + line)
		}
		if !strings.Contains(string(example), indented.String()) {
			t.Errorf("not in the example of package models:\n%s", b)
		}
	}
}

// drawing are the commands whose default runs the README's pictures are from.
var drawing = []string{"claims", "kernel", "reproduce", "theory"}

// drawnPicture finds a picture among those that the commands draw, each of which
// runs once, into its own folder below out, when no earlier one has drawn it.
func drawnPicture(t *testing.T, out, picture string) []byte {
	t.Helper()
	for _, name := range drawing {
		folder := filepath.Join(out, name)
		if _, err := os.Stat(folder); err != nil {
			succeed(t, name, "--quiet", "--format", "png", "--out", folder)
		}
		if drawn, err := os.ReadFile(filepath.Join(folder, "figures", picture)); err == nil {
			return drawn
		}
	}
	t.Fatalf("none of the commands %v draws %s", drawing, picture)
	return nil
}

func TestReadmePicturesAreWhatTheCommandsDraw(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	out := t.TempDir()
	found, err := claims.Committed() // its run takes minutes
	if err != nil {
		t.Fatal(err)
	}
	trials, err := pace.CommittedTrials() // as do these
	if err != nil {
		t.Fatal(err)
	}
	for name, story := range map[string]present.Story{"claims": present.Claims(found), "kernel": present.KernelTrial(trials)} {
		folder, err := runfolder.New(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := present.Publish(t.Context(), folder, story, present.Look{Scale: present.SharpScale, Formats: []string{"png"}}); err != nil {
			t.Fatal(err)
		}
		if err := folder.Commit(); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	pictures := regexp.MustCompile(`\]\((viz/figures/gallery/(\w+\.png))\)`).FindAllStringSubmatch(string(text), -1)
	if len(pictures) < 2 {
		t.Fatalf("the README shows %d pictures", len(pictures))
	}
	for _, p := range pictures {
		drawn := drawnPicture(t, out, p[2])
		shown := filepath.Join("../..", p[1])
		if *update {
			if err := atomicfile.Write(shown, func(w io.Writer) error { _, err := w.Write(drawn); return err }); err != nil {
				t.Fatal(err)
			}
		}
		old, err := os.ReadFile(shown)
		if err != nil {
			t.Fatal(err)
		}
		if d := pixelDifference(t, drawn, old); d > 0.001 {
			t.Errorf("%s: %.2f %% of the pixels differ; look at both and run with -update", p[1], 100*d)
		}
	}
}

// pixelDifference is the share of pixels that differ visibly: encoders and the
// rounding of other processors may change the rest.
func pixelDifference(t *testing.T, a, b []byte) float64 {
	t.Helper()
	decode := func(content []byte) image.Image {
		picture, err := png.Decode(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		return picture
	}
	p, q := decode(a), decode(b)
	if p.Bounds() != q.Bounds() {
		return 1
	}
	const visible = 16 << 8
	differ, size := 0, p.Bounds().Size()
	for y := range size.Y {
		for x := range size.X {
			r0, g0, b0, _ := p.At(x, y).RGBA()
			r1, g1, b1, _ := q.At(x, y).RGBA()
			if distance(r0, r1) > visible || distance(g0, g1) > visible || distance(b0, b1) > visible {
				differ++
			}
		}
	}
	return float64(differ) / float64(size.X*size.Y)
}

func distance(a, b uint32) uint32 { return max(a, b) - min(a, b) }

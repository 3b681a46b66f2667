package main

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"actscope/internal/atomicfile"
	"io"
)

const readme = "../../README.md"

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
	for _, b := range blocks(t, "console") {
		line, want, _ := strings.Cut(b, "\n")
		args, ok := strings.CutPrefix(line, "$ go run ./cmd/actscope ")
		if !ok {
			t.Fatalf("block does not start with a command: %q", line)
		}
		t.Run(args, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if o := succeed(t, strings.Fields(args)...); o.stdout != want {
				t.Errorf("prints\n%swhere the README shows\n%s", o.stdout, want)
			}
		})
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

func TestReadmePicturesAreWhatReproduceDraws(t *testing.T) {
	out := t.TempDir()
	succeed(t, "reproduce", "--quiet", "--format", "png", "--out", out)
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	pictures := regexp.MustCompile(`\]\((viz/gallery/(\w+\.png))\)`).FindAllStringSubmatch(string(text), -1)
	if len(pictures) < 2 {
		t.Fatalf("the README shows %d pictures", len(pictures))
	}
	for _, p := range pictures {
		drawn, err := os.ReadFile(filepath.Join(out, "figures", p[2]))
		if err != nil {
			t.Fatal(err)
		}
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

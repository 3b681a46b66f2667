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

// root is the folder of the module.
const root = "../.."

// page is the README, or one that stands beside a package.
type page struct{ path, text string }

// pages are all of them, the README first.
func pages(t *testing.T) []page {
	t.Helper()
	found := []page{{path: filepath.Join(root, "README.md")}}
	beside, err := filepath.Glob(filepath.Join(root, "*", "*", "README.md"))
	if err != nil || len(beside) == 0 {
		t.Fatalf("no pages beside packages: %v", err)
	}
	for _, path := range beside {
		found = append(found, page{path: path})
	}
	for i, p := range found {
		text, err := os.ReadFile(p.path)
		if err != nil {
			t.Fatal(err)
		}
		found[i].text = string(text)
	}
	return found
}

// String is the path within the module.
func (p page) String() string { return strings.TrimPrefix(filepath.ToSlash(p.path), root+"/") }

// blocks are the contents of the page's blocks of one kind.
func (p page) blocks(kind string) (found []string) {
	for _, m := range block.FindAllStringSubmatch(p.text, -1) {
		if m[1] == kind {
			found = append(found, m[2])
		}
	}
	return found
}

// writeFiles writes the page's YAML blocks to the current folder: a grid has axes, a study has none.
func (p page) writeFiles(t *testing.T) {
	t.Helper()
	for _, text := range p.blocks("yaml") {
		name := "study.yaml"
		if strings.Contains(text, "..") {
			name = "grid.yaml"
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// block is a fenced block of a page.
var block = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")

// blocks are the contents of all pages' blocks of one kind.
func blocks(t *testing.T, kind string) (found []string) {
	t.Helper()
	for _, p := range pages(t) {
		found = append(found, p.blocks(kind)...)
	}
	if len(found) == 0 {
		t.Fatalf("no page has a %s block", kind)
	}
	return found
}

func TestReadmeCommandsPrintWhatItShows(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	for _, p := range pages(t) {
		for _, b := range p.blocks("console") {
			if strings.HasPrefix(b, "$ python3") || strings.HasPrefix(b, sweepCommandLine) {
				continue // tests of their own run them
			}
			args, want := commandAndOutput(t, b)
			t.Run(p.String()+" "+strings.Join(args, " "), func(t *testing.T) {
				t.Chdir(t.TempDir())
				p.writeFiles(t)
				if args[0] == "compare" { // what it prints has nothing to do with pictures
					args = append(args, "--format", "svg")
				}
				if o := succeed(t, args...); o.stdout != want {
					t.Errorf("prints\n%swhere the page shows\n%s", o.stdout, want)
				}
			})
		}
	}
}

// sweepCommandLine begins the blocks about a sweep.
const sweepCommandLine = "$ go run ./cmd/actscope sweep "

// The blocks about a sweep on one page are one session, which begins with the plan file.
func TestReadmeSweep(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	sessions := 0
	for _, p := range pages(t) { // before the directory changes
		session := slices.DeleteFunc(p.blocks("console"), func(b string) bool { return !strings.HasPrefix(b, sweepCommandLine) })
		if len(session) == 0 {
			continue
		}
		sessions++
		t.Run(p.String(), func(t *testing.T) {
			t.Chdir(t.TempDir())
			p.writeFiles(t)
			for _, b := range session {
				args, want := commandAndOutput(t, b)
				if o := succeed(t, args...); o.stdout != want {
					t.Errorf("%v prints\n%swhere the page shows\n%s", args, o.stdout, want)
				}
			}
		})
	}
	if sessions == 0 {
		t.Error("no page has a sweep")
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

// The NumPy programs of the pages, one to each block that begins with python3, are run with Debian's python3-numpy, or any
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
			t.Errorf("status %d, prints\n%swhere the page shows\n%s", o.status, o.stdout, want)
		}
	}
}

// The README's program is one that a module of its own can have.
func TestReadmeProgramPrintsWhatItShows(t *testing.T) {
	if testing.Short() {
		t.Skip("links a program")
	}
	readme := pages(t)[0]
	code, shown := readme.blocks("go"), readme.blocks("text")
	if len(code) != 1 || len(shown) != 1 {
		t.Fatalf("%d programs, %d outputs", len(code), len(shown))
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	module, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"main.go": code[0], "go.sum": string(sums),
		"go.mod": "module example\n\ngo 1.26\n\nrequire actscope v0.0.0\n\nreplace actscope => " + module + "\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	run := exec.CommandContext(t.Context(), "go", "run", "-mod=mod", ".")
	run.Env = append(os.Environ(), "GOPROXY=off", "GOWORK=off")
	var failed strings.Builder
	run.Stderr = &failed
	if out, err := run.Output(); err != nil || string(out) != shown[0] {
		t.Errorf("%v\n%s\nprints\n%swhere the README shows\n%s", err, failed.String(), out, shown[0])
	}
}

// drawing are the commands whose default runs the pages' pictures are from.
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
	shown := map[string]bool{}
	for _, p := range pages(t) {
		for _, m := range regexp.MustCompile(`\]\(([\w./]*viz/figures/gallery/\w+\.png)\)`).FindAllStringSubmatch(p.text, -1) {
			shown[filepath.Join(filepath.Dir(p.path), m[1])] = true
		}
	}
	if len(shown) < 2 {
		t.Fatalf("the pages show %d pictures", len(shown))
	}
	for shown := range shown {
		drawn := drawnPicture(t, out, filepath.Base(shown))
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
			t.Errorf("%s: %.2f %% of the pixels differ; look at both and run with -update", shown, 100*d)
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

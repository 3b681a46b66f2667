package viz_test

import (
	"bytes"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"actscope/viz"
	"actscope/viz/internal/viztest"
)

// kinds is a figure with every kind of paint: lines, dashes, curves, fills that are seen through, and text that is kerned, turned, bold and
// of other scripts.
func kinds(theme viz.Theme, title string) *viz.Figure {
	f := viz.NewFigure(viz.Options{Theme: theme, Width: 600}, "kinds", title)
	f.Description, f.Subtitle, f.Footnotes = "Lines and marks.", "AVAST To: σ(z) ≥ ½", []string{"A footnote."}
	var wave, marks []viz.Point
	for i := range 60 {
		x := float64(i) / 10
		wave = append(wave, viz.Point{X: x, Y: math.Sin(x)})
		if i%3 == 0 {
			marks = append(marks, viz.Point{X: x, Y: math.Cos(x)})
		}
	}
	f.Panels = []*viz.Panel{{
		Title: []viz.Span{{Text: "waves", Bold: true}}, X: viz.Axis{Label: "sideways", Grid: true}, Y: viz.Axis{Label: "upwards", Grid: true},
		Series: []viz.Series{
			viz.Line{Points: wave, Stroke: viz.Stroke{Color: theme.Networks["relu"], Width: 2}},
			viz.Line{Points: marks, Stroke: viz.Stroke{Color: theme.Networks["sigmoid"], Width: 1, Dash: []float64{4, 3}}},
			viz.Scatter{Points: marks, Marker: viz.Marker{Shape: viz.Disc, Radius: 9, Fill: viz.Fade(theme.Class[1], 0.4), Edge: theme.ClassEdge[1], EdgeWidth: 1}},
		},
	}}
	return f
}

func pdfOf(t *testing.T, f *viz.Figure) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.WritePDF(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// poppler runs one of its programs on a PDF.
func poppler(t *testing.T, pdf []byte, program string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("no %s", program)
	}
	file := filepath.Join(t.TempDir(), "figure.pdf")
	if err := os.WriteFile(file, pdf, 0o666); err != nil {
		t.Fatal(err)
	}
	for i, a := range args {
		if a == "FILE" {
			args[i] = file
		}
	}
	cmd := exec.Command(program, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("%s: %v, %s", program, err, stderr.String())
	}
	return string(out)
}

func TestPDFsAreTheSameEveryTimeAndHaveNoTime(t *testing.T) {
	f := kinds(viz.DefaultTheme(), "Waves")
	first := pdfOf(t, f)
	if !bytes.Equal(first, pdfOf(t, f)) {
		t.Error("two PDFs of one figure differ")
	}
	if m := regexp.MustCompile(`CreationDate|ModDate|D:[0-9]{8}`).Find(first); m != nil {
		t.Errorf("%q is in the PDF", m)
	}
}

func TestPDFsHaveTheirTextAndFonts(t *testing.T) {
	for name, theme := range map[string]viz.Theme{"default": viz.DefaultTheme(), "article": viz.ArticleTheme(), "dark": viz.DarkTheme()} {
		pdf := pdfOf(t, kinds(theme, "Waves, Größe und Ω"))
		text := poppler(t, pdf, "pdftotext", "-layout", "FILE", "-")
		for _, want := range []string{"Waves, Größe und Ω", "AVAST To: σ(z) ≥ ½", "waves", "sideways", "A footnote."} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", name, want, text)
			}
		}
		fonts := strings.Split(strings.TrimSpace(poppler(t, pdf, "pdffonts", "FILE")), "\n")[2:]
		if len(fonts) < 2 {
			t.Errorf("%s: fonts %q", name, fonts)
		}
		for _, font := range fonts {
			if fields := strings.Fields(font); len(fields) < 8 || fields[len(fields)-5] != "yes" || fields[len(fields)-3] != "yes" {
				t.Errorf("%s: a font that is not embedded and mapped to Unicode: %s", name, font)
			}
		}
		if info := poppler(t, pdf, "pdfinfo", "FILE"); !strings.Contains(info, "Title:           Waves, Größe und Ω") || !strings.Contains(info, "Pages:           1") {
			t.Errorf("%s: %s", name, info)
		}
		if images := poppler(t, pdf, "pdfimages", "-list", "FILE"); strings.Count(images, "\n") > 2 {
			t.Errorf("%s: pixels in it:\n%s", name, images)
		}
	}
}

// Another program's pixels of the PDF are those of the PNG, but for the edges of shapes.
func TestPDFsShowWhatPNGsShow(t *testing.T) {
	for name, f := range map[string]*viz.Figure{
		"default": kinds(viz.DefaultTheme(), "Waves"), "article": kinds(viz.ArticleTheme(), "Waves"), "dark": kinds(viz.DarkTheme(), "Waves"),
		"other scripts": kinds(viz.DefaultTheme(), "波 waves قوس ऐक"),
	} {
		shown, err := png.Decode(strings.NewReader(poppler(t, pdfOf(t, f), "pdftoppm", "-png", "-r", "96", "FILE")))
		if err != nil {
			t.Fatal(err)
		}
		want := viztest.Image(t, f, 1)
		if a, b := shown.Bounds().Size(), want.Bounds().Size(); a.X-b.X > 1 || a.Y-b.Y > 1 || b.X > a.X || b.Y > a.Y {
			t.Errorf("%s: %v, the PNG has %v", name, a, b)
			continue
		}
		// Averages over squares of eight pixels leave out edges and hinting.
		const side, most = 8, 0.08
		worst, at := 0.0, [2]int{}
		size := want.Bounds().Size()
		for y := 0; y+side <= size.Y; y += side {
			for x := 0; x+side <= size.X; x += side {
				var d [3]float64
				for j := range side * side {
					r, g, b, _ := shown.At(x+j%side, y+j/side).RGBA()
					s, h, c, _ := want.At(x+j%side, y+j/side).RGBA()
					for k, v := range []float64{float64(r) - float64(s), float64(g) - float64(h), float64(b) - float64(c)} {
						d[k] += v / 0xffff / (side * side)
					}
				}
				for _, v := range d {
					if v = math.Abs(v); v > worst {
						worst, at = v, [2]int{x, y}
					}
				}
			}
		}
		t.Logf("%s: %.3f at %v", name, worst, at)
		if worst > most {
			t.Errorf("%s: a square at %v differs by %.3f of full scale", name, at, worst)
		}
	}
}

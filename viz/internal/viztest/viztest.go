// Package viztest has what the tests of viz and of its figures share: it compares pictures as an
// eye does, and reads the files that figures are written to.
package viztest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Figure is a figure of package viz, which this package does not import: the tests inside viz use it.
type Figure interface {
	WriteSVG(w io.Writer) error
	WritePNG(w io.Writer, scale float64) error
	WritePDF(w io.Writer) error
}

// SVG writes a figure and wants well-formed XML in return.
func SVG(t testing.TB, f Figure) string {
	t.Helper()
	var b bytes.Buffer
	if err := f.WriteSVG(&b); err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(bytes.NewReader(b.Bytes()))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		if e, ok := token.(xml.StartElement); ok {
			for _, a := range e.Attr {
				if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
					t.Fatalf("<%s %s=%q>", e.Name.Local, a.Name.Local, a.Value)
				}
			}
		}
	}
}

// Element is the text of the first element of that name in an SVG document.
func Element(t testing.TB, doc, name string) string {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(doc))
	for {
		token, err := d.Token()
		if err != nil {
			t.Fatalf("no <%s>: %v", name, err)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == name {
			var text string
			if err := d.DecodeElement(&text, &e); err != nil {
				t.Fatal(err)
			}
			return text
		}
	}
}

// Image draws a figure in pixels.
func Image(t testing.TB, f Figure, scale float64) image.Image {
	t.Helper()
	var b bytes.Buffer
	if err := f.WritePNG(&b, scale); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// DrawBoth writes a figure in all formats, as vectors and as pixels, within reasonable time and size.
func DrawBoth(t testing.TB, f Figure) {
	t.Helper()
	start := time.Now()
	if doc := SVG(t, f); len(doc) > 1_000_000 {
		t.Errorf("an SVG of %d bytes", len(doc))
	}
	if err := f.WritePNG(io.Discard, 0.25); err != nil {
		t.Error(err)
	}
	if err := f.WritePDF(io.Discard); err != nil {
		t.Error(err)
	}
	if d := time.Since(start); d > 20*time.Second {
		t.Errorf("drawing took %v", d)
	}
}

// Difference compares two pictures of one size as an eye does from some distance: by the
// means over squares of four by four pixels, in OKLab. It gives the mean and the largest distance.
func Difference(a, b image.Image) (mean, largest float64) {
	const side = 4
	square := func(img image.Image, x0, y0 int) oklab {
		var sum [3]float64
		for y := y0; y < y0+side; y++ {
			for x := x0; x < x0+side; x++ {
				rgb := linearRGB(color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA))
				for c := range sum {
					sum[c] += rgb[c] / (side * side)
				}
			}
		}
		return toOKLab(sum)
	}
	n := 0
	for y := 0; y+side <= a.Bounds().Dy(); y += side {
		for x := 0; x+side <= a.Bounds().Dx(); x += side {
			d := square(a, x, y).distance(square(b, x, y))
			mean += d
			largest = max(largest, d)
			n++
		}
	}
	return mean / float64(n), largest
}

// LooksTheSame says whether two pictures of one size look the same, by their [Difference].
func LooksTheSame(a, b image.Image) bool {
	mean, largest := Difference(a, b)
	return mean <= maxMean && largest <= maxLargest
}

const (
	maxMean    = 0.001
	maxLargest = 0.03
)

var update = flag.Bool("update", false, "write the golden pictures anew")

// Golden wants a figure to look like the picture of that name in testdata/golden.
func Golden(t *testing.T, name string, f Figure) {
	t.Helper()
	got := Image(t, f, 0.5)
	file := filepath.Join("testdata", "golden", name+".png")
	if *update {
		var b bytes.Buffer
		if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, got); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (go test ./viz ./viz/figures -run Golden -update makes it)", err)
	}
	want, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if got.Bounds() != want.Bounds() {
		t.Fatalf("the picture is %v, not %v", got.Bounds().Max, want.Bounds().Max)
	}
	if !LooksTheSame(got, want) {
		mean, largest := Difference(got, want)
		t.Errorf("it differs by %.4f on average (at most %v), by %.3f somewhere (at most %v)", mean, maxMean, largest, maxLargest)
	}
}

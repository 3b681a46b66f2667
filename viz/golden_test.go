package viz

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden pictures anew")

// difference compares two pictures of one size as an eye does from some distance: by the
// means over squares of four by four pixels, in OKLab. It gives the mean and the largest distance.
func difference(a, b image.Image) (mean, worst float64) {
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
			worst = max(worst, d)
			n++
		}
	}
	return mean / float64(n), worst
}

const (
	mostMean  = 0.001
	mostWorst = 0.03
)

// goldenFigures are what the pictures in testdata/golden show.
func goldenFigures(t *testing.T) map[string]*Figure {
	a := readArticle(t)
	figures := map[string]*Figure{"vocabulary": vocabulary()}
	add := func(name string, d Drawing, theme Theme) {
		f, err := d.Figure(Options{Theme: theme})
		if err != nil {
			t.Fatal(err)
		}
		figures[name] = f
	}
	for name, d := range a.drawings() {
		add(name, d, DefaultTheme())
	}
	add("decision_boundaries_dark", a.drawings()["decision_boundaries"], DarkTheme())
	add("signal_trace_article", a.drawings()["signal_trace"], ArticleTheme())
	add("boundaries_of_eight", boundaries(8, 60), DefaultTheme())
	add("traces_through_dead_layers", traces(8, 10, true), DefaultTheme())
	add("theory_by_layer", theoryLayers(8, true), DefaultTheme())
	add("phase_diagram", phasePlane(61), DefaultTheme())
	add("layer_maps_dark", layerMaps(), DarkTheme())
	add("far_confidence", farRays(12, 60), DefaultTheme())
	add("many_points", ranges()["data set of 100000"], DefaultTheme())
	add("claims_by_setting", mappedClaims(14, 1, 3, 2, 2, 5, 5), DefaultTheme())
	add("boundary_distance", margins(2, 6, 80, true), DefaultTheme())
	add("claim_shares", sharedClaims(14), DefaultTheme())
	add("accuracy_curves", accuracies(3), DarkTheme())
	return figures
}

// vocabulary has every series and scale of the package in one figure.
func vocabulary() *Figure {
	theme := DefaultTheme()
	ink, other := theme.Networks["relu"], theme.Networks["sigmoid"]
	x := []float64{1, 2, 3, 4, 5}
	line := []Point{{1, 1}, {2, 10}, {3, 4}, {4, 60}, {5, 30}}
	return &Figure{
		Name: "vocabulary", Title: "All there is: x₁ < x₂ & −3 ≤ y", Subtitle: "Every series, scale and shape.", Theme: theme, Columns: 2,
		Footnotes: []string{"A footnote."},
		Panels: []*Panel{
			{Title: []Span{{Text: "Field, contour", Bold: true}}, Badge: "badge", Accent: ink, Equal: true,
				X: Axis{Label: "x", Scale: Linear(-1.5, 1.5)}, Y: Axis{Label: "y", Scale: Linear(-1.5, 1.5)},
				Series: []Series{Field{Grid: bowl(40), Lo: -3.5, Hi: 1}, Contour{Grid: bowl(40), Stroke: Stroke{Color: ink, Width: 2}, Casing: 1}}},
			{Title: []Span{{Text: "Lines, band, labels"}}, X: Axis{Label: "stage", Scale: Linear(0.5, 5.5).Whole()}, Y: Axis{Label: "log with zero", Scale: LogWithZero(0.5, 200), Grid: true},
				Series: []Series{
					Band{X: x, Low: []float64{0.6, 5, 2, 30, 20}, High: []float64{2, 20, 8, 100, 50}, Fill: fade(ink, 0.2)},
					Line{Points: line, Stroke: Stroke{Color: ink, Width: 2}, Marker: Marker{Radius: 4, Fill: ink}},
					Line{Points: []Point{{1, 0}, {2, 0}, {3, 1}, {5, 1}}, Stroke: Stroke{Color: other, Width: 1.5, Dash: []float64{4, 3}}},
					ValueLabels{Lines: [][]Point{line}, Colors: []Color{ink}, Clear: 4},
					EndLabels{{At: line[4], Color: ink, Name: "upper", Value: "30"}, {At: Point{5, 1}, Color: other, Name: "lower"}},
				}},
			{Title: []Span{{Text: "Shapes"}}, X: Axis{Scale: Categories("disc", "square", "diamond", "up", "down", "cross", "plus", "star", "ring")}, Y: Axis{Scale: Linear(0, 1), Ticks: []Tick{{Value: 0.5, Label: "half"}}},
				Series: shapes(ink, theme.Text)},
			{Title: []Span{{Text: "Notes and a notice"}}, Notice: "Nothing else to see here.",
				Series: []Series{Notes{{At: Point{0, 0}, Text: Span{Text: "on a plate", Color: other}, Plate: true}, {At: Point{1, 1}, Text: Span{Text: "left of it"}, Anchor: Point{1, 0.5}}}}},
		},
		Legend:   []Key{{Text: "a line", Line: Stroke{Color: ink, Width: 2}}, {Text: "a mark", Marker: Marker{Shape: Star, Radius: 5, Fill: other}}},
		ColorBar: &ColorBar{Label: "height", Steps: 12, Scale: Linear(-3.5, 1), Marks: []float64{0}},
	}
}

func shapes(fill, edge Color) []Series {
	var out []Series
	for s := Disc; s <= Ring; s++ {
		out = append(out, Scatter{Points: []Point{{float64(s), 0.5}}, Marker: Marker{Shape: s, Radius: 6, Fill: fill, Edge: edge, EdgeWidth: 1}})
	}
	return out
}

func TestFiguresLookLikeTheGoldenPictures(t *testing.T) {
	for name, f := range goldenFigures(t) {
		t.Run(name, func(t *testing.T) {
			got, err := f.image(0.5)
			if err != nil {
				t.Fatal(err)
			}
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
				t.Fatalf("%v (go test ./viz -run Golden -update makes it)", err)
			}
			want, err := png.Decode(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if got.Bounds() != want.Bounds() {
				t.Fatalf("the picture is %v, not %v", got.Bounds().Max, want.Bounds().Max)
			}
			if mean, worst := difference(got, want); mean > mostMean || worst > mostWorst {
				t.Errorf("it differs by %.4f on average (at most %v), by %.3f somewhere (at most %v)", mean, mostMean, worst, mostWorst)
			}
		})
	}
}

func TestTheComparisonSeesWhatAnEyeSees(t *testing.T) {
	f := vocabulary()
	base, err := f.image(0.5)
	if err != nil {
		t.Fatal(err)
	}
	noisy := image.NewRGBA(base.Bounds())
	draw.Draw(noisy, noisy.Bounds(), base, image.Point{}, draw.Src)
	for i := range noisy.Pix {
		if i%4 != 3 && noisy.Pix[i] > 0 {
			noisy.Pix[i] -= uint8(i / 4 % 3 / 2)
		}
	}
	if mean, worst := difference(base, noisy); mean > mostMean || worst > mostWorst {
		t.Errorf("rounding in the last bit counts as a change: %v, %v", mean, worst)
	}
	for what, change := range map[string]func(f *Figure){
		"a missing label":  func(f *Figure) { f.Panels[0].X.Label = "" },
		"another shape":    func(f *Figure) { f.Panels[2].Series = shapes(RGB(0x2360b4), RGB(0x1a1a1a))[:8] },
		"a moved note":     func(f *Figure) { f.Panels[3].Series = f.Panels[3].Series[:0] },
		"another colour":   func(f *Figure) { f.Legend[0].Line.Color = RGB(0xc2403c) },
		"a thinner casing": func(f *Figure) { f.Panels[0].Series = f.Panels[0].Series[:1] },
	} {
		g := vocabulary()
		change(g)
		img, err := g.image(0.5)
		if err != nil {
			t.Fatal(err)
		}
		if img.Bounds() != base.Bounds() {
			continue // seen by its size
		}
		if mean, worst := difference(base, img); mean <= mostMean && worst <= mostWorst {
			t.Errorf("%s goes unseen: %s", what, fmt.Sprint(mean, worst))
		}
	}
}

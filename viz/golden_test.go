package viz

import (
	"image"
	"image/draw"
	"testing"

	"actscope/viz/internal/viztest"
)

func TestTheVocabularyLooksLikeItsGoldenPicture(t *testing.T) {
	viztest.Golden(t, "vocabulary", vocabulary())
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
				Series: []Series{Field{Grid: shares(bowl(40), -3.5, 1), Steps: 20, Ramp: theme.Probability()}, Contour{Grid: bowl(40), Stroke: Stroke{Color: ink, Width: 2}, Casing: 1}}},
			{Title: []Span{{Text: "Lines, band, labels"}}, X: Axis{Label: "stage", Scale: Linear(0.5, 5.5).Whole()}, Y: Axis{Label: "log with zero", Scale: LogWithZero(0.5, 200), Grid: true},
				Series: []Series{
					Band{X: x, Low: []float64{0.6, 5, 2, 30, 20}, High: []float64{2, 20, 8, 100, 50}, Fill: Fade(ink, 0.2)},
					Line{Points: line, Stroke: Stroke{Color: ink, Width: 2}, Marker: Marker{Radius: 4, Fill: ink}},
					Line{Points: []Point{{1, 0}, {2, 0}, {3, 1}, {5, 1}}, Stroke: Stroke{Color: other, Width: 1.5, Dash: []float64{4, 3}}},
					ValueLabels{Lines: [][]Point{line}, Colors: []Color{ink}, Text: func(v float64) string { return Fixed(v, 3) }, Clear: 4},
					EndLabels{{At: line[4], Color: ink, Name: "upper", Value: "30"}, {At: Point{5, 1}, Color: other, Name: "lower"}},
				}},
			{Title: []Span{{Text: "Shapes"}}, X: Axis{Scale: Categories("disc", "square", "diamond", "up", "down", "cross", "plus", "star", "ring")}, Y: Axis{Scale: Linear(0, 1), Ticks: []Tick{{Value: 0.5, Label: "half"}}},
				Series: shapes(ink, theme.Text)},
			{Title: []Span{{Text: "Notes and a notice"}}, Notice: "Nothing else to see here.",
				Series: []Series{Notes{{At: Point{0, 0}, Text: Span{Text: "on a plate", Color: other}, Background: true}, {At: Point{1, 1}, Text: Span{Text: "left of it"}, Anchor: Point{1, 0.5}}}}},
		},
		Legend:   []Key{{Text: "a line", Line: Stroke{Color: ink, Width: 2}}, {Text: "a mark", Marker: Marker{Shape: Star, Radius: 5, Fill: other}}},
		ColorBar: &ColorBar{Label: "height", Steps: 12, Scale: Linear(-3.5, 1), Ramp: theme.Probability(), Marks: []float64{0}},
	}
}

// shares are the values of a grid as shares of the way from lo to hi.
func shares(g Grid, lo, hi float64) Grid {
	for i, z := range g.Z {
		g.Z[i] = (z - lo) / (hi - lo)
	}
	return g
}

func shapes(fill, edge Color) []Series {
	var out []Series
	for s := Disc; s <= Ring; s++ {
		out = append(out, Scatter{Points: []Point{{float64(s), 0.5}}, Marker: Marker{Shape: s, Radius: 6, Fill: fill, Edge: edge, EdgeWidth: 1}})
	}
	return out
}

func TestTheComparisonSeesWhatAnEyeSees(t *testing.T) {
	base := viztest.Image(t, vocabulary(), 0.5)
	noisy := image.NewRGBA(base.Bounds())
	draw.Draw(noisy, noisy.Bounds(), base, image.Point{}, draw.Src)
	for i := range noisy.Pix {
		if i%4 != 3 && noisy.Pix[i] > 0 {
			noisy.Pix[i] -= uint8(i / 4 % 3 / 2)
		}
	}
	if !viztest.LooksTheSame(base, noisy) {
		t.Error("rounding in the last bit counts as a change")
	}
	for what, change := range map[string]func(f *Figure){
		"a missing label":  func(f *Figure) { f.Panels[0].X.Label = "" },
		"another shape":    func(f *Figure) { f.Panels[2].Series = shapes(RGB(0x2360b4), RGB(0x1a1a1a))[:8] },
		"a moved note":     func(f *Figure) { f.Panels[3].Series = f.Panels[3].Series[:0] },
		"another colour":   func(f *Figure) { f.Legend[0].Line.Color = RGB(0xc2403c) },
		"a thinner casing": func(f *Figure) { f.Panels[0].Series = f.Panels[0].Series[:1] },
	} {
		f := vocabulary()
		change(f)
		// What changes the size is seen by that.
		if img := viztest.Image(t, f, 0.5); img.Bounds() == base.Bounds() && viztest.LooksTheSame(base, img) {
			t.Errorf("%s goes unseen", what)
		}
	}
}

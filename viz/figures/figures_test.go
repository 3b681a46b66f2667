package figures

import (
	"bytes"
	"maps"
	"math"
	"strings"
	"sync"
	"testing"

	"actscope/viz"
	"actscope/viz/internal/viztest"
)

// golden is what a picture in testdata/golden shows.
type golden struct {
	drawing viz.Drawing
	options viz.Options
}

func (g golden) figure(t *testing.T) *viz.Figure {
	f, err := g.drawing.Figure(g.options)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func goldenFigures(t *testing.T) map[string]golden {
	a := readArticle(t)
	figures := map[string]golden{}
	add := func(name string, d viz.Drawing, theme viz.Theme) {
		figures[name] = golden{d, viz.Options{Theme: theme}}
	}
	for name, d := range misleading() {
		add(name, d, viz.DefaultTheme())
	}
	narrow := viz.Options{Theme: viz.ArticleTheme(), Width: 600}
	figures["quantiles_narrow_article"] = golden{quantiles(2, 2), narrow}
	figures["survival_narrow_article"] = golden{survivals(2, 2, false), narrow}
	figures["hidden_space_narrow_article"] = golden{squeezed(3, 6), narrow}
	figures["names_narrow_article"] = golden{alikeNames(), narrow}
	add("gradient_norms_dark", norms(2, 3, 120), viz.DarkTheme())
	for name, d := range a.drawings() {
		add(name, d, viz.DefaultTheme())
	}
	add("decision_boundaries_dark", a.drawings()["decision_boundaries"], viz.DarkTheme())
	add("signal_trace_article", a.drawings()["signal_trace"], viz.ArticleTheme())
	add("boundaries_of_eight", boundaries(8, 60), viz.DefaultTheme())
	add("regions_of_three", regions(2, 3, 60), viz.DefaultTheme())
	add("regions_of_ten_dark", regions(1, 10, 60), viz.DarkTheme())
	add("points_of_fifty_classes", ofClasses(50)["data set"], viz.DefaultTheme())
	add("confusion_matrix", confused(2, 3), viz.DefaultTheme())
	add("confusion_of_fifty_dark", confused(1, 50), viz.DarkTheme())
	add("reliability", calibrated(3, 2), viz.DefaultTheme())
	for name, d := range ofNumbers(2, 150) {
		add(strings.ReplaceAll(name, " ", "_")+"_of_numbers", d, viz.DefaultTheme())
	}
	add("surfaces_dark", ofNumbers(3, 100)["surfaces"], viz.DarkTheme())
	add("traces_through_dead_layers", traces(8, 10, true), viz.DefaultTheme())
	add("theory_by_layer", theoryLayers(8, true), viz.DefaultTheme())
	add("phase_diagram", phasePlane(61), viz.DefaultTheme())
	add("layer_maps_dark", layerMaps(), viz.DarkTheme())
	add("far_confidence", farRays(12, 60), viz.DefaultTheme())
	spectrum, twin, drift := kernels(3, 60, 400, false)
	add("kernel_spectrum", spectrum, viz.DefaultTheme())
	add("kernel_twin_dark", twin, viz.DarkTheme())
	add("kernel_drift", drift, viz.DefaultTheme())
	add("kernel_trial_dark", kernelTrial(120), viz.DarkTheme())
	add("kernel_widths_dark", kernelWidths(2), viz.DarkTheme())
	add("many_points", ranges()["data set of 100000"], viz.DefaultTheme())
	add("claims_by_setting", mappedClaims(14, 1, 3, 2, 2, 5, 5), viz.DefaultTheme())
	add("boundary_distance", margins(2, 6, 80, true), viz.DefaultTheme())
	add("noticeable_distance_dark", noticed(3, 3, 10, false), viz.DarkTheme())
	add("survival", survivals(3, 2, false), viz.DefaultTheme())
	add("survival_dark", survivals(8, 30, true), viz.DarkTheme())
	add("claim_shares", sharedClaims(14), viz.DefaultTheme())
	add("accuracy_curves", accuracies(3), viz.DarkTheme())
	grid, effects := interventions(9, 3)
	add("intervention_grid", grid, viz.DefaultTheme())
	add("intervention_effects_dark", effects, viz.DarkTheme())
	add("trends", trends(3, 2), viz.DefaultTheme())
	add("loss_bands_dark", lossBands(2, 2), viz.DarkTheme())
	add("gradient_comparison", comparedGradient(0.5, 3, 5), viz.DefaultTheme())
	add("gradient_comparison_dark", comparedGradient(0.5, 3, 5), viz.DarkTheme())
	add("gradient_comparison_right", comparedGradient(0, 8, 6), viz.DefaultTheme())
	add("gradient_comparison_vector", comparedGradient(0.5, 9), viz.DefaultTheme())
	add("gradient_comparison_blocks_dark", comparedGradient(0.5, 784, 128), viz.DarkTheme())
	accuracies := heatMaps(2, 3, 4)
	accuracies.Measure, accuracies.Share = "Mean test accuracy", true
	for _, m := range accuracies.Maps {
		for _, row := range m.Means {
			for i := range row {
				row[i] /= 4
			}
		}
	}
	add("heat_maps_of_accuracies", accuracies, viz.DefaultTheme())
	add("heat_maps", heatMaps(2, 4, 5), viz.DefaultTheme())
	return figures
}

func TestFiguresLookLikeTheGoldenPictures(t *testing.T) {
	for name, g := range goldenFigures(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			viztest.Golden(t, name, g.figure(t))
		})
	}
}

func TestEveryTextIsReadInEveryTheme(t *testing.T) {
	t.Parallel()
	for name, g := range goldenFigures(t) {
		for _, theme := range viz.ThemeNames() {
			g.options.Theme, _ = viz.ThemeNamed(theme)
			l, err := g.figure(t).Layout()
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range l.Texts {
				grounds := []viz.Color{g.options.Theme.Paper, g.options.Theme.Panel}
				if text.On.A > 0 {
					grounds = []viz.Color{text.On}
				}
				for _, ground := range grounds {
					if c := viztest.Contrast(text.Color, ground); c < 4.5 {
						t.Errorf("%s, %s theme: %q has a contrast of %.2f", name, theme, text.Text, c)
					}
				}
			}
		}
	}
}

func TestNothingIsCutOrOverlapsInTheArticlesFigures(t *testing.T) {
	t.Parallel()
	for name, d := range readArticle(t).drawings() {
		for _, theme := range viz.ThemeNames() {
			for _, width := range []float64{0, 600, 1200} {
				th, err := viz.ThemeNamed(theme)
				if err != nil {
					t.Fatal(err)
				}
				f, err := d.Figure(viz.Options{Theme: th, Width: width})
				if err != nil {
					t.Fatal(err)
				}
				t.Run(name+"/"+theme, func(t *testing.T) { checkTexts(t, f); checkWhole(t, f) })
			}
		}
	}
}

func TestNothingIsCutOrOverlapsOverTheWholeRange(t *testing.T) {
	t.Parallel()
	for name, d := range ranges() {
		t.Run(name, func(t *testing.T) {
			f, err := d.Figure(viz.Options{})
			if err != nil {
				t.Fatal(err)
			}
			checkTexts(t, f)
		})
	}
}

// checkWhole wants no text shortened.
func checkWhole(t *testing.T, f *viz.Figure) {
	t.Helper()
	l, err := f.Layout()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range l.Texts {
		if strings.Contains(text.Text, "…") {
			t.Errorf("%q is shortened in %.0f px", text.Text, l.Width)
		}
	}
}

// checkTexts wants all texts inside the figure and none on top of another.
func checkTexts(t *testing.T, f *viz.Figure) {
	t.Helper()
	l, err := f.Layout()
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range l.Texts {
		for _, c := range []float64{a.Box.X0, a.Box.Y0, a.Box.X1, a.Box.Y1} {
			if math.IsNaN(c) {
				t.Fatalf("%q is nowhere", a.Text)
			}
		}
		if a.Box.X0 < 0 || a.Box.Y0 < 0 || a.Box.X1 > l.Width || a.Box.Y1 > l.Height {
			t.Errorf("%q is cut: %.0f in %.0f × %.0f", a.Text, a.Box, l.Width, l.Height)
		}
		for _, b := range l.Texts[:i] {
			if area := a.Box.Overlap(b.Box); area > 0.5 {
				t.Errorf("%q and %q overlap by %.1f px²: %.1f %.1f", a.Text, b.Text, area, a.Box, b.Box)
			}
		}
	}
	if len(l.Texts) == 0 {
		t.Error("nothing is written")
	}
}

func TestEverySVGIsWellFormedAndSmall(t *testing.T) {
	t.Parallel()
	for name, d := range ranges() {
		t.Run(name, func(t *testing.T) {
			f, err := d.Figure(viz.Options{})
			if err != nil {
				t.Fatal(err)
			}
			limit := 250_000
			if strings.HasSuffix(name, " of 50 classes") { // marks of eight shapes, and a ring around most
				limit = 700_000
			}
			if doc := viztest.SVG(t, f); len(doc) > limit {
				t.Errorf("%d bytes", len(doc))
			}
		})
	}
}

func TestSVGCarriesTitleAndDescription(t *testing.T) {
	t.Parallel()
	for name, d := range readArticle(t).drawings() {
		f, err := d.Figure(viz.Options{})
		if err != nil {
			t.Fatal(err)
		}
		doc := viztest.SVG(t, f)
		if f.Name != name {
			t.Errorf("%s calls itself %s", name, f.Name)
		}
		if got := viztest.Element(t, doc, "title"); got != f.Title {
			t.Errorf("%s has the title %q", name, got)
		}
		if got := viztest.Element(t, doc, "desc"); !strings.Contains(got, f.Description) || len(f.Description) < 40 {
			t.Errorf("%s is described by %q", name, got)
		}
		for _, foreign := range []string{"<text", "font-family", "http://", "url("} {
			if body := strings.ReplaceAll(strings.ReplaceAll(doc, "http://www.w3.org/2000/svg", ""), "http://www.w3.org/1999/xlink", ""); strings.Contains(body, foreign) {
				t.Errorf("%s contains %s", name, foreign)
			}
		}
	}
}

func TestFiguresOfOnePageDoNotShareIDs(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for name, d := range readArticle(t).drawings() {
		f, err := d.Figure(viz.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, dark := range []bool{false, true} {
			g := *f
			if dark {
				g.Name += "_dark"
			}
			doc := viztest.SVG(t, &g)
			id := doc[strings.Index(doc, `<title id="`)+11:]
			id = id[:strings.Index(id, `-title`)]
			if other, ok := seen[id]; ok {
				t.Errorf("%s and %s both use %q", g.Name, other, id)
			}
			seen[id] = name
			for _, rest := range strings.Split(doc, ` class="`)[1:] {
				if !strings.HasPrefix(rest, id) {
					t.Fatalf("class %.10q does not start with %q", rest, id)
				}
			}
		}
	}
}

func TestTheSameFigureGivesTheSameBytesFromEveryGoroutine(t *testing.T) {
	t.Parallel()
	drawings := readArticle(t).drawings()
	var mu sync.Mutex
	seen := map[string][]byte{}
	same := func(key string, data []byte) {
		mu.Lock()
		defer mu.Unlock()
		if first, ok := seen[key]; ok && !bytes.Equal(first, data) {
			t.Errorf("%s differs from run to run", key)
		}
		seen[key] = data
	}
	var wg sync.WaitGroup
	for range 2 {
		for name, d := range drawings {
			wg.Go(func() {
				f, err := d.Figure(viz.Options{})
				if err != nil {
					t.Error(err)
					return
				}
				var inner sync.WaitGroup
				for range 2 { // also one figure from two goroutines
					inner.Go(func() {
						var svg, png bytes.Buffer
						if err := f.WriteSVG(&svg); err != nil {
							t.Error(err)
						}
						if err := f.WritePNG(&png, 0.5); err != nil {
							t.Error(err)
						}
						same(name+".svg", svg.Bytes())
						same(name+".png", png.Bytes())
					})
				}
				inner.Wait()
			})
		}
	}
	wg.Wait()
}

func TestNarrowFiguresPutPanelsBelowEachOther(t *testing.T) {
	f, err := boundaries(4, 40).Figure(viz.Options{Width: 330})
	if err != nil {
		t.Fatal(err)
	}
	l, err := f.Layout()
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range l.Panels {
		if b.X1 > l.Width || b.Width() < 110 {
			t.Errorf("a panel from %.0f to %.0f of %.0f px", b.X0, b.X1, l.Width)
		}
	}
}

func TestPanelsOfARowAreAlignedAndOfOneSize(t *testing.T) {
	t.Parallel()
	for name, d := range readArticle(t).drawings() {
		f, err := d.Figure(viz.Options{})
		if err != nil {
			t.Fatal(err)
		}
		l, err := f.Layout()
		if err != nil {
			t.Fatal(err)
		}
		columns := len(l.Panels)
		if f.Columns > 0 {
			columns = f.Columns
		}
		for i, a := range l.Panels {
			for j, b := range l.Panels {
				row, column := i/columns == j/columns, i%columns == j%columns
				if row && (a.Y0 != b.Y0 || a.Y1 != b.Y1) || column && a.X0 != b.X0 || a.Width() != b.Width() {
					t.Errorf("%s: panels at %v and %v", name, a, b)
				}
			}
		}
	}
}

func TestTheoryIsDrawnOverItsRange(t *testing.T) {
	t.Parallel()
	all := theoryFigures()
	maps.Copy(all, kernelFigures())
	for name, d := range all {
		for _, theme := range []viz.Theme{viz.DefaultTheme(), viz.DarkTheme(), viz.ArticleTheme()} {
			f, err := d.Figure(viz.Options{Theme: theme})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			viztest.DrawBoth(t, f)
			if len(f.Description) < 60 || f.Name == "" {
				t.Errorf("%s: described as %q", name, f.Description)
			}
		}
	}
}

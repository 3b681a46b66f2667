package figures

import (
	"math"
	"strings"
	"testing"

	"actscope/viz"
	"actscope/viz/internal/viztest"
)

func compared(t *testing.T, g GradientComparison) *viz.Figure {
	t.Helper()
	f, err := g.Figure(viz.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestDifferencesWithinTheToleranceAreNotZoomedInto(t *testing.T) {
	f := compared(t, GradientComparison{Name: "g", Array: "dW", Shape: []int{2, 2}, Given: []float64{1, 2, 3, 4}, Expected: []float64{1, 2, 3, 4 + 1e-9}, Tolerance: 1e-6, Agrees: true})
	difference := f.Panels[2].Series[0].(arrayCells)
	for _, row := range difference.values {
		for _, v := range row {
			if difference.scale.step(v) != 0 {
				t.Errorf("%v has a colour", v)
			}
		}
	}
	if f.Panels[2].Notice != "no difference" || !strings.Contains(f.Subtitle, "the tolerance, 10⁻⁶") {
		t.Errorf("notice %q, subtitle %q", f.Panels[2].Notice, f.Subtitle)
	}
	for _, p := range f.Panels[3:] {
		if p.X.Label != "up to ±4, for all" {
			t.Errorf("a scale is %q", p.X.Label)
		}
	}
}

func TestYoursAndReferenceShareAScaleAndTheDifferenceHasItsOwn(t *testing.T) {
	f := compared(t, GradientComparison{Name: "g", Array: "dW", Shape: []int{2, 2}, Given: []float64{1, -2, 3, 8}, Expected: []float64{1, -2, 3, 4}, Tolerance: 1e-6, Factor: -0.1})
	for i, want := range []float64{8, 8, 4} {
		if got := f.Panels[i].Series[0].(arrayCells).scale.limit; got != want {
			t.Errorf("panel %d: the scale goes to %v, want %v", i, got, want)
		}
		if bar := f.Panels[i+3]; bar.Series[0].(scaleBar).scale != f.Panels[i].Series[0].(arrayCells).scale {
			t.Errorf("the bar below panel %d has another scale", i)
		}
	}
	if got := f.Panels[1].Title[0].Text; got != "reference × −0.1" {
		t.Errorf("the reference is called %q", got)
	}
	if want := "Heat maps of dW, 2 × 2: yours, the reference, and their difference. 1 of 4 entries differ, most at [1, 1]: yours 8, reference 4."; f.Description != want {
		t.Errorf("%q, want %q", f.Description, want)
	}
}

func TestWhatIsNotFiniteIsInTheLegendAndCounted(t *testing.T) {
	g := GradientComparison{Name: "g", Array: "dW", Shape: []int{2, 2}, Given: []float64{math.NaN(), math.Inf(1), 3, 4}, Expected: []float64{1, 2, 3, 4}, Tolerance: 1e-6}
	f := compared(t, g)
	if len(f.Legend) != 1 || f.Legend[0].Marker.Fill != f.Theme.Wrong || !strings.Contains(strings.Join(f.Footnotes, ""), "NaN or infinite: 2 entries.") || !strings.HasPrefix(f.Subtitle, "2 of 4 entries") {
		t.Errorf("legend %+v, %q, %q", f.Legend, f.Footnotes, f.Subtitle)
	}
	viztest.DrawBoth(t, f)
	g.Given = g.Expected
	if f := compared(t, g); len(f.Legend) != 0 {
		t.Error("a legend of what is not there")
	}
}

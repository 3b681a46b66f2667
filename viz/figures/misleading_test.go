package figures

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"actscope/viz"
	"actscope/viz/internal/viztest"
)

// misleading are figures of the kinds that could say what is not so, each under the name of its golden picture.
func misleading() map[string]viz.Drawing {
	slice := boundaries(2, 60)
	for i := range slice.Nets {
		slice.Nets[i].Predicted = slices.Clone(slice.Labels)
	}
	far := phasePlane(41)
	for i := range far.Grid.X {
		far.Grid.X[i] = 0.25 * math.Pow(300/0.25, float64(i)/40)
		if i > 0 {
			far.Grid.Y[i] = 0.025 * math.Pow(50/0.025, float64(i-1)/39)
		}
	}
	for k := range far.Grid.Z {
		far.Grid.Z[k], far.Diverges[k] = far.Grid.X[k%41]/100/(1+far.Grid.Y[k/41]/50), false
	}
	far.At, far.Chi = viz.Pt(1, 0.1), 0.01
	unbounded := layerMaps()
	unbounded.VarianceLimit, unbounded.CorrelationLimit = math.Inf(1), math.NaN()
	silent := survivals(2, 2, false)
	for _, n := range silent.Nets {
		for _, l := range n.Layers {
			for k := range l.FarRank {
				l.FarRank[k], l.Decoded[k] = math.NaN(), math.NaN()
			}
		}
	}
	return map[string]viz.Drawing{
		"hidden_space_squeezed": squeezed(2, 3), "names_that_begin_alike": alikeNames(), "slice_and_predictions": slice,
		"phase_diagram_far_line": far, "layer_maps_unbounded": unbounded, "survival_of_nothing": silent,
		"losses_of_eight": losses(8, 120), "quantiles_of_eight": quantiles(8, 2), "noticeable_of_eight": noticed(8, 2, 6, false),
	}
}

// squeezed are networks whose layers shrink to a ten-thousandth of the one before.
func squeezed(nets, layers int) HiddenSpace {
	h := space(nets, layers, 4, 40)
	for _, n := range h.Nets {
		for l := range n.Layers {
			layer := &n.Layers[l]
			for i, v := range layer.Activations {
				layer.Activations[i] = 0.1*float64(i%layer.Units) + 0.4 + (v-0.5)*math.Pow(1e-2, float64(l))
			}
			layer.Spread = 0.1118
		}
	}
	return h
}

// alikeNames are boundaries of classes whose names begin alike for long.
func alikeNames() DecisionBoundaries {
	d := boundaries(2, 40)
	d.Classes = ClassNames{"Patient with a confirmed diagnosis of type A", "Patient with a confirmed diagnosis of type B"}
	return d
}

// The spread of all activations is that of the points and that of the units' means together.
func TestSpreadOfPointsLeavesOutTheUnits(t *testing.T) {
	l := HiddenLayer{Activations: []float64{0, 10, 2, 12, 4, 14}, Units: 2}
	if got, want := l.pointSpread(), math.Sqrt(8.0/3); math.Abs(got-want) > 1e-15 {
		t.Errorf("%v, want %v", got, want)
	}
	h := squeezed(1, 3)
	f, err := h.Figure(viz.Options{})
	if err != nil {
		t.Fatal(err)
	}
	badge := f.Panels[2].Badge
	if lines := strings.Split(badge, "\n"); len(lines) != 3 || lines[0] != "std 0.1118" || !strings.Contains(lines[1], "×10⁻⁵") || !strings.HasPrefix(lines[2], "zoom ×") {
		t.Errorf("%q", badge)
	}
	if f.Panels[2].Inset == nil || f.Panels[0].Inset.X != f.Panels[2].Inset.X {
		t.Error("no common scale")
	}
}

func TestNamesThatBeginAlikeAreToldApartAndGivenInFull(t *testing.T) {
	d := alikeNames()
	a, b := d.Classes.Phrase(0), d.Classes.Phrase(1)
	if a == b || !strings.HasSuffix(a, "type A") || !strings.HasSuffix(b, "type B") {
		t.Errorf("%q and %q", a, b)
	}
	if !d.Classes.Shortened() || (ClassNames{"a", "b"}).Shortened() {
		t.Error("does not say whether names are shortened")
	}
	f, err := d.Figure(viz.Options{Width: 600})
	if err != nil {
		t.Fatal(err)
	}
	doc := viztest.SVG(t, f)
	for _, name := range d.Classes {
		if !strings.Contains(doc, "<g><title>"+name+"</title>") {
			t.Errorf("the SVG does not give %q in full", name)
		}
	}
	if strings.Count(doc, "<g>")+strings.Count(doc, "<g ") != strings.Count(doc, "</g>") || strings.Contains(doc, "hover-") {
		t.Error("groups do not match")
	}
}

// Of what is not drawn nothing is said, and no axis has room for it.
func TestNothingIsNamedThatIsNotDrawn(t *testing.T) {
	figure := func(d viz.Drawing) *viz.Figure {
		f, err := d.Figure(viz.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	many := quantiles(8, 2)
	for _, c := range many.Signals {
		for _, b := range c.Bands {
			b.Quantiles[4][0], b.Quantiles[0][0] = 1e9, 1e-9
		}
	}
	f := figure(many)
	if strings.Contains(f.Subtitle, "95 %") || strings.Contains(f.Subtitle, "Marks") {
		t.Errorf("%q", f.Subtitle)
	}
	if p := f.Panels[0].Y.Scale.Position(1e9); p < 1.5 {
		t.Errorf("the axis reaches out to what is not drawn: %v", p)
	}
	all := boundaries(2, 20)
	for _, n := range all.Nets {
		clear(n.Wrong)
	}
	for name, d := range map[string]viz.Drawing{"survival": misleading()["survival_of_nothing"], "noticeable": noticed(2, 2, 0, true)} {
		if f := figure(d); name == "survival" && len(f.Legend) > 0 {
			t.Errorf("%s: a legend of nothing: %v", name, f.Legend)
		}
	}
	if f := figure(all); len(f.Legend) != 2 {
		t.Errorf("a legend of errors where there are none: %v", f.Legend)
	}
	if f := figure(misleading()["layer_maps_unbounded"]); strings.Contains(f.Subtitle, "Dots") || strings.Contains(f.Description, "NaN") || strings.Contains(f.Description, "∞") {
		t.Errorf("%q, %q", f.Subtitle, f.Description)
	}
	for theme, want := range map[string]string{"default": "darker", "article": "darker", "dark": "lighter"} {
		th, _ := viz.ThemeNamed(theme)
		f, err := norms(1, 3, 5).Figure(viz.Options{Theme: th})
		if err != nil || !strings.Contains(f.Subtitle, "The "+want+" a line") {
			t.Errorf("%s: %q, %v", theme, f.Subtitle, err)
		}
	}
}

// A point is framed where the plane says another class than the network says of it.
func TestPointsOffTheSliceAreThoseThatArePredictedOtherwise(t *testing.T) {
	d := misleading()["slice_and_predictions"].(DecisionBoundaries)
	n := d.Nets[0]
	want := 0
	for i, class := range n.Predicted {
		said, ok := d.saidAt(n, viz.Pt(d.Points[2*i], d.Points[2*i+1]))
		if ok && said != class {
			want++
		}
	}
	if got := len(d.offSlice(n)); got != want || got == 0 {
		t.Errorf("%d framed, want %d", got, want)
	}
	if n.Predicted = nil; len(d.offSlice(n)) != 0 {
		t.Error("points in the plane itself are framed")
	}
}

func TestManyNetworksAreToldApartWithoutColours(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range NetworkStyles(viz.DefaultTheme(), eight) {
		key := fmt.Sprint(s.Dash)
		if seen[key] || s.Dash == nil {
			t.Errorf("two lines are dashed alike: %q", key)
		}
		seen[key] = true
	}
	for _, s := range NetworkStyles(viz.DefaultTheme(), eight[:maxSolid]) {
		if s.Dash != nil {
			t.Error("few networks have dashes")
		}
	}
}

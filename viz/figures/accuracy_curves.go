package figures

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/viz"
)

// AccuracyCurves shows how the networks' mean test accuracy depends on what was
// varied, a panel a quantity, beside accuracies that were found before.
type AccuracyCurves struct {
	Panels []AccuracyPanel
	// Subtitle says what the lines are.
	Subtitle string
}

// AccuracyPanel is one quantity.
type AccuracyPanel struct {
	// Title says what else holds, Label names the quantity.
	Title, Label string
	// Values are those of the quantity, ascending; on a logarithmic axis where Log.
	Values []float64
	Log    bool
	Curves []AccuracyCurve
}

// AccuracyCurve is one network's. All slices have a value for each of the panel's
// Values; NaN is none.
type AccuracyCurve struct {
	Network
	Mean, Low, High []float64
	// OneDataset is the mean on one data set, that of the controls; it may be nil.
	OneDataset []float64
	// Controls are accuracies that were found before on that data set; it may be nil.
	Controls []float64
}

// Figure draws the curves.
func (a AccuracyCurves) Figure(o viz.Options) (*viz.Figure, error) {
	if len(a.Panels) == 0 {
		return nil, errors.New("figures: accuracy curves: no quantity is given")
	}
	f := viz.NewFigure(o, "accuracy_curves", "What training longer, faster or deeper does to the test accuracy")
	f.Subtitle = a.Subtitle
	f.Columns = min(len(a.Panels), 2)
	f.ShareY = true
	f.Legend = curveKeys(f.Theme, a.Panels)
	least := 1.0
	for _, p := range a.Panels {
		if len(p.Values) == 0 {
			return nil, fmt.Errorf("figures: accuracy curves: %s has no values", p.Label)
		}
		for _, c := range p.Curves {
			for _, values := range [][]float64{c.Mean, c.Low, c.High, c.OneDataset, c.Controls} {
				if optional := values == nil && c.Mean != nil; !optional && len(values) != len(p.Values) {
					return nil, fmt.Errorf("figures: accuracy curves: %s has %d values at %d places of %s", c.DisplayName(), len(values), len(p.Values), p.Label)
				}
				for _, v := range values {
					if finite(v) {
						least = min(least, v)
					}
				}
			}
		}
	}
	y := viz.Axis{Label: "test accuracy", Scale: viz.Linear(max(0, math.Floor(20*least-0.3)/20), 1.0), Grid: true}
	var facts []string
	for _, p := range a.Panels {
		panel := p.draw(f.Theme)
		panel.Y = y
		f.Panels = append(f.Panels, panel)
		facts = append(facts, p.describe())
	}
	f.Description = "Lines with bands. " + strings.Join(facts, " ")
	return f, nil
}

func (p AccuracyPanel) draw(t viz.Theme) *viz.Panel {
	panel := &viz.Panel{Title: []viz.Span{{Text: p.Title, Bold: true}}, X: viz.Axis{Label: p.Label}, Aspect: 0.62}
	for _, v := range p.Values {
		panel.X.Ticks = append(panel.X.Ticks, viz.Tick{Value: v, Label: shortNumber(v)})
	}
	if first, last := p.Values[0], p.Values[len(p.Values)-1]; p.Log {
		panel.X.Scale = viz.Log(first/1.15, last*1.15)
	} else {
		panel.X.Scale = viz.LinearAround(first, last, 0.06)
	}
	points := func(y []float64) []viz.Point {
		ps, _ := viz.Points(p.Values, y) // lengths have been checked
		return ps
	}
	var bands, ones, means, controls []viz.Series
	for i, style := range NetworkStyles(t, networks(p.Curves)) {
		c := p.Curves[i]
		bands = append(bands, viz.Band{X: p.Values, Low: c.Low, High: c.High, Fill: viz.Fade(style.Color, 0.22)})
		means = append(means, viz.Line{
			Points: points(c.Mean), Stroke: viz.Stroke{Color: style.Color, Width: 2.2},
			Marker: viz.Marker{Shape: style.Shape, Radius: 3.6, Fill: style.Color, Edge: t.Rim, EdgeWidth: 1},
		})
		if c.OneDataset != nil {
			ones = append(ones, viz.Line{Points: points(c.OneDataset), Stroke: viz.Stroke{Color: style.Color, Width: 1.2, Dash: []float64{3, 3}}})
		}
		if c.Controls != nil {
			controls = append(controls, viz.Scatter{Points: points(c.Controls), Marker: controlMarker(style.Color)})
		}
	}
	panel.Series = slices.Concat(bands, ones, means, controls)
	return panel
}

// controlMarker rings an accuracy that was found before.
func controlMarker(c viz.Color) viz.Marker {
	return viz.Marker{Shape: viz.Ring, Radius: 7, Edge: c, EdgeWidth: 1.6}
}

// curveKeys explain the lines, and the signs that any panel has.
func curveKeys(t viz.Theme, panels []AccuracyPanel) []viz.Key {
	keys := lineKeys(t, networks(panels[0].Curves), 2.2)
	has := func(values func(AccuracyCurve) []float64) bool {
		return slices.ContainsFunc(panels, func(p AccuracyPanel) bool {
			return slices.ContainsFunc(p.Curves, func(c AccuracyCurve) bool { return values(c) != nil })
		})
	}
	if has(func(c AccuracyCurve) []float64 { return c.OneDataset }) {
		keys = append(keys, viz.Key{Text: "the article's data alone", Line: viz.Stroke{Color: t.Muted, Width: 1.2, Dash: []float64{3, 3}}})
	}
	if has(func(c AccuracyCurve) []float64 { return c.Controls }) {
		keys = append(keys, viz.Key{Text: "found before, on that data", Marker: controlMarker(t.Muted)})
	}
	return keys
}

// describe says where the lines begin and end.
func (p AccuracyPanel) describe() string {
	var parts []string
	last := len(p.Values) - 1
	for _, c := range p.Curves {
		parts = append(parts, fmt.Sprintf("%s %s at %s and %s at %s", c.DisplayName(), viz.Num(c.Mean[0], 3), shortNumber(p.Values[0]), viz.Num(c.Mean[last], 3), shortNumber(p.Values[last])))
	}
	return fmt.Sprintf("Against %s (%s): %s.", p.Label, p.Title, strings.Join(parts, "; "))
}

func shortNumber(v float64) string { return viz.Num(v, 6) }

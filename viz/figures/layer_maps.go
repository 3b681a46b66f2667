package figures

import (
	"errors"
	"fmt"
	"slices"

	"actscope/viz"
)

// LayerMaps shows the two maps from one layer to the next in wide networks: of the
// variance of the pre-activations, and of the correlation of two inputs. Where a map
// crosses the diagonal it has a fixed point.
type LayerMaps struct {
	Network
	Setting string // a sentence that says of which networks
	// Variance and NextVariance are the first map, Layers the variances of layer 1, 2,
	// .., which are drawn as a staircase.
	Variance, NextVariance, Layers []float64
	// Correlation and NextCorrelation are the second map, at the variance At.
	Correlation, NextCorrelation []float64
	At                           float64
	// VarianceLimit and CorrelationLimit are where depth leads, NaN for nowhere.
	VarianceLimit, CorrelationLimit float64
}

// Figure draws both maps.
func (d LayerMaps) Figure(o viz.Options) (*viz.Figure, error) {
	f := viz.NewFigure(o, "layer_maps", "What one layer does to variance and correlation — "+d.DisplayName())
	f.Subtitle = d.Setting + " Dots: where depth leads."
	f.Columns = 2
	t := f.Theme
	color := NetworkStyles(t, []Network{d.Network})[0].Color
	variance, err := viz.Points(d.Variance, d.NextVariance)
	if err != nil {
		return nil, fmt.Errorf("figures: layer maps: %w", err)
	}
	correlation, err := viz.Points(d.Correlation, d.NextCorrelation)
	if err != nil {
		return nil, fmt.Errorf("figures: layer maps: %w", err)
	}
	if len(variance) < 2 || len(correlation) < 2 {
		return nil, errors.New("figures: layer maps: each map needs two points")
	}
	panel := func(title, here, next string, curve []viz.Point, stairs []float64, limit float64) *viz.Panel {
		first, last := curve[0].X, curve[len(curve)-1].X
		p := &viz.Panel{
			Title: []viz.Span{{Text: title, Bold: true}}, Equal: true, Aspect: 1,
			X: viz.Axis{Label: here, Scale: viz.Linear(first, last)}, Y: viz.Axis{Label: next, Scale: viz.Linear(first, last), Grid: true},
			Series: []viz.Series{
				viz.Line{Points: []viz.Point{viz.Pt(first, first), viz.Pt(last, last)}, Stroke: viz.Stroke{Color: t.Muted, Width: 1.2, Dash: []float64{5, 4}}},
				viz.Line{Points: curve, Stroke: viz.Stroke{Color: color, Width: theoryWidth}},
				viz.Line{Points: staircase(stairs), Stroke: viz.Stroke{Color: t.Text, Width: 1.2}},
			},
		}
		if !slices.ContainsFunc(curve, func(p viz.Point) bool { return finite(p.Y) }) {
			p.Notice = "Not defined here."
		}
		if finite(limit) {
			p.Series = append(p.Series, viz.Scatter{Points: []viz.Point{viz.Pt(limit, limit)}, Marker: viz.Marker{Radius: 5, Fill: t.Text, Edge: t.Rim, EdgeWidth: 1.5}})
		}
		return p
	}
	f.Panels = []*viz.Panel{
		panel("Variance", "In one layer", "In the next", variance, d.Layers, d.VarianceLimit),
		panel("Correlation at variance "+viz.Num(d.At, 3), "In one layer", "In the next", correlation, nil, d.CorrelationLimit),
	}
	f.Legend = []viz.Key{
		{Text: "the map", Line: viz.Stroke{Color: color, Width: theoryWidth}},
		{Text: "the layers in turn", Line: viz.Stroke{Color: t.Text, Width: 1.2}},
		{Text: "no change", Line: viz.Stroke{Color: t.Muted, Width: 1.2, Dash: []float64{5, 4}}},
	}
	f.Description = fmt.Sprintf("Maps of variance and correlation from layer to layer with the diagonal. Depth leads to a variance of %s and a correlation of %s.",
		viz.Num(d.VarianceLimit, 4), viz.Num(d.CorrelationLimit, 4))
	return f, nil
}

// staircase goes from the diagonal to the map and back for each step of a sequence.
func staircase(values []float64) []viz.Point {
	var points []viz.Point
	for i, v := range values {
		if i == 0 {
			points = append(points, viz.Pt(v, 0))
			continue
		}
		points = append(points, viz.Pt(values[i-1], v), viz.Pt(v, v))
	}
	return points
}

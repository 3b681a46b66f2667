package viz

import (
	"errors"
	"fmt"
	"slices"
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
func (d LayerMaps) Figure(o Options) (*Figure, error) {
	f := o.figure("layer_maps", "What one layer does to variance and correlation — "+d.label())
	f.Subtitle = d.Setting + " Dots: where depth leads."
	f.Columns = 2
	t := f.Theme
	color := t.NetworkStyles([]Network{d.Network})[0].Color
	variance, err := Points(d.Variance, d.NextVariance)
	if err != nil {
		return nil, err
	}
	correlation, err := Points(d.Correlation, d.NextCorrelation)
	if err != nil {
		return nil, err
	}
	if len(variance) < 2 || len(correlation) < 2 {
		return nil, errors.New("viz: layer maps of fewer than two points")
	}
	panel := func(title, here, next string, curve []Point, stairs []float64, limit float64) *Panel {
		first, last := curve[0].X, curve[len(curve)-1].X
		p := &Panel{
			Title: []Span{{Text: title, Bold: true}}, Equal: true, Aspect: 1,
			X: Axis{Label: here, Scale: Linear(first, last)}, Y: Axis{Label: next, Scale: Linear(first, last), Grid: true},
			Series: []Series{
				Line{Points: []Point{{first, first}, {last, last}}, Stroke: Stroke{Color: t.Muted, Width: 1.2, Dash: []float64{5, 4}}},
				Line{Points: curve, Stroke: Stroke{Color: color, Width: theoryWidth}},
				Line{Points: staircase(stairs), Stroke: Stroke{Color: t.Text, Width: 1.2}},
			},
		}
		if !slices.ContainsFunc(curve, func(p Point) bool { return finite(p.Y) }) {
			p.Notice = "Not defined here."
		}
		if finite(limit) {
			p.Series = append(p.Series, Scatter{Points: []Point{{limit, limit}}, Marker: Marker{Radius: 5, Fill: t.Text, Edge: t.Rim, EdgeWidth: 1.5}})
		}
		return p
	}
	f.Panels = []*Panel{
		panel("Variance", "In one layer", "In the next", variance, d.Layers, d.VarianceLimit),
		panel("Correlation at variance "+Num(d.At, 3), "In one layer", "In the next", correlation, nil, d.CorrelationLimit),
	}
	f.Legend = []Key{
		{Text: "the map", Line: Stroke{Color: color, Width: theoryWidth}},
		{Text: "the layers in turn", Line: Stroke{Color: t.Text, Width: 1.2}},
		{Text: "no change", Line: Stroke{Color: t.Muted, Width: 1.2, Dash: []float64{5, 4}}},
	}
	f.Description = fmt.Sprintf("Maps of variance and correlation from layer to layer with the diagonal. Depth leads to a variance of %s and a correlation of %s.",
		Num(d.VarianceLimit, 4), Num(d.CorrelationLimit, 4))
	return f, nil
}

// staircase goes from the diagonal to the map and back for each step of a sequence.
func staircase(values []float64) []Point {
	var points []Point
	for i, v := range values {
		if i == 0 {
			points = append(points, Point{v, 0})
			continue
		}
		points = append(points, Point{values[i-1], v}, Point{v, v})
	}
	return points
}

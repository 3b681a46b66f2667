package figures

import (
	"errors"
	"fmt"
	"slices"
	"sort"

	"actscope/viz"
)

// Survival shows what of the points' distances to the decision boundary can still be read from
// the layers through noise: a row of panels a hidden layer, a line a network.
type Survival struct {
	// Noise are the levels, ascending, in deviations of a layer's units.
	Noise []float64
	Nets  []SurvivalLayers
}

// SurvivalLayers are the hidden layers of one network.
type SurvivalLayers struct {
	Network
	Layers []SurvivingLayer
}

// SurvivingLayer has a value for each level, NaN for none.
type SurvivingLayer struct {
	// FarRank is the rank correlation of what is read with the distance among the far points,
	// Decoded the share of the distances' variance that is recovered.
	FarRank, Decoded []float64
}

const (
	// maxSurvivalLayers is how many layers have room.
	maxSurvivalLayers = 3
	// leastSurvival is the least value that is drawn: readers worse than the mean are not told
	// apart.
	leastSurvival = -0.25
)

func (d Survival) Figure(o viz.Options) (*viz.Figure, error) {
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("figures: survival: %w", err)
	}
	f := viz.NewFigure(o, "survival", "What of the distance survives noise")
	f.Subtitle = "What linear readers find in a hidden layer whose every unit is disturbed by Gaussian noise. " +
		"Left: are far points kept apart? Right: is the distance known at all?"
	nets := networks(d.Nets)
	f.Legend, f.Columns, f.ShareX, f.ShareY = markedKeys(f.Theme, nets, 2), 2, true, true
	layers := 0
	for _, n := range d.Nets {
		layers = max(layers, len(n.Layers))
	}
	shown := pickLayers(layers, maxSurvivalLayers)
	below, gaps, anyDrawn := false, false, false
	for _, l := range shown {
		for _, reading := range []struct {
			title string
			of    func(SurvivingLayer) []float64
		}{
			{"order of the far half", func(s SurvivingLayer) []float64 { return s.FarRank }},
			{"distance recovered (R²)", func(s SurvivingLayer) []float64 { return s.Decoded }},
		} {
			p := &viz.Panel{
				Title:  []viz.Span{{Text: fmt.Sprintf("Layer %d", l+1), Bold: true}, {Text: " — " + reading.title, Color: f.Theme.Muted}},
				X:      viz.Axis{Label: "Noise, in deviations of the layer", Scale: viz.Categories(d.levels()...)},
				Y:      viz.Axis{Scale: viz.Linear(0, 1.04), Grid: true},
				Aspect: 0.62,
			}
			here := false
			for i, style := range NetworkStyles(f.Theme, nets) {
				if l >= len(d.Nets[i].Layers) {
					continue
				}
				measured := reading.of(d.Nets[i].Layers[l])
				values := slices.Clone(measured)
				for k, v := range values {
					values[k] = max(v, leastSurvival)
					below, gaps = below || v < leastSurvival, gaps || !finite(v)
				}
				drawn := slices.ContainsFunc(values, finite)
				anyDrawn, here = anyDrawn || drawn, here || drawn
				line := viz.Line{
					Name:   d.Nets[i].DisplayName(),
					Points: pointsFrom(0, values), Stroke: style.line(2),
					Marker: viz.Marker{Shape: style.Shape, Radius: 3.5, Fill: style.Color, Edge: f.Theme.Rim, EdgeWidth: 1},
				}
				p.Series = append(p.Series, viz.Restated{Series: line, As: viz.Line{Name: line.Name, Points: pointsFrom(0, measured)}.Numbers()})
			}
			if !here {
				p.Notice = "Not defined here."
			}
			f.Panels = append(f.Panels, p)
		}
	}
	if low := d.least(shown); low < 0 {
		for _, p := range f.Panels {
			p.Y.Scale = viz.Linear(max(low, leastSurvival)-0.02, 1.04)
		}
	}
	if !anyDrawn {
		f.Legend = nil
	}
	f.Footnotes = omission(len(shown), layers, "hidden layers")
	if below {
		f.Footnotes = append(f.Footnotes, "Lines end at "+viz.Num(leastSurvival, 2)+" where readers are worse than that.")
	}
	if gaps {
		f.Footnotes = append(f.Footnotes, "Gaps: not defined, as of constant layers and without a boundary.")
	}
	f.Description = d.describe()
	return f, nil
}

func (d Survival) check() error {
	if len(d.Nets) == 0 || len(d.Noise) == 0 {
		return errors.New("no network, no hidden layer or no noise is given")
	}
	for _, n := range d.Nets {
		if len(n.Layers) == 0 {
			return errors.New("no network, no hidden layer or no noise is given")
		}
		for i, l := range n.Layers {
			if len(l.FarRank) != len(d.Noise) || len(l.Decoded) != len(d.Noise) {
				return fmt.Errorf("layer %d of %s has %d ranks and %d shares for %d levels of noise", i+1, n.DisplayName(), len(l.FarRank), len(l.Decoded), len(d.Noise))
			}
		}
	}
	return nil
}

// levels are the names of the levels.
func (d Survival) levels() []string {
	names := make([]string, len(d.Noise))
	for i, v := range d.Noise {
		if names[i] = viz.Num(v, 3); v == 0 {
			names[i] = "none"
		}
	}
	return names
}

// least is the least value of some layers.
func (d Survival) least(layers []int) float64 {
	var values []float64
	for _, n := range d.Nets {
		for _, l := range layers[:sort.SearchInts(layers, len(n.Layers))] {
			values = slices.Concat(values, n.Layers[l].FarRank, n.Layers[l].Decoded)
		}
	}
	low, _ := finiteRange(values...)
	return low
}

// describe says where the lines of the last layer begin and end.
func (d Survival) describe() string {
	last, levels := len(d.Noise)-1, d.levels()
	var ends []string
	for _, n := range d.Nets {
		l := n.Layers[len(n.Layers)-1]
		ends = append(ends, fmt.Sprintf("%s %s and %s", n.DisplayName(), valueOrNone(l.FarRank[0]), valueOrNone(l.FarRank[last])))
	}
	return fmt.Sprintf("Lines of what is read of the distance against noise. Rank correlation among the far half in the last hidden layer, at noise %s and %s: %s.", levels[0], levels[last], list(ends))
}

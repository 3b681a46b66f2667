package viz

import (
	"errors"
	"fmt"
)

// SignalTrace follows single samples through the layers of each network.
type SignalTrace struct {
	Samples []TracedSample // one panel each
}

// TracedSample is one sample as all networks see it.
type TracedSample struct {
	Class  int    // the sample's label
	Detail string // such as "deep in its moon"; may be empty
	Traces []Trace
}

// Trace is one network's mean |signal| over the units at z₁, a₁, z₂, a₂, .. and at
// last the output's z: 2L-1 values for L layers.
type Trace struct {
	Network
	Values []float64
}

// Figure draws one panel a sample.
func (s SignalTrace) Figure(o Options) (*Figure, error) {
	if len(s.Samples) == 0 {
		return nil, errors.New("viz: a signal trace of no sample")
	}
	f := o.figure("signal_trace", "Layer-by-layer signal magnitude — a point far from the boundary")
	f.Subtitle = "Mean |signal| over the units of each stage."
	f.ShareY = true
	var all Extent
	stages := 0
	for _, sample := range s.Samples {
		for _, t := range sample.Traces {
			if len(t.Values)%2 == 0 {
				return nil, fmt.Errorf("viz: the trace of %s has %d values: 2L-1 are expected for L layers", t.label(), len(t.Values))
			}
			stages = max(stages, len(t.Values))
			for _, v := range t.Values {
				if v > 0 {
					all = all.IncludeY(v)
				}
			}
		}
	}
	x := Categories(stageNames((stages + 1) / 2)...)
	y := Log(all.YMin/1.5, all.YMax*1.6)
	for _, sample := range s.Samples {
		p := &Panel{
			Title: []Span{{Text: fmt.Sprintf("Class %d", sample.Class), Bold: true}, {Text: " sample", Color: f.Theme.Muted}},
			X:     Axis{Scale: x}, Y: Axis{Label: "Mean |activation|, log scale", Scale: y, Grid: true}, Aspect: 0.8,
		}
		nets := make([]Network, len(sample.Traces))
		for i, t := range sample.Traces {
			nets[i] = t.Network
		}
		labels := ValueLabels{Text: func(v float64) string { return Fixed(v, 3) }, Clear: 5}
		f.Legend = nil
		for i, style := range f.Theme.NetworkStyles(nets) {
			var ps []Point
			for j, v := range sample.Traces[i].Values {
				ps = append(ps, Point{float64(j), v})
			}
			m := Marker{Shape: style.Shape, Radius: 5, Fill: style.Color, Edge: f.Theme.Rim, EdgeWidth: 0.8}
			p.Series = append(p.Series, Line{Points: ps, Stroke: Stroke{Color: style.Color, Width: 2}, Marker: m})
			labels.Lines, labels.Colors = append(labels.Lines, ps), append(labels.Colors, style.Color)
			f.Legend = append(f.Legend, Key{Text: nets[i].label(), Marker: m, Line: Stroke{Color: style.Color, Width: 2}})
		}
		p.Series = append(p.Series, labels)
		f.Panels = append(f.Panels, p)
	}
	return f, nil
}

// stageNames are the stages of a network of L layers: z₁ (pre), a₁ (post), .., z_L (out).
func stageNames(layers int) []string {
	var names []string
	for l := 1; l < layers; l++ {
		names = append(names, "z"+Subscript(l)+" (pre)", "a"+Subscript(l)+" (post)")
	}
	return append(names, "z"+Subscript(max(layers, 1))+" (out)")
}

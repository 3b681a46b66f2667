package viz

import (
	"errors"
	"fmt"
	"math"
	"slices"
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

const (
	fewStages = 7  // up to here panels stand side by side
	allStages = 13 // up to here stages have their long names, and every value is written
	fewTraces = 3  // up to here every value is written
)

// Figure draws one panel a sample.
func (s SignalTrace) Figure(o Options) (*Figure, error) {
	stages, nets, err := s.check()
	if err != nil {
		return nil, fmt.Errorf("viz: signal trace: %w", err)
	}
	f := o.figure("signal_trace", "Layer-by-layer signal magnitude — a point far from the boundary")
	f.Subtitle = "Mean |signal| over the units of each stage; all panels share the axis."
	f.ShareX, f.ShareY = true, true
	f.Columns = min(len(s.Samples), 2)
	aspect := 0.85
	if stages > fewStages {
		f.Columns, aspect = 1, 0.36
	}
	x := Axis{Scale: Categories(stageNames((stages+1)/2, stages <= allStages)...)}
	if stages > allStages {
		x.Label = "z: before the activation, a: after it"
	}
	y, notes := s.signalAxis()
	f.Footnotes = notes
	styles := f.Theme.NetworkStyles(nets)
	for _, sample := range s.Samples {
		p := sample.panel(f.Theme, styles, stages)
		p.X, p.Y, p.Aspect = x, y, aspect
		f.Panels = append(f.Panels, p)
	}
	var labels []string
	for i, n := range nets {
		f.Legend = append(f.Legend, Key{Text: n.label(), Marker: traceMarker(f.Theme, styles[i], 5), Line: Stroke{Color: styles[i].Color, Width: 2}})
		labels = append(labels, n.label())
	}
	f.Description = fmt.Sprintf("Line chart of the mean signal at %s of %s, for %s.", count(stages, "stage"), list(labels), count(len(s.Samples), "sample"))
	return f, nil
}

// check counts the stages and wants the same networks in every panel.
func (s SignalTrace) check() (stages int, nets []Network, err error) {
	if len(s.Samples) == 0 || len(s.Samples[0].Traces) == 0 {
		return 0, nil, errors.New("there is no sample or no network")
	}
	for _, t := range s.Samples[0].Traces {
		nets = append(nets, t.Network)
	}
	for _, sample := range s.Samples {
		if !slices.EqualFunc(sample.Traces, nets, func(t Trace, n Network) bool { return t.Network == n }) {
			return 0, nil, errors.New("the samples are traced through different networks")
		}
		for _, t := range sample.Traces {
			if len(t.Values)%2 == 0 {
				return 0, nil, fmt.Errorf("the trace of %s has %d values; for L layers there are 2L-1", t.label(), len(t.Values))
			}
			stages = max(stages, len(t.Values))
		}
	}
	return stages, nets, nil
}

// signalAxis is logarithmic where the values span decades; then zero gets a shelf of its own.
func (s SignalTrace) signalAxis() (Axis, []string) {
	var values []float64
	for _, sample := range s.Samples {
		for _, t := range sample.Traces {
			values = append(values, t.Values...)
		}
	}
	return magnitudeAxis("Mean |activation|", values)
}

func (sample TracedSample) panel(t Theme, styles []NetworkStyle, stages int) *Panel {
	p := &Panel{Title: []Span{{Text: fmt.Sprintf("Class %d", sample.Class), Bold: true}, {Text: " sample", Color: t.Muted}}}
	if sample.Detail != "" {
		p.Title[1].Text += " (" + sample.Detail + ")"
	}
	radius := min(5, max(2, 60/float64(stages)))
	labels := ValueLabels{Text: shortValue, Clear: radius}
	var ends EndLabels
	for i, style := range styles {
		trace := sample.Traces[i]
		ps := make([]Point, len(trace.Values))
		for j, v := range trace.Values {
			ps[j] = Point{float64(j), v}
		}
		p.Series = append(p.Series, Line{Points: ps, Stroke: Stroke{Color: style.Color, Width: 2}, Marker: traceMarker(t, style, radius)})
		labels.Lines, labels.Colors = append(labels.Lines, ps), append(labels.Colors, style.Color)
		last := len(ps) - 1
		ends = append(ends, EndLabel{At: ps[last], Color: style.Color, Name: trace.label(), Value: shortValue(trace.Values[last])})
	}
	if stages <= allStages && len(styles) <= fewTraces {
		p.Series = append(p.Series, labels)
	} else {
		p.Series = append(p.Series, ends)
	}
	return p
}

func traceMarker(t Theme, style NetworkStyle, radius float64) Marker {
	return Marker{Shape: style.Shape, Radius: radius, Fill: style.Color, Edge: t.Rim, EdgeWidth: 0.8}
}

// shortValue has three decimals where they say something.
func shortValue(v float64) string {
	if a := math.Abs(v); v == 0 || a < 0.01 || a >= 1000 {
		return Num(v, 3)
	}
	return Fixed(v, 3)
}

// stageNames are the stages of a network of L layers: z₁ (pre), a₁ (post), .., z_L (out).
func stageNames(layers int, long bool) []string {
	pre, post, out := "", "", ""
	if long {
		pre, post, out = " (pre)", " (post)", " (out)"
	}
	var names []string
	for l := 1; l < layers; l++ {
		names = append(names, "z"+Subscript(l)+pre, "a"+Subscript(l)+post)
	}
	return append(names, "z"+Subscript(max(layers, 1))+out)
}

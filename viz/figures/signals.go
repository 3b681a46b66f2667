package figures

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"actscope/viz"
)

// SignalTrace follows single samples through the layers of each network.
type SignalTrace struct {
	Samples []TracedSample // one panel each; of many some, evenly picked
	Classes ClassNames
}

// TracedSample is one sample as all networks see it.
type TracedSample struct {
	Class  int    // the sample's label
	Name   string // what it is, where it has no class
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
	maxStagesBeside     = 7  // up to here panels stand side by side
	maxStagesWithValues = 13 // up to here every value is written
	maxTracesWithValues = 3  // up to here every value is written
	maxSignalPanels     = 6  // classes shown of more
)

func (s SignalTrace) Figure(o viz.Options) (*viz.Figure, error) {
	stages, nets, err := s.check()
	if err != nil {
		return nil, fmt.Errorf("figures: signal trace: %w", err)
	}
	f := viz.NewFigure(o, "signal_trace", "Layer-by-layer signal magnitude — a point far from the boundary")
	f.Subtitle = "Mean |signal| over the units of each stage; all panels share the axis."
	styles := NetworkStyles(f.Theme, nets)
	var values []float64
	shown := pickLayers(len(s.Samples), maxSignalPanels)
	for _, i := range shown {
		sample := s.Samples[i]
		f.Panels = append(f.Panels, sample.panel(f.Theme, styles, stages, s.Classes))
		for _, t := range sample.Traces {
			values = append(values, t.Values...)
		}
	}
	written := valuesWritten(stages, len(nets))
	layOutStages(f, stages, written, 0.36, values)
	if written { // else the labels at the ends name the lines
		for i, n := range nets {
			f.Legend = append(f.Legend, viz.Key{Text: n.DisplayName(), Marker: traceMarker(f.Theme, styles[i], 5), Line: styles[i].line(2)})
		}
	}
	f.Footnotes = append(f.Footnotes, omission(len(shown), len(s.Samples), "traced samples")...)
	f.Description = fmt.Sprintf("Line chart of the mean signal at %s of %s, for %s.", count(stages, "stage"), list(displayNames(nets)), count(len(shown), "sample"))
	return f, nil
}

// check counts the stages and wants the same networks in every panel.
func (s SignalTrace) check() (stages int, nets []Network, err error) {
	if len(s.Samples) == 0 || len(s.Samples[0].Traces) == 0 {
		return 0, nil, errors.New("no sample or no network is given")
	}
	nets = networks(s.Samples[0].Traces)
	for _, sample := range s.Samples {
		if !slices.Equal(networks(sample.Traces), nets) {
			return 0, nil, errors.New("the samples are traced through different networks")
		}
		for _, t := range sample.Traces {
			if len(t.Values)%2 == 0 {
				return 0, nil, fmt.Errorf("the trace of %s has %d values; for L layers there are 2L-1", t.DisplayName(), len(t.Values))
			}
			stages = max(stages, len(t.Values))
		}
	}
	return stages, nets, nil
}

// layOutStages gives all panels of a figure one axis of stages and one of the values. Panels of few stages
// stand side by side, if there is room for that; others below each other, with flat as their height over width.
func layOutStages(f *viz.Figure, stages int, beside bool, flat float64, values []float64) {
	f.ShareX, f.ShareY = true, true
	f.Columns = min(len(f.Panels), 2)
	aspect := 0.85
	if stages > maxStagesBeside || !beside {
		f.Columns, aspect = 1, flat
	}
	x := stageAxis(f, stages)
	y, notes := magnitudeAxis("Mean |activation|", values, "every unit is silent (a dead layer)")
	f.Footnotes = notes
	for _, p := range f.Panels {
		p.X, p.Y, p.Aspect = x, y, aspect
	}
}

func (sample TracedSample) panel(t viz.Theme, styles []NetworkStyle, stages int, names ClassNames) *viz.Panel {
	p := &viz.Panel{Title: []viz.Span{names.heading(sample.Class, sample.Name), {Text: " sample", Color: t.Muted}}}
	if sample.Detail != "" {
		p.Title[1].Text += " (" + sample.Detail + ")"
	}
	radius := traceRadius(stages)
	labels := viz.ValueLabels{Text: shortValue, Clear: radius}
	var ends viz.EndLabels
	for i, style := range styles {
		trace := sample.Traces[i]
		ps := pointsFrom(0, trace.Values)
		p.Series = append(p.Series, viz.Line{Name: trace.DisplayName(), Points: ps, Stroke: style.line(2), Marker: traceMarker(t, style, radius)})
		labels.Lines, labels.Colors = append(labels.Lines, ps), append(labels.Colors, style.Color)
		ends = append(ends, valueAtEnd(trace.Network, ps, style))
	}
	if valuesWritten(stages, len(styles)) {
		p.Series = append(p.Series, labels)
	} else {
		p.Series = append(p.Series, ends)
	}
	return p
}

// valueAtEnd names a line and says its last value.
func valueAtEnd(n Network, line []viz.Point, s NetworkStyle) viz.EndLabel {
	last := line[len(line)-1]
	return viz.EndLabel{At: last, Color: s.Color, Dash: s.Dash, Name: n.DisplayName(), Value: shortValue(last.Y)}
}

// valuesWritten says whether there is room for the value of every point.
func valuesWritten(stages, nets int) bool {
	return stages <= maxStagesWithValues && nets <= maxTracesWithValues
}

func traceMarker(t viz.Theme, style NetworkStyle, radius float64) viz.Marker {
	return viz.Marker{Shape: style.Shape, Radius: radius, Fill: style.Color, Edge: t.Rim, EdgeWidth: 0.8}
}

// traceRadius is that of markers; where they would touch there are none.
func traceRadius(stages int) float64 {
	if stages > 30 {
		return 0
	}
	return min(5, 60/float64(stages))
}

// SignalQuantiles is the [SignalTrace] of the whole test set: at every stage the median over
// the points of a class and bands around it, beside the single traced point.
type SignalQuantiles struct {
	Signals []ClassSignals // one panel each; of many some, evenly picked
	Classes ClassNames
}

// ClassSignals are the test points of one class as all networks see them.
type ClassSignals struct {
	Class  int
	Name   string // which points these are, where they have no class
	Points int    // how many there are
	Bands  []SignalBand
}

// SignalBand is the spread of one network's mean |signal| at the stages z₁, a₁, .., z_L.
type SignalBand struct {
	Network
	// Quantiles holds, stage by stage, the 5, 25, 50, 75 and 95 % quantile over the points.
	Quantiles [5][]float64
	// Single is the trace of one point, the same as in the [SignalTrace]; it may be nil.
	Single []float64
}

func (s SignalQuantiles) Figure(o viz.Options) (*viz.Figure, error) {
	stages, nets, err := s.check()
	if err != nil {
		return nil, fmt.Errorf("figures: signal quantiles: %w", err)
	}
	f := viz.NewFigure(o, "signal_quantiles", "Layer-by-layer signal magnitude — the whole test set")
	f.Subtitle = s.explain(len(nets) <= maxTracesWithValues)
	styles := NetworkStyles(f.Theme, nets)
	var values []float64
	shown := pickLayers(len(s.Signals), maxSignalPanels)
	for _, i := range shown {
		c := s.Signals[i]
		f.Panels = append(f.Panels, c.panel(f.Theme, styles, s.Classes))
		for _, b := range c.Bands {
			if values = slices.Concat(values, b.Quantiles[1], b.Quantiles[3]); len(nets) <= maxTracesWithValues {
				values = slices.Concat(values, b.Quantiles[0], b.Quantiles[4], b.Single)
			}
		}
	}
	layOutStages(f, stages, len(nets) <= maxTracesWithValues, 0.4, values)
	f.Footnotes = append(f.Footnotes, omission(len(shown), len(s.Signals), "classes")...)
	f.Description = fmt.Sprintf("Quantile bands of the mean signal over the test points at %s of %s, one panel a class.", count(stages, "stage"), list(displayNames(nets)))
	if s.Signals[0].Name != "" { // all points together
		f.Description = strings.TrimSuffix(f.Description, ", one panel a class.") + "."
		f.Panels[0].Aspect = 0.5
	}
	return f, nil
}

// explain says what is drawn: of many networks, the wide bands and single points would hide all.
func (s SignalQuantiles) explain(few bool) string {
	drawn := "Median over the points"
	if s.Signals[0].Name == "" {
		drawn += " of a class"
	}
	if !few {
		return drawn + ", and their middle half."
	}
	drawn += ", middle half (dark) and 5 to 95 % (pale)."
	for _, c := range s.Signals {
		if slices.ContainsFunc(c.Bands, func(b SignalBand) bool { return b.Single != nil }) {
			return drawn + " Marks: the single traced point."
		}
	}
	return drawn
}

func (s SignalQuantiles) check() (stages int, nets []Network, err error) {
	if len(s.Signals) == 0 || len(s.Signals[0].Bands) == 0 {
		return 0, nil, errors.New("no class or no network is given")
	}
	nets = networks(s.Signals[0].Bands)
	for _, c := range s.Signals {
		if !slices.Equal(networks(c.Bands), nets) {
			return 0, nil, errors.New("the classes are traced through different networks")
		}
		for _, b := range c.Bands {
			n := len(b.Quantiles[0])
			for _, q := range b.Quantiles {
				if len(q) != n || n%2 == 0 {
					return 0, nil, fmt.Errorf("%s has quantiles of %d stages; for L layers there are 2L-1", b.DisplayName(), len(q))
				}
			}
			if b.Single != nil && len(b.Single) != n {
				return 0, nil, fmt.Errorf("%s has quantiles of %d stages and a trace of %d", b.DisplayName(), n, len(b.Single))
			}
			stages = max(stages, n)
		}
	}
	return stages, nets, nil
}

func (c ClassSignals) panel(t viz.Theme, styles []NetworkStyle, names ClassNames) *viz.Panel {
	p := &viz.Panel{Title: []viz.Span{
		names.heading(c.Class, c.Name),
		{Text: " (" + count(c.Points, "test point") + ")", Color: t.Muted},
	}}
	var bands, medians, singles []viz.Series
	var ends viz.EndLabels
	opacity := 0.25
	if len(c.Bands) > maxTracesWithValues {
		opacity = 0.12
	}
	for i, b := range c.Bands {
		style := styles[i]
		x := numbersFrom(0, len(b.Quantiles[0]))
		few := len(c.Bands) <= maxTracesWithValues
		if few {
			bands = append(bands, viz.Band{Name: b.DisplayName() + ", 5 to 95 %", X: x, Low: b.Quantiles[0], High: b.Quantiles[4], Fill: viz.Fade(style.Color, 0.13)})
		}
		bands = append(bands, viz.Band{Name: b.DisplayName() + ", 25, 50 and 75 %", X: x, Low: b.Quantiles[1], High: b.Quantiles[3], Fill: viz.Fade(style.Color, opacity)})
		median := pointsFrom(0, b.Quantiles[2])
		medians = append(medians, viz.Line{Name: b.DisplayName() + ", 25, 50 and 75 %", Points: median, Stroke: style.line(2.2)})
		if b.Single != nil && few {
			single := pointsFrom(0, b.Single)
			singles = append(singles,
				viz.Line{Name: b.DisplayName() + ", the traced point", Points: single, Stroke: viz.Stroke{Color: style.Color, Width: 1.2, Dash: []float64{4, 3}}},
				viz.Scatter{Name: b.DisplayName() + ", the traced point", Points: single, Marker: traceMarker(t, style, traceRadius(len(single)))})
		}
		ends = append(ends, valueAtEnd(b.Network, median, style))
	}
	p.Series = slices.Concat(bands, medians, singles, []viz.Series{ends})
	return p
}

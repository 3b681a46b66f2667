package figures

import (
	"errors"
	"fmt"
	"slices"

	"actscope/viz"
)

// SignalQuantiles is the [SignalTrace] of the whole test set: at every stage the median over
// the points of a class and bands around it, beside the single traced point.
type SignalQuantiles struct {
	Signals []ClassSignals // one panel each
	Classes ClassNames
}

// ClassSignals are the test points of one class as all networks see them.
type ClassSignals struct {
	Class  int
	Points int // how many there are
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

// Figure draws one panel a class.
func (s SignalQuantiles) Figure(o viz.Options) (*viz.Figure, error) {
	stages, nets, err := s.check()
	if err != nil {
		return nil, fmt.Errorf("figures: signal quantiles: %w", err)
	}
	f := viz.NewFigure(o, "signal_quantiles", "Layer-by-layer signal magnitude — the whole test set")
	f.Subtitle = "Median over the points of a class, middle half (dark) and 5 to 95 % (pale). Marks: the single traced point."
	f.ShareX, f.ShareY = true, true
	f.Columns = min(len(s.Signals), 2)
	aspect := 0.85
	if stages > maxStagesBeside || len(nets) > maxTracesWithValues {
		f.Columns, aspect = 1, 0.4
	}
	var values []float64
	for _, c := range s.Signals {
		for _, b := range c.Bands {
			values = append(append(append(values, b.Quantiles[0]...), b.Quantiles[4]...), b.Single...)
		}
	}
	y, notes := magnitudeAxis("Mean |activation|", values)
	f.Footnotes = notes
	x := stageAxis(f, stages)
	styles := NetworkStyles(f.Theme, nets)
	for _, c := range s.Signals {
		p := c.panel(f.Theme, styles, s.Classes)
		p.X, p.Y, p.Aspect = x, y, aspect
		f.Panels = append(f.Panels, p)
	}
	var labels []string
	for _, n := range nets {
		labels = append(labels, n.DisplayName())
	}
	f.Description = fmt.Sprintf("Quantile bands of the mean signal over the test points at %s of %s, one panel a class.", count(stages, "stage"), list(labels))
	return f, nil
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
		{Text: names.title(c.Class), Bold: true},
		{Text: " (" + count(c.Points, "test point") + ")", Color: t.Muted},
	}}
	var bands, medians, singles []viz.Series
	var ends viz.EndLabels
	for i, b := range c.Bands {
		style := styles[i]
		x := make([]float64, len(b.Quantiles[0]))
		for j := range x {
			x[j] = float64(j)
		}
		if len(c.Bands) <= maxTracesWithValues { // of many, the wide bands would hide all
			bands = append(bands, viz.Band{X: x, Low: b.Quantiles[0], High: b.Quantiles[4], Fill: viz.Fade(style.Color, 0.13)})
		}
		bands = append(bands, viz.Band{X: x, Low: b.Quantiles[1], High: b.Quantiles[3], Fill: viz.Fade(style.Color, 0.25)})
		median := pointsFrom(0, b.Quantiles[2])
		medians = append(medians, viz.Line{Points: median, Stroke: viz.Stroke{Color: style.Color, Width: 2.2}})
		if b.Single != nil {
			single := pointsFrom(0, b.Single)
			singles = append(singles,
				viz.Line{Points: single, Stroke: viz.Stroke{Color: style.Color, Width: 1.2, Dash: []float64{4, 3}}},
				viz.Scatter{Points: single, Marker: traceMarker(t, style, traceRadius(len(single)))})
		}
		ends = append(ends, viz.EndLabel{At: median[len(median)-1], Color: style.Color, Name: b.DisplayName(), Value: shortValue(median[len(median)-1].Y)})
	}
	p.Series = slices.Concat(bands, medians, singles, []viz.Series{ends})
	return p
}

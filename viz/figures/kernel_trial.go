package figures

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"actscope/viz"
)

// KernelTrial sets when networks came to half the loss of the best straight line against what was
// predicted of it before their first step.
type KernelTrial struct {
	// Epochs is how long all were trained at most; +Inf in a measurement stands for longer.
	Epochs      int
	Measured    []float64
	Predictions []Prediction // a panel each
}

// Prediction is one kind of prediction, a number a network.
type Prediction struct {
	// Title is that of the panel, Label that of its axis.
	Title, Label string
	Values       []float64 // +Inf for never
	// Fact is a sentence about the panel.
	Fact string
}

// Figure draws a panel a prediction, with a place for never at the end of an axis.
func (d KernelTrial) Figure(o viz.Options) (*viz.Figure, error) {
	if len(d.Predictions) == 0 || len(d.Measured) == 0 || d.Epochs < 2 {
		return nil, errors.New("figures: kernel trial: no prediction, network or epochs are given")
	}
	f := viz.NewFigure(o, "kernel_trial", "Predicted before the first step, and measured")
	f.Subtitle = fmt.Sprintf("Epochs until %s have half the loss of the best straight line; a dot a network.", count(len(d.Measured), "network"))
	f.Columns = len(d.Predictions)
	f.ShareY = true
	t := f.Theme
	y, yNever := withNever("Measured epochs", d.Measured, float64(d.Epochs))
	var facts []string
	for _, p := range d.Predictions {
		if len(p.Values) != len(d.Measured) {
			return nil, fmt.Errorf("figures: kernel trial: %s has %d predictions for %d networks", p.Title, len(p.Values), len(d.Measured))
		}
		x, xNever := withNever(p.Label, p.Values, float64(d.Epochs))
		var points []viz.Point
		var numbers []viz.Number
		for i, v := range p.Values {
			points = append(points, viz.Pt(min(v, xNever), min(d.Measured[i], yNever)))
			numbers = append(numbers, viz.NumberAt("networks", v, d.Measured[i]))
		}
		f.Panels = append(f.Panels, &viz.Panel{
			Title: []viz.Span{{Text: p.Title, Bold: true}}, X: x, Y: y, Aspect: 0.9,
			Series: []viz.Series{viz.Restated{Series: viz.Scatter{Points: points, Marker: viz.Marker{Radius: 3.2, Fill: t.Text, Edge: t.Rim, EdgeWidth: 0.8}}, As: numbers}},
		})
		facts = append(facts, p.Fact)
	}
	f.Description = strings.Join(facts, " ")
	return f, nil
}

// withNever is a logarithmic axis of epochs whose last place, given too, stands for never.
func withNever(label string, values []float64, epochs float64) (viz.Axis, float64) {
	low, high := finiteRange(append(values, epochs)...)
	if !(low > 0) {
		low = 1
	}
	decades := math.Log10(high / low)
	never := high * math.Pow(10, max(0.12*decades, 0.15))
	room := math.Pow(10, max(0.05*decades, 0.1))
	a := viz.Axis{Label: label + ", log scale", Grid: true, Scale: viz.Log(low/room, never*room)}
	for power := math.Ceil(math.Log10(low)); power <= math.Log10(never)-0.16*decades; power += math.Ceil(max(1, decades/5)) {
		v := math.Pow(10, power)
		a.Ticks = append(a.Ticks, viz.Tick{Value: v, Label: viz.Num(v, 4)})
	}
	a.Ticks = append(a.Ticks, viz.Tick{Value: never, Label: "never"})
	return a, never
}

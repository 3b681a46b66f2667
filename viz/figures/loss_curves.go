package figures

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"actscope/viz"
)

// LossCurves shows how the loss of each network goes down, with its last value at the line's end.
type LossCurves struct {
	LossName string // label of the axis; "" means Binary cross-entropy
	Nets     []LossCurve
}

// LossCurve is one network's loss after epoch 1, 2, ..
type LossCurve struct {
	Network
	History []float64 // may end in NaN or Inf where training diverged
}

// logLossFrom is the ratio of the largest to the smallest loss beyond which the axis
// is logarithmic: the article's losses span a factor of 21.
const logLossFrom = 1000

// Figure draws the curves.
func (l LossCurves) Figure(o viz.Options) (*viz.Figure, error) {
	if len(l.Nets) == 0 {
		return nil, errors.New("figures: loss curves: no network is given")
	}
	f := viz.NewFigure(o, "loss_curves", "Training loss — only the activation differs")
	f.Subtitle = "Mean mini-batch loss of each epoch. Same data, architecture and learning rate."
	if len(l.Nets) == 1 {
		f.Title = "Training loss of the " + l.Nets[0].DisplayName() + " network"
		f.Subtitle = "Mean mini-batch loss of each epoch."
	}
	p := &viz.Panel{X: viz.Axis{Label: "Epoch"}, Y: viz.Axis{Label: "Binary cross-entropy", Grid: true}, Aspect: 0.55}
	if l.LossName != "" {
		p.Y.Label = l.LossName
	}
	var ends viz.EndLabels
	var marks []viz.Series
	var e viz.Extent
	var facts []string
	epochs, least := 1, math.Inf(1)
	for i, style := range NetworkStyles(f.Theme, networks(l.Nets)) {
		n := l.Nets[i]
		if len(n.History) == 0 {
			return nil, fmt.Errorf("figures: loss curves: the history of %s is empty", n.DisplayName())
		}
		epochs = max(epochs, len(n.History))
		for _, v := range n.History {
			if finite(v) {
				least = min(least, v)
			}
		}
		curve := pointsFrom(1, n.History)
		e = e.Union(viz.ExtentOf(curve))
		p.Series = append(p.Series, viz.Line{Points: curve, Stroke: viz.Stroke{Color: style.Color, Width: 1.9}})
		end, value, sign := n.end(style.Color)
		marks = append(marks, viz.Scatter{Points: []viz.Point{end}, Marker: sign})
		ends = append(ends, viz.EndLabel{At: end, Color: style.Color, Name: n.DisplayName(), Value: value})
		facts = append(facts, n.DisplayName()+" "+value)
	}
	p.Series = append(append(p.Series, marks...), ends)
	p.X.Scale = viz.Linear(0, float64(epochs)).Whole()
	switch {
	case math.IsInf(least, 1):
		p.Y.Scale = viz.Linear(0, 1)
		p.Notice = "No loss is a number: training diverged in its first epoch."
	case least > 0 && e.YMax/least > logLossFrom:
		p.Y.Scale = viz.Log(least/1.3, e.YMax*1.3)
		p.Y.Label += ", log scale"
		f.Footnotes = append(f.Footnotes, fmt.Sprintf("The axis is logarithmic, since the losses span %.0f decades.", math.Log10(e.YMax)-math.Log10(least)))
	default:
		p.Y.Scale = viz.Linear(min(0, least*1.03), max(e.YMax*1.03, 1e-300))
	}
	f.Panels = []*viz.Panel{p}
	f.Description = fmt.Sprintf("Line chart of the loss over %s. At the end: %s.", count(epochs, "epoch"), strings.Join(facts, "; "))
	return f, nil
}

// end is the last point that can be shown, what to write there and its sign: a cross where training diverged.
func (n LossCurve) end(c viz.Color) (viz.Point, string, viz.Marker) {
	last := len(n.History) - 1
	if v := n.History[last]; finite(v) {
		value := viz.Fixed(v, 4)
		if math.Abs(v) < 1e-3 || math.Abs(v) >= 1e5 {
			value = viz.Num(v, 4)
		}
		return viz.Pt(float64(last+1), v), "final: " + value, viz.Marker{Radius: 3.5, Fill: c}
	}
	i := last
	for i > 0 && !finite(n.History[i-1]) {
		i--
	}
	value := fmt.Sprintf("%s from epoch %d", viz.Num(n.History[i], 3), i+1)
	if i == 0 {
		return viz.Pt(1, math.NaN()), value, viz.Marker{}
	}
	return viz.Pt(float64(i), n.History[i-1]), value, viz.Marker{Shape: viz.Cross, Radius: 5, Fill: c}
}

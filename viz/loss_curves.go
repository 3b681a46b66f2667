package viz

import (
	"errors"
	"fmt"
	"math"
	"strings"
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

// manyDecades is the ratio of the largest to the smallest loss beyond which the axis
// is logarithmic: the article's losses span a factor of 21.
const manyDecades = 1000

// Figure draws the curves.
func (l LossCurves) Figure(o Options) (*Figure, error) {
	if len(l.Nets) == 0 {
		return nil, errors.New("viz: loss curves of no network")
	}
	f := o.figure("loss_curves", "Training loss — only the activation differs")
	f.Subtitle = "Mean mini-batch loss of each epoch. Same data, architecture and learning rate."
	if len(l.Nets) == 1 {
		f.Title = "Training loss of the " + l.Nets[0].label() + " network"
		f.Subtitle = "Mean mini-batch loss of each epoch."
	}
	p := &Panel{X: Axis{Label: "Epoch"}, Y: Axis{Label: "Binary cross-entropy", Grid: true}, Aspect: 0.55}
	if l.LossName != "" {
		p.Y.Label = l.LossName
	}
	nets := make([]Network, len(l.Nets))
	for i, n := range l.Nets {
		nets[i] = n.Network
	}
	var ends EndLabels
	var marks []Series
	var e Extent
	var said []string
	epochs, least := 1, math.Inf(1)
	for i, style := range f.Theme.NetworkStyles(nets) {
		n := l.Nets[i]
		if len(n.History) == 0 {
			return nil, fmt.Errorf("viz: the loss history of %s is empty", n.label())
		}
		epochs = max(epochs, len(n.History))
		for _, v := range n.History {
			if finite(v) {
				least = min(least, v)
			}
		}
		curve := n.points()
		e = e.Union(ExtentOf(curve))
		p.Series = append(p.Series, Line{Points: curve, Stroke: Stroke{Color: style.Color, Width: 1.9}})
		end, value, sign := n.end(style.Color)
		marks = append(marks, Scatter{Points: []Point{end}, Marker: sign})
		ends = append(ends, EndLabel{At: end, Color: style.Color, Name: n.label(), Value: value})
		said = append(said, n.label()+" "+value)
	}
	p.Series = append(append(p.Series, marks...), ends)
	p.X.Scale = Linear(0, float64(epochs)).Whole()
	switch {
	case math.IsInf(least, 1):
		p.Y.Scale = Linear(0, 1)
		p.Notice = "No loss is a number: training diverged in its first epoch."
	case least > 0 && e.YMax/least > manyDecades:
		p.Y.Scale = Log(least/1.3, e.YMax*1.3)
		p.Y.Label += ", log scale"
		f.Footnotes = append(f.Footnotes, fmt.Sprintf("The axis is logarithmic, since the losses span %.0f decades.", math.Log10(e.YMax)-math.Log10(least)))
	default:
		p.Y.Scale = Linear(min(0, least*1.03), max(e.YMax*1.03, 1e-300))
	}
	f.Panels = []*Panel{p}
	f.Description = fmt.Sprintf("Line chart of the loss over %s. At the end: %s.", count(epochs, "epoch"), strings.Join(said, "; "))
	return f, nil
}

func (n LossCurve) points() []Point {
	ps := make([]Point, len(n.History))
	for i, v := range n.History {
		ps[i] = Point{float64(i + 1), v}
	}
	return ps
}

// end is the last point that can be shown, what to write there and its sign: a cross where training diverged.
func (n LossCurve) end(c Color) (Point, string, Marker) {
	last := len(n.History) - 1
	if v := n.History[last]; finite(v) {
		value := Fixed(v, 4)
		if math.Abs(v) < 1e-3 || math.Abs(v) >= 1e5 {
			value = Num(v, 4)
		}
		return Point{float64(last + 1), v}, "final: " + value, Marker{Radius: 3.5, Fill: c}
	}
	i := last
	for i > 0 && !finite(n.History[i-1]) {
		i--
	}
	value := fmt.Sprintf("%s from epoch %d", Num(n.History[i], 3), i+1)
	if i == 0 {
		return Point{1, math.NaN()}, value, Marker{}
	}
	return Point{float64(i), n.History[i-1]}, value, Marker{Shape: Cross, Radius: 5, Fill: c}
}

package viz

import (
	"errors"
	"fmt"
)

// LossCurves shows how the loss of each network goes down, with its last value at the line's end.
type LossCurves struct {
	LossName string // label of the axis; "" means Binary cross-entropy
	Nets     []LossCurve
}

// LossCurve is one network's loss after epoch 1, 2, ..
type LossCurve struct {
	Network
	History []float64
}

// Figure draws the curves.
func (l LossCurves) Figure(o Options) (*Figure, error) {
	if len(l.Nets) == 0 {
		return nil, errors.New("viz: loss curves of no network")
	}
	f := o.figure("loss_curves", "Training loss — same architecture, same init, same learning rate")
	f.Subtitle = "Only the activation differs. Mean mini-batch loss per epoch."
	nets := make([]Network, len(l.Nets))
	for i, n := range l.Nets {
		nets[i] = n.Network
	}
	p := &Panel{X: Axis{Label: "Epoch"}, Y: Axis{Label: "Binary cross-entropy", Grid: true}, Aspect: 0.55}
	if l.LossName != "" {
		p.Y.Label = l.LossName
	}
	var ends EndLabels
	var e Extent
	for i, style := range f.Theme.NetworkStyles(nets) {
		h := l.Nets[i].History
		if len(h) == 0 {
			return nil, fmt.Errorf("viz: the loss history of %s is empty", nets[i].label())
		}
		ps := make([]Point, len(h))
		for j, v := range h {
			ps[j] = Point{float64(j + 1), v}
		}
		e = e.Union(ExtentOf(ps))
		p.Series = append(p.Series, Line{Points: ps, Stroke: Stroke{Color: style.Color, Width: 2}})
		ends = append(ends, EndLabel{At: ps[len(ps)-1], Color: style.Color, Name: nets[i].label(), Value: "final: " + Fixed(h[len(h)-1], 4)})
	}
	p.Series = append(p.Series, ends)
	p.X.Scale, p.Y.Scale = Linear(0, max(e.XMax, 1)), Linear(min(0, e.YMin), e.YMax*1.03)
	f.Panels = []*Panel{p}
	return f, nil
}

package play

import (
	"context"
	"math"
	"strconv"
	"time"

	"actscope/internal/number"
	"actscope/models/geometry"
)

// layerMeasure is what a layer makes of the test points; null where that is not defined. Kept is the
// rank correlation between the points' distances to the decision boundary and their margins in the layer,
// within the predicted classes: [geometry.Layer].DistanceCorrelation. Of networks that predict numbers it
// is the share of the first number's variance that a linear function of the layer knows.
type layerMeasure struct {
	Stage        string       `json:"stage"`
	Kept         number.Float `json:"kept"`
	Spread       number.Float `json:"spread"`
	Dead         number.Float `json:"dead"`
	Saturated    number.Float `json:"saturated"`
	GradientNorm number.Float `json:"gradient_norm"`
}

// clockwork says when layers are measured again: while training goes on not more often than five times a
// second, nor for more than a tenth of the time.
type clockwork struct {
	next time.Time
}

const (
	leastPause   = 200 * time.Millisecond
	measuredPart = 10
	// longestMeasure is after what time a measurement is given up.
	longestMeasure = time.Second
)

// deadline is a context that has ended from a moment on, without a timer, whose goroutine a page has no
// time for.
type deadline struct {
	context.Context
	now func() time.Time
	at  time.Time
}

func (d deadline) Err() error {
	if err := d.Context.Err(); err != nil {
		return err
	}
	if d.now().After(d.at) {
		return context.DeadlineExceeded
	}
	return nil
}

// measureLayers measures what is not known of the layers that are shown, when it is time to.
func (l *Laboratory) measureLayers(frames []frameNetwork) {
	start := l.now()
	if !l.playing || !start.Before(l.measured.next) {
		for _, n := range l.networks {
			at := n.stamp
			if l.scrubbed >= 0 {
				at = -1 - l.scrubbed
			}
			if n.measuredAt != at || n.layers == nil {
				n.measure(deadline{l.ctx, l.now, l.now().Add(longestMeasure)})
				n.measuredAt = at
			}
		}
		took := l.now().Sub(start)
		l.measured.next = l.now().Add(max(leastPause, measuredPart*took))
	}
	for k, n := range l.networks {
		for i := range n.layers {
			n.layers[i].GradientNorm = number.Float(math.NaN())
			if i < len(n.norms) && l.scrubbed < 0 {
				n.layers[i].GradientNorm = number.Float(n.norms[i])
			}
		}
		frames[k].Layers = append([]layerMeasure{}, n.layers...)
	}
}

// measure measures the network that is shown. What cannot be measured is null.
func (n *network) measure(ctx context.Context) {
	measured := n.slot.viewOf(n.model).measured
	copyState(measured, n.view)
	none := number.Float(math.NaN())
	n.layers = n.layers[:0]
	for i := range n.model.Depth() {
		n.layers = append(n.layers, layerMeasure{stageName(i, n.model.Depth()), none, none, none, none, none})
	}
	train, err := geometry.Observe(ctx, measured, n.data.Train.First(geometry.MeasuredRows(measured.Inputs())))
	if err != nil {
		return
	}
	test, err := geometry.Observe(ctx, measured, n.data.Test)
	if err != nil {
		return
	}
	m, err := geometry.Measure(ctx, measured, train, test)
	if err != nil {
		return
	}
	for i := range n.layers {
		of := m.Layers[i+1]
		n.layers[i].Kept, n.layers[i].Spread = number.Float(of.DistanceCorrelation), number.Float(of.Spread)
		n.layers[i].Dead, n.layers[i].Saturated = number.Float(of.Dead), number.Float(of.Saturated)
		if len(of.TargetDecoded) > 0 {
			n.layers[i].Kept = number.Float(of.TargetDecoded[0])
		}
	}
}

// stageName names a layer as the page does: a1, a2 and so on, and the output's pre-activation.
func stageName(layer, depth int) string {
	if layer == depth-1 {
		return "z" + strconv.Itoa(layer+1)
	}
	return "a" + strconv.Itoa(layer+1)
}

package figures

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/internal/stats"
	"actscope/viz"
)

// LossCurves shows how the loss of each network goes down, with its last value at the line's end.
type LossCurves struct {
	Loss string // what it is; "" means binary cross-entropy
	// Line is the loss of the best straight line, drawn where it is above 0.
	Line float64
	Nets []LossCurve
}

// LossCurve is one network's loss after epoch 1, 2, ..
type LossCurve struct {
	Network
	History []float64 // may end in NaN or Inf where training diverged
	// Test is the loss of the test rows as (epoch, loss), drawn dashed where there is any.
	Test []viz.Point
	// Best is the epoch whose parameters the network has, 0 for the last.
	Best int
}

// testDash tells the loss of test rows from that of training rows.
var testDash = []float64{1.5, 2.5}

// logLossFrom is the ratio of the largest to the smallest loss beyond which the axis
// is logarithmic: the article's losses span a factor of 21.
const logLossFrom = 1000

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
	p := &viz.Panel{X: viz.Axis{Label: "Epoch"}, Y: viz.Axis{Label: cmp.Or(l.Loss, "Binary cross-entropy"), Grid: true}, Aspect: 0.55}
	var ends viz.EndLabels
	var marks []viz.Series
	var facts []string
	epochs, least, largest, tested := 1, math.Inf(1), math.Inf(-1), false
	for i, style := range NetworkStyles(f.Theme, networks(l.Nets)) {
		n := l.Nets[i]
		if len(n.History) == 0 {
			return nil, fmt.Errorf("figures: loss curves: the history of %s is empty", n.DisplayName())
		}
		epochs = max(epochs, len(n.History))
		low, high := finiteRange(n.History...)
		least, largest = min(least, low), max(largest, high)
		p.Series = append(p.Series, viz.Line{Name: n.DisplayName(), Points: pointsFrom(1, n.History), Stroke: style.line(1.9)})
		if len(n.Test) > 0 {
			tested = true
			p.Series = append(p.Series, viz.Line{Name: n.DisplayName() + ", test rows", Points: n.Test, Stroke: viz.Stroke{Color: style.Color, Width: 1.4, Dash: testDash}})
			for _, at := range n.Test {
				if finite(at.Y) {
					least, largest = min(least, at.Y), max(largest, at.Y)
				}
			}
		}
		end, value, sign := n.end(style.Color)
		marks = append(marks, viz.Scatter{Name: n.DisplayName(), Points: []viz.Point{end}, Marker: sign})
		ends = append(ends, viz.EndLabel{At: end, Color: style.Color, Dash: style.Dash, Name: n.DisplayName(), Value: value})
		facts = append(facts, n.DisplayName()+" "+value)
	}
	if finite(l.Line) && l.Line > 0 {
		straight := viz.Stroke{Color: f.Theme.Muted, Width: 1.3, Dash: []float64{9, 4}}
		p.Series = slices.Insert(p.Series, 0, viz.Series(viz.Line{Name: "best straight line", Points: []viz.Point{viz.Pt(0, l.Line), viz.Pt(float64(epochs), l.Line)}, Stroke: straight}))
		f.Legend = []viz.Key{{Text: "best straight line: " + viz.Fixed(l.Line, 4), Line: straight}}
		facts = append(facts, "the best straight line "+viz.Fixed(l.Line, 4))
		least, largest = min(least, l.Line), max(largest, l.Line)
	}
	if tested {
		f.Legend = append([]viz.Key{
			{Text: "training rows", Line: viz.Stroke{Color: f.Theme.Text, Width: 1.9}}, {Text: "test rows", Line: viz.Stroke{Color: f.Theme.Text, Width: 1.4, Dash: testDash}},
		}, f.Legend...)
	}
	p.Series = append(append(p.Series, marks...), ends)
	p.X.Scale = viz.Linear(0, float64(epochs)).Whole()
	switch {
	case math.IsInf(least, 1):
		p.Y.Scale = viz.Linear(0, 1)
		p.Notice = "No loss is a number: training diverged in its first epoch."
	case least > 0 && largest/least > logLossFrom:
		p.Y.Scale = viz.Log(least/1.3, largest*1.3)
		p.Y.Label += ", log scale"
		f.Footnotes = append(f.Footnotes, fmt.Sprintf("The axis is logarithmic, since the losses span %.0f decades.", math.Log10(largest)-math.Log10(least)))
	default:
		p.Y.Scale = viz.Linear(min(0, least*1.03), max(largest*1.03, 1e-300))
	}
	f.Panels = []*viz.Panel{p}
	f.Description = fmt.Sprintf("Line chart of the loss over %s. At the end: %s.", count(epochs, "epoch"), strings.Join(facts, "; "))
	return f, nil
}

// end is the last point that can be shown, what to write there and its sign: a cross where training diverged.
func (n LossCurve) end(c viz.Color) (viz.Point, string, viz.Marker) {
	last, name := len(n.History)-1, "final: "
	if n.Best > 0 && n.Best <= last {
		last, name = n.Best-1, fmt.Sprintf("epoch %d: ", n.Best)
	}
	if v := n.History[last]; finite(v) {
		value := viz.Fixed(v, 4)
		if math.Abs(v) < 1e-3 || math.Abs(v) >= 1e5 {
			value = viz.Num(v, 4)
		}
		return viz.Pt(float64(last+1), v), name + value, viz.Marker{Radius: 3.5, Fill: c}
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

// GradientNorms shows how large the gradient of each layer's weights is during
// training: a panel a network, a line a layer.
type GradientNorms struct {
	Nets []GradientHistory
}

// GradientHistory holds the gradient norms of one network.
type GradientHistory struct {
	Network
	// Norms[l][e] is the Euclidean norm of the gradient of layer l+1's weights in epoch e+1; the last layer is the output.
	Norms [][]float64
}

const (
	maxGradientLabels = 8   // layers named at the lines' ends
	noisyEpochs       = 100 // from here on a running median is drawn as well
	medianWindow      = 25  // its window is this part of the epochs
)

func (g GradientNorms) Figure(o viz.Options) (*viz.Figure, error) {
	if len(g.Nets) == 0 {
		return nil, errors.New("figures: gradient norms: no network is given")
	}
	f := viz.NewFigure(o, "gradient_norms", "Gradient norms during training, layer by layer")
	f.Subtitle = "Euclidean norm of the gradient of each layer's weights. The more a line stands out, the deeper its layer."
	f.Columns = min(len(g.Nets), 2)
	f.ShareX, f.ShareY = true, true
	epochs := 1
	var all []float64
	for _, n := range g.Nets {
		if len(n.Norms) == 0 {
			return nil, fmt.Errorf("figures: gradient norms: %s has no layers", n.DisplayName())
		}
		for l, h := range n.Norms {
			if len(h) == 0 || len(h) != len(n.Norms[0]) {
				return nil, fmt.Errorf("figures: gradient norms: layer %d of %s has %d epochs, layer 1 %d", l+1, n.DisplayName(), len(h), len(n.Norms[0]))
			}
			epochs = max(epochs, len(h))
			all = append(all, h...)
		}
	}
	if slices.ContainsFunc(g.Nets, func(n GradientHistory) bool { return len(n.Norms[0]) >= noisyEpochs }) {
		f.Subtitle += " Strong: running median."
	}
	y, notes := magnitudeAxis("Gradient norm", all, "the layer does not learn")
	f.Footnotes = notes
	var facts []string
	for i, style := range NetworkStyles(f.Theme, networks(g.Nets)) {
		n := g.Nets[i]
		p := n.panel(f.Theme, style.Color)
		p.X, p.Y = viz.Axis{Label: "Epoch", Scale: viz.Linear(0, float64(epochs)).Whole()}, y
		f.Panels = append(f.Panels, p)
		first, last := n.Norms[0], n.Norms[len(n.Norms)-1]
		facts = append(facts, fmt.Sprintf("%s ends at %s in layer 1 and %s in the output layer", n.DisplayName(), viz.Num(first[len(first)-1], 3), viz.Num(last[len(last)-1], 3)))
	}
	f.Description = "Line chart of gradient norms over the epochs, one line a layer: " + strings.Join(facts, "; ") + "."
	return f, nil
}

func (n GradientHistory) panel(t viz.Theme, c viz.Color) *viz.Panel {
	p := &viz.Panel{Title: n.title(c), Aspect: 0.72}
	layers := len(n.Norms)
	named := pickLayers(layers, maxGradientLabels)
	var raw, strong []viz.Series
	var ends viz.EndLabels
	for l, h := range n.Norms {
		name := fmt.Sprintf("layer %d", l+1)
		if l == layers-1 {
			name = "output"
		}
		ps, drawn := pointsFrom(1, h), name
		shade := depthShade(t, c, l, layers)
		if len(ps) >= noisyEpochs {
			raw = append(raw, viz.Line{Name: name, Points: ps, Stroke: viz.Stroke{Color: viz.Fade(shade, 0.25), Width: 1}})
			ps, drawn = runningMedian(ps, len(ps)/medianWindow), name+", running median"
		}
		strong = append(strong, viz.Line{Name: drawn, Points: ps, Stroke: viz.Stroke{Color: shade, Width: 2}})
		if slices.Contains(named, l) {
			ends = append(ends, viz.EndLabel{At: lastShown(ps), Color: viz.Mix(shade, t.Text, 0.25), Name: name})
		}
	}
	p.Series = slices.Concat(raw, strong, []viz.Series{ends})
	return p
}

// runningMedian takes the median of y over a window of points around a point, for at most a few
// hundred of the points. Values that are not finite do not count.
func runningMedian(ps []viz.Point, window int) []viz.Point {
	const most = 400
	every := max(1, len(ps)/most)
	var out []viz.Point
	for i := 0; i < len(ps); i += every {
		if i+every >= len(ps) {
			i = len(ps) - 1
		}
		reach := min(window/2, i, len(ps)-1-i) // the window stays centred at the ends
		var ys []float64
		for _, p := range ps[i-reach : i+reach+1] {
			if finite(p.Y) {
				ys = append(ys, p.Y)
			}
		}
		slices.Sort(ys)
		out = append(out, viz.Pt(ps[i].X, stats.Quantile(ys, 0.5)))
	}
	return out
}

// depthShade goes from a pale to a strong tone of a colour with the depth of the layer.
func depthShade(t viz.Theme, c viz.Color, layer, layers int) viz.Color {
	if layers < 2 {
		return c
	}
	depth := float64(layer) / float64(layers-1)
	if depth < 0.5 {
		return viz.Mix(viz.Mix(c, t.Panel, 0.45), c, 2*depth)
	}
	return viz.Mix(c, viz.Mix(c, t.Text, 0.6), 2*depth-1)
}

// lastShown is the last point that is finite.
func lastShown(ps []viz.Point) viz.Point {
	for i := len(ps) - 1; i >= 0; i-- {
		if finite(ps[i].Y) {
			return ps[i]
		}
	}
	return ps[len(ps)-1]
}

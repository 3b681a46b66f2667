package figures

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/viz"
)

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

// Figure draws the norms.
func (g GradientNorms) Figure(o viz.Options) (*viz.Figure, error) {
	if len(g.Nets) == 0 {
		return nil, errors.New("figures: gradient norms: no network is given")
	}
	f := viz.NewFigure(o, "gradient_norms", "Gradient norms during training, layer by layer")
	f.Subtitle = "Euclidean norm of the gradient of each layer's weights. The darker a line, the deeper its layer."
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
	if g.smoothed() {
		f.Subtitle += " Strong: running median."
	}
	y, notes := magnitudeAxis("Gradient norm", all)
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
	p := &viz.Panel{Title: []viz.Span{{Text: n.DisplayName(), Color: c, Bold: true}}, Aspect: 0.72}
	layers := len(n.Norms)
	named := map[int]bool{}
	for _, l := range pickLayers(layers, maxGradientLabels) {
		named[l] = true
	}
	var raw, strong []viz.Series
	var ends viz.EndLabels
	for l, h := range n.Norms {
		ps := pointsFrom(1, h)
		shade := depthShade(t, c, l, layers)
		if len(ps) >= noisyEpochs {
			raw = append(raw, viz.Line{Points: ps, Stroke: viz.Stroke{Color: viz.Fade(shade, 0.25), Width: 1}})
			ps = runningMedian(ps, len(ps)/medianWindow)
		}
		strong = append(strong, viz.Line{Points: ps, Stroke: viz.Stroke{Color: shade, Width: 2}})
		if named[l] {
			name := fmt.Sprintf("layer %d", l+1)
			if l == layers-1 {
				name = "output"
			}
			ends = append(ends, viz.EndLabel{At: lastShown(ps), Color: viz.Mix(shade, t.Text, 0.25), Name: name})
		}
	}
	p.Series = slices.Concat(raw, strong, []viz.Series{ends})
	return p
}

// smoothed says whether there are medians beside the values.
func (g GradientNorms) smoothed() bool {
	return slices.ContainsFunc(g.Nets, func(n GradientHistory) bool { return len(n.Norms[0]) >= noisyEpochs })
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
		y := math.NaN()
		if len(ys) > 0 {
			slices.Sort(ys)
			y = ys[len(ys)/2]
		}
		out = append(out, viz.Pt(ps[i].X, y))
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

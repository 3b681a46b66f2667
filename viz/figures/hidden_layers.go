package figures

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"actscope/viz"
)

// HiddenSpace shows the test points in the space of the first two units of each hidden layer.
type HiddenSpace struct {
	Dataset string // its name; "" means make_moons
	Labels  []int  // of the test points, from 0 on
	Classes ClassNames
	Values  Values // of the test points, instead of classes
	Nets    []HiddenLayers
}

// HiddenLayers are the activations of one network, layer by layer.
type HiddenLayers struct {
	Network
	Layers []HiddenLayer
}

// HiddenLayer is what a layer makes of the test points.
type HiddenLayer struct {
	Activations []float64 // points × units, row by row
	Units       int
	Spread      float64 // population standard deviation of all activations
}

const (
	maxSpaceColumns = 4
	maxSpaceLayers  = 6    // shown of deeper networks
	maxSpaceMarks   = 3000 // in all panels: the file grows by 40 bytes a mark
)

// Figure draws one panel for each layer and network: a column a network, or
// a row a network where there are too many.
func (h HiddenSpace) Figure(o viz.Options) (*viz.Figure, error) {
	layers, err := greatestDepth(h.Nets)
	if err != nil {
		return nil, fmt.Errorf("figures: hidden space: %w", err)
	}
	f := viz.NewFigure(o, "hidden_space", "Hidden-space representations on the "+datasetName(h.Dataset)+" test set")
	f.Subtitle = "First two units of each hidden layer, after the activation. std: over all units."
	netsAcross := len(h.Nets) <= maxSpaceColumns
	shown := pickLayers(layers, maxSpaceLayers)
	f.Columns = len(h.Nets)
	if !netsAcross {
		shown = pickLayers(layers, maxSpaceColumns-1)
		f.Columns = len(shown)
	}
	styles := NetworkStyles(f.Theme, networks(h.Nets))
	nets := len(h.Nets)
	limit := maxSpaceMarks / (len(shown) * nets)
	var offs, facts []string
	var split pointGroups
	for k := range len(shown) * nets {
		layer, net := shown[k/nets], k%nets
		if !netsAcross {
			layer, net = shown[k%len(shown)], k/len(shown)
		}
		n := h.Nets[net]
		name := fmt.Sprintf("layer %d", layer+1)
		if layer >= len(n.Layers) {
			f.Panels = append(f.Panels, &viz.Panel{Title: n.title(styles[net].Color, " — "+name), Notice: "It has " + count(len(n.Layers), "hidden layer") + "."})
			continue
		}
		space, err := n.Layers[layer].plane(h)
		if err != nil {
			return nil, fmt.Errorf("figures: hidden space: layer %d of %s: %w", layer+1, n.DisplayName(), err)
		}
		split = space.points
		p := space.panel(f.Theme, limit)
		if f.Columns == 1 {
			p.Aspect = 0.55
		}
		p.Title = n.title(styles[net].Color, " — "+name)
		p.Badge, p.Accent = "std: "+viz.Fixed(n.Layers[layer].Spread, 4), styles[net].Color
		f.Panels = append(f.Panels, p)
		if space.off > 0 && !space.dead {
			offs = append(offs, fmt.Sprintf("%s %s: %d of %d", n.DisplayName(), name, space.off, split.shown()))
		}
		facts = append(facts, fmt.Sprintf("%s %s has a standard deviation of %s", n.DisplayName(), name, viz.Fixed(n.Layers[layer].Spread, 4)))
	}
	f.Legend, f.ColorBar = split.keys(f.Theme), split.bar(f.Theme)
	f.Footnotes = split.remarks(split.shown() > limit)
	if len(offs) > 0 {
		f.Footnotes = append(f.Footnotes, "Points on an axis, where unit 1 or unit 2 is off. "+strings.Join(offs, "; ")+".")
	}
	f.Footnotes = append(f.Footnotes, omission(len(shown), layers, "hidden layers")...)
	f.Description = "Test points in the plane of two hidden units, one panel a layer and network: " + strings.Join(facts, "; ") + "."
	return f, nil
}

// greatestDepth is the number of hidden layers of the deepest network.
func greatestDepth(nets []HiddenLayers) (int, error) {
	depth := 0
	for _, net := range nets {
		depth = max(depth, len(net.Layers))
	}
	if depth == 0 {
		return 0, errors.New("no network or no hidden layer is given")
	}
	return depth, nil
}

// pickLayers takes at most that many layers, evenly, with the first and the last.
func pickLayers(layers, most int) []int {
	n := min(layers, most)
	picked := make([]int, n)
	for i := range picked {
		picked[i] = i * (layers - 1) / max(n-1, 1)
	}
	return picked
}

// omission is a note where not all layers are shown.
func omission(shown, layers int, noun string) []string {
	if shown == layers {
		return nil
	}
	return []string{fmt.Sprintf("Shown are %d of the %d %s.", shown, layers, noun)}
}

// hiddenPlane is a layer's activations seen in two coordinates.
type hiddenPlane struct {
	points pointGroups
	single bool // the layer has one unit, which is shown over the points' numbers
	off    int  // points with a coordinate of exactly zero
	dead   bool // all coordinates are zero
}

func (l HiddenLayer) plane(h HiddenSpace) (hiddenPlane, error) {
	rows := max(len(h.Labels), len(h.Values.Of))
	if l.Units < 1 || len(l.Activations) != rows*l.Units {
		return hiddenPlane{}, fmt.Errorf("%d activations for %d points and %d units", len(l.Activations), rows, l.Units)
	}
	s := hiddenPlane{single: l.Units == 1, dead: rows > 0}
	flat := make([]float64, 0, 2*rows)
	for r := range rows {
		x, y := float64(r+1), l.Activations[r*l.Units]
		if !s.single {
			x, y = y, l.Activations[r*l.Units+1]
		}
		flat = append(flat, x, y)
		if (x == 0 || y == 0) && finite(x) && finite(y) {
			s.off++
		}
		s.dead = s.dead && y == 0 && (s.single || x == 0)
	}
	var err error
	s.points, err = h.Classes.split(flat, h.Labels, h.Values)
	return s, err
}

func (s hiddenPlane) panel(t viz.Theme, limit int) *viz.Panel {
	points := s.points.scatters(t, 4)
	points.Limit = limit
	p := &viz.Panel{X: viz.Axis{Label: "Unit 1", Grid: true}, Y: viz.Axis{Label: "Unit 2", Grid: true}, Series: []viz.Series{points}}
	if s.single {
		p.X.Label, p.Y.Label = "Test point", "Unit 1"
	}
	switch {
	case s.points.shown() == 0:
		p.Notice = "No point can be shown."
	case s.dead:
		p.Notice = "Both units are silent: all points are at zero."
	}
	return p
}

// BoundaryDistance shows how much each layer keeps of the points' distances to the
// decision boundary: the margin in the layer over the distance in input space.
type BoundaryDistance struct {
	Dataset string // its name; "" means make_moons
	Labels  []int  // of the points, from 0 on
	Classes ClassNames
	Nets    []BoundaryLayers
}

// BoundaryLayers are one network's distances and what its layers make of them.
type BoundaryLayers struct {
	Network
	Distances []float64 // of the points to the decision boundary; NaN where there is none
	Layers    []LayerMargins
}

// LayerMargins are the distances of the points to a layer's own linear boundary.
type LayerMargins struct {
	Name    string    // such as "layer 1"
	Margins []float64 // the sign does not matter; NaN where there is none
	// Correlation is the rank correlation of margins and distances within the predicted classes, NaN
	// where it is not defined.
	Correlation float64
}

const maxMarginLayers = 4 // shown side by side of deeper networks

// Figure draws a row of panels a network, a panel a layer.
func (b BoundaryDistance) Figure(o viz.Options) (*viz.Figure, error) {
	if err := b.check(); err != nil {
		return nil, fmt.Errorf("figures: boundary distance: %w", err)
	}
	f := viz.NewFigure(o, "boundary_distance", "What each layer still knows of the distance to the decision boundary")
	f.Subtitle = "Points of the " + datasetName(b.Dataset) + " test set: from the network's own boundary in the input (across) and from the layer's linear boundary (up). " +
		"ρ: rank correlation within each predicted class, on average; 1 where the layer keeps the order of all distances."
	layers := 0
	for _, n := range b.Nets {
		layers = max(layers, len(n.Layers))
	}
	shown := pickLayers(layers, maxMarginLayers)
	f.Columns, f.ShareX, f.ShareY = len(shown), true, true
	limit := maxSpaceMarks / (len(shown) * len(b.Nets))
	x := viz.Axis{Label: "Distance", Scale: viz.Linear(0, b.axisEnd()), Grid: true}
	y := viz.Axis{Label: "Margin, largest 1", Scale: viz.Linear(0, 1.05), Grid: true}
	var facts []string
	var points pointGroups
	for i, style := range NetworkStyles(f.Theme, networks(b.Nets)) {
		n := b.Nets[i]
		own := pickLayers(len(n.Layers), len(shown)) // of a flatter network fewer, with its output
		for column := range shown {
			if column >= len(own) {
				f.Panels = append(f.Panels, &viz.Panel{X: x, Y: y, Notice: "It has " + count(len(n.Layers), "layer") + "."})
				continue
			}
			layer := n.Layers[own[column]]
			var err error
			if points, err = n.points(layer, b.Labels, b.Classes); err != nil {
				return nil, fmt.Errorf("figures: boundary distance: %w", err)
			}
			scatters := points.scatters(f.Theme, 3)
			scatters.Limit = limit
			aspect := min(0.9, 0.3+0.15*float64(len(shown))) // panels of few columns would become as high as they are wide
			p := &viz.Panel{Title: []viz.Span{{Text: layer.Name, Color: style.Color}}, X: x, Y: y, Series: []viz.Series{scatters}, Aspect: aspect}
			if column == 0 {
				p.Title = n.title(style.Color, " — "+layer.Name)
			}
			if points.shown() == 0 {
				p.Notice = "No boundary to be far from."
			}
			p.Badge, p.Accent = "ρ "+correlationText(layer.Correlation), style.Color
			f.Panels = append(f.Panels, p)
			facts = append(facts, fmt.Sprintf("%s %s %s", n.DisplayName(), layer.Name, correlationText(layer.Correlation)))
		}
	}
	f.Legend = points.keys(f.Theme)
	f.Footnotes = points.remarks(points.shown() > limit)
	f.Footnotes = append(f.Footnotes, omission(len(shown), layers, "layers")...)
	f.Description = "Scatter plots of each point's margin in a layer over its distance to the decision boundary, one panel a layer and network. Rank correlations: " +
		strings.Join(facts, "; ") + "."
	return f, nil
}

func (b BoundaryDistance) check() error {
	if len(b.Nets) == 0 {
		return errors.New("no network or no layer is given")
	}
	for _, n := range b.Nets {
		if len(n.Layers) == 0 {
			return errors.New("no network or no layer is given")
		}
		if len(n.Distances) != len(b.Labels) {
			return fmt.Errorf("%s has %d distances for %d labels", n.DisplayName(), len(n.Distances), len(b.Labels))
		}
		for _, l := range n.Layers {
			if len(l.Margins) != len(b.Labels) {
				return fmt.Errorf("%s of %s has %d margins for %d labels", l.Name, n.DisplayName(), len(l.Margins), len(b.Labels))
			}
		}
	}
	return nil
}

// axisEnd is a little more than the largest distance of all networks.
func (b BoundaryDistance) axisEnd() float64 {
	most := 0.0
	for _, n := range b.Nets {
		_, high := finiteRange(n.Distances...)
		most = max(most, high)
	}
	if most == 0 {
		return 1
	}
	return min(1.05*most, math.MaxFloat64)
}

// points are distance and margin of each point, by class, the largest margin 1.
func (n BoundaryLayers) points(l LayerMargins, labels []int, names ClassNames) (pointGroups, error) {
	low, high := finiteRange(l.Margins...)
	largest := max(-low, high)
	flat := make([]float64, 0, 2*len(labels))
	for i, d := range n.Distances {
		m := math.Abs(l.Margins[i])
		if largest > 0 {
			m /= largest
		}
		flat = append(flat, d, m)
	}
	return names.split(flat, labels, Values{})
}

func correlationText(r float64) string {
	if !finite(r) {
		return "undefined"
	}
	return viz.Fixed(r, 3)
}

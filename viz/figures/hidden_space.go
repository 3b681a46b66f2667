package figures

import (
	"errors"
	"fmt"
	"strings"

	"actscope/viz"
)

// HiddenSpace shows the test points in the space of the first two units of each hidden layer.
type HiddenSpace struct {
	Dataset string // its name; "" means make_moons
	Labels  []int  // of the test points, 0 or 1
	Classes ClassNames
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
	layers, err := h.layers()
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
	nets := len(h.Nets)
	styles := NetworkStyles(f.Theme, networks(h.Nets))
	limit := maxSpaceMarks / (len(shown) * nets)
	var offs, facts []string
	var split pointsByClass
	for k := range len(shown) * nets {
		layer, net := shown[k/nets], k%nets
		if !netsAcross {
			layer, net = shown[k%len(shown)], k/len(shown)
		}
		n := h.Nets[net]
		var space hiddenPlane
		if space, err = n.Layers[layer].plane(h.Labels); err != nil {
			return nil, fmt.Errorf("figures: hidden space: layer %d of %s: %w", layer+1, n.DisplayName(), err)
		}
		split = space.points
		p := space.panel(f.Theme, limit)
		if f.Columns == 1 {
			p.Aspect = 0.55
		}
		name := fmt.Sprintf("layer %d", layer+1)
		p.Title = []viz.Span{{Text: n.DisplayName(), Color: styles[net].Color, Bold: true}, {Text: " — " + name, Color: styles[net].Color}}
		p.Badge, p.Accent = "std: "+viz.Fixed(n.Layers[layer].Spread, 4), styles[net].Color
		f.Panels = append(f.Panels, p)
		if space.off > 0 && !space.dead {
			offs = append(offs, fmt.Sprintf("%s %s: %d of %d", n.DisplayName(), name, space.off, split.shown()))
		}
		facts = append(facts, fmt.Sprintf("%s %s has a standard deviation of %s", n.DisplayName(), name, viz.Fixed(n.Layers[layer].Spread, 4)))
	}
	f.Legend = split.keys(f.Theme, h.Classes)
	f.Footnotes = split.remarks(split.shown() > limit)
	if len(offs) > 0 {
		f.Footnotes = append(f.Footnotes, "Points on an axis, where unit 1 or unit 2 is off. "+strings.Join(offs, "; ")+".")
	}
	if len(shown) < layers {
		f.Footnotes = append(f.Footnotes, fmt.Sprintf("Shown are %d of the %d hidden layers.", len(shown), layers))
	}
	f.Description = "Test points in the plane of two hidden units, one panel a layer and network: " + strings.Join(facts, "; ") + "."
	return f, nil
}

// layers is the number of hidden layers, which is the same in all networks.
func (h HiddenSpace) layers() (int, error) {
	if len(h.Nets) == 0 || len(h.Nets[0].Layers) == 0 {
		return 0, errors.New("no network or no hidden layer is given")
	}
	n := len(h.Nets[0].Layers)
	for _, net := range h.Nets {
		if len(net.Layers) != n {
			return 0, fmt.Errorf("%s has %d hidden layers, %s %d", net.DisplayName(), len(net.Layers), h.Nets[0].DisplayName(), n)
		}
	}
	return n, nil
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

// hiddenPlane is a layer's activations seen in two coordinates.
type hiddenPlane struct {
	points pointsByClass
	single bool // the layer has one unit, which is shown over the points' numbers
	off    int  // points with a coordinate of exactly zero
	dead   bool // all coordinates are zero
}

func (l HiddenLayer) plane(labels []int) (hiddenPlane, error) {
	rows := len(labels)
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
	s.points, err = splitClasses(flat, labels)
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

package figures

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
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
	leastSpaceWidth = 210  // px of a panel with its labels
	maxSpaceLayers  = 6    // shown of deeper networks
	maxSpaceMarks   = 2100 // in all panels: the file grows by 40 bytes a mark
)

// Figure draws one panel for each layer and network: a column a network, or
// a row a network where there are too many.
func (h HiddenSpace) Figure(o viz.Options) (*viz.Figure, error) {
	layers, err := greatestDepth(h.Nets)
	if err != nil {
		return nil, fmt.Errorf("figures: hidden space: %w", err)
	}
	f := viz.NewFigure(o, "hidden_space", "Hidden-space representations on the "+datasetName(h.Dataset)+" test set")
	f.Subtitle = "First two units of each hidden layer, after the activation. std: of all values, in which the units differ, too; points: within a unit, where only the points differ."
	room := max(1, int(cmp.Or(f.Width, viz.DefaultWidth)/leastSpaceWidth))
	netsAcross := len(h.Nets) <= min(maxSpaceColumns, room)
	shown := pickLayers(layers, maxSpaceLayers)
	f.Columns = len(h.Nets)
	if !netsAcross {
		most := maxSpaceColumns - 1
		if room == 2 {
			most = maxSpaceColumns // two rows a network
		}
		shown = pickLayers(layers, most)
		f.Columns = min(len(shown), room)
	}
	styles := NetworkStyles(f.Theme, networks(h.Nets))
	nets := len(h.Nets)
	limit := maxSpaceMarks / (len(shown) * nets)
	common := make([]viz.Scale, nets)
	for i, n := range h.Nets {
		common[i] = n.commonScale()
	}
	var offs, facts []string
	var split pointGroups
	insets := false
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
		spread, ofPoints := spreadText(n.Layers[layer].Spread), spreadText(n.Layers[layer].pointSpread())
		p.Badge, p.Accent = "std "+spread+"\npoints "+ofPoints, styles[net].Color
		if scale := common[net]; scale != nil && !space.single {
			insets = true
			p.Inset = &viz.Inset{X: scale, Y: scale, Series: []viz.Series{space.small(f.Theme, limit/5)}}
			if times := space.magnification(scale); times >= leastMagnified {
				p.Badge += "\nzoom ×" + viz.Num(times, 2)
			}
		}
		f.Panels = append(f.Panels, p)
		if space.off > 0 && !space.dead {
			offs = append(offs, fmt.Sprintf("%s %s: %d of %d", n.DisplayName(), name, space.off, split.shown()))
		}
		facts = append(facts, fmt.Sprintf("%s %s has a standard deviation of %s, and of %s over the points of a unit", n.DisplayName(), name, spread, ofPoints))
	}
	if insets {
		f.Subtitle += " Small pictures: one scale for all layers of a network; frame: what the panel shows; zoom: how much larger."
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

// spreadText has the article's four decimals where they say something.
func spreadText(v float64) string {
	if v > 0 && v < 0.01 {
		return viz.Num(v, 2)
	}
	return viz.Fixed(v, 4)
}

// pointSpread is the root mean square, over the units, of the deviation of the points: what is left of the spread
// of all activations where the units' means do not count.
func (l HiddenLayer) pointSpread() float64 {
	rows := len(l.Activations) / l.Units
	if rows == 0 {
		return math.NaN()
	}
	squares := 0.0
	for unit := range l.Units {
		mean := 0.0
		for r := range rows {
			mean += l.Activations[r*l.Units+unit] / float64(rows)
		}
		for r := range rows {
			d := l.Activations[r*l.Units+unit] - mean
			squares += d * d
		}
	}
	return math.Sqrt(squares / float64(len(l.Activations)))
}

// leastMagnified is from where on a panel says by how much it magnifies the network's common scale.
const leastMagnified = 3

// commonScale is that of the first two units in all layers; nil where there are no two layers of two units.
func (n HiddenLayers) commonScale() viz.Scale {
	low, high, planes := math.Inf(1), math.Inf(-1), 0
	for _, l := range n.Layers {
		if l.Units < 2 {
			continue
		}
		planes++
		for at := 0; at+1 < len(l.Activations); at += l.Units {
			least, most := finiteRange(l.Activations[at : at+2]...)
			low, high = min(low, least), max(high, most)
		}
	}
	if planes < 2 || math.IsInf(low, 1) {
		return nil
	}
	return viz.LinearAround(low, high, 0.05)
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

// small are the points as marks of an inset.
func (s hiddenPlane) small(t viz.Theme, limit int) viz.Scatters {
	points := s.points.scatters(t, 1.5)
	points.Limit = limit
	for i := range points.Sets {
		points.Sets[i].Marker.Edge = viz.Color{}
	}
	return points
}

// magnification is how much longer the panel draws a distance than the common scale does, as shares of both; 0 where no two points
// differ.
func (s hiddenPlane) magnification(common viz.Scale) float64 {
	e := viz.ExtentOf(slices.Concat(s.points.points...))
	if length := max(e.XMax-e.XMin, e.YMax-e.YMin); length > 0 {
		return 1 / (1.1 * length * (common.Position(1) - common.Position(0))) // panels have a margin of 0.05 at both ends
	}
	return 0
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
	var facts, incomplete []string
	var points pointGroups
	binned, missing := false, 0
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
			p.Name = n.DisplayName() + " — " + layer.Name
			if column == 0 {
				p.Title = n.title(style.Color, " — "+layer.Name)
			}
			switch {
			case points.shown() == 0:
				p.Notice = "No boundary to be far from."
			case points.dropped > 0:
				missing = max(missing, points.dropped)
				if name := n.DisplayName(); !slices.Contains(incomplete, name) {
					incomplete = append(incomplete, name)
				}
			}
			binned = binned || points.shown() > limit
			p.Badge, p.Accent = "ρ "+correlationText(layer.Correlation), style.Color
			f.Panels = append(f.Panels, p)
			facts = append(facts, fmt.Sprintf("%s %s %s", n.DisplayName(), layer.Name, correlationText(layer.Correlation)))
		}
	}
	if all, err := b.Classes.split(make([]float64, 2*len(b.Labels)), b.Labels, Values{}); err == nil {
		f.Legend = all.keys(f.Theme)
	}
	if binned {
		f.Footnotes = points.remarks(true)[:1]
	}
	if missing > 0 {
		f.Footnotes = append(f.Footnotes, count(missing, "point")+" without a distance or a margin left out of panels of "+list(incomplete)+".")
	}
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

package viz

import (
	"errors"
	"fmt"
)

// HiddenSpace shows the test points in the space of the first two units of each hidden layer.
type HiddenSpace struct {
	Dataset string // its name; "" means make_moons
	Labels  []int  // of the test points, 0 or 1
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

// Figure draws one panel for each layer and network.
func (h HiddenSpace) Figure(o Options) (*Figure, error) {
	if len(h.Nets) == 0 {
		return nil, errors.New("viz: the hidden space of no network")
	}
	f := o.figure("hidden_space", "Hidden-space representations on the "+datasetName(h.Dataset)+" test set")
	f.Subtitle = "First two units of each hidden layer, after the activation."
	nets := make([]Network, len(h.Nets))
	layers := 0
	for i, n := range h.Nets {
		nets[i] = n.Network
		layers = max(layers, len(n.Layers))
	}
	styles := f.Theme.NetworkStyles(nets)
	f.Columns = len(h.Nets)
	var split [2][]Point
	for l := range layers {
		for i, n := range h.Nets {
			if l >= len(n.Layers) {
				return nil, fmt.Errorf("viz: the hidden space of %s has %d layers, of others %d", n.label(), len(n.Layers), layers)
			}
			points, err := n.Layers[l].plane(len(h.Labels))
			if err != nil {
				return nil, fmt.Errorf("viz: hidden layer %d of %s: %w", l+1, n.label(), err)
			}
			if split, err = classes(points, h.Labels); err != nil {
				return nil, err
			}
			p := &Panel{
				Title: []Span{{Text: n.label(), Color: styles[i].Color, Bold: true}, {Text: fmt.Sprintf(" — layer %d", l+1), Color: styles[i].Color}},
				Badge: "std " + Fixed(n.Layers[l].Spread, 4), Accent: styles[i].Color,
				X: Axis{Label: "Unit 1", Grid: true}, Y: Axis{Label: "Unit 2", Grid: true},
			}
			for class, ps := range split {
				p.Series = append(p.Series, Scatter{Points: ps, Marker: f.Theme.classMarker(class, 4), Phase: class})
			}
			f.Panels = append(f.Panels, p)
		}
	}
	f.Legend = f.Theme.classKeys(split)
	return f, nil
}

// plane takes the first two units of every row; of a single unit, its value over the row's number.
func (l HiddenLayer) plane(rows int) ([]float64, error) {
	if l.Units < 1 || len(l.Activations) != rows*l.Units {
		return nil, fmt.Errorf("%d activations for %d points of %d units", len(l.Activations), rows, l.Units)
	}
	points := make([]float64, 0, 2*rows)
	for r := range rows {
		row := l.Activations[r*l.Units:]
		if l.Units == 1 {
			points = append(points, float64(r), row[0])
			continue
		}
		points = append(points, row[0], row[1])
	}
	return points, nil
}

package figures

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/viz"
)

// BoundaryDistance shows how much each layer keeps of the points' distances to the
// decision boundary: the margin in the layer over the distance in input space.
type BoundaryDistance struct {
	Dataset string // its name; "" means make_moons
	Labels  []int  // of the points, 0 or 1
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
	// Correlation is the rank correlation of margins and distances, NaN where it is
	// not defined.
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
		"ρ: rank correlation, 1 where the layer keeps the order of all distances."
	layers := len(b.Nets[0].Layers)
	shown := pickLayers(layers, maxMarginLayers)
	f.Columns, f.ShareX, f.ShareY = len(shown), true, true
	limit := maxSpaceMarks / (len(shown) * len(b.Nets))
	x := viz.Axis{Label: "Distance", Scale: viz.Linear(0, b.axisEnd()), Grid: true}
	y := viz.Axis{Label: "Margin, largest 1", Scale: viz.Linear(0, 1.05), Grid: true}
	var facts []string
	var points pointsByClass
	for i, style := range NetworkStyles(f.Theme, networks(b.Nets)) {
		n := b.Nets[i]
		for column, l := range shown {
			layer := n.Layers[l]
			points = n.points(layer, b.Labels)
			scatters := points.scatters(f.Theme, 3)
			scatters.Limit = limit
			p := &viz.Panel{Title: []viz.Span{{Text: layer.Name, Color: style.Color}}, X: x, Y: y, Series: []viz.Series{scatters}, Aspect: marginAspect(len(shown))}
			if column == 0 {
				p.Title = []viz.Span{{Text: n.DisplayName(), Color: style.Color, Bold: true}, {Text: " — " + layer.Name, Color: style.Color}}
			}
			if points.shown() == 0 {
				p.Notice = "No boundary to be far from."
			}
			p.Badge, p.Accent = "ρ "+correlationText(layer.Correlation), style.Color
			f.Panels = append(f.Panels, p)
			facts = append(facts, fmt.Sprintf("%s %s %s", n.DisplayName(), layer.Name, correlationText(layer.Correlation)))
		}
	}
	f.Legend = points.keys(f.Theme, b.Classes)
	f.Footnotes = points.remarks(points.shown() > limit)
	if len(shown) < layers {
		f.Footnotes = append(f.Footnotes, fmt.Sprintf("Shown are %d of the %d layers.", len(shown), layers))
	}
	f.Description = "Scatter plots of each point's margin in a layer over its distance to the decision boundary, one panel a layer and network. Rank correlations: " +
		strings.Join(facts, "; ") + "."
	return f, nil
}

func (b BoundaryDistance) check() error {
	if len(b.Nets) == 0 || len(b.Nets[0].Layers) == 0 {
		return errors.New("no network or no layer is given")
	}
	if i := slices.IndexFunc(b.Labels, func(l int) bool { return l != 0 && l != 1 }); i >= 0 {
		return fmt.Errorf("label %d of point %d: only 0 and 1 are known", b.Labels[i], i+1)
	}
	for _, n := range b.Nets {
		if len(n.Layers) != len(b.Nets[0].Layers) {
			return fmt.Errorf("%s has %d layers, %s %d", n.DisplayName(), len(n.Layers), b.Nets[0].DisplayName(), len(b.Nets[0].Layers))
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
		for _, d := range n.Distances {
			if finite(d) {
				most = max(most, d)
			}
		}
	}
	if most == 0 {
		return 1
	}
	return min(1.05*most, math.MaxFloat64)
}

// points are distance and margin of each point, by class, the largest margin 1.
func (n BoundaryLayers) points(l LayerMargins, labels []int) pointsByClass {
	largest := 0.0
	for _, m := range l.Margins {
		if finite(m) {
			largest = max(largest, math.Abs(m))
		}
	}
	flat := make([]float64, 0, 2*len(labels))
	for i, d := range n.Distances {
		m := math.Abs(l.Margins[i])
		if largest > 0 {
			m /= largest
		}
		flat = append(flat, d, m)
	}
	points, _ := splitClasses(flat, labels) // what could be wrong was checked
	return points
}

// marginAspect keeps panels of few columns from becoming as high as they are wide.
func marginAspect(columns int) float64 { return min(0.9, 0.3+0.15*float64(columns)) }

func correlationText(r float64) string {
	if !finite(r) {
		return "undefined"
	}
	return viz.Fixed(r, 3)
}

package viz

import (
	"errors"
	"fmt"
)

// DecisionBoundaries shows, for each network, the probability of class 1 over the plane, the
// line where it is ½, and the test points.
type DecisionBoundaries struct {
	Dataset string    // its name; "" means make_moons
	Points  []float64 // x₁, x₂ of one test point after the other
	Labels  []int     // 0 or 1
	Nets    []Boundary
}

// Boundary is what one network says about the plane and the test points.
type Boundary struct {
	Network
	// Grid holds P(class 1).
	Grid Grid
	// Wrong marks the test points that the network itself gets wrong.
	Wrong []bool
	// Accuracy is the share of test points that it gets right, 0 to 1.
	Accuracy float64
}

// Figure draws one panel a network.
func (d DecisionBoundaries) Figure(o Options) (*Figure, error) {
	if len(d.Nets) == 0 {
		return nil, errors.New("viz: decision boundaries of no network")
	}
	split, err := classes(d.Points, d.Labels)
	if err != nil {
		return nil, err
	}
	f := o.figure("decision_boundaries", "Decision boundaries learned on "+datasetName(d.Dataset))
	f.Subtitle = fmt.Sprintf("Shading: probability of class 1. Line: where it is ½. Points: %s.", count(len(d.Labels), "test sample"))
	nets := make([]Network, len(d.Nets))
	for i, n := range d.Nets {
		nets[i] = n.Network
	}
	styles := f.Theme.NetworkStyles(nets)
	f.ShareX, f.ShareY = true, true
	f.Columns = boundaryColumns(len(d.Nets))
	for i, n := range d.Nets {
		if err := n.Grid.check(); err != nil {
			return nil, fmt.Errorf("viz: decision boundary of %s: %w", n.label(), err)
		}
		if len(n.Wrong) != len(d.Labels) {
			return nil, fmt.Errorf("viz: decision boundary of %s: %d marks for %d points", n.label(), len(n.Wrong), len(d.Labels))
		}
		var wrong []Point
		for j, w := range n.Wrong {
			if w {
				wrong = append(wrong, Point{d.Points[2*j], d.Points[2*j+1]})
			}
		}
		e := n.Grid.Extent()
		p := &Panel{
			Title: []Span{{Text: n.label(), Color: styles[i].Color, Bold: true}, {Text: "  test acc " + Fixed(100*n.Accuracy, 1) + " %"}},
			Badge: count(len(wrong), "error"), Accent: styles[i].Color, Equal: true,
			X: Axis{Label: "x₁", Scale: Linear(e.XMin, e.XMax)}, Y: Axis{Label: "x₂", Scale: Linear(e.YMin, e.YMax)},
			Series: []Series{
				Field{Grid: n.Grid, Ramp: f.Theme.Probability()},
				Contour{Grid: n.Grid, Level: 0.5, Stroke: Stroke{Color: styles[i].Color, Width: 2.5}, Casing: 1.5},
			},
		}
		for class, ps := range split {
			p.Series = append(p.Series, Scatter{Points: ps, Marker: f.Theme.classMarker(class, 4), Phase: class})
		}
		p.Series = append(p.Series, Scatter{Points: wrong, Marker: Marker{Shape: Ring, Radius: 7, Edge: f.Theme.Wrong, EdgeWidth: 1.5}})
		f.Panels = append(f.Panels, p)
	}
	f.Legend = append(f.Theme.classKeys(split), Key{Text: "Misclassified", Marker: Marker{Shape: Ring, Radius: 6, Edge: f.Theme.Wrong, EdgeWidth: 1.5}})
	f.ColorBar = &ColorBar{Label: "P(class 1)", Ramp: f.Theme.Probability(), Steps: 20}
	return f, nil
}

// boundaryColumns keeps panels readable: at most four in a row, rows as full as can be.
func boundaryColumns(n int) int {
	rows := (n + 3) / 4
	if n == 4 {
		rows = 2
	}
	return (n + rows - 1) / rows
}

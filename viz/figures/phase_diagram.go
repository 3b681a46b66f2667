package figures

import (
	"fmt"
	"math"

	"actscope/viz"
)

// PhaseDiagram shows where wide networks are ordered and where chaotic, over the
// variance of their weights and biases, and the line between.
type PhaseDiagram struct {
	Network
	// Grid holds χ₁, the factor by which a layer multiplies the squared distance of
	// close inputs; X is the variance of the weights, Y that of the biases.
	Grid viz.Grid
	// Diverges marks the points at which signals grow without bound, in the order of
	// the grid's values; nil for nowhere.
	Diverges []bool
	// At is a setting to mark, and Chi its χ₁.
	At  viz.Point
	Chi float64
}

// phaseShades is how many colours shade the plane.
const phaseShades = 24

func (d PhaseDiagram) Figure(o viz.Options) (*viz.Figure, error) {
	if err := checkPlane(d.Grid); err != nil {
		return nil, fmt.Errorf("figures: phase diagram: %w", err)
	}
	if d.Diverges != nil && len(d.Diverges) != len(d.Grid.Z) {
		return nil, fmt.Errorf("figures: phase diagram: %d marks of divergence for %d points", len(d.Diverges), len(d.Grid.Z))
	}
	f := viz.NewFigure(o, "phase_diagram", "Order and chaos — "+d.DisplayName())
	f.Subtitle = "Shading: χ₁, by which a layer multiplies the squared distance of close inputs, deep in the network. Line: χ₁ = 1. "
	t := f.Theme
	share := viz.Grid{X: d.Grid.X, Y: d.Grid.Y, Z: make([]float64, len(d.Grid.Z))}
	regions := []*phaseRegion{
		{name: "ordered", meaning: "Ordered: inputs become alike."},
		{name: "chaotic", meaning: "Chaotic: close inputs are torn apart."},
		{name: "unbounded", meaning: "Unbounded: signals grow with every layer, and distances with them."},
	}
	for k, chi := range d.Grid.Z {
		share.Z[k] = chiScale{}.Position(chi)
		at := viz.Pt(float64(k%len(d.Grid.X)), float64(k/len(d.Grid.X)))
		switch {
		case d.Diverges != nil && d.Diverges[k]:
			regions[2].add(at)
		case chi < 1:
			regions[0].add(at)
		case chi > 1:
			regions[1].add(at)
		}
	}
	for _, r := range regions {
		if r.points > 0 {
			f.Subtitle += r.meaning + " "
		}
	}
	ramp := viz.Diverging(t.Shade[2], t.Shade[1], t.Shade[0])
	e := d.Grid.Extent()
	p := &viz.Panel{
		X: varianceAxis("Variance of the weights × fan-in", d.Grid.X),
		Y: varianceAxis("Variance of the biases", d.Grid.Y),
		Series: []viz.Series{
			viz.Field{Name: "plane", Values: d.Grid.Z, Grid: share, Ramp: ramp, Steps: phaseShades},
			viz.Contour{Grid: share, Level: chiScale{}.Position(1), Stroke: viz.Stroke{Color: t.Text, Width: 2.5}, Casing: 1.5},
			phaseNames(t, regions, d.Grid),
		},
		Aspect: 0.6,
	}
	p.Series = append(p.Series, d.mark(t, p.X.Scale, p.Y.Scale)...)
	f.Panels = []*viz.Panel{p}
	f.ColorBar = &viz.ColorBar{Label: "χ₁", Scale: chiScale{}, Ramp: ramp, Steps: phaseShades, Marks: []float64{1}}
	f.Description = fmt.Sprintf("Heat map of χ₁ over the variance of weights (%s to %s) and biases (%s to %s). %s At the setting, %s and %s, χ₁ is %s.",
		viz.Num(e.XMin, 3), viz.Num(e.XMax, 3), viz.Num(e.YMin, 3), viz.Num(e.YMax, 3), d.describeLine(), viz.Num(d.At.X, 4), viz.Num(d.At.Y, 4), viz.Num(d.Chi, 4))
	return f, nil
}

// varianceAxis is logarithmic where the values do not go evenly, with 0 below the rest if it is the first.
func varianceAxis(label string, values []float64) viz.Axis {
	first, last := values[0], values[len(values)-1]
	middle, even := values[len(values)/2], first+(last-first)*float64(len(values)/2)/float64(len(values)-1)
	switch {
	case math.Abs(middle-even) <= 1e-6*(last-first) || !(values[1] > 0):
		return viz.Axis{Label: label, Scale: viz.Linear(first, last)}
	case first == 0:
		return viz.Axis{Label: label + ", log scale", Scale: viz.LogWithZero(values[1], last)}
	}
	return viz.Axis{Label: label + ", log scale", Scale: viz.Log(first, last)}
}

// describeLine says where the line between the phases begins and ends.
func (d PhaseDiagram) describeLine() string {
	var places []string
	for _, row := range []int{0, len(d.Grid.Y) - 1} {
		if weight := d.critical(row); finite(weight) {
			places = append(places, fmt.Sprintf("%s with biases of %s", viz.Num(weight, 3), viz.Num(d.Grid.Y[row], 3)))
		}
	}
	if len(places) == 0 {
		return "The line where χ₁ is 1 meets neither its lower nor its upper end."
	}
	return "χ₁ is 1 at a weight variance of " + list(places) + "."
}

// critical is the least weight variance of a row at which χ₁ comes to 1; NaN for none.
func (d PhaseDiagram) critical(row int) float64 {
	of := d.Grid.Z[row*len(d.Grid.X):][:len(d.Grid.X)]
	for i := 1; i < len(of); i++ {
		if of[i-1] < 1 && of[i] >= 1 && finite(of[i]) {
			return d.Grid.X[i-1] + (1-of[i-1])/(of[i]-of[i-1])*(d.Grid.X[i]-d.Grid.X[i-1])
		}
	}
	return math.NaN()
}

// chiScale maps 0 to 0, 1 to the middle and infinity to 1, steepest around 1.
type chiScale struct{}

func (chiScale) Position(chi float64) float64 {
	if !(chi > 0) {
		return chi // 0, or no number
	}
	return 1 / (1 + 1/(chi*chi))
}

func (chiScale) Ticks(int) []viz.Tick {
	return []viz.Tick{
		{Value: 0, Label: "0"}, {Value: 0.5, Label: "½"}, {Value: 1, Label: "1"}, {Value: 2, Label: "2"}, {Value: math.Inf(1), Label: "∞"},
	}
}

// phaseRegion is the part of the plane in one phase, in nodes of the grid.
type phaseRegion struct {
	name, meaning string
	sum           viz.Point
	points        int
}

func (r *phaseRegion) add(p viz.Point) {
	r.sum, r.points = viz.Pt(r.sum.X+p.X, r.sum.Y+p.Y), r.points+1
}

// phaseNames writes the phases in the middle of their regions, unless those are too
// small.
func phaseNames(t viz.Theme, regions []*phaseRegion, g viz.Grid) viz.Notes {
	const least = 0.06 // of the plane
	var notes viz.Notes
	for _, r := range regions {
		if n := float64(r.points); n >= least*float64(len(g.Z)) {
			at := viz.Pt(g.X[int(r.sum.X/n)], g.Y[int(r.sum.Y/n)])
			notes = append(notes, viz.Note{At: at, Text: viz.Span{Text: r.name, Color: t.Text, Bold: true}, Anchor: viz.Pt(0.5, 0.5), Background: true})
		}
	}
	return notes
}

// mark is the sign at the setting, with its χ₁ on the side that leads away from the
// critical line, if there is room.
func (d PhaseDiagram) mark(t viz.Theme, x, y viz.Scale) []viz.Series {
	m := viz.Marker{Shape: viz.Star, Radius: 8, Fill: t.Text, Edge: t.Rim, EdgeWidth: 1.5}
	note := viz.Note{At: d.At, Text: viz.Span{Text: "here: χ₁ = " + viz.Num(d.Chi, 3), Bold: true}, Shift: viz.Pt(14, -12), Background: true}
	if place := x.Position(d.At.X); place > 0.75 || d.Chi < 1 && place > 0.25 {
		note.Shift.X, note.Anchor.X = -14, 1
	}
	if y.Position(d.At.Y) > 0.5 {
		note.Shift.Y, note.Anchor.Y = 12, 1
	}
	return []viz.Series{viz.Notes{note}, viz.Scatter{Name: "here", Points: []viz.Point{d.At}, Values: []float64{d.Chi}, Marker: m}}
}

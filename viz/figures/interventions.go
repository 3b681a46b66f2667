package figures

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/viz"
)

// InterventionGrid shows the accuracy of activation functions, a row each, with each way to
// draw initial weights at each learning rate, a column each.
type InterventionGrid struct {
	// Groups are the columns by learning rate.
	Groups []SettingGroup
	// Rows are the functions, from the top.
	Rows []InterventionRow
	// Subtitle says what is shown.
	Subtitle string
}

// InterventionRow is one function.
type InterventionRow struct {
	Function string
	// Accuracy is from 0 to 1, one a column; NaN where every network failed.
	Accuracy []float64
}

func (g InterventionGrid) Figure(o viz.Options) (*viz.Figure, error) {
	var names []string
	for _, group := range g.Groups {
		names = append(names, group.Labels...)
	}
	if len(g.Rows) == 0 || len(names) == 0 {
		return nil, errors.New("figures: intervention grid: no function or no initialisation is given")
	}
	f := viz.NewFigure(o, "intervention_grid", "Every function with every initialisation")
	f.Subtitle = g.Subtitle
	low, high := math.Inf(1), math.Inf(-1)
	labels := make([]string, len(g.Rows)+1) // room for the headings
	values := make([][]float64, len(g.Rows)+1)
	values[len(g.Rows)] = slices.Repeat([]float64{math.NaN()}, len(names))
	for i, row := range g.Rows {
		if len(row.Accuracy) != len(names) {
			return nil, fmt.Errorf("figures: intervention grid: %s has %d accuracies in %d columns", row.Function, len(row.Accuracy), len(names))
		}
		least, most := finiteRange(row.Accuracy...)
		low, high = min(low, least), max(high, most)
		y := len(g.Rows) - 1 - i // the vertical axis goes up
		labels[y], values[y] = row.Function, row.Accuracy
	}
	if !(low < high) {
		low, high = 0, 1
	}
	cells := viz.Cells{Name: "accuracy", Values: values, Scale: viz.Linear(low, high), Ramp: f.Theme.Probability()}
	cells.Text = func(y, x int) viz.Span {
		return viz.Span{Text: fmt.Sprintf("%.1f", 100*values[y][x]), Color: f.Theme.Text}
	}
	headings, dividers := groupHeadings(f.Theme, g.Groups, len(labels))
	f.Panels = []*viz.Panel{{
		X:      viz.Axis{Scale: viz.Categories(names...), Ticks: namedTicks(names)},
		Y:      viz.Axis{Scale: viz.Categories(labels...), Ticks: namedTicks(labels)},
		Series: []viz.Series{cells, viz.Restated{Series: dividers}, headings},
		Aspect: 0.045 * float64(len(labels)),
	}}
	f.Description = fmt.Sprintf("Heat map of the accuracy of %s in %s of initial weights and learning rate, from %s to %s.",
		count(len(g.Rows), "function"), count(len(names), "combination"), viz.Percent(low, 1), viz.Percent(high, 1))
	return f, nil
}

// InterventionEffects shows how many points of accuracy each change adds, from one network's
// end in each panel.
type InterventionEffects struct {
	Panels []EffectPanel
	// Subtitle says what is shown.
	Subtitle string
}

// EffectPanel has the changes of one network at one learning rate.
type EffectPanel struct {
	Title string
	Network
	Effects []Effect
}

// Effect is one change: the points that it adds, with their interval.
type Effect struct {
	Label             string
	Points, Low, High float64
}

func (e InterventionEffects) Figure(o viz.Options) (*viz.Figure, error) {
	if len(e.Panels) == 0 {
		return nil, errors.New("figures: intervention effects: no change is given")
	}
	f := viz.NewFigure(o, "intervention_effects", "What the accuracy depends on")
	f.Subtitle = e.Subtitle
	f.Columns = min(len(e.Panels), 2)
	var all []float64
	for _, p := range e.Panels {
		if len(p.Effects) == 0 {
			return nil, fmt.Errorf("figures: intervention effects: %s has no change", p.Title)
		}
		for _, effect := range p.Effects {
			all = append(all, effect.Points, effect.Low, effect.High)
		}
	}
	low, high := finiteRange(append(all, 0)...)
	x := viz.Axis{Label: "points of accuracy", Scale: viz.LinearAround(low, high, 0.06), Grid: true}
	var facts []string
	for _, p := range e.Panels {
		panel := p.draw(f.Theme, NetworkStyles(f.Theme, []Network{p.Network})[0].Color)
		panel.X = x
		f.Panels = append(f.Panels, panel)
		var changes []string
		for _, effect := range p.Effects {
			if !math.IsNaN(effect.Points) {
				changes = append(changes, fmt.Sprintf("%s %+.1f", effect.Label, math.Round(10*effect.Points)/10+0)) // + 0: no -0.0
			}
		}
		if len(changes) == 0 {
			changes = []string{"every network failed"}
		}
		facts = append(facts, fmt.Sprintf("%s: %s.", p.Title, strings.Join(changes, "; ")))
	}
	f.Description = "Dots with intervals. " + strings.Join(facts, " ")
	return f, nil
}

func (p EffectPanel) draw(t viz.Theme, color viz.Color) *viz.Panel {
	labels := make([]string, len(p.Effects))
	top := float64(len(p.Effects)) - 0.5
	series := []viz.Series{viz.Restated{Series: viz.Line{Points: []viz.Point{viz.Pt(0, -0.5), viz.Pt(0, top)}, Stroke: viz.Stroke{Color: t.Spine, Width: 1.2, Dash: []float64{4, 3}}}}}
	for i, e := range p.Effects {
		y := float64(len(p.Effects) - 1 - i)
		labels[int(y)] = e.Label
		series = append(series,
			viz.Restated{
				Series: viz.Line{Points: []viz.Point{viz.Pt(e.Low, y), viz.Pt(e.High, y)}, Stroke: viz.Stroke{Color: color, Width: 3}},
				As:     []viz.Number{{Series: "change", X: e.Points, Y: y, Low: e.Low, High: e.High, Value: math.NaN()}},
			},
			viz.Restated{Series: viz.Scatter{Points: []viz.Point{viz.Pt(e.Points, y)}, Marker: viz.Marker{Radius: 4.5, Fill: color, Edge: t.Rim, EdgeWidth: 1}}})
	}
	return &viz.Panel{
		Title:  []viz.Span{{Text: p.Title, Bold: true, Color: color}},
		Y:      viz.Axis{Scale: viz.Categories(labels...), Ticks: namedTicks(labels)},
		Series: series, Aspect: 0.1 * float64(len(p.Effects)+1),
	}
}

package figures

import (
	"fmt"

	"actscope/viz"
)

// Dataset shows all points of a data set by class.
type Dataset struct {
	Name    string    // "" means make_moons
	Detail  string    // such as "noise 0.18, both features standardised"
	Points  []float64 // x₁, x₂ of one point after the other
	Labels  []int     // 0 or 1
	Classes ClassNames
}

// Figure draws the data set.
func (d Dataset) Figure(o viz.Options) (*viz.Figure, error) {
	split, err := splitClasses(d.Points, d.Labels)
	if err != nil {
		return nil, fmt.Errorf("figures: data set: %w", err)
	}
	f := viz.NewFigure(o, "moons_dataset", datasetName(d.Name)+" — our dataset")
	f.Subtitle = count(len(d.Labels), "point")
	if d.Detail != "" {
		f.Subtitle += ", " + d.Detail
	}
	points := split.scatters(f.Theme, 4.5)
	p := &viz.Panel{
		X: viz.Axis{Label: "x₁", Grid: true}, Y: viz.Axis{Label: "x₂", Grid: true}, Equal: true, Aspect: 0.78,
		Series: []viz.Series{points},
	}
	if split.shown() == 0 {
		p.Notice = "No points."
	}
	f.Panels = []*viz.Panel{p}
	f.Legend = split.keys(f.Theme, d.Classes)
	f.Footnotes = split.remarks(points.Binned())
	f.Description = fmt.Sprintf("Scatter plot of %s: %s of %s, %s of %s.", datasetName(d.Name),
		grouped(len(split.points[0])), d.Classes.Phrase(0), grouped(len(split.points[1])), d.Classes.Phrase(1))
	return f, nil
}

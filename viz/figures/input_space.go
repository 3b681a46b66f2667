package figures

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/viz"
)

// Dataset shows all points of a data set by class.
type Dataset struct {
	Name    string    // "" means make_moons
	Detail  string    // such as "noise 0.18, both features standardised"
	Points  []float64 // x₁, x₂ of one point after the other
	Labels  []int     // the points' classes, from 0 on
	Classes ClassNames
}

func (d Dataset) Figure(o viz.Options) (*viz.Figure, error) {
	split, err := d.Classes.split(d.Points, d.Labels)
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
	f.Description = fmt.Sprintf("Scatter plot of %s: %s.", datasetName(d.Name), split.describe(d.Classes))
	return f, nil
}

// DecisionBoundaries shows, for each network, the probability of class 1 over the plane, the
// line where it is ½, and the test points.
type DecisionBoundaries struct {
	Dataset string    // its name; "" means make_moons
	Points  []float64 // x₁, x₂ of one test point after the other
	Labels  []int     // the points' classes, from 0 on
	Classes ClassNames
	Nets    []Boundary
}

// Boundary is what one network says about the plane and the test points.
type Boundary struct {
	Network
	// Grid holds P(class 1).
	Grid viz.Grid
	// Wrong marks the test points that the network itself gets wrong.
	Wrong []bool
	// Accuracy is the share of test points that it gets right, 0 to 1.
	Accuracy float64
}

// probabilitySteps is how many colours shade the plane.
const probabilitySteps = 20

func (d DecisionBoundaries) Figure(o viz.Options) (*viz.Figure, error) {
	if len(d.Nets) == 0 {
		return nil, errors.New("figures: decision boundaries: no network is given")
	}
	split, err := d.Classes.split(d.Points, d.Labels)
	if err != nil {
		return nil, fmt.Errorf("figures: decision boundaries: %w", err)
	}
	f := viz.NewFigure(o, "decision_boundaries", "Decision boundaries learned on "+datasetName(d.Dataset))
	f.Subtitle = fmt.Sprintf("Shading: probability of %s. Line: where it is 0.5. Points: %s.", d.Classes.Phrase(1), count(len(d.Labels), "test sample"))
	f.ShareX, f.ShareY = true, true
	f.Columns = panelColumns(len(d.Nets))
	if f.Columns > 2 {
		f.Subtitle += " Frames: accuracy, errors."
	}
	points := split.scatters(f.Theme, max(2.6, 4.6-0.5*float64(f.Columns)))
	points.Limit = viz.DefaultLimit / len(d.Nets) // the file grows by points times networks
	var facts []string
	for i, style := range NetworkStyles(f.Theme, networks(d.Nets)) {
		n := d.Nets[i]
		p, wrong, err := d.panel(n, f.Theme, style, points)
		if err != nil {
			return nil, fmt.Errorf("figures: decision boundary of %s: %w", n.DisplayName(), err)
		}
		f.Panels = append(f.Panels, p)
		facts = append(facts, fmt.Sprintf("%s gets %d of %s wrong (test accuracy %s)", n.DisplayName(), wrong, count(len(d.Labels), "point"), viz.Percent(n.Accuracy, 1)))
	}
	f.Legend = append(split.keys(f.Theme, d.Classes), viz.Key{Text: "Misclassified", Marker: wrongMarker(f.Theme, points.Binned(), 6)})
	f.ColorBar = &viz.ColorBar{Label: "P(" + d.Classes.Phrase(1) + ")", Scale: viz.Linear(0, 1), Ramp: f.Theme.Probability(), Steps: probabilitySteps, Marks: []float64{0.5}}
	f.Footnotes = split.remarks(points.Binned())
	f.Description = "Predicted probability over the plane and the test points, one panel a network: " + strings.Join(facts, "; ") + "."
	return f, nil
}

func (d DecisionBoundaries) panel(n Boundary, t viz.Theme, style NetworkStyle, points viz.Scatters) (*viz.Panel, int, error) {
	if err := checkPlane(n.Grid); err != nil {
		return nil, 0, err
	}
	if len(n.Wrong) != len(d.Labels) {
		return nil, 0, fmt.Errorf("%d marks of right and wrong for %d points", len(n.Wrong), len(d.Labels))
	}
	binned := points.Binned()
	wrong := viz.Scatter{Marker: wrongMarker(t, binned, points.Sets[0].Marker.Radius+2.8)}
	for i, w := range n.Wrong {
		if w {
			wrong.Points = append(wrong.Points, viz.Pt(d.Points[2*i], d.Points[2*i+1]))
		}
	}
	errs := len(wrong.Points)
	field := viz.Field{Grid: n.Grid, Ramp: t.Probability(), Steps: probabilitySteps}
	line := viz.Contour{Grid: n.Grid, Level: 0.5, Stroke: viz.Stroke{Color: style.Color, Width: 2.5}, Casing: 1.5}
	e := n.Grid.Extent()
	p := &viz.Panel{
		Title: n.title(style.Color), Accent: style.Color, Equal: true,
		X: viz.Axis{Label: "x₁", Scale: viz.Linear(e.XMin, e.XMax)}, Y: viz.Axis{Label: "x₂", Scale: viz.Linear(e.YMin, e.YMax)},
		Series: []viz.Series{field, line, points, wrong},
	}
	if binned { // the marks would cover the line
		p.Series = []viz.Series{field, viz.Scatters{Sets: append(slices.Clone(points.Sets), wrong), Limit: points.Limit}, line}
	}
	if columns := panelColumns(len(d.Nets)); columns > 2 { // no room for more beside the name
		p.Badge = viz.Percent(n.Accuracy, 1) + ", " + count(errs, "error")
	} else {
		p.Title = append(p.Title, viz.Span{Text: "  test acc " + viz.Percent(n.Accuracy, 1)})
		p.Badge = count(errs, "error")
	}
	if !slices.ContainsFunc(n.Grid.Z, func(z float64) bool { return !math.IsNaN(z) }) {
		p.Notice = "No probability is a number."
	}
	return p, errs, nil
}

// checkPlane says what keeps a grid from shading a plane.
func checkPlane(g viz.Grid) error {
	if len(g.X) < 2 || len(g.Y) < 2 {
		return fmt.Errorf("a grid of %d × %d points shades nothing", len(g.X), len(g.Y))
	}
	return g.Check()
}

// wrongMarker rings a point, or stands for points in a cell.
func wrongMarker(t viz.Theme, binned bool, radius float64) viz.Marker {
	if binned {
		return viz.Marker{Radius: min(radius, 4), Fill: t.Wrong}
	}
	return viz.Marker{Shape: viz.Ring, Radius: radius, Edge: t.Wrong, EdgeWidth: 1.4}
}

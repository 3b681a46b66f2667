package figures

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/viz"
)

// Dataset shows all points of a data set by class, or by value.
type Dataset struct {
	Name    string    // "" means make_moons
	Detail  string    // such as "noise 0.18, both features standardised"
	Points  []float64 // x₁, x₂ of one point after the other
	Labels  []int     // the points' classes, from 0 on
	Classes ClassNames
	Values  Values // instead of classes
}

func (d Dataset) Figure(o viz.Options) (*viz.Figure, error) {
	split, err := d.Classes.split(d.Points, d.Labels, d.Values)
	if err != nil {
		return nil, fmt.Errorf("figures: data set: %w", err)
	}
	f := viz.NewFigure(o, "moons_dataset", datasetName(d.Name)+" — our dataset")
	f.Subtitle = count(len(d.Points)/2, "point")
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
	f.Legend, f.ColorBar = split.keys(f.Theme), split.bar(f.Theme)
	f.Footnotes = split.remarks(points.Binned())
	f.Description = fmt.Sprintf("Scatter plot of %s: %s.", datasetName(d.Name), split.describe())
	return f, nil
}

// DecisionBoundaries shows, for each network, the plane and the test points: of two classes the probability
// of class 1 and the line where it is ½, of more the regions of the predicted classes.
type DecisionBoundaries struct {
	Dataset string    // its name; "" means make_moons
	Points  []float64 // x₁, x₂ of one test point after the other
	Labels  []int     // the points' classes, from 0 on
	Classes ClassNames
	Nets    []Boundary
	// Label names what is decided where there are several such figures, and Number says which of
	// them this is, from 1 on.
	Label  string
	Number int
	// Observed says that the networks did not learn on these points.
	Observed bool
}

// Boundary is what one network says about the plane and the test points.
type Boundary struct {
	Network
	// Grid holds P(class 1); where there are Outputs, only its axes count.
	Grid viz.Grid
	// Outputs has a value for each class at each node of the grid, nodes × classes: probabilities, or Scores,
	// of which the largest decides. Two classes that have probabilities need none.
	Outputs []float64
	Scores  bool
	// Wrong marks the test points that the network itself gets wrong.
	Wrong []bool
	// Accuracy is the share of test points that it gets right, 0 to 1.
	Accuracy float64
	// Predicted is what the network says of each test point where the plane is a slice through more inputs than
	// two, in which the points do not lie; nil where they do.
	Predicted []int
}

const (
	// probabilitySteps is how many colours shade the plane.
	probabilitySteps = 20
	// confidenceSteps is how many shades a region has, and fewSteps where there are more than someClasses.
	confidenceSteps = 5
	fewSteps        = 2
	someClasses     = 12
)

// on says what the points are to the networks.
func (d DecisionBoundaries) on() string {
	if d.Observed {
		return "on " + datasetName(d.Dataset)
	}
	return "learned on " + datasetName(d.Dataset)
}

func (d DecisionBoundaries) Figure(o viz.Options) (*viz.Figure, error) {
	if len(d.Nets) == 0 {
		return nil, errors.New("figures: decision boundaries: no network is given")
	}
	split, err := d.Classes.split(d.Points, d.Labels, Values{})
	if err != nil {
		return nil, fmt.Errorf("figures: decision boundaries: %w", err)
	}
	f := viz.NewFigure(o, "decision_boundaries", "Decision boundaries "+d.on())
	if d.Number > 0 {
		f.Name += fmt.Sprintf("_%d", d.Number)
		f.Title = fmt.Sprintf("Decision boundaries of %s %s", cut(d.Label, maxClassName), d.on())
	}
	f.Subtitle = fmt.Sprintf("%s Points: %s.", d.explainShading(), count(len(d.Labels), "test sample"))
	f.ShareX, f.ShareY = true, true
	f.Columns = panelColumns(len(d.Nets))
	points := split.scatters(f.Theme, max(2.6, 4.6-0.5*float64(f.Columns)))
	points.Limit = viz.DefaultLimit / len(d.Nets) // the file grows by points times networks
	var facts []string
	anyWrong, anyOff := false, false
	for i, style := range NetworkStyles(f.Theme, networks(d.Nets)) {
		n := d.Nets[i]
		p, wrong, err := d.panel(n, f.Theme, style, points)
		if err != nil {
			return nil, fmt.Errorf("figures: decision boundary of %s: %w", n.DisplayName(), err)
		}
		f.Panels = append(f.Panels, p)
		fact := fmt.Sprintf("%s gets %d of %s wrong (test accuracy %s)", n.DisplayName(), wrong, count(len(d.Labels), "point"), viz.Percent(n.Accuracy, 1))
		if n.Predicted != nil {
			off := len(d.offSlice(n))
			fact += fmt.Sprintf(", and says of %d another class than the plane at their place", off)
			anyOff = anyOff || off > 0
		}
		facts, anyWrong = append(facts, fact), anyWrong || wrong > 0
	}
	f.Legend = split.keys(f.Theme)
	if anyWrong {
		f.Legend = append(f.Legend, viz.Key{Text: "Misclassified", Marker: wrongMarker(f.Theme, points.Binned(), 6)})
	}
	if anyOff {
		f.Legend = append(f.Legend, viz.Key{Text: "Predicted otherwise than shaded", Marker: offMarker(f.Theme, points.Binned(), 6)})
	}
	switch {
	case anyOff:
		f.Footnotes = append(f.Footnotes, "The shading is of the plane itself. Points lie beside it: framed are those of which a network says another class there.")
	case d.Nets[0].Predicted != nil:
		f.Footnotes = append(f.Footnotes, "The shading is of the plane itself. Points lie beside it; of each its network says the class that is shaded.")
	}
	f.ColorBar = d.colorBar(f.Theme)
	f.Footnotes = append(f.Footnotes, split.remarks(points.Binned())...)
	what := "Predicted probability"
	if d.byRegions() {
		what = "Predicted class"
	}
	f.Description = what + " over the plane and the test points, one panel a network: " + strings.Join(facts, "; ") + "."
	return f, nil
}

// byRegions says whether the figure shows regions of classes, and not one probability.
func (d DecisionBoundaries) byRegions() bool { return d.Nets[0].Outputs != nil }

func (d DecisionBoundaries) explainShading() string {
	switch {
	case !d.byRegions():
		return strings.Replace(fmt.Sprintf("Shading: probability of %s. Line: where it is 0.5.", d.Classes.Phrase(1)), "….", "…", 1)
	case d.Nets[0].Scores:
		return "Shading: the class with the largest score."
	}
	return "Shading: the predicted class, the stronger the surer."
}

func (d DecisionBoundaries) colorBar(t viz.Theme) *viz.ColorBar {
	switch {
	case !d.byRegions():
		return &viz.ColorBar{Label: "P(" + d.Classes.Phrase(1) + ")", Full: d.Classes.full(1, d.Classes.Phrase(1)), Scale: viz.Linear(0, 1), Ramp: t.Probability(), Steps: probabilitySteps, Marks: []float64{0.5}}
	case d.Nets[0].Scores:
		return nil
	}
	grey := func(sure float64) viz.Color {
		const least = 0.2 // so that the palest shade is seen, too
		return viz.Mix(t.Shade[1], t.Spine, least+(0.85-least)*sure)
	}
	return &viz.ColorBar{Label: "P(predicted class)", Scale: viz.Linear(1/float64(d.Classes.Count()), 1), Ramp: grey, Steps: d.steps()}
}

// steps is how many shades a region has.
func (d DecisionBoundaries) steps() int {
	switch {
	case d.Nets[0].Scores:
		return 1
	case d.Classes.Count() > someClasses:
		return fewSteps
	}
	return confidenceSteps
}

func (d DecisionBoundaries) panel(n Boundary, t viz.Theme, style NetworkStyle, points viz.Scatters) (*viz.Panel, int, error) {
	if err := d.checkGround(n); err != nil {
		return nil, 0, err
	}
	if len(n.Wrong) != len(d.Labels) {
		return nil, 0, fmt.Errorf("%d marks of right and wrong for %d points", len(n.Wrong), len(d.Labels))
	}
	ground, line, names := d.ground(n, t, style, points)
	binned := points.Binned()
	wrong := viz.Scatter{Name: "misclassified", Marker: wrongMarker(t, binned, points.Sets[0].Marker.Radius+2.8)}
	for i, w := range n.Wrong {
		if w {
			wrong.Points = append(wrong.Points, viz.Pt(d.Points[2*i], d.Points[2*i+1]))
		}
	}
	errs, separator := len(wrong.Points), ", "
	if panelColumns(len(d.Nets)) > 2 {
		separator = "\n"
	}
	off := viz.Scatter{Name: "predicted otherwise than shaded", Points: d.offSlice(n), Marker: offMarker(t, binned, points.Sets[0].Marker.Radius+3)}
	e := n.Grid.Extent()
	p := &viz.Panel{
		Title: n.title(style.Color), Accent: style.Color, Equal: true,
		X: viz.Axis{Label: "x₁", Scale: viz.Linear(e.XMin, e.XMax)}, Y: viz.Axis{Label: "x₂", Scale: viz.Linear(e.YMin, e.YMax)},
		Series: slices.Concat([]viz.Series{ground, line, points, wrong, off}, names),
		Badge:  d.accuracyName() + " " + viz.Percent(n.Accuracy, 1) + separator + count(errs, "error"),
	}
	if binned { // the marks would cover the line
		marks := viz.Scatters{Sets: append(slices.Clone(points.Sets), wrong, off), Limit: points.Limit}
		p.Series = slices.Concat([]viz.Series{ground, marks, line}, names)
	}
	values := n.Grid.Z
	if d.byRegions() {
		values = n.Outputs
	}
	if !slices.ContainsFunc(values, func(z float64) bool { return !math.IsNaN(z) }) {
		p.Notice = "No probability is a number."
	}
	return p, errs, nil
}

// accuracyName is what the accuracy is of.
func (d DecisionBoundaries) accuracyName() string {
	if d.Observed {
		return "accuracy"
	}
	return "test acc"
}

// offSlice are the places of the points of which the plane says another class than the network says of the points
// themselves.
func (d DecisionBoundaries) offSlice(n Boundary) []viz.Point {
	if len(n.Predicted) != len(d.Labels) {
		return nil
	}
	var off []viz.Point
	for i, class := range n.Predicted {
		at := viz.Pt(d.Points[2*i], d.Points[2*i+1])
		if said, ok := d.saidAt(n, at); ok && said != class {
			off = append(off, at)
		}
	}
	return off
}

// saidAt is the class of the node of the grid that is nearest to a place; there is none beyond the grid.
func (d DecisionBoundaries) saidAt(n Boundary, at viz.Point) (class int, ok bool) {
	g := n.Grid
	e := g.Extent()
	if !(at.X >= e.XMin && at.X <= e.XMax && at.Y >= e.YMin && at.Y <= e.YMax) {
		return 0, false
	}
	node := nearest(g.Y, at.Y)*len(g.X) + nearest(g.X, at.X)
	if !d.byRegions() {
		if g.Z[node] >= 0.5 {
			return 1, true
		}
		return 0, !math.IsNaN(g.Z[node])
	}
	outputs := n.Outputs[node*d.Classes.Count():][:d.Classes.Count()]
	for k, v := range outputs {
		if v > outputs[class] {
			class = k
		}
	}
	return class, true
}

// nearest is the index of the value that is nearest to v; values ascend.
func nearest(values []float64, v float64) int {
	i, _ := slices.BinarySearch(values, v)
	if i == len(values) || i > 0 && v-values[i-1] < values[i]-v {
		i--
	}
	return i
}

// ground is what shades a network's plane, the line on it, and names to write over all.
func (d DecisionBoundaries) ground(n Boundary, t viz.Theme, style NetworkStyle, points viz.Scatters) (ground, line viz.Series, names []viz.Series) {
	stroke, casing := viz.Stroke{Color: style.Color, Width: 2.5}, 1.5
	if !d.byRegions() {
		return viz.Field{Name: "plane", Grid: n.Grid, Ramp: t.Probability(), Steps: probabilitySteps}, viz.Contour{Grid: n.Grid, Level: 0.5, Stroke: stroke, Casing: casing}, nil
	}
	regions := viz.Regions{X: n.Grid.X, Y: n.Grid.Y, Values: n.Outputs, Classes: d.Classes.Count(), Steps: d.steps()}
	for class := range regions.Classes {
		regions.Names = append(regions.Names, "plane: "+d.Classes.table(class))
	}
	stroke.Width = max(1.2, 2.5-float64(regions.Classes)/15)
	named := viz.RegionNames{Regions: regions, Names: d.Classes.Short(), Full: d.Classes.all()}
	for _, set := range points.Sets {
		named.Points = append(named.Points, set.Points...)
	}
	return regions, viz.Borders{Regions: regions, Stroke: stroke, Casing: casing}, []viz.Series{named}
}

// checkGround says what keeps a network's plane from being shaded.
func (d DecisionBoundaries) checkGround(n Boundary) error {
	g := n.Grid
	if n.Outputs == nil != !d.byRegions() || n.Scores != d.Nets[0].Scores {
		return errors.New("some networks have outputs of all classes and some have not")
	}
	if d.byRegions() {
		if want := len(g.X) * len(g.Y) * d.Classes.Count(); len(n.Outputs) != want {
			return fmt.Errorf("%d outputs on a grid of %d × %d for %d classes", len(n.Outputs), len(g.X), len(g.Y), d.Classes.Count())
		}
		g.Z = make([]float64, len(g.X)*len(g.Y))
	}
	return checkPlane(g)
}

// checkPlane says what keeps a grid from shading a plane.
func checkPlane(g viz.Grid) error {
	if len(g.X) < 2 || len(g.Y) < 2 {
		return fmt.Errorf("a grid of %d × %d points shades nothing", len(g.X), len(g.Y))
	}
	return g.Check()
}

// offMarker frames a point, or stands for points in a cell.
func offMarker(t viz.Theme, binned bool, radius float64) viz.Marker {
	if binned {
		return viz.Marker{Shape: viz.Square, Radius: min(radius, 4), Fill: t.Paper, Edge: t.Wrong, EdgeWidth: 0.8}
	}
	return viz.Marker{Shape: viz.Square, Radius: radius, Edge: t.Wrong, EdgeWidth: 1.2}
}

// wrongMarker rings a point, or stands for points in a cell.
func wrongMarker(t viz.Theme, binned bool, radius float64) viz.Marker {
	if binned {
		return viz.Marker{Radius: min(radius, 4), Fill: t.Wrong}
	}
	return viz.Marker{Shape: viz.Ring, Radius: radius, Edge: t.Wrong, EdgeWidth: 1.4}
}

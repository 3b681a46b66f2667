package figures

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"actscope/viz"
)

// Surfaces shows what each network predicts over the plane as shades and contours, and the test points with
// their targets in the same colours.
type Surfaces struct {
	Dataset string    // its name; "" means make_moons
	Points  []float64 // x₁, x₂ of one test point after the other
	Target  Values    // of the test points
	// Number says which of several such figures this is, from 1 on.
	Number int
	Nets   []Surface
}

// Surface is what one network predicts.
type Surface struct {
	Network
	Grid viz.Grid // in the target's units
	Fit
}

// Fit says how close predictions come to the targets of the test points, in their units.
type Fit struct{ R2, RMSE, MAE float64 }

// badge is R² in few characters.
func (f Fit) badge() string { return "R² " + correlationText(f.R2) }

// describe is all of it.
func (f Fit) describe() string {
	return fmt.Sprintf("R² %s, RMSE %s, MAE %s", correlationText(f.R2), viz.Num(f.RMSE, 3), viz.Num(f.MAE, 3))
}

// surfaceLevels is about how many contours a surface has.
const surfaceLevels = 12

func (s Surfaces) Figure(o viz.Options) (*viz.Figure, error) {
	if len(s.Nets) == 0 {
		return nil, errors.New("figures: surfaces: no network is given")
	}
	split, err := ClassNames(nil).split(s.Points, nil, Values{s.Target.Name, orNone(s.Target.Of)})
	if err != nil {
		return nil, fmt.Errorf("figures: surfaces: %w", err)
	}
	f := viz.NewFigure(o, numbered("surface", s.Number), fmt.Sprintf("Predicted %s on %s", s.Target.Title(), datasetName(s.Dataset)))
	f.Subtitle = fmt.Sprintf("Shading and contours: the prediction. Points, in the same colours: the targets of %s.", count(len(s.Points)/2, "test sample"))
	f.ShareX, f.ShareY = true, true
	f.Columns = panelColumns(len(s.Nets))
	points := split.scatters(f.Theme, max(2.6, 4.6-0.5*float64(f.Columns)))
	points.Limit = viz.DefaultLimit / len(s.Nets)
	scale, beyond, err := s.scale(split)
	if err != nil {
		return nil, fmt.Errorf("figures: surfaces: %w", err)
	}
	ticks := scale.Ticks(surfaceLevels)
	for group := range points.Sets { // their steps are those of the targets alone
		v := split.low + (float64(group)+0.5)/valueSteps*(split.high-split.low)
		points.Sets[group].Marker = valueMarker(f.Theme, min(max(scale.Position(v), 0), 1), points.Sets[group].Marker.Radius)
	}
	var facts []string
	for i, style := range NetworkStyles(f.Theme, networks(s.Nets)) {
		n := s.Nets[i]
		e := n.Grid.Extent()
		share := n.Grid
		share.Z = make([]float64, len(n.Grid.Z))
		any := false
		for k, z := range n.Grid.Z {
			share.Z[k] = scale.Position(z)
			any = any || !math.IsNaN(z)
		}
		p := &viz.Panel{
			Title: n.title(style.Color), Badge: n.badge(), Accent: style.Color, Equal: true,
			X: viz.Axis{Label: "x₁", Scale: viz.Linear(e.XMin, e.XMax)}, Y: viz.Axis{Label: "x₂", Scale: viz.Linear(e.YMin, e.YMax)},
			Series: []viz.Series{viz.Field{Name: "predicted", Values: n.Grid.Z, Grid: share, Ramp: f.Theme.Values(), Steps: surfaceSteps}},
		}
		for _, k := range ticks {
			p.Series = append(p.Series, viz.Contour{Grid: n.Grid, Level: k.Value, Stroke: viz.Stroke{Color: viz.Fade(valueInk(f.Theme, scale.Position(k.Value)), 0.55), Width: 1}})
		}
		p.Series = append(p.Series, points)
		if !any {
			p.Notice = "No prediction is a number."
		}
		f.Panels = append(f.Panels, p)
		facts = append(facts, n.DisplayName()+" "+n.describe())
	}
	f.ColorBar = &viz.ColorBar{Label: s.Target.Title(), Scale: scale, Ramp: f.Theme.Values(), Steps: surfaceSteps}
	f.Footnotes = split.remarks(points.Binned())
	if beyond {
		f.Footnotes = append(f.Footnotes, "Predictions beyond the colour bar have the colour of its end.")
	}
	f.Description = fmt.Sprintf("The predicted %s over the plane and the test points, one panel a network. On the test points: %s.", s.Target.Title(), strings.Join(facts, "; "))
	return f, nil
}

// surfaceSteps is how many colours shade a surface.
const surfaceSteps = 40

// orNone are values that are there, if none at all.
func orNone(values []float64) []float64 {
	if values == nil {
		return []float64{}
	}
	return values
}

// numbered is a figure's name where there are several of its kind.
func numbered(name string, number int) string {
	if number > 0 {
		name += fmt.Sprintf("_%d", number)
	}
	return name
}

// scale covers the targets and the predictions, but of these no more than half of the targets' range at each
// side: what networks say far from all points would leave no colours for the rest.
func (s Surfaces) scale(split pointGroups) (scale viz.LinearScale, beyond bool, err error) {
	low, high := split.low, split.high
	least, most := math.Inf(1), math.Inf(-1)
	for _, n := range s.Nets {
		if err := checkPlane(n.Grid); err != nil {
			return scale, false, fmt.Errorf("%s: %w", n.DisplayName(), err)
		}
		l, h := finiteRange(n.Grid.Z...)
		least, most = min(least, l), max(most, h)
	}
	if low > high { // no target is a number
		return viz.Linear(least, most), false, nil
	}
	room := (high - low) / 2
	beyond = least < low-room || most > high+room
	return viz.Linear(min(low, max(least, low-room)), max(high, min(most, high+room))), beyond, nil
}

// Predictions are numbers that networks predict for the test points.
type Predictions struct {
	Dataset string // its name; "" means make_moons
	Target  Values // of the test points
	// Number says which of several targets this is, from 1 on.
	Number int
	Nets   []Predicted
}

// Predicted is what one network predicts.
type Predicted struct {
	Network
	Values []float64 // of the test points, in the target's units
	Fit
}

func (p Predictions) check() error {
	if len(p.Nets) == 0 {
		return errors.New("no network is given")
	}
	for _, n := range p.Nets {
		if len(n.Values) != len(p.Target.Of) {
			return fmt.Errorf("%s has %d predictions for %d points", n.DisplayName(), len(n.Values), len(p.Target.Of))
		}
	}
	return nil
}

// panels are those of all networks, with a point for each test point and a line to compare with.
func (p Predictions) panels(f *viz.Figure, point func(target, predicted float64) viz.Point, line func(low, high float64) []viz.Point) (facts []string) {
	f.Columns = panelColumns(len(p.Nets))
	f.ShareX, f.ShareY = true, true
	var all []viz.Point
	sets := make([]viz.Scatters, len(p.Nets))
	styles := NetworkStyles(f.Theme, networks(p.Nets))
	left := 0
	for i, n := range p.Nets {
		var points []viz.Point
		for k, v := range n.Values {
			if at := point(p.Target.Of[k], v); finite(at.X) && finite(at.Y) {
				points = append(points, at)
			} else {
				left++
			}
		}
		all = append(all, points...)
		marker := viz.Marker{Radius: 3, Fill: viz.Fade(styles[i].Color, 0.75), Edge: f.Theme.Rim, EdgeWidth: 0.6}
		sets[i] = viz.Scatters{Sets: []viz.Scatter{{Name: n.DisplayName(), Points: points, Marker: marker}}, Limit: maxSpaceMarks / len(p.Nets)}
		facts = append(facts, n.DisplayName()+" "+n.describe())
	}
	e := viz.ExtentOf(all)
	x, y := viz.LinearAround(e.XMin, e.XMax, 0.05), viz.LinearAround(e.YMin, e.YMax, 0.05)
	compare := viz.Line{Name: "no error", Points: line(e.XMin, e.XMax), Stroke: viz.Stroke{Color: f.Theme.Muted, Width: 1.2, Dash: []float64{5, 4}}}
	binned := false
	for i, n := range p.Nets {
		panel := &viz.Panel{
			Title: n.title(styles[i].Color), Badge: n.badge(), Accent: styles[i].Color, Aspect: 0.85,
			X: viz.Axis{Scale: x, Grid: true}, Y: viz.Axis{Scale: y, Grid: true}, Series: []viz.Series{compare, sets[i]},
		}
		if len(sets[i].Sets[0].Points) == 0 {
			panel.Notice = "No prediction is a number."
		}
		binned = binned || sets[i].Binned()
		f.Panels = append(f.Panels, panel)
	}
	f.Footnotes = append(f.Footnotes, strings.Join(facts, "; ")+".")
	if binned {
		f.Footnotes = append(f.Footnotes, pointGroups{}.remarks(true)...)
	}
	if left > 0 {
		f.Footnotes = append(f.Footnotes, count(left, "prediction")+" not finite left out.")
	}
	return facts
}

// PredictedAgainstTrue puts the prediction for each test point over its target: a panel a network, with the
// line on which all is right.
type PredictedAgainstTrue Predictions

func (d PredictedAgainstTrue) Figure(o viz.Options) (*viz.Figure, error) {
	p := Predictions(d)
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("figures: predicted against true: %w", err)
	}
	name := p.Target.Title()
	f := viz.NewFigure(o, numbered("predicted_against_true", p.Number), fmt.Sprintf("Predicted and true %s on %s", name, datasetName(p.Dataset)))
	f.Subtitle = fmt.Sprintf("%s; on the dashed line a prediction is right.", count(len(p.Target.Of), "test point"))
	facts := p.panels(f, viz.Pt, func(low, high float64) []viz.Point { return []viz.Point{viz.Pt(low, low), viz.Pt(high, high)} })
	for _, panel := range f.Panels {
		panel.X.Label, panel.Y.Label = "true "+name, "predicted "+name
	}
	f.Description = "Scatter plot of the predictions over the targets, one panel a network: " + strings.Join(facts, "; ") + "."
	return f, nil
}

// Residuals puts what is missing of the target over the prediction of each test point: a panel a network.
type Residuals Predictions

func (d Residuals) Figure(o viz.Options) (*viz.Figure, error) {
	p := Predictions(d)
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("figures: residuals: %w", err)
	}
	name := p.Target.Title()
	f := viz.NewFigure(o, numbered("residuals", p.Number), fmt.Sprintf("What predictions of %s miss on %s", name, datasetName(p.Dataset)))
	f.Subtitle = fmt.Sprintf("Target minus prediction of %s. A shape in the cloud is what a network has not learnt.", count(len(p.Target.Of), "test point"))
	facts := p.panels(f, func(target, predicted float64) viz.Point { return viz.Pt(predicted, target-predicted) },
		func(low, high float64) []viz.Point { return []viz.Point{viz.Pt(low, 0), viz.Pt(high, 0)} })
	for _, panel := range f.Panels {
		panel.X.Label, panel.Y.Label = "predicted "+name, "true − predicted"
	}
	f.Description = "Scatter plot of the residuals over the predictions, one panel a network: " + strings.Join(facts, "; ") + "."
	return f, nil
}

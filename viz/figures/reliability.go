package figures

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/internal/stats"
	"actscope/viz"
)

// Reliability shows whether networks are right as often as they are sure: a panel a network.
type Reliability struct {
	Dataset string // its name; "" means make_moons
	// ClassCount is how many classes there are: a network is never less sure than one over that.
	ClassCount int
	Nets       []Calibrated
}

// Calibrated is how sure one network is of its predictions, and how often right.
type Calibrated struct {
	Network
	Bins []ConfidenceBin
	// ExpectedError is the mean difference of confidence and share right over all test points, Brier the
	// Brier score.
	ExpectedError, Brier float64
}

// ConfidenceBin are predictions of about one confidence.
type ConfidenceBin struct {
	Confidence float64 // mean probability of the predicted class
	Right      float64 // share of the predictions that are right
	Count      int     // of predictions
}

func (r Reliability) Figure(o viz.Options) (*viz.Figure, error) {
	if len(r.Nets) == 0 {
		return nil, errors.New("figures: reliability: no network is given")
	}
	f := viz.NewFigure(o, "reliability", "Are the networks right as often as they are sure?")
	f.Subtitle = "Test points of " + datasetName(r.Dataset) + " by the probability of the predicted class. The larger a mark, the more of them; bars: 95 % intervals (Wilson). Below the line a network is too sure."
	f.Columns = panelColumns(len(r.Nets))
	f.ShareX, f.ShareY = true, true
	least := 1 / float64(max(r.ClassCount, 2))
	axis := func(label string, low float64) viz.Axis {
		return viz.Axis{Label: label, Scale: viz.Linear(low, 1.02), Grid: true}
	}
	var facts []string
	for i, style := range NetworkStyles(f.Theme, networks(r.Nets)) {
		n := r.Nets[i]
		p := &viz.Panel{
			Title: n.title(style.Color), Accent: style.Color, Badge: "ECE " + calibrationText(n.ExpectedError), Aspect: 0.8,
			X: axis("confidence", min(least, 0.5)-0.02), Y: axis("share right", -0.02),
			Series: []viz.Series{viz.Line{Name: "calibrated", Points: []viz.Point{viz.Pt(0, 0), viz.Pt(1, 1)}, Stroke: viz.Stroke{Color: f.Theme.Muted, Width: 1.2, Dash: []float64{5, 4}}}},
		}
		marks, err := n.series(f.Theme, style)
		if err != nil {
			return nil, fmt.Errorf("figures: reliability of %s: %w", n.DisplayName(), err)
		}
		if len(marks) == 0 {
			p.Notice = "No probability is a number."
		}
		p.Series = append(p.Series, marks...)
		f.Panels = append(f.Panels, p)
		facts = append(facts, fmt.Sprintf("%s has an expected calibration error of %s and a Brier score of %s", n.DisplayName(), calibrationText(n.ExpectedError), calibrationText(n.Brier)))
	}
	said := strings.Join(facts, "; ") + "."
	f.Footnotes = []string{said}
	f.Description = "Share of right predictions over their confidence, one panel a network."
	return f, nil
}

func calibrationText(v float64) string {
	if !finite(v) {
		return "undefined"
	}
	return viz.Fixed(v, 3)
}

// series are the bins as marks with their intervals, joined by a line.
func (n Calibrated) series(t viz.Theme, style NetworkStyle) ([]viz.Series, error) {
	most := 0
	for _, b := range n.Bins {
		if b.Count < 0 {
			return nil, fmt.Errorf("a bin of %d predictions", b.Count)
		}
		most = max(most, b.Count)
	}
	name := n.DisplayName()
	line := viz.Line{Name: name}
	var bars, marks []viz.Series
	for _, b := range n.Bins {
		if b.Count == 0 || !finite(b.Confidence) || !finite(b.Right) {
			continue
		}
		at := viz.Pt(b.Confidence, b.Right)
		line.Points = append(line.Points, at)
		low, high := stats.Wilson(b.Right, float64(b.Count), stats.Confidence)
		bar := viz.Line{Points: []viz.Point{viz.Pt(at.X, low), viz.Pt(at.X, high)}, Stroke: viz.Stroke{Color: viz.Fade(style.Color, 0.45), Width: 1.4}}
		bars = append(bars, viz.Restated{Series: bar, As: []viz.Number{{Series: name, X: at.X, Y: at.Y, Low: low, High: high, Value: math.NaN()}}})
		radius := 2.5 + 5*math.Sqrt(float64(b.Count)/float64(most))
		marks = append(marks, viz.Scatter{Name: name, Points: []viz.Point{at}, Marker: viz.Marker{Radius: radius, Fill: style.Color, Edge: t.Rim, EdgeWidth: 1}})
	}
	if len(marks) == 0 {
		return nil, nil
	}
	line.Stroke = viz.Stroke{Color: viz.Fade(style.Color, 0.7), Width: 1.6}
	return slices.Concat(bars, []viz.Series{viz.Restated{Series: line}}, ornaments(marks)), nil
}

package figures

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/internal/stats"
	"actscope/viz"
)

// TheoryByLayer shows what a theory of wide networks predicts layer by layer, as
// lines, and what networks of finite width do, as points with intervals.
type TheoryByLayer struct {
	Network
	Setting string // sentences that say of which networks
	// Measured says what the points are, such as "width 512: mean of 20 networks"; ""
	// where nothing was measured.
	Measured   string
	Quantities []LayerQuantity // a panel each
}

// LayerQuantity is a number that every layer has; entries belong to layer 1, 2, ..
type LayerQuantity struct {
	// Title is that of the panel, Label that of its axis.
	Title, Label string
	Predicted    []float64
	// Mean, Low and High are the measurement and its interval; they may be empty.
	Mean, Low, High []float64
	// Bounded says that the quantity lies between -1 and 1, where the ends mean something.
	Bounded bool
}

func (d TheoryByLayer) Figure(o viz.Options) (*viz.Figure, error) {
	if len(d.Quantities) == 0 {
		return nil, errors.New("figures: theory by layer: no quantity is given")
	}
	f := viz.NewFigure(o, "theory_by_layer", "Theory and measurement, layer by layer — "+d.DisplayName())
	if d.Measured == "" {
		f.Title = "Theory, layer by layer — " + d.DisplayName()
	}
	f.Subtitle = d.Setting
	f.Columns = min(2, len(d.Quantities))
	f.ShareX = true
	color := NetworkStyles(f.Theme, []Network{d.Network})[0].Color
	point := viz.Marker{Radius: 3, Fill: f.Theme.Text, Edge: f.Theme.Rim, EdgeWidth: 1}
	f.Legend = []viz.Key{{Text: "theory: infinitely wide", Line: viz.Stroke{Color: color, Width: theoryWidth}}}
	if d.Measured != "" {
		f.Legend = append(f.Legend, viz.Key{Text: d.Measured, Marker: point})
	}
	var facts []string
	for _, q := range d.Quantities {
		layers := len(d.Quantities[0].Predicted)
		if len(q.Predicted) != layers || layers == 0 {
			return nil, fmt.Errorf("figures: theory by layer: %s has %d layers, the first quantity %d", q.Title, len(q.Predicted), layers)
		}
		if n := len(q.Mean); len(q.Low) != n || len(q.High) != n || n != 0 && n != layers {
			return nil, fmt.Errorf("figures: theory by layer: %s is measured in %d layers, with %d low and %d high bounds, and predicted in %d", q.Title, n, len(q.Low), len(q.High), layers)
		}
		p, notes := q.panel(color, point, f.Theme)
		f.Panels = append(f.Panels, p)
		for _, note := range notes {
			if !slices.Contains(f.Footnotes, note) {
				f.Footnotes = append(f.Footnotes, note)
			}
		}
		facts = append(facts, fmt.Sprintf("%s from %s in layer 1 to %s in layer %d", strings.ToLower(q.Title), viz.Num(q.Predicted[0], 3), predictedText(q.Predicted[layers-1]), layers))
	}
	f.Description = "Predictions as lines, measurements as points with intervals, one panel a quantity: " + strings.Join(facts, "; ") + "."
	return f, nil
}

const theoryWidth = 2.4

func (q LayerQuantity) panel(color viz.Color, point viz.Marker, t viz.Theme) (*viz.Panel, []string) {
	layers := len(q.Predicted)
	p := &viz.Panel{
		Title:  []viz.Span{{Text: q.Title, Bold: true}},
		X:      viz.Axis{Label: "Layer", Scale: viz.Linear(0.5, float64(layers)+0.5).Whole()},
		Aspect: 0.62,
		Series: []viz.Series{viz.Line{Points: pointsFrom(1, q.Predicted), Stroke: viz.Stroke{Color: color, Width: theoryWidth}, Marker: lineMark(layers, color)}},
	}
	if len(q.Mean) > 0 {
		p.Series = append(p.Series,
			viz.Intervals{X: numbersFrom(1, layers), Low: q.Low, High: q.High, Stroke: viz.Stroke{Color: t.Text, Width: 1.3}, Cap: 3.5},
			viz.Scatter{Points: pointsFrom(1, q.Mean), Marker: point})
	}
	values := slices.Concat(q.Predicted, q.Mean)
	var notes []string
	if p.Y, notes = magnitudeAxis(q.Label, append(values, q.reach(values)...), "nothing is left of the signal"); q.Bounded {
		p.Y, notes = viz.Axis{Label: q.Label, Grid: true, Scale: boundedScale(values)}, nil
	}
	if !slices.ContainsFunc(values, finite) {
		p.Notice = "Not defined here."
	}
	return p, notes
}

// reach is the highest end of an interval that the axis has to show: at most twice
// the largest of the values, which wide intervals must not flatten.
func (q LayerQuantity) reach(values []float64) []float64 {
	_, largest := finiteRange(values...)
	_, highest := finiteRange(q.High...)
	if highest = min(highest, 2*largest); !(highest > 0) {
		return nil
	}
	return []float64{highest}
}

// lineMark marks a line's points where it has only one.
func lineMark(points int, c viz.Color) viz.Marker {
	if points > 1 {
		return viz.Marker{}
	}
	return viz.Marker{Shape: viz.Ring, Radius: 7, Edge: c, EdgeWidth: theoryWidth}
}

// boundedScale goes up to 1 and down to 0, or to -1 where values are below 0.
func boundedScale(values []float64) viz.Scale {
	const margin = 0.03
	low := 0.0
	if least, _ := finiteRange(values...); least < -margin {
		low = -1
	}
	return viz.Linear(low-margin, 1+margin)
}

// LayerMaps shows the two maps from one layer to the next in wide networks: of the
// variance of the pre-activations, and of the correlation of two inputs. Where a map
// crosses the diagonal it has a fixed point.
type LayerMaps struct {
	Network
	Setting string // a sentence that says of which networks
	// Variance and NextVariance are the first map, Layers the variances of layer 1, 2,
	// .., which are drawn as a staircase.
	Variance, NextVariance, Layers []float64
	// Correlation and NextCorrelation are the second map, at the variance At.
	Correlation, NextCorrelation []float64
	At                           float64
	// VarianceLimit and CorrelationLimit are where depth leads, NaN for nowhere.
	VarianceLimit, CorrelationLimit float64
}

// Figure draws both maps.
func (d LayerMaps) Figure(o viz.Options) (*viz.Figure, error) {
	f := viz.NewFigure(o, "layer_maps", "What one layer does to variance and correlation — "+d.DisplayName())
	f.Subtitle = d.Setting
	if finite(d.VarianceLimit) || finite(d.CorrelationLimit) {
		f.Subtitle += " Dots: where depth leads."
	}
	f.Columns = 2
	t := f.Theme
	color := NetworkStyles(t, []Network{d.Network})[0].Color
	for _, m := range [][2][]float64{{d.Variance, d.NextVariance}, {d.Correlation, d.NextCorrelation}} {
		if len(m[0]) < 2 || len(m[1]) != len(m[0]) {
			return nil, fmt.Errorf("figures: layer maps: a map needs two points, here it has %d x and %d y values", len(m[0]), len(m[1]))
		}
	}
	panel := func(title string, here, next, stairs []float64, limit float64) *viz.Panel {
		first, last := here[0], here[len(here)-1]
		p := &viz.Panel{
			Title: []viz.Span{{Text: title, Bold: true}}, Equal: true, Aspect: 1,
			X: viz.Axis{Label: "In one layer", Scale: viz.Linear(first, last)}, Y: viz.Axis{Label: "In the next", Scale: viz.Linear(first, last), Grid: true},
			Series: []viz.Series{
				viz.Line{Points: []viz.Point{viz.Pt(first, first), viz.Pt(last, last)}, Stroke: viz.Stroke{Color: t.Muted, Width: 1.2, Dash: []float64{5, 4}}},
				viz.Line{Points: pointsAt(here, next), Stroke: viz.Stroke{Color: color, Width: theoryWidth}},
				viz.Line{Points: staircase(stairs), Stroke: viz.Stroke{Color: t.Text, Width: 1.2}},
			},
		}
		if !slices.ContainsFunc(next, finite) {
			p.Notice = "Not defined here."
		}
		if finite(limit) {
			p.Series = append(p.Series, viz.Scatter{Name: "limit", Points: []viz.Point{viz.Pt(limit, limit)}, Marker: viz.Marker{Radius: 5, Fill: t.Text, Edge: t.Rim, EdgeWidth: 1.5}})
		}
		return p
	}
	f.Panels = []*viz.Panel{
		panel("Variance", d.Variance, d.NextVariance, d.Layers, d.VarianceLimit),
		panel("Correlation at variance "+viz.Num(d.At, 3), d.Correlation, d.NextCorrelation, nil, d.CorrelationLimit),
	}
	f.Legend = []viz.Key{
		{Text: "the map", Line: viz.Stroke{Color: color, Width: theoryWidth}},
		{Text: "the layers in turn", Line: viz.Stroke{Color: t.Text, Width: 1.2}},
		{Text: "no change", Line: viz.Stroke{Color: t.Muted, Width: 1.2, Dash: []float64{5, 4}}},
	}
	variance, correlation := "With depth the variance grows without bound", "correlations have no limit"
	if finite(d.VarianceLimit) {
		variance = "Depth leads to a variance of " + viz.Num(d.VarianceLimit, 4)
	}
	if finite(d.CorrelationLimit) {
		correlation = "the correlation of two inputs comes to " + viz.Num(d.CorrelationLimit, 4)
	}
	f.Description = fmt.Sprintf("Maps of variance and correlation from layer to layer with the diagonal. %s, and %s.", variance, correlation)
	return f, nil
}

// staircase goes from the diagonal to the map and back for each step of a sequence.
func staircase(values []float64) []viz.Point {
	var points []viz.Point
	for i, v := range values {
		if i == 0 {
			points = append(points, viz.Pt(v, 0))
			continue
		}
		points = append(points, viz.Pt(values[i-1], v), viz.Pt(v, v))
	}
	return points
}

// FarConfidence shows how sure trained networks are along rays that lead away from
// their data, the logits behind, and which class they come to in which direction.
type FarConfidence struct {
	Distance []float64 // ascending, above 0
	Nets     []FarRays
}

// FarRays is one network along the rays.
type FarRays struct {
	Network
	Logits [][]float64 // by ray and distance
	// Cap is what the magnitude of a logit cannot exceed; 0 or Inf without a cap.
	Cap float64
	// Arcs divide all directions by the limit of the logit.
	Arcs []FarArc
}

// FarArc is a range of directions in radians with the limit of the logit there.
type FarArc struct{ From, To, Logit float64 }

// Figure draws the confidence, the magnitude of the logit, and the limits by direction.
func (d FarConfidence) Figure(o viz.Options) (*viz.Figure, error) {
	if len(d.Nets) == 0 || len(d.Distance) < 2 {
		return nil, errors.New("figures: far confidence: no network or fewer than two distances are given")
	}
	f := viz.NewFigure(o, "far_confidence", "Far from the data: certain without bound, or capped")
	f.Subtitle = fmt.Sprintf("Along %s from the mean of the data outwards; strong: their median. Right: the limit in every direction.", count(len(d.Nets[0].Logits), "ray"))
	f.Columns = 3
	confidence := &viz.Panel{Title: []viz.Span{{Text: "Confidence", Bold: true}}, Y: viz.Axis{Label: "In the predicted class", Scale: viz.Linear(0.49, 1.01), Grid: true}, Aspect: 1}
	logit := &viz.Panel{Title: []viz.Span{{Text: "Magnitude of the logit", Bold: true}}, Aspect: 1}
	var quarters []viz.Tick
	for quarter := range 5 {
		quarters = append(quarters, viz.Tick{Value: float64(90 * quarter), Label: fmt.Sprint(90 * quarter)})
	}
	limit := &viz.Panel{
		Title: []viz.Span{{Text: "In the limit, by direction", Bold: true}},
		X:     viz.Axis{Label: "Direction in degrees", Scale: viz.Linear(0, 360), Ticks: quarters}, Aspect: 1,
		Y: viz.Axis{Label: "Probability of class 1", Scale: viz.Linear(-0.02, 1.02), Grid: true},
	}
	var magnitudes []float64
	var facts []string
	for i, style := range NetworkStyles(f.Theme, networks(d.Nets)) {
		n := d.Nets[i]
		if len(n.Logits) == 0 {
			return nil, fmt.Errorf("figures: far confidence: %s has no rays", n.DisplayName())
		}
		sure, size := make([][]float64, len(n.Logits)), make([][]float64, len(n.Logits))
		for ray, z := range n.Logits {
			if len(z) != len(d.Distance) {
				return nil, fmt.Errorf("figures: far confidence: ray %d of %s has %d logits for %d distances", ray+1, n.DisplayName(), len(z), len(d.Distance))
			}
			for _, v := range z {
				sure[ray], size[ray] = append(sure[ray], 1/(1+math.Exp(-math.Abs(v)))), append(size[ray], math.Abs(v))
			}
			magnitudes = append(magnitudes, size[ray]...)
		}
		far, largest := len(d.Distance)-1, 0.0
		for _, z := range size {
			largest = max(largest, z[far])
		}
		medians := d.median(sure)
		facts = append(facts, fmt.Sprintf("%s has a median confidence of %s and a largest logit of %s at distance %s", n.DisplayName(), viz.Num(medians[far].Y, 4), viz.Num(largest, 3), viz.Num(d.Distance[far], 3)))
		confidence.Series = append(confidence.Series, d.lines(n.DisplayName(), sure, style.Color)...)
		logit.Series = append(logit.Series, d.lines(n.DisplayName(), size, style.Color)...)
		limit.Series = append(limit.Series, viz.Line{Name: n.DisplayName(), Points: n.limits(), Stroke: style.line(2)})
		f.Legend = append(f.Legend, viz.Key{Text: n.DisplayName(), Line: style.line(2.4)})
		if n.Cap > 0 && finite(n.Cap) {
			magnitudes = append(magnitudes, n.Cap)
			dashed := viz.Stroke{Color: style.Color, Width: 1.6, Dash: []float64{6, 4}}
			ends := []viz.Point{viz.Pt(d.Distance[0], n.Cap), viz.Pt(d.Distance[far], n.Cap)}
			logit.Series = append(logit.Series, viz.Line{Name: "cap of " + n.DisplayName(), Points: ends, Stroke: dashed})
			f.Legend = append(f.Legend, viz.Key{Text: "cap of " + n.DisplayName() + ", |w|₁ + |b| = " + viz.Num(n.Cap, 3), Line: dashed})
			facts = append(facts, fmt.Sprintf("the logit of %s cannot exceed %s", n.DisplayName(), viz.Num(n.Cap, 4)))
		}
	}
	x := viz.Axis{Label: "Distance in deviations, log", Scale: viz.Log(d.Distance[0], d.Distance[len(d.Distance)-1])}
	confidence.X, logit.X = x, x
	_, largest := finiteRange(magnitudes...)
	// The scale leaves out the dips of single rays towards 0, where they change sides.
	logit.Y = viz.Axis{Label: "Logit, log scale", Grid: true, Scale: viz.Log(0.1, 1.5*max(1, largest))}
	f.Panels = []*viz.Panel{confidence, logit, limit}
	f.Description = "Line charts of the confidence and of the logit against the distance from the data, and of the limit of the probability against the direction: " + strings.Join(facts, "; ") + "."
	return f, nil
}

// limits is the probability of class 1 by direction, in steps from 0 to 360 degrees.
func (n FarRays) limits() []viz.Point {
	type step struct{ from, to, logit float64 }
	var steps []step
	for _, a := range n.Arcs {
		from, to := a.From*180/math.Pi, a.To*180/math.Pi
		steps = append(steps, step{from, min(to, 360), a.Logit})
		if to > 360 { // the arc goes over the first axis
			steps = append(steps, step{0, to - 360, a.Logit})
		}
	}
	slices.SortFunc(steps, func(a, b step) int { return cmp.Compare(a.from, b.from) })
	var points []viz.Point
	for _, s := range steps {
		p := 1 / (1 + math.Exp(-s.logit))
		points = append(points, viz.Pt(s.from, p), viz.Pt(s.to, p))
	}
	return points
}

// lines are the rays, pale, and their median.
func (d FarConfidence) lines(name string, rays [][]float64, c viz.Color) []viz.Series {
	var all []viz.Series
	for i, ray := range rays {
		all = append(all, viz.Line{Name: fmt.Sprintf("%s, ray %d", name, i+1), Points: pointsAt(d.Distance, ray), Stroke: viz.Stroke{Color: viz.Fade(c, 0.28), Width: 1}})
	}
	return append(all, viz.Line{Name: name + ", median", Points: d.median(rays), Stroke: viz.Stroke{Color: c, Width: 2.4}, Casing: 1})
}

// median is the line of medians over the rays.
func (d FarConfidence) median(rays [][]float64) []viz.Point {
	points := make([]viz.Point, len(d.Distance))
	for i, r := range d.Distance {
		var values []float64
		for _, ray := range rays {
			values = append(values, ray[i])
		}
		slices.Sort(values)
		points[i] = viz.Pt(r, stats.Quantile(values, 0.5))
	}
	return points
}

// predictedText is what a layer has, or that there is nothing beyond an infinite variance.
func predictedText(v float64) string {
	if math.IsNaN(v) {
		return "what is not defined"
	}
	return viz.Num(v, 3)
}

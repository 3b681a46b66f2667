package present

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/comparison"
	"actscope/internal/config"
	"actscope/internal/stats"
	"actscope/models"
	"actscope/models/geometry"
	"actscope/viz"
	"actscope/viz/figures"
)

// comparisonDrawings are the figures of a result as plain values: the five of the study,
// then those that say more about what it argues.
func comparisonDrawings(ctx context.Context, r *comparison.Result) ([]viz.Drawing, error) {
	plane, judged, err := predictionDrawings(ctx, r)
	if err != nil {
		return nil, err
	}
	test := coloured(r, r.Data.Test)
	losses, norms := figures.LossCurves{Loss: lossTitle(r)}, figures.GradientNorms{}
	noticeable := figures.NoticeableDistance{Dataset: datasetTitle(r), Noise: geometry.NoiseLevel}
	hidden := figures.HiddenSpace{Dataset: datasetTitle(r), Labels: test.labels, Classes: test.names, Values: test.values}
	distributions := figures.ActivationDistributions{Dataset: datasetTitle(r)}
	for _, n := range r.Networks {
		if k := n.Kernel; k != nil && k.Reason == "" {
			losses.Line = float64(k.LineLoss)
		}
		if n.Source == nil {
			losses.Nets = append(losses.Nets, figures.LossCurve{Network: drawn(n), History: n.History.Loss})
			norms.Nets = append(norms.Nets, figures.GradientHistory{Network: drawn(n), Norms: normsByLayer(n)})
		}
		noticeable.Nets = append(noticeable.Nets, noticeableLayers(n))
		layers := hiddenLayers(n)
		hidden.Nets, distributions.Nets = append(hidden.Nets, layers), append(distributions.Nets, layers)
	}
	all := coloured(r, r.Data.Standardised)
	points := figures.Dataset{
		Name: datasetTitle(r), Detail: datasetDetail(r),
		Points: r.Data.Plane.Project(r.Data.Standardised).X, Labels: all.labels, Classes: all.names, Values: all.values,
	}
	if task(r) == data.Regression { // whose standardised set has its targets in their units
		points.Values = figures.Values{Name: targetName(r, 0), Of: column(r.Data.Raw.Y, 0, r.Data.Raw.Targets.Columns())}
	}
	drawings := []viz.Drawing{onPlane(r, points)}
	if !r.Observed() {
		drawings = append(drawings, losses)
	}
	drawings = slices.Concat(drawings, plane, traceDrawing(r))
	deep := slices.ContainsFunc(r.Networks, func(n *comparison.Trained) bool { return n.Test.HiddenLayers() > 0 })
	if deep {
		drawings = append(drawings, hidden)
	}
	if distances := r.Networks[0].Geometry.Distances; task(r) != data.Regression && distances != nil {
		distance := figures.BoundaryDistance{Dataset: datasetTitle(r), Labels: test.labels[:len(distances)], Classes: test.names}
		for _, n := range r.Networks {
			distance.Nets = append(distance.Nets, boundaryLayers(n))
		}
		drawings = append(drawings, distance, noticeable)
	}
	if deep {
		drawings = append(drawings, distributions)
	}
	if !r.Observed() {
		drawings = append(drawings, norms)
	}
	drawings = append(drawings, quantileDrawing(r))
	if d, measured := survivalDrawing(r); measured {
		drawings = append(drawings, d)
	}
	return append(drawings, judged...), nil
}

// lossTitle is what an axis calls the loss.
func lossTitle(r *comparison.Result) string {
	title := lossNamed(r.Networks[0].Model.Loss().Name)
	if r.Config.Standardise == config.StandardiseNone {
		return strings.TrimSuffix(title, ", standardised")
	}
	return title
}

// lossNamed is how axes call a loss.
func lossNamed(name string) string {
	switch name {
	case graph.Softmax.Name:
		return "Cross-entropy"
	case graph.SquaredError.Name:
		return "Squared error, standardised"
	case graph.HalfSquaredError.Name:
		return "Half squared error, standardised"
	case graph.Hinge.Name:
		return "Hinge loss"
	}
	return "Binary cross-entropy"
}

// traceDrawing follows the traced points, if there are any.
func traceDrawing(r *comparison.Result) []viz.Drawing {
	samples := tracedSamples(r)
	trace := figures.SignalTrace{Classes: classNames(r)}
	for i := range r.Data.Far {
		sample, traced := samples[i]
		if !traced {
			continue
		}
		for _, n := range r.Networks {
			sample.Traces = append(sample.Traces, figures.Trace{Network: drawn(n), Values: n.Trace[i]})
		}
		trace.Samples = append(trace.Samples, sample)
	}
	if len(trace.Samples) == 0 {
		return nil
	}
	return []viz.Drawing{trace}
}

// onPlane labels the axes of a drawing in input space.
func onPlane(r *comparison.Result, d viz.Drawing) viz.Drawing {
	switch names := r.Data.Inputs; {
	case r.Data.Plane.Principal():
		note := "The axes are the first two principal axes of the inputs."
		if k := r.Data.Plane.OfEvery(); k > 1 {
			note = fmt.Sprintf("The axes are the first two principal axes of the inputs, found from one point in %d.", k)
		}
		return namedAxes{d, [2]string{"Principal axis 1", "Principal axis 2"}, note}
	case len(names) == 2:
		if r.Config.Standardise == config.StandardiseNone {
			return namedAxes{d, [2]string{names[0], names[1]}, ""}
		}
		return namedAxes{d, [2]string{names[0] + ", standardised", names[1] + ", standardised"}, ""}
	}
	return d
}

// namedAxes is a drawing whose axes have names of their own, and a remark about them.
type namedAxes struct {
	viz.Drawing
	names  [2]string
	remark string
}

// Figure draws and relabels.
func (d namedAxes) Figure(o viz.Options) (*viz.Figure, error) {
	f, err := d.Drawing.Figure(o)
	if err != nil {
		return nil, err
	}
	for _, panel := range f.Panels {
		panel.X.Label, panel.Y.Label = d.names[0], d.names[1]
	}
	if d.remark != "" {
		f.Description += " " + d.remark
		f.Footnotes = append(f.Footnotes, d.remark)
	}
	return f, nil
}

// tracedDetail says which point is traced.
func tracedDetail(r *comparison.Result) string {
	if r.Config.Dataset == config.Article().Dataset {
		return "deep in its moon"
	}
	if r.Data.Raw.Targets.Classes() > 2 {
		return "farthest from the other classes"
	}
	return "farthest from the other class"
}

// datasetTitle names the data in figures; the moons have scikit-learn's name.
func datasetTitle(r *comparison.Result) string {
	if file, isFile := config.DataFile(r.Config.Dataset); isFile {
		return filepath.Base(file)
	}
	if r.Config.Dataset == config.Article().Dataset {
		return "make_moons"
	}
	return r.Config.Dataset
}

// datasetDetail says what the points are.
func datasetDetail(r *comparison.Result) string {
	how := scaled(r)
	if r.Data.Plane.Principal() {
		return fmt.Sprintf("%d features, %s", r.Data.Raw.Columns, how)
	}
	if _, isFile := config.DataFile(r.Config.Dataset); isFile {
		return "both features " + how
	}
	return fmt.Sprintf("noise %v, both features %s", r.Config.Noise, how)
}

// scaledOver is scaled, with the rows.
func scaledOver(r *comparison.Result) string {
	if r.Config.Standardise == config.StandardiseAll {
		return "standardised over all rows, those that are held out for the test among them"
	}
	return scaled(r)
}

// scaled says how columns are scaled; what the article does is not said twice.
func scaled(r *comparison.Result) string {
	switch r.Config.Standardise {
	case config.StandardiseTrain:
		return "standardised over the training rows"
	case config.StandardiseNone:
		return "not standardised"
	}
	return "standardised"
}

// drawn is a network as figures name it.
func drawn(n *comparison.Trained) figures.Network {
	return figures.Network{Name: n.Activation, Label: n.Title}
}

func hiddenLayers(n *comparison.Trained) figures.HiddenLayers {
	h := figures.HiddenLayers{Network: drawn(n)}
	spread := n.Spread
	for l := range spread {
		m := n.Test.Hidden(l + 1).RawMatrix()
		h.Layers = append(h.Layers, figures.HiddenLayer{Activations: m.Data, Units: m.Cols, Spread: spread[l]})
	}
	return h
}

// boundaryLayers are the distances to the decision boundary and the layers' margins.
func boundaryLayers(n *comparison.Trained) figures.BoundaryLayers {
	b := figures.BoundaryLayers{Network: drawn(n), Distances: n.Geometry.Distances}
	for _, l := range n.Geometry.Layers {
		b.Layers = append(b.Layers, figures.LayerMargins{Name: l.Name, Margins: l.Margins, Correlation: float64(l.DistanceCorrelation)})
	}
	return b
}

// Groups of points by distance have about leastGroup points, and there are at most
// mostGroups.
const (
	leastGroup = 10
	mostGroups = 12
)

// noticeableLayers are the just-noticeable distances in the hidden layers and the output.
func noticeableLayers(n *comparison.Trained) figures.NoticeableLayers {
	f := figures.NoticeableLayers{Network: drawn(n)}
	for _, l := range n.Geometry.Layers[1:] {
		b := figures.NoticeableBand{Name: l.Name, Growth: float64(l.NoticeableDistance.Growth)}
		var rows []int
		for row, v := range l.NoticeableDistances {
			if !math.IsNaN(v) {
				rows = append(rows, row)
			}
		}
		distances := n.Geometry.Distances
		slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(distances[a], distances[b]) })
		groups := min(max(len(rows)/leastGroup, 1), mostGroups)
		for g := range groups {
			var away, noticeable []float64
			for _, row := range rows[g*len(rows)/groups : (g+1)*len(rows)/groups] {
				away, noticeable = append(away, distances[row]), append(noticeable, l.NoticeableDistances[row])
			}
			if len(away) == 0 {
				continue // without a boundary
			}
			slices.Sort(noticeable)
			b.Distance = append(b.Distance, stats.Quantile(away, 0.5))
			b.Low, b.Median, b.High = append(b.Low, stats.Quantile(noticeable, 0.25)), append(b.Median, stats.Quantile(noticeable, 0.5)), append(b.High, stats.Quantile(noticeable, 0.75))
		}
		f.Layers = append(f.Layers, b)
	}
	return f
}

// normsByLayer turns the norms of each epoch into those of each layer.
func normsByLayer(n *comparison.Trained) [][]float64 {
	norms := make([][]float64, n.Model.Depth())
	for i, v := range n.GradientNorms {
		norms[i%len(norms)] = append(norms[i%len(norms)], v)
	}
	return norms
}

// quantileDrawing is the signal trace of every test point.
func quantileDrawing(r *comparison.Result) figures.SignalQuantiles {
	d := figures.SignalQuantiles{Classes: classNames(r)}
	for _, g := range groups(r) {
		if len(g.rows) == 0 {
			continue // few rows may all be of the other classes
		}
		signals := figures.ClassSignals{Class: g.class, Name: g.name, Points: len(g.rows)}
		for _, n := range r.Networks {
			band := figures.SignalBand{Network: drawn(n), Quantiles: traceQuantiles(n.Test, g.rows)}
			if g.traced >= 0 {
				band.Single = n.Trace[g.traced]
			}
			signals.Bands = append(signals.Bands, band)
		}
		d.Signals = append(d.Signals, signals)
	}
	return d
}

// bandShares are the shares of points below each line of a band.
var bandShares = [5]float64{0.05, 0.25, 0.5, 0.75, 0.95}

// traceQuantiles are the quantiles of each stage of the traces of some rows.
func traceQuantiles(o *models.Observation, rows []int) (quantiles [5][]float64) {
	traces := make([][]float64, len(rows))
	for i, row := range rows {
		traces[i] = o.Trace(row)
	}
	if len(traces) == 0 {
		return quantiles
	}
	for stage := range traces[0] {
		values := make([]float64, len(traces))
		for i, t := range traces {
			values[i] = t[stage]
		}
		slices.Sort(values)
		for q, share := range bandShares {
			quantiles[q] = append(quantiles[q], stats.Quantile(values, share))
		}
	}
	return quantiles
}

package present

import (
	"fmt"
	"math"
	"slices"

	"actscope/internal/comparison"
	"actscope/internal/stats"
	"actscope/models"
	"actscope/viz"
	"actscope/viz/figures"
)

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
	last := ofLast(r, func(n *comparison.Trained, hidden int) float64 { return tracedRatio(n, 2*hidden-1) })
	where := "in the last hidden layer"
	if len(last) == 0 {
		last, where = ofEach(r, func(n *comparison.Trained) float64 { return tracedRatio(n, 0) }), "at the output"
	}
	finding := "The signals of " + Counted(len(trace.Samples), "traced point") + ", stage by stage"
	if len(trace.Samples) > 1 && len(last) > 0 {
		finding = fmt.Sprintf("%s the traced points' signals differ by a factor of %s", capital(where), listed(last, factor))
	}
	return []viz.Drawing{explained{trace, finding, "Each line follows one training point through a network: the mean magnitude over the units before (z) and after (a) each activation. " +
		"The points were chosen because they lie far out, and stand for no others."}}
}

// tracedRatio is the largest over the least signal of the traced points at a stage.
func tracedRatio(n *comparison.Trained, stage int) float64 {
	var signals []float64
	for _, t := range n.Trace {
		if t != nil {
			signals = append(signals, t[stage])
		}
	}
	if len(signals) == 0 {
		return math.NaN()
	}
	return slices.Max(signals) / slices.Min(signals)
}

// quantileDrawing is the signal trace of every test point.
func quantileDrawing(r *comparison.Result) viz.Drawing {
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
	finding := "The signals of all test points, stage by stage"
	if bands := ofLast(r, bandRatio); len(bands) > 0 {
		finding = fmt.Sprintf("In the last hidden layer the middle 90 %% of the test points have signals within a factor of %s%s", listed(bands, factor), bandThesis(r))
	}
	return explained{d, finding, "As in the signal trace, but of all test points: the line is their median, the bands hold the middle half and 90 % of them. A narrow band: points give much the same signal."}
}

// bandThesis says where a band contradicts the article.
func bandThesis(r *comparison.Result) string {
	sigmoid, relu := thesisNetworks(r)
	if sigmoid == nil || !(bandRatio(sigmoid, sigmoid.Test.HiddenLayers()) > alike*bandRatio(relu, relu.Test.HiddenLayers())) {
		return ""
	}
	return ". That contradicts the article: sigmoid's band is the wider one"
}

// bandRatio is, of all test points' mean magnitudes in a hidden layer, the 95 % quantile over that of 5 %.
func bandRatio(n *comparison.Trained, hidden int) float64 {
	rows, _ := n.Test.Hidden(hidden).Dims()
	every := make([]int, rows)
	for row := range every {
		every[row] = row
	}
	q := traceQuantiles(n.Test, every)
	return q[4][2*hidden-1] / q[0][2*hidden-1]
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

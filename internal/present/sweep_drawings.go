package present

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/graph"
	"actscope/internal/sweep/analysis"
	"actscope/viz"
	"actscope/viz/figures"
)

// swept is a measure of a sweep as its figures show it.
type swept struct {
	name, measure string
	share         bool // it is written in per cent
	of            analysis.Measure
	write         func(float64) string // a value
	change        func(float64) string // a difference of two
}

// sweepDrawings are the figures of a sweep, each with what it says; those that would show nothing are left out.
func sweepDrawings(r *analysis.Result) []viz.Drawing {
	score := swept{"accuracy", accuracyName(r), !r.Regression, r.Score(), scoreCell(r), signedPoints}
	if r.Regression {
		score.name, score.change = "r2", signed
	}
	spread := swept{"spread", "Spread of the last hidden layer", false, analysis.Spread, numberCell, signed}
	var all []viz.Drawing
	for _, m := range []swept{score, spread} {
		all = slices.Concat(all, trendDrawings(r, m), sizeDrawings(r, m))
	}
	return append(all, lossBandDrawings(r)...)
}

func signed(v float64) string {
	if v < 0 {
		return viz.Num(v, 2)
	}
	return "+" + viz.Num(v, 2)
}

func signedPoints(v float64) string {
	if v < 0 {
		return viz.Fixed(100*v, 1) + " points"
	}
	return "+" + viz.Fixed(100*v, 1) + " points"
}

// axisName names a trend's quantity with those that move with it.
func axisName(t analysis.Trend) string {
	name := t.Against
	for _, w := range t.With {
		name += " and " + w.Quantity
	}
	return name
}

// axisLabel says which values of the others come with those of an axis.
func axisLabel(t analysis.Trend) string {
	if len(t.With) == 0 {
		return t.Against
	}
	parts := []string{t.Against}
	for _, w := range t.With {
		values := w.Quantity + " " + listOf(w.Values)
		if len(w.Values) > mostNamed {
			values = w.Quantity
		}
		parts = append(parts, values)
	}
	return fmt.Sprintf("%s (with it %s)", parts[0], joined(parts[1:]))
}

func listOf(values []float64) string {
	var all []string
	for _, v := range values {
		all = append(all, viz.Num(v, 4))
	}
	return strings.Join(all, ", ")
}

func trendDrawings(r *analysis.Result, m swept) []viz.Drawing {
	const mostPoints = 200 // more places make no line
	d := figures.Trends{Name: m.name + "_trends", Measure: m.measure, Share: m.share}
	most, together := "", ""
	largest := math.Inf(-1)
	for _, t := range r.Trends(m.of) {
		if len(t.Lines[0].X) > mostPoints {
			continue
		}
		trend := figures.Trend{Against: axisName(t), Label: axisLabel(t)}
		var changes []of
		var from, to float64
		for _, l := range t.Lines {
			line := figures.TrendLine{Network: network(l.Activation), X: l.X}
			for _, v := range l.Values {
				line.Mean, line.Low, line.High = append(line.Mean, v.Mean), append(line.Low, v.Low), append(line.High, v.High)
			}
			trend.Lines = append(trend.Lines, line)
			last := len(l.X) - 1
			from, to = l.X[0], l.X[last]
			if change := line.Mean[last] - line.Mean[0]; isFinite(change) {
				changes = append(changes, of{" under " + graph.ActivationTitle(l.Activation), change})
			}
		}
		d.Trends = append(d.Trends, trend)
		if len(t.With) > 0 {
			together += fmt.Sprintf(" %s move together in this plan: nothing here tells which of them matters, and they are drawn once.", capital(axisName(t)))
		}
		if len(changes) == 0 {
			continue
		}
		least, greatest := extremes(changes)
		if size := max(math.Abs(least.value), math.Abs(greatest.value)); size > largest {
			largest = size
			if most = "The mean is the same all along"; size == 0 {
				continue
			}
			most = fmt.Sprintf("The mean changes most with %s: from %s to %s by %s", axisName(t), viz.Num(from, 4), viz.Num(to, 4), listed(changes, m.change))
		}
	}
	if len(d.Trends) == 0 {
		return nil
	}
	if most == "" {
		most = "No trial was trained to the end"
	}
	caption := "Each panel follows one quantity; a mark is the mean over all trials with that value, whatever else they vary, a band its 95 % interval."
	if together == "" && unevenSizes(r) {
		together = " Not every depth was tried with every width: a line along one of them may show the other."
	}
	return []viz.Drawing{explained{d, most, caption + together}}
}

// unevenSizes says that depth and width vary, but not freely.
func unevenSizes(r *analysis.Result) bool {
	maps := r.HeatMaps(r.Score())
	return len(maps) > 0 && maps[0].Filled() < 1
}

// sizeDrawings show a mean by depth and width: as a map, or where fewer than half of its cells were tried as a list.
func sizeDrawings(r *analysis.Result, m swept) []viz.Drawing {
	const (
		mostCells = 30 // along each side, or they cannot be told apart
		leastFull = 0.5
	)
	maps := r.HeatMaps(m.of)
	if len(maps) == 0 {
		return nil
	}
	var best []of
	sizes := figures.TriedSizes{Name: m.name + "_by_depth_and_width", Measure: "Mean " + lowered(m.measure), Share: m.share}
	for i, h := range maps {
		title := graph.ActivationTitle(h.Activation)
		sizes.Nets = append(sizes.Nets, network(h.Activation))
		top := of{value: math.Inf(-1)}
		row := 0
		for d, depth := range h.Depths {
			for w, width := range h.Widths {
				if !h.Tried[d][w] {
					continue
				}
				if i == 0 {
					sizes.Sizes = append(sizes.Sizes, figures.TriedSize{Label: fmt.Sprintf("depth %s, width %s", viz.Num(depth, 4), viz.Num(width, 4))})
				}
				if row < len(sizes.Sizes) {
					sizes.Sizes[row].Means = append(sizes.Sizes[row].Means, h.Means[d][w])
				}
				row++
				if v := h.Means[d][w]; v > top.value {
					top = of{fmt.Sprintf(" under %s at depth %s, width %s", title, viz.Num(depth, 4), viz.Num(width, 4)), v}
				}
			}
		}
		if isFinite(top.value) {
			best = append(best, top)
		}
	}
	finding := "No trial was trained to the end"
	if len(best) > 0 {
		finding = "The largest mean is " + listed(best, m.write)
	}
	if maps[0].Filled() < leastFull {
		if len(sizes.Sizes) > mostCells || slices.ContainsFunc(sizes.Sizes, func(s figures.TriedSize) bool { return len(s.Means) != len(sizes.Nets) }) {
			return nil
		}
		return []viz.Drawing{explained{sizes, finding, "A row for each depth and width that was tried, which are fewer than half of all pairs: the mean over whatever else varies."}}
	}
	if len(maps[0].Depths) > mostCells || len(maps[0].Widths) > mostCells {
		return nil
	}
	d := figures.HeatMaps{Name: sizes.Name, Measure: sizes.Measure, Share: m.share}
	for _, h := range maps {
		d.Maps = append(d.Maps, figures.HeatMap{Network: network(h.Activation), Depths: h.Depths, Widths: h.Widths, Means: h.Means})
	}
	return []viz.Drawing{explained{d, finding, "Each cell is the mean over whatever else varies, of one depth and one width; empty cells were not tried, or no trial there was trained to the end."}}
}

func lossBandDrawings(r *analysis.Result) []viz.Drawing {
	d := figures.LossBands{Nets: networks(r.Activations())}
	var ends []of
	for _, b := range r.LossBands() {
		layers := "hidden " + strings.Trim(strings.ReplaceAll(fmt.Sprint(b.Hidden), " ", ","), "[]")
		d.Bands = append(d.Bands, figures.LossBand{Network: network(b.Activation), Layers: layers, Epochs: b.Epochs[:], Low: b.Low[:], Median: b.Median[:], High: b.High[:]})
		if end := b.Median[len(b.Median)-1]; isFinite(end) {
			ends = append(ends, of{fmt.Sprintf(" (%s, %s)", graph.ActivationTitle(b.Activation), layers), end})
		}
	}
	if len(d.Bands) == 0 {
		return nil
	}
	finding := "No trial was trained to the end"
	if len(ends) > 0 {
		least, most := extremes(ends)
		if finding = "The median loss ends at " + digits(3)(least.value); digits(3)(least.value) != digits(3)(most.value) {
			finding = fmt.Sprintf("The median loss ends between %s%s and %s%s", digits(3)(least.value), least.name, digits(3)(most.value), most.name)
		}
	}
	return []viz.Drawing{explained{d, finding, "The line is the median over the seeds, the band holds the middle 80 % of them; of every other setting the first entry is shown."}}
}

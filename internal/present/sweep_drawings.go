package present

import (
	"fmt"
	"slices"
	"strings"

	"actscope/internal/sweep/analysis"
	"actscope/viz"
	"actscope/viz/figures"
)

// sweepDrawings are the figures of a sweep as plain values; those that would show nothing are left out.
func sweepDrawings(r *analysis.Result) []viz.Drawing {
	accuracy, name := accuracyName(r), "accuracy"
	if r.Regression {
		name = "r2"
	}
	return slices.Concat(
		trendDrawings(name, accuracy, r.Trends(r.Score())),
		heatMapDrawings(name, "Mean "+lowered(accuracy), r.HeatMaps(r.Score())),
		trendDrawings("spread", "Spread of the last hidden layer", r.Trends(analysis.Spread)),
		heatMapDrawings("spread", "Mean spread of the last hidden layer", r.HeatMaps(analysis.Spread)),
		lossBandDrawings(r),
	)
}

func trendDrawings(name, measure string, trends []analysis.Trend) []viz.Drawing {
	const mostPoints = 200 // more places make no line
	d := figures.Trends{Name: name + "_trends", Measure: measure}
	for _, t := range trends {
		if len(t.Lines[0].X) > mostPoints {
			continue
		}
		trend := figures.Trend{Against: t.Against}
		for _, l := range t.Lines {
			line := figures.TrendLine{Network: network(l.Activation), X: l.X}
			for _, v := range l.Values {
				line.Mean, line.Low, line.High = append(line.Mean, v.Mean), append(line.Low, v.Low), append(line.High, v.High)
			}
			trend.Lines = append(trend.Lines, line)
		}
		d.Trends = append(d.Trends, trend)
	}
	if len(d.Trends) == 0 {
		return nil
	}
	return []viz.Drawing{d}
}

func heatMapDrawings(name, measure string, maps []analysis.HeatMap) []viz.Drawing {
	const mostCells = 30 // along each side, or they cannot be told apart
	if len(maps) == 0 || len(maps[0].Depths) > mostCells || len(maps[0].Widths) > mostCells {
		return nil
	}
	d := figures.HeatMaps{Name: name + "_by_depth_and_width", Measure: measure}
	for _, m := range maps {
		d.Maps = append(d.Maps, figures.HeatMap{Network: network(m.Activation), Depths: m.Depths, Widths: m.Widths, Means: m.Means})
	}
	return []viz.Drawing{d}
}

func lossBandDrawings(r *analysis.Result) []viz.Drawing {
	d := figures.LossBands{Nets: networks(r.Activations())}
	for _, b := range r.LossBands() {
		d.Bands = append(d.Bands, figures.LossBand{
			Network: network(b.Activation), Layers: "hidden " + strings.Trim(strings.ReplaceAll(fmt.Sprint(b.Hidden), " ", ","), "[]"),
			Epochs: b.Epochs[:], Low: b.Low[:], Median: b.Median[:], High: b.High[:],
		})
	}
	if len(d.Bands) == 0 {
		return nil
	}
	return []viz.Drawing{d}
}

package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/internal/sweep/analysis"
	"actscope/viz"
	"actscope/viz/figures"
	"actscope/viz/report"
)

// mostTrendPoints is from how many places on a trend is no line any more.
const mostTrendPoints = 200

// sweepPageFigures draws a sweep's figures in light and dark.
func sweepPageFigures(ctx context.Context, r *analysis.Result) ([]report.Figure, error) {
	nets := sweepNetworks(r.Activations())
	drawings := slices.Concat(
		trendFigures("test_accuracy", "Test accuracy", nets, r.Trends(analysis.Accuracy)),
		heatMapFigures("test_accuracy", "Mean test accuracy", nets, r.HeatMaps(analysis.Accuracy)),
		trendFigures("spread", "Spread of the last hidden layer", nets, r.Trends(analysis.Spread)),
		heatMapFigures("spread", "Mean spread of the last hidden layer", nets, r.HeatMaps(analysis.Spread)),
		lossBandFigures(nets, r.LossBands()),
	)
	return pageFigures(ctx, drawings, nil, look{})
}

// trendFigure shows a measure against what was varied: a panel a quantity, a line
// with a band an activation.
type trendFigure struct {
	name, measure string
	nets          []figures.Network
	trends        []analysis.Trend
}

func trendFigures(name, measure string, nets []figures.Network, trends []analysis.Trend) []viz.Drawing {
	trends = slices.DeleteFunc(slices.Clone(trends), func(t analysis.Trend) bool { return len(t.Lines[0].X) > mostTrendPoints })
	if len(trends) == 0 {
		return nil
	}
	return []viz.Drawing{trendFigure{name + "_trends", measure, nets, trends}}
}

// Figure implements [viz.Drawing].
func (d trendFigure) Figure(o viz.Options) (*viz.Figure, error) {
	f := sweepFigure(o, d.name, d.measure+" against "+againstAll(d.trends))
	f.Subtitle = "Mean over all other settings and seeds, and its 95 % interval by Student's t."
	f.Columns = min(len(d.trends), 2)
	f.Legend = networkKeys(f.Theme, d.nets)
	for i, trend := range d.trends {
		f.Panels = append(f.Panels, d.panel(f.Theme, trend))
		if i == 0 {
			f.Description = describeTrend(d.measure, d.nets, trend)
		}
	}
	return f, nil
}

func againstAll(trends []analysis.Trend) string {
	var names []string
	for _, t := range trends {
		names = append(names, t.Against)
	}
	return strings.Join(names, ", ")
}

func describeTrend(measure string, nets []figures.Network, trend analysis.Trend) string {
	var said []string
	for i, line := range trend.Lines {
		last := len(line.X) - 1
		said = append(said, fmt.Sprintf("%s %s at %s and %s at %s", nets[i].Label,
			viz.Num(line.Values[0].Mean, 3), viz.Num(line.X[0], 3), viz.Num(line.Values[last].Mean, 3), viz.Num(line.X[last], 3)))
	}
	return fmt.Sprintf("%s against %s: %s.", measure, trend.Against, strings.Join(said, "; "))
}

func (d trendFigure) panel(theme viz.Theme, trend analysis.Trend) *viz.Panel {
	p := &viz.Panel{
		X: viz.Axis{Label: trend.Against, Scale: quantityScale(trend.Lines)},
		Y: viz.Axis{Label: d.measure, Grid: true},
	}
	var lines []viz.Series
	for i, style := range figures.NetworkStyles(theme, d.nets) {
		line := trend.Lines[i]
		band := viz.Band{Fill: translucent(style.Color)}
		var points []viz.Point
		for j, x := range line.X {
			v := line.Values[j]
			points = append(points, viz.Point{X: x, Y: v.Mean})
			band.X, band.Low, band.High = append(band.X, x), append(band.Low, v.Low), append(band.High, v.High)
		}
		p.Series = append(p.Series, band)
		lines = append(lines, viz.Line{
			Points: points, Stroke: viz.Stroke{Color: style.Color, Width: 2},
			Marker: viz.Marker{Shape: style.Shape, Radius: 3.5, Fill: style.Color, Edge: theme.Rim, EdgeWidth: 1},
		})
	}
	p.Series = append(p.Series, lines...)
	return p
}

// quantityScale is logarithmic where the places span more than a factor of ten.
func quantityScale(lines []analysis.TrendLine) viz.Scale {
	const factor = 10
	low, high := math.Inf(1), math.Inf(-1)
	whole := true
	for _, line := range lines {
		for _, x := range line.X {
			low, high, whole = min(low, x), max(high, x), whole && x == math.Trunc(x)
		}
	}
	if low > 0 && high/low > factor {
		return viz.Log(low, high)
	}
	if scale := viz.LinearAround(low, high, 0.05); whole {
		return scale.Whole()
	} else {
		return scale
	}
}

// lossBandFigure shows the course of the loss: a panel for each setting of the hidden
// layers, a median with a band for each activation.
type lossBandFigure struct {
	nets  []figures.Network
	bands []analysis.LossBand
}

func lossBandFigures(nets []figures.Network, bands []analysis.LossBand) []viz.Drawing {
	if len(bands) == 0 {
		return nil
	}
	return []viz.Drawing{lossBandFigure{nets, bands}}
}

// Figure implements [viz.Drawing].
func (d lossBandFigure) Figure(o viz.Options) (*viz.Figure, error) {
	f := sweepFigure(o, "loss_bands", "Loss over the epochs")
	f.Subtitle = "Median over the seeds, and the band from the 10 to the 90 % quantile, at the first entry of every other setting."
	f.Legend = networkKeys(f.Theme, d.nets)
	styles := figures.NetworkStyles(f.Theme, d.nets)
	panels := make(map[string]*viz.Panel)
	lines := make(map[string][]viz.Series)
	var order []string
	var said []string
	for _, b := range d.bands {
		hidden := "hidden " + strings.Trim(strings.ReplaceAll(fmt.Sprint(b.Hidden), " ", ","), "[]")
		p := panels[hidden]
		if p == nil {
			p = &viz.Panel{Title: []viz.Span{{Text: hidden, Bold: true}}, X: viz.Axis{Label: "epoch"}, Y: viz.Axis{Label: "loss", Grid: true}}
			panels[hidden] = p
			order = append(order, hidden)
		}
		i := slices.IndexFunc(d.nets, func(n figures.Network) bool { return n.Name == b.Activation })
		band := viz.Band{Fill: translucent(styles[i].Color), Low: b.Low[:], High: b.High[:]}
		var points []viz.Point
		for k, epoch := range b.Epochs {
			band.X = append(band.X, float64(epoch))
			points = append(points, viz.Point{X: float64(epoch), Y: b.Median[k]})
		}
		p.Series = append(p.Series, band)
		lines[hidden] = append(lines[hidden], viz.Line{Points: points, Stroke: viz.Stroke{Color: styles[i].Color, Width: 2}})
		said = append(said, fmt.Sprintf("%s, %s ends at %s", hidden, d.nets[i].Label, viz.Num(b.Median[len(b.Median)-1], 3)))
	}
	for _, hidden := range order {
		p := panels[hidden]
		p.Series = append(p.Series, lines[hidden]...)
		f.Panels = append(f.Panels, p)
	}
	f.Columns = min(len(f.Panels), 2)
	f.Description = "Median loss: " + strings.Join(said, "; ") + "."
	return f, nil
}

// sweepFigure begins a figure.
func sweepFigure(o viz.Options, name, title string) *viz.Figure {
	theme := o.Theme
	if theme.Name == "" {
		theme = viz.DefaultTheme()
	}
	return &viz.Figure{Name: name, Title: title, Theme: theme, Width: o.Width}
}

// networkKeys is the legend of lines.
func networkKeys(theme viz.Theme, nets []figures.Network) []viz.Key {
	var keys []viz.Key
	for i, style := range figures.NetworkStyles(theme, nets) {
		keys = append(keys, viz.Key{Text: nets[i].Label, Line: viz.Stroke{Color: style.Color, Width: 2}})
	}
	return keys
}

// translucent is a colour for bands that may lie on each other.
func translucent(c viz.Color) viz.Color {
	const alpha = 48
	c.A = alpha
	return c
}

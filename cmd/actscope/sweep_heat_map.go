package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"actscope/internal/sweep/analysis"
	"actscope/viz"
	"actscope/viz/figures"
)

// heatMapFigure shows a mean over depth and width: a panel an activation.
type heatMapFigure struct {
	name, measure string
	nets          []figures.Network
	maps          []analysis.HeatMap
}

func heatMapFigures(name, measure string, nets []figures.Network, maps []analysis.HeatMap) []viz.Drawing {
	const mostCells = 30 // along each side, or they cannot be told apart
	if len(maps) == 0 || len(maps[0].Depths) > mostCells || len(maps[0].Widths) > mostCells {
		return nil
	}
	return []viz.Drawing{heatMapFigure{name + "_by_depth_and_width", measure, nets, maps}}
}

// Figure implements [viz.Drawing].
func (d heatMapFigure) Figure(o viz.Options) (*viz.Figure, error) {
	f := sweepFigure(o, d.name, d.measure+" by depth and width")
	f.Columns = min(len(d.maps), 2)
	f.ShareX, f.ShareY = true, true
	low, high := math.Inf(1), math.Inf(-1)
	for _, m := range d.maps {
		for _, row := range m.Means {
			for _, v := range row {
				if !math.IsNaN(v) {
					low, high = min(low, v), max(high, v)
				}
			}
		}
	}
	scale := viz.Linear(low, high)
	ink := f.Theme.Networks["relu"]
	ramp := viz.Diverging(viz.Mix(f.Theme.Panel, ink, 0.05), viz.Mix(f.Theme.Panel, ink, 0.45), ink)
	var said []string
	for i, style := range figures.NetworkStyles(f.Theme, d.nets) {
		m := d.maps[i]
		f.Panels = append(f.Panels, &viz.Panel{
			Title:  []viz.Span{{Text: d.nets[i].Label, Color: style.Color, Bold: true}},
			X:      viz.Axis{Label: "width", Scale: viz.Categories(numberNames(m.Widths)...)},
			Y:      viz.Axis{Label: "depth", Scale: viz.Categories(numberNames(m.Depths)...)},
			Series: []viz.Series{viz.Cells{Values: m.Means, Scale: scale, Ramp: ramp}},
		})
		corner := m.Means[len(m.Means)-1]
		said = append(said, fmt.Sprintf("%s %s at the largest depth and width", d.nets[i].Label, viz.Num(corner[len(corner)-1], 3)))
	}
	f.ColorBar = &viz.ColorBar{Label: d.measure, Scale: scale, Ramp: ramp, Steps: 100}
	f.Description = "Heat map of the " + strings.ToLower(d.measure) + ": " + strings.Join(said, "; ") + "."
	return f, nil
}

func numberNames(values []float64) []string {
	var names []string
	for _, v := range values {
		names = append(names, strconv.FormatFloat(v, 'g', 4, 64))
	}
	return names
}

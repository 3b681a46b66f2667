package figures

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"actscope/viz"
)

// HeatMaps shows a mean over depth and width: a panel a network.
type HeatMaps struct {
	Name    string // of the figure
	Measure string // such as "Mean test accuracy"
	Maps    []HeatMap
}

// HeatMap is one network's.
type HeatMap struct {
	Network
	// Depths and Widths ascend; Means[d][w] belongs to them and is NaN where there is none.
	Depths, Widths []float64
	Means          [][]float64
}

// Figure draws the maps in one range of colours.
func (d HeatMaps) Figure(o viz.Options) (*viz.Figure, error) {
	if len(d.Maps) == 0 {
		return nil, errors.New("figures: heat maps: no network is given")
	}
	f := viz.NewFigure(o, d.Name, d.Measure+" by depth and width")
	f.Columns = min(len(d.Maps), 2)
	f.ShareX, f.ShareY = true, true
	low, high := math.Inf(1), math.Inf(-1)
	for _, m := range d.Maps {
		if err := m.check(); err != nil {
			return nil, fmt.Errorf("figures: heat map of %s: %w", m.DisplayName(), err)
		}
		for _, row := range m.Means {
			for _, v := range row {
				if !math.IsNaN(v) {
					low, high = min(low, v), max(high, v)
				}
			}
		}
	}
	scale := viz.Linear(low, high)
	strong := f.Theme.Networks["relu"]
	ramp := viz.Diverging(viz.Mix(f.Theme.Panel, strong, 0.05), viz.Mix(f.Theme.Panel, strong, 0.45), strong)
	var corners []string
	for i, style := range NetworkStyles(f.Theme, networks(d.Maps)) {
		m := d.Maps[i]
		f.Panels = append(f.Panels, &viz.Panel{
			Title:  []viz.Span{{Text: m.DisplayName(), Color: style.Color, Bold: true}},
			X:      viz.Axis{Label: "width", Scale: viz.Categories(fourDigits(m.Widths)...)},
			Y:      viz.Axis{Label: "depth", Scale: viz.Categories(fourDigits(m.Depths)...)},
			Series: []viz.Series{viz.Cells{Values: m.Means, Scale: scale, Ramp: ramp}},
		})
		largest := m.Means[len(m.Means)-1][len(m.Widths)-1]
		corners = append(corners, fmt.Sprintf("%s %s at the largest depth and width", m.DisplayName(), viz.Num(largest, 3)))
	}
	f.ColorBar = &viz.ColorBar{Label: d.Measure, Scale: scale, Ramp: ramp, Steps: 100}
	f.Description = "Heat map of the " + strings.ToLower(d.Measure) + ": " + strings.Join(corners, "; ") + "."
	return f, nil
}

func (m HeatMap) check() error {
	if len(m.Means) == 0 || len(m.Means) != len(m.Depths) {
		return fmt.Errorf("%d rows of means for %d depths", len(m.Means), len(m.Depths))
	}
	for _, row := range m.Means {
		if len(row) == 0 || len(row) != len(m.Widths) {
			return fmt.Errorf("%d means for %d widths", len(row), len(m.Widths))
		}
	}
	return nil
}

func fourDigits(values []float64) []string {
	var names []string
	for _, v := range values {
		names = append(names, strconv.FormatFloat(v, 'g', 4, 64))
	}
	return names
}

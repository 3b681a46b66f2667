package analysis

import (
	"maps"
	"slices"

	"actscope/internal/stats"
)

// HeatMap is a mean over depth and width, for one activation.
type HeatMap struct {
	Activation string
	// Depths and Widths ascend; Means[d][w] belongs to them and is NaN where there
	// is no trial.
	Depths, Widths []float64
	Means          [][]float64
}

// HeatMaps are one for each activation; none where depth or width does not vary.
func (r *Result) HeatMaps(m Measure) []HeatMap {
	type cell struct {
		activation   string
		depth, width float64
	}
	values := make(map[cell][]float64)
	depths, widths := make(map[float64]bool), make(map[float64]bool)
	for _, g := range r.Groups {
		c := cell{g.Activation(), float64(g.Depth()), g.Width()}
		values[c] = append(values[c], m(g)...)
		depths[c.depth], widths[c.width] = true, true
	}
	if len(depths) < 2 || len(widths) < 2 {
		return nil
	}
	var all []HeatMap
	for _, activation := range r.Activations() {
		h := HeatMap{Activation: activation, Depths: slices.Sorted(maps.Keys(depths)), Widths: slices.Sorted(maps.Keys(widths))}
		for _, depth := range h.Depths {
			row := make([]float64, len(h.Widths))
			for i, width := range h.Widths {
				row[i] = stats.Summarise(values[cell{activation, depth, width}]).Mean
			}
			h.Means = append(h.Means, row)
		}
		all = append(all, h)
	}
	return all
}

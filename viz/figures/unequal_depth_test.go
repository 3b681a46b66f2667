package figures

import (
	"testing"

	"actscope/viz"
)

// Networks that were trained elsewhere may be of any depth: a flatter one says where it has no layer, or is
// left out of the panel.
func TestNetworksOfUnequalDepthStandSideBySide(t *testing.T) {
	layer := HiddenLayer{Activations: []float64{0, 1, 2, 3}, Units: 2, Spread: 1}
	flat, deep := Network{Name: "flat"}, Network{Name: "deep"}
	hidden := []HiddenLayers{{flat, []HiddenLayer{layer}}, {deep, []HiddenLayer{layer, layer, layer}}}
	margins := func(names ...string) (layers []LayerMargins) {
		for _, name := range names {
			layers = append(layers, LayerMargins{Name: name, Margins: []float64{1, 2}, Correlation: 1})
		}
		return layers
	}
	band := func(names ...string) (layers []NoticeableBand) {
		for _, name := range names {
			v := []float64{1, 2}
			layers = append(layers, NoticeableBand{Name: name, Distance: v, Low: v, Median: v, High: v, Growth: 2})
		}
		return layers
	}
	survived := SurvivingLayer{FarRank: []float64{1, 0.5}, Decoded: []float64{1, 0.2}}
	labels, distances := []int{0, 1}, []float64{1, 2}
	for name, c := range map[string]struct {
		drawing        viz.Drawing
		panels, absent int
	}{
		"hidden space":  {HiddenSpace{Labels: labels, Nets: hidden}, 6, 2},
		"distributions": {ActivationDistributions{Nets: hidden}, 2, 0},
		"distance": {BoundaryDistance{Labels: labels, Nets: []BoundaryLayers{
			{flat, distances, margins("input", "layer 1", "output")}, {deep, distances, margins("input", "layer 1", "layer 2", "output")},
		}}, 8, 1},
		"noticeable": {NoticeableDistance{Nets: []NoticeableLayers{{flat, band("layer 1", "output")}, {deep, band("layer 1", "layer 2", "output")}}}, 3, 0},
		"survival": {Survival{Noise: []float64{0, 1}, Nets: []SurvivalLayers{
			{flat, []SurvivingLayer{survived}}, {deep, []SurvivingLayer{survived, survived}},
		}}, 4, 0},
	} {
		f, err := c.drawing.Figure(viz.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		absent := 0
		for _, p := range f.Panels {
			if p.Notice != "" {
				absent++
			}
		}
		if len(f.Panels) != c.panels || absent != c.absent {
			t.Errorf("%s: %d panels, %d of them without a layer, want %d and %d", name, len(f.Panels), absent, c.panels, c.absent)
		}
	}
}

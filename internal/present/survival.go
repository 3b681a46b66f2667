package present

import (
	"fmt"
	"slices"

	"actscope/data"
	"actscope/internal/comparison"
	"actscope/models/geometry"
	"actscope/viz"
	"actscope/viz/figures"
	"actscope/viz/report"
)

// survivalDrawing is what survives noise in the hidden layers; ok is false of runs of earlier
// versions, and of numbers, which have no boundaries.
func survivalDrawing(r *comparison.Result) (d figures.Survival, ok bool) {
	if task(r) == data.Regression {
		return d, false
	}
	for _, n := range r.Networks {
		layers := survivalLayers(n)
		if len(layers) < 3 {
			return d, false
		}
		nets := figures.SurvivalLayers{Network: drawn(n)}
		for _, layer := range layers[1 : len(layers)-1] { // without the input and the output
			var l figures.SurvivingLayer
			d.Noise = nil
			for _, s := range layer {
				d.Noise = append(d.Noise, s.Noise)
				l.FarRank, l.Decoded = append(l.FarRank, float64(s.FarRank)), append(l.Decoded, float64(s.Decoded))
			}
			nets.Layers = append(nets.Layers, l)
		}
		d.Nets = append(d.Nets, nets)
	}
	return d, true
}

// survivalExplained says what can still be read from the last hidden layer through the strongest noise but one.
func survivalExplained(r *comparison.Result, d figures.Survival) viz.Drawing {
	level := max(0, len(d.Noise)-2)
	read := ofLast(r, func(n *comparison.Trained, hidden int) float64 {
		return float64(survivalLayers(n)[hidden][level].FarRank)
	})
	finding := "No order of far points can be read from the last hidden layer"
	if len(read) > 0 {
		finding = fmt.Sprintf("Through noise of %v the order of far points is read from the last hidden layer by a ρ of %s%s", d.Noise[level], listed(read, func(v float64) string { return viz.Fixed(v, 2) }), survivalThesis(r, level))
	}
	return explained{d, finding, "Across: Gaussian noise on every unit, in multiples of the units' mean deviation. Left: the rank correlation of the distance with what a linear reader makes of it, among the farther half of the points of one side: 1 where their order is read, 0 where nothing is left. " +
		"Right: the share of all distances' variance that a reader recovers. " + judgedOn(r)}
}

// fewestJudged is on how many fresh points readers are judged at least.
const fewestJudged = 500

// survivalThesis says what that is to the article's thesis, where it has both networks: of the points, half of
// a side count.
func survivalThesis(r *comparison.Result, level int) string {
	sigmoid, relu := thesisNetworks(r)
	if sigmoid == nil {
		return ""
	}
	read := func(n *comparison.Trained) float64 {
		return float64(survivalLayers(n)[n.Test.HiddenLayers()][level].FarRank)
	}
	rows := r.Data.Test.Rows()
	if sigmoid.FreshRows > 0 {
		rows = min(sigmoid.FreshRows, fewestJudged)
	}
	switch apart := rankApart(read(sigmoid), read(relu), rows/4); {
	case apart > 1.96:
		return ". That contradicts the article's thesis: sigmoid's far points are the better known"
	case apart < -1.96:
		return ": as the article argues, sigmoid's far points are the less known"
	}
	return ""
}

// survivalLayers are a network's readings by layer.
func survivalLayers(n *comparison.Trained) [][]geometry.Survived {
	var layers [][]geometry.Survived
	for i, s := range n.Survival.Noise {
		if i == 0 || s.Layer != n.Survival.Noise[i-1].Layer {
			layers = append(layers, nil)
		}
		layers[len(layers)-1] = append(layers[len(layers)-1], s)
	}
	return layers
}

// listedFormats are those that tables have room for.
var listedFormats = []string{"int4", "int8", "fp16", "bf16", "fp8 e4m3", "fp8 e5m2"}

// survivalTables say what comes through limited resolution; there are none of runs of earlier
// versions, and of numbers.
func survivalTables(r *comparison.Result) []report.Table {
	if task(r) == data.Regression {
		return nil
	}
	noise := report.Table{
		Title: "What survives noise",
		Note: "By the deviation of Gaussian noise on every unit, as a multiple of the units' mean deviation in the layer. First the rank correlation between distance and what a linear reader finds of it among the farther half of the points of one side, " +
			"then the share of the distances' variance that is recovered (R²). " + judgedOn(r),
		Columns: []string{"network and layer"},
	}
	bits := report.Table{
		Title: "Inference in few bits",
		Note: fmt.Sprintf("Share of predictions that flip, and of the distances' variance that a linear reader recovers from the last hidden layer, where hidden activations or weights are stored in a format. Integers cover the range over the training rows, or of a layer's weights. "+
			"Fewest bits: the narrowest integers with which less than %s flip.", percent(geometry.FewFlips)),
		Columns: slices.Concat([]string{"network", "stored", "fewest bits"}, listedFormats),
	}
	for _, n := range r.Networks {
		for _, layer := range survivalLayers(n) {
			row, first := []string{n.Title + ", " + layer[0].Layer}, len(noise.Columns) == 1
			for _, s := range layer {
				if first {
					noise.Columns = append(noise.Columns, fmt.Sprint(s.Noise))
				}
				row = append(row, thousandths(s.FarRank)+" · "+thousandths(s.Decoded))
			}
			noise.Rows = append(noise.Rows, row)
		}
		if n.Bits != nil {
			bits.Rows = append(bits.Rows, bitsRow(n.Title, "activations", n.Bits.Smallest, n.Bits.Activations), bitsRow(n.Title, "weights", n.Bits.SmallestWeights, n.Bits.Weights))
		}
	}
	if len(noise.Rows) == 0 || len(bits.Rows) == 0 {
		return nil
	}
	return []report.Table{noise, bits}
}

func bitsRow(network, stored string, smallest geometry.Number, formats []geometry.Quantised) []string {
	row := []string{network, stored, threeDigits(smallest)}
	for _, name := range listedFormats {
		cell := "–"
		if i := slices.IndexFunc(formats, func(q geometry.Quantised) bool { return q.Format == name }); i >= 0 {
			cell = percent(float64(formats[i].Flips)) + " · " + thousandths(formats[i].Decoded)
		}
		row = append(row, cell)
	}
	return row
}

// judgedOn says which points are read.
func judgedOn(r *comparison.Result) string {
	if r.Networks[0].FreshRows > 0 {
		return "Readers are fitted and judged on fresh points."
	}
	return "Readers are fitted to training rows and judged on test rows."
}

package present

import (
	"fmt"

	"actscope/internal/theory"
	"actscope/viz"
	"actscope/viz/report"
)

// Theory is the story of what theory says of deep random networks.
func Theory(r *theory.Result) Story {
	s := r.Summary("theory")
	title := r.Ensemble.Activation.Title
	page := report.Page{
		Title: "What depth does to signals, in theory and in networks: " + title,
		Lead: fmt.Sprintf("Wide random %s networks whose weights have variance %s over the fan-in and whose biases have variance %s.",
			title, viz.Num(r.Config.WeightVariance, 4), viz.Num(r.Config.BiasVariance, 4)),
		Highlights: []report.Highlight{
			{Value: string(s.Phase), Label: "phase"},
			{Value: Digits(r.Limit.Chi.Value), Label: "χ₁, by which a layer multiplies small squared distances"},
			{Value: infinite(theory.DepthScale(r.Limit.Chi.Value)), Label: "depth scale, in layers"},
			{Value: infinite(r.Limit.Variance.Value), Label: "q*, the variance in infinite depth"},
		},
		Story: []string{
			"As the layers of a random network grow wide, what flows through them becomes Gaussian, and a map from layer to layer says what becomes of its variance and of the correlation of two inputs " +
				"(Poole et al. 2016; Schoenholz et al. 2017). Where the map of correlations has slope χ₁ below 1 at equality, inputs become alike with depth: order. Above 1, neighbours are torn apart: chaos.",
		},
		Again: report.Again{
			Command: "go run ./cmd/actscope " + again("theory", r.Config.Settings(), theory.Defaults().Settings()),
			Note:    "The same settings give the same bytes, this page included. run.json has every number at full precision, arrays.npz what the figures are drawn from.",
		},
	}
	page.Story = append(append(page.Story, theoryDepartures(r, s)...), farSentences(s)...)
	limits := report.Table{Title: "In infinite depth", Columns: []string{"quantity", "value", "meaning"}}
	for _, row := range theoryLimits(r) {
		limits.Rows = append(limits.Rows, row[:])
	}
	layers := report.Table{
		Title: "Layer by layer",
		Note: "q is the variance of the layer's pre-activations, std the deviation of its activations; its length ratio and correlation are those of what it hands on. " +
			fmt.Sprintf("Quadrature errors are below %.0e.", max(float64(s.QuadratureError), 1e-15)),
	}
	layers.Columns, layers.Rows = theoryLayers(r, s)
	page.Tables = []report.Table{limits, layers}
	for _, setting := range r.Config.Settings() {
		page.Setting = append(page.Setting, report.Setting{Name: setting.Key, Value: setting.Value})
	}
	return Story{theoryDrawings(r, s), page}
}

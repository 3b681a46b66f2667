package present

import (
	"fmt"
	"math"

	"actscope/internal/number"
	"actscope/internal/theory"
	"actscope/viz"
	"actscope/viz/figures"
)

// theoryDrawings are the figures of a study of theory as plain values.
func theoryDrawings(r *theory.Result) []viz.Drawing {
	s, config := r.Summary, r.Summary.Config
	network := network(config.Activation)
	setting := fmt.Sprintf("Weight variance %s over the fan-in, bias variance %s.", viz.Num(config.WeightVariance, 4), viz.Num(config.BiasVariance, 4))
	var variances []float64
	for _, q := range s.Q {
		variances = append(variances, float64(q))
	}
	far := figures.FarConfidence{Distance: r.Far.Distance}
	for _, n := range r.Far.Networks {
		rays := figures.FarRays{Network: figures.Network{Name: n.Name, Label: n.Title}, Logits: n.Logit, Cap: n.Cap}
		for _, a := range n.Arcs {
			rays.Arcs = append(rays.Arcs, figures.FarArc{From: a.From, To: a.To, Logit: a.Logit})
		}
		far.Nets = append(far.Nets, rays)
	}
	diverges := make([]bool, len(r.Phases.Variance))
	for k, v := range r.Phases.Variance {
		diverges[k] = math.IsInf(v, 1)
	}
	return []viz.Drawing{
		explained{theoryByLayer(s, network, setting), layersFinding(s), "Across the layers: lines are the limit of infinite width, marks with bars what random networks measured, where there are any."},
		explained{figures.PhaseDiagram{
			Network:  network,
			Grid:     viz.Grid{X: r.Phases.WeightVariance, Y: r.Phases.BiasVariance, Z: r.Phases.Chi},
			Diverges: diverges, At: viz.Point{X: config.WeightVariance, Y: config.BiasVariance}, Chi: float64(s.Chi),
		}, phaseFinding(s), "Across the variance of the weights, up that of the biases. Where χ₁ is below 1 inputs become alike with depth, above 1 neighbours are torn apart; the star is this setting."},
		explained{figures.LayerMaps{
			Network: network, Setting: setting, Variance: r.Maps.Variance, NextVariance: r.Maps.NextVariance, Layers: variances,
			Correlation: r.Maps.Correlation, NextCorrelation: r.Maps.NextCorrelation, At: r.Maps.At,
			VarianceLimit: float64(s.QStar), CorrelationLimit: float64(s.CStar),
		}, mapsFinding(s), "From one layer to the next: where a curve crosses the diagonal a layer changes nothing, and the steps show how signals get there."},
		explained{far, farFinding(s), "Along rays from the middle of the data, in all directions: how certain the article's networks are, and to the right what that tends to, by direction."},
	}
}

// theoryByLayer draws the layers, with the measurement where there is one.
func theoryByLayer(s theory.Summary, network figures.Network, setting string) viz.Drawing {
	phase := string(s.Phase)
	if s.Fate == theory.Diverges {
		phase = "the variance grows without bound"
	}
	var m theory.MeasuredSummary
	d := figures.TheoryByLayer{
		Network: network,
		Setting: fmt.Sprintf("%s χ₁ = %s: %s. Inputs: mean square %s, correlation %s.", setting, viz.Num(float64(s.Chi), 4), phase,
			viz.Num(s.Config.InputVariance, 4), viz.Num(s.Config.InputCorrelation, 4)),
	}
	if s.Measured != nil {
		m = *s.Measured
		d.Measured = fmt.Sprintf("width %d: mean of %d networks, 95 %% interval", s.Config.Width, s.Config.Repetitions)
		if s.Config.Repetitions == 1 {
			d.Measured = fmt.Sprintf("one network of width %d", s.Config.Width)
		}
	}
	quantity := func(title, label string, predicted []number.Float, measured []theory.Interval) {
		q := figures.LayerQuantity{Title: title, Label: label}
		for _, v := range predicted {
			q.Predicted = append(q.Predicted, onAxis(v))
		}
		for _, v := range measured {
			q.Mean, q.Low, q.High = append(q.Mean, onAxis(v.Mean)), append(q.Low, onAxis(v.Low)), append(q.High, onAxis(v.High))
		}
		d.Quantities = append(d.Quantities, q)
	}
	quantity("Variance of the pre-activations", "q", s.Q, m.Q)
	quantity("Deviation of the activations", "Standard deviation", s.Std, m.Std)
	quantity("Correlation of two inputs after the layer", "Correlation", s.Correlation, m.Correlation)
	d.Quantities[2].Bounded = true
	quantity("Stretching of a curve by the layer", "Ratio of lengths", s.LengthRatio, m.LengthRatio)
	return d
}

// onAxis replaces numbers that are too large for any axis by NaN.
func onAxis(n number.Float) float64 {
	const largest = 1e250
	if v := float64(n); math.Abs(v) < largest {
		return v
	}
	return math.NaN()
}

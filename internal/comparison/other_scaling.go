package comparison

import (
	"actscope/data"
	"actscope/internal/experiment"
	"actscope/models"
	"fmt"
)

// onAll is the accuracy on all points, or R2 of numbers, which the network may predict scaled.
func onAll(net *models.Network, d *experiment.Dataset, scaled data.Standardiser) (float64, error) {
	if d.Raw.Targets.Task != data.Regression {
		return net.Accuracy(d.Standardised)
	}
	outputs, err := net.Predict(d.Standardised.X)
	if err != nil {
		return 0, err
	}
	if outputs = d.InUnits(outputs); len(scaled.Mean) > 0 {
		if err := scaled.Undo(outputs); err != nil {
			return 0, err
		}
	}
	fit, err := models.FitOf(outputs, d.Raw.Y, d.Raw.Targets.Columns())
	return fit.R2, err
}

// worthSaying is by how much the likeliest mistake, a scaler that was forgotten, has to cost to be named.
const worthSaying = 0.05

// scaledOtherwise notes that a network does better where its columns, or the numbers that it predicts,
// are scaled otherwise.
func (o Observing) scaledOtherwise(n *Trained, g Given, d *experiment.Dataset) {
	regression := d.Raw.Targets.Task == data.Regression
	best, note := max(n.Source.OnAll, 0)+worthSaying, ""
	try := func(net *models.Network, scaled data.Standardiser, format, advice string) {
		does, err := onAll(net, d, scaled)
		if err != nil || !(does > best) {
			return
		}
		value := fmt.Sprintf("%.1f %%", 100*does)
		if regression {
			value = fmt.Sprintf("R² %.3f", does)
		}
		best, note = does, fmt.Sprintf(format, value)+advice
	}
	const units = ": then standardise the target in the file of points too"
	if regression {
		try(n.Model, d.TargetScaling, "%s if it predicts standardised numbers", units)
	}
	other := Observing{Standardise: !o.Standardise}
	net, err := g.Reading(d.Raw.Targets, other.columns(d), d.TargetScaling)
	if err == nil && len(g.Scaling.Mean) == 0 { // an error: its shortcuts add columns as they are
		with := "%s with --standardise"
		if o.Standardise {
			with = "%s without --standardise"
		}
		try(net, data.Standardiser{}, with, ": was it trained on such columns?")
		if regression {
			try(net, d.TargetScaling, with+" if it predicts standardised numbers", units)
		}
	}
	if note != "" {
		n.Source.Notes = append(n.Source.Notes, note)
	}
}

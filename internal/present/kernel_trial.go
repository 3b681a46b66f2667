package present

import (
	"fmt"

	"actscope/internal/pace"
	"actscope/viz"
	"actscope/viz/figures"
	"actscope/viz/report"
)

// KernelTrial is the story of the networks with which the prediction was put to the test.
func KernelTrial(all []pace.Trial) Story {
	d := figures.KernelTrial{Epochs: pace.TrialEpochs}
	var twins, taus []float64
	for _, t := range all {
		d.Measured = append(d.Measured, t.Measured)
		twins, taus = append(twins, t.Predicted), append(taus, t.SlowestTau)
	}
	whole := pace.Agreements(all)[0]
	d.Predictions = []figures.Prediction{
		{Title: "By the twin", Label: "The twin's epochs", Values: twins, Fact: "Epochs of the twin correlate in rank by " + correlationText(whole.Epochs) + "."},
		{Title: "By the modes that matter", Label: "Slowest time constant", Values: taus, Fact: "The slowest time constant of the modes with 60 % of the error does by " + correlationText(whole.Taus) + "."},
	}
	return Story{[]viz.Drawing{explained{d, "Predicted and measured epochs correlate in rank by " + correlationText(whole.Epochs),
		"A mark a network: across the prediction, up the epochs that its training took. On a rising line the order is foretold."}}, report.Page{
		Title: "The prediction put to the test", Lead: KernelTrialSentences(all), Tables: []report.Table{kernelTrials(all)},
		Again: report.Again{Command: "go test ./internal/pace -run Trials -args -update"},
	}}
}

// KernelTrialSentences say what came of it.
func KernelTrialSentences(all []pace.Trial) string {
	found := pace.Agreements(all)
	whole := found[0]
	holds, worst := 0, whole
	var blind []string // activations none of whose twins get there
	for _, a := range found[1:] {
		switch {
		case a.Foreseen == 0:
			blind = append(blind, "`"+a.Activation+"`")
		case a.Epochs.Low > 0:
			holds++
		}
		if a.Epochs.Rho < worst.Epochs.Rho {
			worst = a
		}
	}
	none := "every activation has twins that get there"
	if len(blind) > 0 {
		none = "no twin of " + joined(blind) + " gets there"
	}
	return fmt.Sprintf("Put to the test over %d networks (%d activations, depths 1 to 6, three initialisations, %d epochs), %d came to half the straight line's loss, and %d of the twins: "+
		"their epochs, never counting as last, correlate in rank by %s. The twin's last loss, which also orders those that do not get there, correlates with the measured epochs by %s, the slowest time constant of the modes that matter by %s. "+
		"By activation the interval of the first lies above 0 for %d of %d; %s, and it is worst for `%s`, by %s.",
		whole.Networks, len(found)-1, pace.TrialEpochs, whole.Reached, whole.Foreseen, correlationText(whole.Epochs), correlationText(whole.Losses), correlationText(whole.Taus),
		holds, len(found)-1, none, worst.Activation, correlationText(worst.Epochs))
}

// correlationText is a correlation with its interval.
func correlationText(c pace.Correlation) string {
	if !isFinite(c.Rho) {
		return "–"
	}
	text := viz.Fixed(c.Rho, 2)
	if isFinite(c.Low) && isFinite(c.High) {
		text += fmt.Sprintf(" (%s to %s)", viz.Fixed(c.Low, 2), viz.Fixed(c.High, 2))
	}
	return text
}

// kernelTrials has a row an activation.
func kernelTrials(all []pace.Trial) report.Table {
	t := report.Table{
		Title:   "By activation",
		Note:    "Rank correlations with the measured epochs, and their 95 % intervals; never counts as last.",
		Columns: []string{"activation", "networks", "reached", "twins", "twin's epochs", "twin's loss", "time constant"},
	}
	for _, a := range pace.Agreements(all) {
		name := a.Activation
		if name == "" {
			name = "all"
		}
		t.Rows = append(t.Rows, []string{name, fmt.Sprint(a.Networks), fmt.Sprint(a.Reached), fmt.Sprint(a.Foreseen), correlationText(a.Epochs), correlationText(a.Losses), correlationText(a.Taus)})
	}
	return t
}

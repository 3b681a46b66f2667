package present

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/comparison"
	"actscope/internal/config"
	"actscope/models"
	"actscope/viz"
	"actscope/viz/report"
)

// highlights are how well each network does on the test rows.
func highlights(r *comparison.Result) []report.Highlight {
	var h []report.Highlight
	for _, n := range r.Networks {
		value, label := percent(n.TestAccuracy), "test accuracy, "+n.Title
		if n.Source != nil {
			h = append(h, observedHighlight(r, n))
			continue
		}
		switch {
		case task(r) == data.Regression:
			value, label = rSquared(n.TestFit), fmt.Sprintf("R² on test rows, %s; mean absolute error %s", n.Title, inUnits(r, n.TestFit.MAE))
			if n.FreshFit != nil {
				label += "; R² " + rSquared(n.FreshFit) + " on fresh points"
			}
		case n.FreshRows > 0:
			label += "; " + percent(n.FreshAccuracy()) + " on fresh points"
		}
		h = append(h, report.Highlight{Value: value, Label: label})
	}
	return h[:min(len(h), 6)]
}

// rSquared writes R², and a dash for none.
func rSquared(f *models.Fit) string {
	if f == nil || !isFinite(f.R2) {
		return "–"
	}
	return viz.Fixed(f.R2, 3)
}

// inUnits writes an error of the numbers to predict.
func inUnits(r *comparison.Result, v float64) string {
	if name := targetName(r, 0); r.Data.Raw.Targets.Columns() == 1 && name != "target" {
		return fmt.Sprintf("%s (%s)", viz.Num(v, 3), name)
	}
	return viz.Num(v, 3)
}

// accuracyNote says how coarse the accuracies of a comparison are, and what measures of numbers mean.
func accuracyNote(r *comparison.Result) []string {
	if task(r) == data.Regression {
		of := targetName(r, 0)
		if r.Data.Raw.Targets.Columns() > 1 {
			of = "the targets, means over all of them"
		}
		return []string{fmt.Sprintf("R² is the share of the targets' variance that is explained, 0 for predicting their mean; RMSE and MAE are in the units of %s.", of)}
	}
	var test, fresh []float64
	for _, n := range r.Networks {
		test, fresh = append(test, n.TestAccuracy), append(fresh, n.FreshAccuracy())
	}
	note := []string{resolution("test rows", r.Data.Test.Rows(), test)}
	if rows := r.Networks[0].FreshRows; rows > 0 {
		note = append(note, resolution("fresh points, which follow the same law,", rows, fresh))
	}
	if task(r) == data.MultiLabel {
		note = append(note, "A row is right where all its labels are.")
	}
	return note
}

// accuracyColumns name the measures of [accuracyCells].
func accuracyColumns(r *comparison.Result) []string {
	fitted, measured := "train", "test"
	if r.Observed() {
		fitted, measured = "fitted", "measured"
	}
	columns := []string{fitted + " accuracy", measured + " accuracy", "fresh accuracy"}
	switch {
	case task(r) == data.Regression:
		return []string{fitted + " R²", measured + " R²", "fresh R²", measured + " RMSE", measured + " MAE"}
	case task(r) == data.MultiLabel:
		for label := range min(r.Data.Raw.Targets.Columns(), mostTargets) {
			columns = append(columns, targetName(r, label))
		}
	case r.Data.Raw.Targets.Classes() > 2:
		columns = append(columns, "balanced accuracy")
	}
	return columns
}

// accuracyCells say how well a network does.
func accuracyCells(r *comparison.Result, n *comparison.Trained) []string {
	if task(r) == data.Regression {
		return []string{rSquared(n.TrainFit), rSquared(n.TestFit), rSquared(n.FreshFit), viz.Num(n.TestFit.RMSE, 4), viz.Num(n.TestFit.MAE, 4)}
	}
	cells := []string{percent(n.TrainAccuracy), percent(n.TestAccuracy), percent(n.FreshAccuracy())}
	switch {
	case task(r) == data.MultiLabel:
		for _, share := range n.LabelAccuracy[:min(len(n.LabelAccuracy), mostTargets)] {
			cells = append(cells, percent(share))
		}
	case r.Data.Raw.Targets.Classes() > 2:
		cells = append(cells, percent(n.BalancedAccuracy()))
	}
	return cells
}

// trainingTable has the last loss of each network and how well it does.
func trainingTable(r *comparison.Result) report.Table {
	t := report.Table{
		Title:   "Training and accuracy",
		Note:    lossNote(r) + ", before each step, averaged over the " + lastEpoch(r) + "'s batches. " + strings.Join(accuracyNote(r), " "),
		Columns: append([]string{"network", "parameters", "final loss"}, accuracyColumns(r)...),
	}
	if task(r) == data.Regression {
		t.Title = "Training and errors"
	}
	for _, note := range append(formulaNotes(r.Config.Activations, r.Config.Init), patienceNotes(r)...) {
		t.Note += " " + note + "."
	}
	for _, n := range r.Networks {
		t.Rows = append(t.Rows, append([]string{n.Title, fmt.Sprint(n.Model.ParameterCount()), Digits(n.FinalLoss())}, accuracyCells(r, n)...))
	}
	if r.Observed() {
		return observedTable(r)
	}
	return t
}

// lastEpoch names the epoch of final losses.
func lastEpoch(r *comparison.Result) string {
	if r.Config.Patience > 0 {
		return "best epoch"
	}
	return "last epoch"
}

// lossNote names the loss in a sentence that goes on.
func lossNote(r *comparison.Result) string {
	switch r.Networks[0].Model.Loss().Name {
	case graph.Softmax.Name, graph.Hinge.Name:
		if r.Config.Standardise == config.StandardiseNone {
			return "The loss is the " + strings.ToLower(lossTitle(r))
		}
		return "The loss is the " + strings.ToLower(lossTitle(r))
	case graph.SquaredError.Name, graph.HalfSquaredError.Name:
		if r.Config.Standardise == config.StandardiseNone {
			return "The loss is the " + strings.ToLower(lossTitle(r))
		}
		return "The loss is the " + strings.ToLower(strings.TrimSuffix(lossTitle(r), ", standardised")) + " of standardised targets"
	}
	if task(r) == data.MultiLabel {
		return "The loss is the binary cross-entropy, the sum over the labels"
	}
	return "The loss is the article's formula"
}

// classTables say how often each of three classes or more is predicted rightly, and how far probabilities of
// any number of them can be relied on.
func classTables(r *comparison.Result) []report.Table {
	var tables []report.Table
	if r.Data.Raw.Targets.Classes() > 2 {
		t := report.Table{
			Title:   "Accuracy by class",
			Note:    "Share of the test rows of a class that are predicted as such. Balanced accuracy is the mean over the classes that have any.",
			Columns: []string{"class", "training rows", "test rows"},
		}
		for _, n := range r.Networks {
			t.Columns = append(t.Columns, n.Title)
		}
		for class := range r.Data.Raw.Targets.Classes() {
			rows := len(r.Data.Test.ClassRows(class))
			row := []string{classNames(r).Phrase(class), fmt.Sprint(len(r.Data.Train.ClassRows(class))), fmt.Sprint(rows)}
			for _, n := range r.Networks {
				share := math.NaN()
				if rows > 0 {
					share = float64(n.Confusion[class][class]) / float64(rows)
				}
				row = append(row, percent(share))
			}
			t.Rows = append(t.Rows, row)
		}
		tables = append(tables, t)
	}
	if r.Networks[0].Calibration == nil {
		return tables
	}
	t := report.Table{
		Title: "Calibration",
		Note: "Expected calibration error: the mean difference between the confidence in a prediction and the share of such predictions that are right, in ten bins of the confidence. " +
			"Brier: mean squared difference between probabilities and what is true, 0 at best.",
		Columns: []string{"network", "expected calibration error", "Brier"},
	}
	for _, n := range r.Networks {
		t.Rows = append(t.Rows, []string{n.Title, viz.Fixed(n.Calibration.ExpectedError, 4), viz.Fixed(n.Calibration.Brier, 4)})
	}
	return append(tables, t)
}

// PrintComparison prints a line per network, how coarse the accuracies are, and what is to be
// known of formulas.
func PrintComparison(w io.Writer, r *comparison.Result) error {
	columns := []string{"network", "parameters", "final loss"}
	if r.Observed() {
		columns = columns[:2]
	}
	const spread = "spread by hidden layer"
	t := report.Table{
		Columns: append(append(columns, accuracyColumns(r)...), spread),
		Fit:     report.Fit{Least: []string{"parameters", spread}, Series: spread},
	}
	for _, n := range r.Networks {
		cells := []string{n.Activation, fmt.Sprint(n.Model.ParameterCount())}
		if n.Source == nil {
			cells = append(cells, fmt.Sprintf("%.5f", n.FinalLoss()))
		}
		cells = append(cells, accuracyCells(r, n)...)
		t.Rows = append(t.Rows, append(cells, strings.Join(fiveDigits(n.Spread), " ")))
	}
	if err := t.WriteText(w); err != nil {
		return err
	}
	notes := slices.Concat(accuracyNote(r), formulaNotes(r.Config.Activations, r.Config.Init), patienceNotes(r))
	if _, isFile := r.Config.File(); (isFile || r.Config.Standardise != config.StandardiseAll) && !r.Observed() {
		notes = append(notes, "Columns are "+scaledOver(r)+" (--standardise).")
	}
	_, err := fmt.Fprintf(report.Paragraphs(w), "\n%s\n", strings.Join(notes, "\n"))
	return err
}

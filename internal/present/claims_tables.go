package present

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/graph"
	"actscope/internal/claims"
	"actscope/internal/number"
	"actscope/viz"
	"actscope/viz/report"
)

// shareLevel names the interval of shares.
func shareLevel(r *claims.Result) string {
	return fmt.Sprintf("%.4g %% interval", 100*r.Design.Confidence)
}

func rowsTable(r *claims.Result) report.Table {
	t := report.Table{Columns: []string{"claim", "setting", "holds in", shareLevel(r), "ties", "effect", "here", "verdict"}}
	for _, row := range r.Claims {
		t.Rows = append(t.Rows, []string{
			row.ID, row.Variant, fmt.Sprintf("%d of %d", row.Holds, row.Seeds), wholeInterval(row.Low, row.High), fmt.Sprint(row.Ties), effectText(row.Effect), standing(row), string(row.Verdict),
		})
	}
	return t
}

func verdictsTable(r *claims.Result) report.Table {
	t := report.Table{Columns: []string{"claim", "as", "holds in", shareLevel(r), "ties", "elsewhere", "verdict"}}
	for _, v := range r.Verdicts {
		cells := []string{"–", "–", "–"}
		base := r.Row(v.ID, r.Base().Name)
		if base != nil && base.Seeds > 0 {
			cells = append(shareCells(base), fmt.Sprint(base.Ties))
		}
		t.Rows = append(t.Rows, slices.Concat([]string{v.ID, string(v.Kind)}, cells, []string{elsewhere(v, base), verdictText(v, base)}))
	}
	return t
}

// standing is what the seeds say in one row, and of one that is open what could have been
// seen.
func standing(row claims.Row) string {
	if row.Standing != claims.Open {
		return string(row.Standing)
	}
	return "open (" + power(row) + ")"
}

// power says which share could have been seen.
func power(row claims.Row) string {
	switch {
	case row.Seeds == 0:
		return "there are no such networks"
	case math.IsNaN(float64(row.Detectable)):
		return "too few data sets to tell"
	}
	return fmt.Sprintf("power %s at 75 %%, 80 %% at %s", viz.Percent(float64(row.Power), 0), viz.Percent(float64(row.Detectable), 0))
}

// verdictText is the verdict on a claim, with what could have been seen where it is open at
// the base.
func verdictText(v claims.Summary, base *claims.Row) string {
	if base != nil && base.Seeds > 0 && base.Standing == claims.Open {
		return standing(*base)
	}
	return string(v.Verdict)
}

func countsTable(r *claims.Result) report.Table {
	t := report.Table{
		Title: "Every claim at every setting",
		Note: fmt.Sprintf("The interval of the share is at %.4g %%, which is 95 %% for all %d questions together; it counts each data set as a cluster. ", 100*r.Design.Confidence, r.Design.Questions) +
			"An open question has its power: how probable it was to be settled if the claim held in 75 % of all seeds, and the share from which on that is 80 %. " +
			"Ties: pairs in which the two numbers are equal. Worth: as many independent networks; where all agree, as many as there are data sets, because nothing is known of how alike the networks on one are. " +
			"Other thresholds: in how many pairs the claim would hold with them. The effect is the mean difference over the data sets with its 95 % interval, each by itself, δ is Cliff's delta.",
		Columns: []string{"claim", "setting", "holds", "share", "interval", "here", "power", "80 % at", "ties", "failed", "worth", "other thresholds", "effect", "δ"},
	}
	for i, row := range r.Claims {
		var others []string
		for _, o := range row.Sensitivity {
			others = append(others, fmt.Sprintf("%g: %d", o.Threshold, o.Holds))
		}
		powers := []string{"", ""}
		if row.Standing == claims.Open {
			powers = []string{viz.Percent(float64(row.Power), 0), viz.Percent(float64(row.Detectable), 0)}
		}
		t.Rows = append(t.Rows, slices.Concat([]string{row.ID, row.Variant, fmt.Sprintf("%d of %d", row.Holds, row.Seeds)}, shareCells(&r.Claims[i]),
			[]string{string(row.Standing)}, powers, []string{
				fmt.Sprint(row.Ties), fmt.Sprint(row.Failed), fmt.Sprintf("%.0f", float64(row.Effective)), strings.Join(others, ", "),
				effectText(row.Effect), numberCell(float64(row.Effect.Delta)),
			}))
	}
	return t
}

// interventionsTable has what each change does, from both ends.
func interventionsTable(r *claims.Result) report.Table {
	t := report.Table{
		Title: "What the accuracy depends on",
		Note: "Points of accuracy that a change adds on the same data set and initial seed, with intervals that are right together with probability 95 %. " +
			"Its share of the gap between the two networks is given where the gap is surely not 0. Growth: by which factor the change multiplies how much more a point has to move " +
			"far from the boundary than near it to be told apart in the last hidden layer, with its interval, likewise; without: pairs of which one network has none, mostly because it is flat there.",
		Columns: []string{"from", "rate", "change", "to", "pairs", "points", "interval", "share of the gap", "growth"},
	}
	for _, i := range r.Interventions {
		share := "–"
		if s := i.Share; s != nil {
			share = gapShare(s)
		}
		pairs := fmt.Sprint(i.Pairs)
		if i.Failed > 0 {
			pairs += fmt.Sprintf(", %d failed", i.Failed)
		}
		t.Rows = append(t.Rows, []string{i.From, Digits(i.Rate), i.Change, i.To + ", " + i.Init, pairs,
			points(i.Effect), interval(points, i.Low, i.High), share, growthFactor(i)})
	}
	return t
}

// interval is one from low to high, or that there is none: of one data set, or of none on
// which no network failed.
func interval(write func(number.Float) string, low, high number.Float) string {
	if math.IsNaN(float64(low)) || math.IsNaN(float64(high)) {
		return "–"
	}
	return write(low) + " to " + write(high)
}

// growthFactor is by how much a change multiplies the growth of the just-noticeable distance.
func growthFactor(i claims.Intervention) string {
	if math.IsNaN(float64(i.Growth)) {
		return "–"
	}
	two := func(v number.Float) string { return viz.Num(float64(v), 2) }
	text := fmt.Sprintf("×%s (%s)", two(i.Growth), interval(two, i.GrowthLow, i.GrowthHigh))
	if without := i.Pairs - i.Grown; without > 0 {
		text += fmt.Sprintf(", %d without", without)
	}
	return text
}

// points is a difference of accuracies in points, with its sign and one decimal.
func points(difference number.Float) string {
	if math.IsNaN(float64(difference)) {
		return "–"
	}
	v := math.Round(1000*float64(difference)) / 10
	if v == 0 {
		return "0.0"
	}
	return fmt.Sprintf("%+.1f", v)
}

// gapShare is a share of the gap with its interval, in whole percent.
func gapShare(s *claims.ShareOfGap) string {
	whole := func(v number.Float) float64 { return math.Round(100*float64(v)) + 0 } // + 0: no -0
	return fmt.Sprintf("%.0f %% (%.0f to %.0f)", whole(s.Share), whole(s.Low), whole(s.High))
}

func gridTable(r *claims.Result) report.Table {
	t := report.Table{
		Title: "Every function with every initialisation",
		Note: "Means over the networks that did not fail; the interval is Student's at 95 % over the data sets, of each by itself. Growth: the median, of the networks in which it is finite, of how much more a point has to move far from the boundary than near it to be told apart " +
			"in the last hidden layer; levels: how many places can be told apart in a unit of distance, both with noise of a tenth of the layer's deviation.",
		Columns: []string{"function", "it is", "initial weights", "rate", "trained", "failed", "accuracy", "interval", "deviation", "final loss", "growth", "levels"},
	}
	for _, g := range r.Grid {
		t.Rows = append(t.Rows, []string{
			g.Function, g.Changed, g.Init, Digits(g.Rate), fmt.Sprint(g.Trained), fmt.Sprint(g.Failed), percent(g.Accuracy),
			interval(percent, g.Low, g.High), numberCell(float64(g.Deviation)), numberCell(float64(g.FinalLoss)),
			numberCell(float64(g.Growth)), numberCell(float64(g.Levels)),
		})
	}
	return t
}

func networksTable(r *claims.Result) report.Table {
	t := report.Table{
		Title: "The networks",
		Note: "Means over the networks that did not fail; the interval is Student's at 95 % over the data sets, the deviation that over the networks, on the points that claims are judged on and on the test rows. Growth is the median of the just-noticeable distance's, of the networks in which it is finite, levels the mean number of such distances to a unit, " +
			"both with noise of a tenth of the layer's deviation; far rank is how well the distances of far points are ordered by what is read from the last hidden layer through noise of 0, 0.01 and 0.1 of that.",
		Columns: []string{"setting", "network", "trained", "failed", "accuracy", "interval", "deviation", "on the test rows", "deviation", "on the training rows", "final loss", "spread by layer", "growth by layer", "levels", "far rank by noise"},
	}
	for _, n := range r.Networks {
		cells := func(values []number.Float) string {
			var all []string
			for _, v := range values {
				all = append(all, numberCell(float64(v)))
			}
			return strings.Join(all, " ")
		}
		t.Rows = append(t.Rows, []string{
			n.Variant, graph.ActivationTitle(n.Network), fmt.Sprint(n.Trained), fmt.Sprint(n.Failed), percent(n.Accuracy),
			interval(percent, n.Low, n.High), numberCell(float64(n.Deviation)), percent(n.TestAccuracy), numberCell(float64(n.TestDeviation)), percent(n.TrainAccuracy),
			numberCell(float64(n.FinalLoss)), cells(n.Spread), cells(n.Growth), numberCell(float64(n.Levels)), cells(n.FarRank),
		})
	}
	return t
}

func controlsTable(r *claims.Result) report.Table {
	t := report.Table{
		Title:   "Controls",
		Note:    "Mean accuracies on the article's 100 test rows that were found before this design was made, and what it finds on the same number of initial seeds, with its 95 % interval by Student's t.",
		Columns: []string{"network and setting", "source", "earlier", "measured", "interval", "found again"},
	}
	for _, c := range r.Controls {
		t.Rows = append(t.Rows, slices.Concat([]string{graph.ActivationTitle(c.Network) + ", " + c.Variant, c.Source}, controlCells(c, "no")))
	}
	return t
}

// controlCells are the earlier mean, the mean that was measured, its interval and whether
// they agree, with a word for no.
func controlCells(c claims.Control, no string) []string {
	found := "yes"
	if !c.Agrees {
		found = no
	}
	return []string{fmt.Sprintf("%.3f", c.Accuracy), fmt.Sprintf("%.4f", float64(c.Mean)), fmt.Sprintf("%.4f to %.4f", float64(c.Low), float64(c.High)), found}
}

// shareCells are the share of seeds and its interval.
func shareCells(row *claims.Row) []string {
	return []string{viz.Percent(float64(row.Share), 0), wholeInterval(row.Low, row.High)}
}

// shareOf is in which share of the seeds a claim holds. As printed, with its digits, a claim about one run may hold
// in no other, which is not to say that what it means does not.
func shareOf(row *claims.Row) string {
	if row.Kind == claims.Printed && row.Holds == 0 {
		return fmt.Sprintf("none of %d: the printed digits differ", row.Seeds)
	}
	return fmt.Sprintf("%s of %d", viz.Percent(float64(row.Share), 0), row.Seeds)
}

// elsewhere counts the settings beside the base's at which a claim holds in most seeds, is
// open and holds in few.
func elsewhere(v claims.Summary, base *claims.Row) string {
	most, open, few := len(v.Most), len(v.Open), len(v.Few)
	if base != nil && base.Seeds > 0 {
		switch base.Standing {
		case claims.Most:
			most--
		case claims.Open:
			open--
		case claims.Few:
			few--
		}
	}
	return fmt.Sprintf("%d / %d / %d", most, open, few)
}

// wholeInterval is an interval of shares in whole percent.
func wholeInterval(low, high number.Float) string {
	return fmt.Sprintf("%.0f to %.0f %%", 100*float64(low), 100*float64(high))
}

// effectText is a difference with its interval.
func effectText(e claims.Effect) string {
	signed := func(v number.Float) string { return fmt.Sprintf("%+.3g", float64(v)) }
	unit := ""
	if strings.Contains(e.Of, "accuracy") {
		signed = func(v number.Float) string { return fmt.Sprintf("%+.3g", 100*float64(v)) }
		unit = " points"
	}
	if math.IsNaN(float64(e.Mean)) {
		return "–"
	}
	return fmt.Sprintf("%s%s (%s)", signed(e.Mean), unit, interval(signed, e.Low, e.High))
}

package present

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"actscope/graph"
	"actscope/internal/article"
	"actscope/internal/claims"
	"actscope/internal/config"
	"actscope/internal/number"
	"actscope/viz"
	"actscope/viz/report"
)

// Claims is the story of a design.
func Claims(r *claims.Result) Story {
	page := report.Page{
		Title: "Does it hold?",
		Lead: fmt.Sprintf("The article's claims about sigmoid and ReLU, each asked of %s and at %s.",
			seedsCounted(r), Counted(len(r.Design.Variants), "setting")),
		Highlights: claimHighlights(r),
		Story:      claimStory(r),
		Claims:     claimVerdicts(r),
		Tally:      claimTally(r),
		Tables:     []report.Table{networksTable(r), countsTable(r)},
		Again: report.Again{
			Command: "go run ./cmd/" + r.Again,
			Note:    "The same program gives the same numbers, whatever the number of jobs; every network that was trained is a row of " + claims.TrialsFile + ".",
		},
	}
	if len(r.Controls) > 0 {
		page.Tables = append([]report.Table{controlsTable(r)}, page.Tables...)
	}
	if len(r.Interventions) > 0 {
		page.Tables = append([]report.Table{interventionsTable(r), gridTable(r)}, page.Tables...)
	}
	var settings []config.Entry
	for _, e := range r.Config.Entries() {
		if !slices.Contains(claims.Decided, e.Key) {
			settings = append(settings, e)
		}
	}
	page.Setting = pageSettings(settings, r.Kernels)
	return Story{claimDrawings(r), page}
}

// seedsCounted says what is counted on the base.
func seedsCounted(r *claims.Result) string {
	return fmt.Sprintf("%s on %s", Counted(r.Base().Pairs, "initial seed"), datasets(r))
}

// datasets are those of the base, which of a file are its splits.
func datasets(r *claims.Result) string {
	if _, isFile := r.Config.File(); isFile {
		return Counted(r.Design.Seeds, "split")
	}
	return Counted(r.Design.Seeds, "data set")
}

// baseSettings names the settings of the base for readers.
func baseSettings(r *claims.Result) string {
	if r.OfArticle() {
		return "the article's settings"
	}
	return "the base settings"
}

// claimHighlights are the size of the design and what became of the headline.
func claimHighlights(r *claims.Result) []report.Highlight {
	h := []report.Highlight{{Value: fmt.Sprint(r.Design.Trainings), Label: "networks trained"}}
	var slow *claims.NetworkRow // sigmoid's longest training, if another than the base's was asked for
	for i, n := range r.Networks {
		if n.Variant == r.Base().Name {
			h = append(h, report.Highlight{Value: percent(n.Accuracy), Label: "mean accuracy, " + graph.ActivationTitle(n.Network)})
		}
		if n.Network == article.Sigmoid && n.Epochs > r.Config.Epochs && (slow == nil || n.Epochs > slow.Epochs) {
			slow = &r.Networks[i]
		}
	}
	if i := r.Intervention(article.Sigmoid, claims.SlopeOne); i != nil {
		h = append(h, report.Highlight{Value: points(i.Effect), Label: "points that a slope of 1 at zero adds to sigmoid"})
	}
	if slow != nil {
		h = append(h, report.Highlight{Value: percent(slow.Accuracy), Label: fmt.Sprintf("mean accuracy, Sigmoid, after %d epochs", slow.Epochs)})
	}
	return h
}

func claimStory(r *claims.Result) []string {
	var story []string
	if answer := claimAnswer(r); answer != "" {
		story = append(story, answer)
	}
	if answer := resolutionAnswer(r); answer != "" {
		story = append(story, answer)
	}
	return append(story,
		fmt.Sprintf("The article shows one run, on one data set. Here two networks of each kind are trained under %s on each of %s, and one of each kind on each of other data sets with one setting changed: "+
			"epochs, rate, width or depth. The article's own run, which suggested the claims, is not among them. Each claim is asked as printed, with the article's number; in general, without it; as the reason that the article gives, or what would follow from it (causal); and as another reason (explanation). "+
			"Accuracies are judged on %d points: %s.", baseSettings(r), datasets(r), r.Accuracy.Points, r.Accuracy.Rule),
		r.Rule)
}

// claimAnswer says what the accuracies are and what they depend on, as far as that was asked
// and found.
func claimAnswer(r *claims.Result) string {
	up, down := r.Intervention(article.Sigmoid, claims.SlopeOne), r.Intervention(article.ReLU, claims.SlopeQuarter)
	sigmoid, relu := r.Network(r.Base().Name, article.Sigmoid), r.Network(r.Base().Name, article.ReLU)
	if up == nil || down == nil || sigmoid == nil || relu == nil {
		return ""
	}
	share := func(i *claims.Intervention) string {
		if i.Share == nil {
			return ""
		}
		return ", " + gapShare(i.Share) + " of the gap between them"
	}
	return fmt.Sprintf("Under %s sigmoid's mean accuracy is %s and ReLU's %s. To see what that depends on, each thing in which they differ is changed by itself and with others, from both ends: "+
		"slope and value of the activation at zero, its bounds, and the variance of the initial weights. A slope of 1 instead of 1/4 brings sigmoid %s points (%s to %s)%s; "+
		"a slope of 1/4 instead of 1 brings ReLU %s (%s to %s)%s. %s",
		baseSettings(r), percent(sigmoid.Accuracy), percent(relu.Accuracy),
		points(up.Effect), points(up.Low), points(up.High), share(up), points(down.Effect), points(down.Low), points(down.High), share(down), r.Aliases)
}

// resolutionAnswer says what far points the networks still tell apart, and what that depends
// on.
func resolutionAnswer(r *claims.Result) string {
	var growths []string
	for _, n := range r.Networks {
		if n.Variant != r.Base().Name {
			continue
		}
		if g := float64(n.Growth[len(n.Growth)-1]); isFinite(g) {
			growths = append(growths, fmt.Sprintf("%s times as far under %s", viz.Num(g, 2), graph.ActivationTitle(n.Network)))
		}
	}
	if len(growths) == 0 {
		return ""
	}
	text := fmt.Sprintf("What the article says of distances is another matter. To be told apart in the last hidden layer, under noise of a tenth of its deviation, "+
		"a point far from the decision boundary has to move %s as one near the boundary, in the median.", joined(growths))
	if i := r.Intervention(article.ReLU, claims.Bounded); i != nil && isFinite(float64(i.Growth)) {
		text += fmt.Sprintf(" To bound ReLU by 1 multiplies this, %s, and moves its accuracy by %s points (%s).",
			growthFactor(*i), points(i.Effect), interval(points, i.Low, i.High))
	}
	return text + " The rank correlation of distances and margins, without noise, does not see such squeezing."
}

// claimTally counts verdicts.
func claimTally(r *claims.Result) string {
	var holds, holdsThere, fails, failsThere, open int
	for _, v := range r.Verdicts {
		base := r.Row(v.ID, r.Base().Name)
		switch {
		case v.Verdict == claims.Holds:
			holds++
		case v.Verdict == claims.DoesNotHold:
			fails++
		case v.Verdict == claims.Undecided:
			open++
		case base != nil && base.Standing == claims.Most:
			holdsThere++
		default:
			failsThere++
		}
	}
	return fmt.Sprintf("Of %s, %d hold and %d do not; under %s, but not or not surely in general, %d more hold and %d more do not; %d are open. "+
		"Intervals of shares are at %.4g %%. Elsewhere: the other settings at which a claim holds in most seeds / is open / holds in few.%s",
		Counted(len(r.Verdicts), "claim"), holds, fails, baseSettings(r), holdsThere, failsThere, open, 100*r.Design.Confidence, weakElsewhere(r))
}

// weakElsewhere says when the other settings have too few networks to decide much.
func weakElsewhere(r *claims.Result) string {
	const little = 0.5
	for _, row := range r.Claims {
		if row.Variant == r.Base().Name || row.DataSets < row.Seeds || !(row.Power < little) {
			continue
		}
		return fmt.Sprintf(" There %d networks decide little: a claim that is true of 75 %% of all seeds would be settled with probability %s. More seeds decide more.", row.Seeds, viz.Percent(float64(row.Power), 0))
	}
	return ""
}

// claimVerdicts are the claims with what was counted for them.
func claimVerdicts(r *claims.Result) []report.Claim {
	var all []report.Claim
	for _, v := range r.Verdicts {
		base := r.Row(v.ID, r.Base().Name)
		f := report.Finding{Holds: v.Verdict == claims.Holds, Verdict: string(v.Verdict)}
		f.Neither = !f.Holds && v.Verdict != claims.DoesNotHold
		if base != nil && base.Seeds > 0 {
			f.Measured = fmt.Sprintf("in %s of %d (%s); elsewhere %s",
				viz.Percent(float64(base.Share), 0), base.Seeds, wholeInterval(base.Low, base.High), elsewhere(v, base))
			if base.Standing == claims.Open {
				f.Measured += "; " + power(*base)
			}
		} else {
			f.Measured = fmt.Sprintf("not asked there; elsewhere %s", elsewhere(v, base))
		}
		all = append(all, report.Claim{Statement: fmt.Sprintf("%s: %s (%s)", v.Statement, v.Predicate, v.ID), Article: v.Article, Findings: []report.Finding{f}})
	}
	return all
}

// PrintClaims prints the verdicts, or of a part the rows, the interventions and the
// controls.
func PrintClaims(w io.Writer, r *claims.Result) error {
	tables := []report.Table{rowsTable(r, r.Claims)}
	if len(r.Verdicts) > 0 {
		tables[0] = verdictsTable(r)
	}
	if len(r.Interventions) > 0 {
		tables = append(tables, interventionsTable(r))
	}
	if len(r.Controls) > 0 {
		t := report.Table{Columns: []string{"control: mean accuracy on test rows", "seeds", "earlier", "measured", "95 % interval", "found again"}}
		for _, c := range r.Controls {
			t.Rows = append(t.Rows, slices.Concat([]string{c.Network + ", " + c.Variant, fmt.Sprint(c.Seeds)}, controlCells(c, "NO")))
		}
		tables = append(tables, t)
	}
	for i, t := range tables {
		if i > 0 {
			fmt.Fprintln(w)
		}
		if err := t.WriteText(w); err != nil {
			return err
		}
		if i > 0 {
			continue
		}
		for _, line := range footers(r) {
			if _, err := fmt.Fprintln(w, line); err != nil {
				return err
			}
		}
	}
	return nil
}

// footers explain the first table.
func footers(r *claims.Result) []string {
	lines := []string{
		"",
		"Intervals are right together with probability " + viz.Percent(1-r.Level, 0) + ". Ties: pairs in which both numbers are equal.",
		"Power: the probability that an open question would have been settled if the claim held in 75 % of all seeds; the share from which on it is 80 %.",
	}
	if len(r.Verdicts) > 0 {
		lines = append(lines, "Elsewhere: other settings at which the claim holds in most seeds / is open / holds in few."+weakElsewhere(r))
	}
	return lines
}

// shareLevel names the interval of shares.
func shareLevel(r *claims.Result) string {
	return fmt.Sprintf("%.4g %% interval", 100*r.Design.Confidence)
}

func rowsTable(r *claims.Result, rows []claims.Row) report.Table {
	t := report.Table{Columns: []string{"claim", "setting", "holds in", shareLevel(r), "ties", "effect", "here", "verdict"}}
	for _, row := range rows {
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
		Note: "Means over the networks that did not fail; the interval is Student's at 95 % over the data sets, of each by itself. Growth: the median of how much more a point has to move far from the boundary than near it to be told apart " +
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
		Note: "Means over the networks that did not fail; the interval is Student's at 95 % over the data sets, the deviation that over the networks, on the points that claims are judged on and on the test rows. Growth is the median of the just-noticeable distance's, levels the mean number of such distances to a unit, " +
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

// beyondOneSeed says of the claims of one run in how many seeds they hold, from the
// findings that are part of the program.
func beyondOneSeed(run []article.Claim) (report.Table, error) {
	found, err := claims.Committed()
	if err != nil {
		return report.Table{}, err
	}
	t := report.Table{
		Title: "How far one seed carries",
		Note: fmt.Sprintf("Under the article's settings, %s: in how many each claim holds as printed, with its %s. Accuracies are judged on %s fresh points of each data set. "+
			"Made by %s (kernels %s).", seedsCounted(found), shareLevel(found), fmt.Sprint(found.Accuracy.Points), found.Again, found.Kernels),
		Columns: []string{"claim", "in this run", "holds in", "interval"},
	}
	for _, c := range run {
		if row := found.Row(c.ID, found.Base().Name); row != nil {
			cells := shareCells(row)
			cells[0] += fmt.Sprintf(" of %d", row.Seeds)
			t.Rows = append(t.Rows, append([]string{c.Statement, verdict(c.Holds)}, cells...))
		}
	}
	return t, nil
}

// shareCells are the share of seeds and its interval.
func shareCells(row *claims.Row) []string {
	return []string{viz.Percent(float64(row.Share), 0), wholeInterval(row.Low, row.High)}
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
	if math.IsNaN(float64(e.Mean)) {
		return "–"
	}
	return fmt.Sprintf("%s (%s)", signed(e.Mean), interval(signed, e.Low, e.High))
}

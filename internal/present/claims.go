package present

import (
	"fmt"
	"io"
	"slices"

	"actscope/graph"
	"actscope/internal/article"
	"actscope/internal/claims"
	"actscope/internal/config"
	"actscope/viz"
	"actscope/viz/report"
)

// Claims is the story of a design.
func Claims(r *claims.Result) Story {
	page := report.Page{
		Title: "Does it hold?",
		Lead: fmt.Sprintf("The article's claims about sigmoid and ReLU, each asked of %s and at %s.",
			seedsCounted(r), Counted(len(r.Design.Variants), "setting")),
		Answer:     claimShort(r),
		Highlights: claimHighlights(r),
		Story:      claimStory(r),
		Claims:     claimVerdicts(r),
		Tally:      claimTally(r),
		Tables:     []report.Table{networksTable(r), countsTable(r)},
		Again: report.Again{
			Command: claimsAgain(r.Again),
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

// claimShort is what the claims come to.
func claimShort(r *claims.Result) []string {
	var said []string
	if len(r.Verdicts) > 0 {
		holds, fails := 0, 0
		for _, v := range r.Verdicts {
			switch v.Verdict {
			case claims.Holds:
				holds++
			case claims.DoesNotHold:
				fails++
			}
		}
		said = append(said, fmt.Sprintf("Of %s %d hold at most settings and %d hold at few; the other %d are open, or hang on the settings.", Counted(len(r.Verdicts), "claim"), holds, fails, len(r.Verdicts)-holds-fails))
	}
	sigmoid, relu := r.Network(r.Base().Name, article.Sigmoid), r.Network(r.Base().Name, article.ReLU)
	if i := r.Intervention(article.Sigmoid, claims.SlopeOne); i != nil && i.Share != nil && sigmoid != nil && relu != nil {
		said = append(said, fmt.Sprintf("Under %s ReLU is right at %s of the points and sigmoid at %s; a slope of 1 at zero gives sigmoid %s points, %s of that gap.",
			baseSettings(r), percent(relu.Accuracy), percent(sigmoid.Accuracy), points(i.Effect), gapShare(i.Share)))
	}
	return append(said, fmt.Sprintf("That is counted over %s: other data and other networks were not asked.", seedsCounted(r)))
}

func claimStory(r *claims.Result) []string {
	var story []string
	if answer := claimAnswer(r); answer != "" {
		story = append(story, answer)
	}
	if answer := resolutionAnswer(r); answer != "" {
		story = append(story, answer)
	}
	if casting := claims.Casting(r.Config); casting != "" {
		story = append(story, casting)
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
			f.Measured = fmt.Sprintf("in %s (%s); elsewhere %s", shareOf(base), wholeInterval(base.Low, base.High), elsewhere(v, base))
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
	w = report.Paragraphs(w)
	tables := []report.Table{rowsTable(r)}
	if len(r.Verdicts) > 0 {
		tables[0] = verdictsTable(r)
	}
	if len(r.Interventions) > 0 {
		tables = append(tables, interventionsTable(r))
	}
	if len(r.Controls) > 0 {
		t := report.Table{Columns: []string{"control: mean accuracy on test rows", "seeds", "earlier", "measured", "95 % interval", "found again"}, Fit: report.Fit{Least: []string{"seeds", "95 % interval"}, Verdict: "found again", Tone: tone}}
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
		if casting := claims.Casting(r.Config); casting != "" {
			fmt.Fprintln(w, "\n"+casting)
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
			t.Rows = append(t.Rows, []string{c.Statement, verdict(c.Holds), shareOf(row), wholeInterval(row.Low, row.High)})
		}
	}
	return t, nil
}

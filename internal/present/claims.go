package present

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"actscope/graph"
	"actscope/internal/article"
	"actscope/internal/claims"
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
	settings := r.Config.Entries()
	for i := range settings {
		switch e := &settings[i]; e.Key {
		case "seed":
			e.Value = fmt.Sprintf("0..%d", r.Design.Seeds-1)
		case "data-seed":
			e.Value = strings.Trim(fmt.Sprint(r.Design.DataSeeds), "[]")
		}
	}
	page.Setting = pageSettings(settings, r.Kernels)
	return Story{claimDrawings(r), page}
}

// seedsCounted says what is counted on the base.
func seedsCounted(r *claims.Result) string {
	return fmt.Sprintf("%s on %s", Counted(r.Design.Seeds, "initial seed"), Counted(len(r.Design.DataSeeds), "data set"))
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
			h = append(h, report.Highlight{Value: percent(n.TestAccuracy), Label: "mean test accuracy, " + graph.ActivationTitle(n.Network)})
		}
		if n.Network == article.Sigmoid && n.Epochs > r.Config.Epochs && (slow == nil || n.Epochs > slow.Epochs) {
			slow = &r.Networks[i]
		}
	}
	if slow != nil {
		h = append(h, report.Highlight{Value: percent(slow.TestAccuracy), Label: fmt.Sprintf("the same of sigmoid after %d epochs", slow.Epochs)})
	}
	return h
}

func claimStory(r *claims.Result) []string {
	return []string{
		"The article shows one run: one draw of the initial weights on one data set. Here the same two networks are trained from many initial seeds on several data sets, " +
			"and then with one setting changed at a time: trained longer, with a larger step, narrower or wider, with fewer or more layers, and with more layers at the larger step.",
		fmt.Sprintf("Each claim is asked in three forms: as printed, with the number of the article's one run; in general, without it; and as the reason that the article gives, put so that it can fail. "+
			"Under %s every seed meets every data set; elsewhere each seed meets one. A seed on a data set either fulfils a claim or does not.", baseSettings(r)),
		r.Rule,
	}
}

// claimTally counts verdicts.
func claimTally(r *claims.Result) string {
	count := make(map[claims.Verdict]int)
	for _, v := range r.Verdicts {
		count[v.Verdict]++
	}
	return fmt.Sprintf("Of %d claims, %d hold, %d only under %s, and %d do not hold in most seeds even there.",
		len(r.Verdicts), count[claims.Holds], count[claims.HoldsThere]+count[claims.HoldsAtBase], baseSettings(r), count[claims.DoesNotHold])
}

// claimVerdicts are the claims with what was counted for them.
func claimVerdicts(r *claims.Result) []report.Claim {
	var all []report.Claim
	for _, v := range r.Verdicts {
		f := report.Finding{Holds: v.Verdict == claims.Holds, Verdict: string(v.Verdict), Measured: "not asked there"}
		if base := r.Row(v.ID, r.Base().Name); base != nil {
			f.Measured = fmt.Sprintf("in %s of %d (%s; by data set %s); at %s other settings",
				viz.Percent(float64(base.Share), 0), base.Seeds, wholeInterval(base.Low, base.High), dataRange(base.ByData), elsewhere(v, base))
		}
		all = append(all, report.Claim{Statement: v.Statement + ": " + v.Predicate, Article: v.Article, Findings: []report.Finding{f}})
	}
	return all
}

// PrintClaims prints the verdicts, or of a part the rows, and the controls.
func PrintClaims(w io.Writer, r *claims.Result) error {
	t := report.Table{Columns: []string{"claim", "setting", "holds in", "95 % interval", "by data set", "effect", "verdict"}}
	for _, row := range r.Claims {
		t.Rows = append(t.Rows, []string{
			row.ID, row.Variant, fmt.Sprintf("%d of %d", row.Holds, row.Seeds), wholeInterval(row.Low, row.High), dataRange(row.ByData), effectText(row.Effect), string(row.Verdict),
		})
	}
	if len(r.Verdicts) > 0 {
		t = verdictsTable(r)
	}
	if err := t.WriteText(w); err != nil || len(r.Controls) == 0 {
		return err
	}
	fmt.Fprintln(w)
	t = report.Table{Columns: []string{"control: mean test accuracy", "seeds", "earlier", "measured", "95 % interval", "found again"}}
	for _, c := range r.Controls {
		t.Rows = append(t.Rows, slices.Concat([]string{c.Network + ", " + c.Variant, fmt.Sprint(c.Seeds)}, controlCells(c, "NO")))
	}
	return t.WriteText(w)
}

func verdictsTable(r *claims.Result) report.Table {
	t := report.Table{Columns: []string{"claim", "as", "holds in", "95 % interval", "by data set", "at other settings", "verdict"}}
	for _, v := range r.Verdicts {
		cells := []string{"–", "–", "–"}
		base := r.Row(v.ID, r.Base().Name)
		if base != nil {
			cells = shareCells(base)
		}
		t.Rows = append(t.Rows, slices.Concat([]string{v.ID, string(v.Kind)}, cells, []string{elsewhere(v, base), string(v.Verdict)}))
	}
	return t
}

func countsTable(r *claims.Result) report.Table {
	t := report.Table{
		Title: "Every claim at every setting",
		Note: "Seeds are pairs of an initial seed and a data set. The interval is Wilson's at 95 %, which takes pairs as independent. " +
			fmt.Sprintf("p is of the test against one half, with the design effect, and corrected by Holm for %d questions. ", r.Design.Questions) +
			"The effect is the mean difference over the initial seeds with its 95 % interval, δ is Cliff's delta.",
		Columns: []string{"claim", "setting", "holds", "share", "interval", "by data set", "failed", "p", "effect", "δ", "verdict"},
	}
	for i, row := range r.Claims {
		t.Rows = append(t.Rows, slices.Concat([]string{row.ID, row.Variant, fmt.Sprintf("%d of %d", row.Holds, row.Seeds)}, shareCells(&r.Claims[i]), []string{
			fmt.Sprint(row.Failed), numberCell(float64(row.PHolm)), effectText(row.Effect), numberCell(float64(row.Effect.Delta)), string(row.Verdict),
		}))
	}
	return t
}

func networksTable(r *claims.Result) report.Table {
	t := report.Table{
		Title:   "The networks",
		Note:    "Means over the networks that did not fail; the interval is Student's at 95 % over the initial seeds, the deviation that over the networks.",
		Columns: []string{"setting", "network", "trained", "failed", "test accuracy", "interval", "deviation", "train accuracy", "final loss", "spread by layer"},
	}
	for _, n := range r.Networks {
		var spread []string
		for _, s := range n.Spread {
			spread = append(spread, numberCell(float64(s)))
		}
		t.Rows = append(t.Rows, []string{
			n.Variant, graph.ActivationTitle(n.Network), fmt.Sprint(n.Trained), fmt.Sprint(n.Failed), percent(n.TestAccuracy),
			percent(n.Low) + " to " + percent(n.High), numberCell(float64(n.Deviation)), percent(n.TrainAccuracy),
			numberCell(float64(n.FinalLoss)), strings.Join(spread, " "),
		})
	}
	return t
}

func controlsTable(r *claims.Result) report.Table {
	t := report.Table{
		Title:   "Controls",
		Note:    "Mean test accuracies on the article's data that were found before this design was made, and what it finds on the same number of initial seeds, with its 95 % interval by Student's t.",
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
		Note: fmt.Sprintf("Under the article's settings, %s: in how many each claim holds as printed, with Wilson's 95 %% interval, and the range over the data sets. "+
			"Made by %s (kernels %s).", seedsCounted(found), found.Again, found.Kernels),
		Columns: []string{"claim", "in this run", "holds in", "interval", "by data set"},
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

// shareCells are the share of seeds, its interval and its range over the data sets.
func shareCells(row *claims.Row) []string {
	return []string{viz.Percent(float64(row.Share), 0), wholeInterval(row.Low, row.High), dataRange(row.ByData)}
}

// elsewhere counts the settings beside the base's at which a claim holds in most seeds.
func elsewhere(v claims.Summary, base *claims.Row) string {
	most, all := len(v.Most), len(v.Most)+len(v.Few)+len(v.Open)
	if base != nil {
		all--
		if base.Standing == claims.Most {
			most--
		}
	}
	return fmt.Sprintf("%d of %d", most, all)
}

// wholeInterval is an interval of shares in whole percent.
func wholeInterval(low, high number.Float) string {
	return fmt.Sprintf("%.0f to %.0f %%", 100*float64(low), 100*float64(high))
}

// dataRange is from the least to the largest share of any data set.
func dataRange(counts []claims.DataCount) string {
	low, high := 1.0, 0.0
	for _, c := range counts {
		share := float64(c.Holds) / float64(c.Seeds)
		low, high = min(low, share), max(high, share)
	}
	return wholeInterval(number.Float(low), number.Float(high))
}

// effectText is a difference with its interval.
func effectText(e claims.Effect) string {
	return fmt.Sprintf("%+.3g (%+.3g to %+.3g)", float64(e.Mean), float64(e.Low), float64(e.High))
}

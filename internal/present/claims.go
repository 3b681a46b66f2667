package present

import (
	"fmt"
	"strings"

	"actscope/internal/claims"
	"actscope/internal/config"
	"actscope/viz/report"
)

// Claims is the story of a design.
func Claims(r *claims.Result) Story {
	page := report.Page{
		Title: "Does it hold?",
		Lead: fmt.Sprintf("The article's claims about sigmoid and ReLU, each asked of %s and at %s.",
			seedsCounted(r), Counted(len(r.Design.Settings), "setting")),
		Highlights: claimHighlights(r),
		Story:      claimStory(r),
		Claims:     claimVerdicts(r),
		Tally:      claimTally(r),
		Tables:     claimTables(r),
		Again: report.Again{
			Command: "go run ./cmd/" + r.Again,
			Note:    "The same program gives the same numbers, whatever the number of jobs; every network that was trained is a row of " + TrialsFile + ".",
		},
	}
	for _, s := range config.Settings() {
		switch s.Key {
		case "seed":
			page.Setting = append(page.Setting, report.Setting{Name: "seed", Value: fmt.Sprintf("0..%d", r.Design.Seeds-1)})
		case "data-seed":
			page.Setting = append(page.Setting, report.Setting{Name: "data-seed", Value: strings.Trim(fmt.Sprint(r.Design.DataSeeds), "[]")})
		default:
			page.Setting = append(page.Setting, report.Setting{Name: s.Key, Value: s.Get(r.Config)})
		}
	}
	page.Setting = append(page.Setting, report.Setting{Name: "kernels", Value: r.Kernels})
	return Story{claimDrawings(r), page}
}

// claimHighlights are the size of the design and what became of the headline.
func claimHighlights(r *claims.Result) []report.Highlight {
	h := []report.Highlight{{Value: fmt.Sprint(r.Design.Trainings), Label: "networks trained"}}
	for _, n := range r.Networks {
		if n.Setting == baseOf(r) {
			h = append(h, report.Highlight{Value: percent(float64(n.TestAccuracy)), Label: "mean test accuracy, " + networkLabels([]string{n.Network})[0]})
		}
	}
	if slow := longest(r); slow != nil {
		h = append(h, report.Highlight{Value: percent(float64(slow.TestAccuracy)), Label: fmt.Sprintf("the same of sigmoid after %d epochs", slow.Epochs)})
	}
	return h
}

// longest is sigmoid's row of the longest training; nil where only one was asked for.
func longest(r *claims.Result) *claims.NetworkRow {
	var found *claims.NetworkRow
	for i, n := range r.Networks {
		if n.Network == "sigmoid" && n.Epochs > r.Config.Epochs && (found == nil || n.Epochs > found.Epochs) {
			found = &r.Networks[i]
		}
	}
	return found
}

func claimStory(r *claims.Result) []string {
	return []string{
		"The article shows one run: one draw of the initial weights on one data set. Here the same two networks are trained from many initial seeds on several data sets, " +
			"and then with one setting changed at a time: trained longer, with a larger step, narrower or wider, with fewer or more layers, and with more layers at the larger step.",
		fmt.Sprintf("Each claim is asked in three forms: as printed, with the number of the article's one run; in general, without it; and as the reason that the article gives, put so that it can fail. "+
			"Under %s every seed meets every data set; elsewhere each seed meets one. A seed on a data set either fulfils a claim or does not.", settingsOf(r)),
		r.Rule,
	}
}

// claimTally counts verdicts.
func claimTally(r *claims.Result) string {
	count := make(map[claims.Verdict]int)
	for _, v := range r.Verdicts {
		count[v.Verdict]++
	}
	only := claims.HoldsThere
	if !claims.IsArticle(baseOf(r)) {
		only = claims.HoldsAtBase
	}
	return fmt.Sprintf("Of %d claims, %d hold, %d only under %s, and %d do not hold in most seeds even there.",
		len(r.Verdicts), count[claims.Holds], count[only], settingsOf(r), count[claims.DoesNotHold])
}

// claimVerdicts are the claims with what was counted for them.
func claimVerdicts(r *claims.Result) []report.Claim {
	var all []report.Claim
	for _, v := range r.Verdicts {
		f := report.Finding{Holds: v.Verdict == claims.Holds, Verdict: string(v.Verdict), Measured: "not asked there"}
		home := r.Row(v.ID, baseOf(r))
		if home != nil {
			f.Measured = fmt.Sprintf("in %s of %d (%s; by data set %s); at %s other settings",
				wholePercent(home.Share), home.Seeds, wholeInterval(home.Low, home.High), dataRange(home.ByData), elsewhere(v, home))
		}
		all = append(all, report.Claim{Statement: v.Statement + ": " + v.Predicate, Article: v.Article, Findings: []report.Finding{f}})
	}
	return all
}

// claimTables are the numbers behind the figures.
func claimTables(r *claims.Result) []report.Table {
	counts := report.Table{
		Title: "Every claim at every setting",
		Note: "Seeds are pairs of an initial seed and a data set. The interval is Wilson's at 95 %, which takes pairs as independent. " +
			fmt.Sprintf("p is of the test against one half, with the design effect, and corrected by Holm for %d questions. ", r.Design.Questions) +
			"The effect is the mean difference over the initial seeds with its 95 % interval, δ is Cliff's delta.",
		Columns: []string{"claim", "setting", "holds", "share", "interval", "by data set", "failed", "p", "effect", "δ", "verdict"},
	}
	for _, row := range r.Claims {
		counts.Rows = append(counts.Rows, []string{
			row.ID, row.Setting, fmt.Sprintf("%d of %d", row.Holds, row.Seeds), wholePercent(row.Share), wholeInterval(row.Low, row.High), dataRange(row.ByData),
			fmt.Sprint(row.Failed), numberCell(float64(row.PHolm)), effectText(row.Effect), numberCell(float64(row.Effect.Delta)), string(row.Verdict),
		})
	}
	networks := report.Table{
		Title:   "The networks",
		Note:    "Means over the networks that did not fail; the interval is Student's at 95 % over the initial seeds, the deviation that over the networks.",
		Columns: []string{"setting", "network", "trained", "failed", "test accuracy", "interval", "deviation", "train accuracy", "final loss", "spread by layer"},
	}
	for _, n := range r.Networks {
		var spread []string
		for _, s := range n.Spread {
			spread = append(spread, numberCell(float64(s)))
		}
		networks.Rows = append(networks.Rows, []string{
			n.Setting, networkLabels([]string{n.Network})[0], fmt.Sprint(n.Trained), fmt.Sprint(n.Failed), shareCell(float64(n.TestAccuracy)),
			shareCell(float64(n.Low)) + " to " + shareCell(float64(n.High)), numberCell(float64(n.Deviation)), shareCell(float64(n.TrainAccuracy)),
			numberCell(float64(n.FinalLoss)), strings.Join(spread, " "),
		})
	}
	tables := []report.Table{networks, counts}
	if len(r.Controls) > 0 {
		controls := report.Table{
			Title:   "Controls",
			Note:    "Mean test accuracies on the article's data that were found before this design was made, and what it finds on the same number of initial seeds, with its 95 % interval by Student's t.",
			Columns: []string{"network and setting", "source", "earlier", "measured", "interval", "found again"},
		}
		for _, c := range r.Controls {
			found := "yes"
			if !c.Agrees {
				found = "no"
			}
			controls.Rows = append(controls.Rows, []string{
				networkLabels([]string{c.Network})[0] + ", " + c.Setting, c.Source, fmt.Sprintf("%.3f", c.Accuracy), fmt.Sprintf("%.4f", float64(c.Mean)),
				fmt.Sprintf("%.4f to %.4f", float64(c.Low), float64(c.High)), found,
			})
		}
		tables = append([]report.Table{controls}, tables...)
	}
	return tables
}

package present

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"actscope/graph"
	"actscope/internal/config"
	"actscope/internal/stats"
	"actscope/internal/sweep"
	"actscope/internal/sweep/analysis"
	"actscope/viz"
	"actscope/viz/report"
)

// Sweep is the story of a sweep.
func Sweep(p *sweep.Plan, r *analysis.Result) Story {
	tables := groupTables(r)
	if t := comparisonTable(r); len(t.Rows) > 0 {
		tables = append(tables, t)
	}
	return Story{sweepDrawings(r), report.Page{
		Title: "What a sweep says about activations",
		Lead: fmt.Sprintf("%s in %s that differ in more than their seeds: %s.", Counted(r.Trials, "trial"),
			Counted(len(r.Groups), "group"), strings.Join(titles(r.Activations()), ", ")),
		Answer:     sweepAnswer(r),
		Warnings:   sweepWarnings(r),
		Highlights: sweepHighlights(r),
		Story:      append(sweepStory(r), formulaNotes(r.Activations(), sweptInit(r))...),
		Setting:    sweepSettings(p),
		Tables:     tables,
		Again: report.Again{
			Command: "actscope sweep run DIR\nactscope sweep report DIR",
			Note:    "The same plan gives the same page, however its trials were run. Every trial is a row of the table that actscope sweep merge writes.",
		},
	}}
}

// sweepAnswer says which activation does better at equal settings, and how sure that is.
func sweepAnswer(r *analysis.Result) []string {
	var said []string
	if a, b, ok := answeredPair(r); ok {
		if text := pairAnswer(r, r.Comparisons(), a, b); text != "" {
			said = append(said, text)
		}
	}
	if len(said) == 0 {
		var means []of
		for _, g := range r.Groups {
			if isFinite(g.Score.Mean) {
				means = append(means, of{" (" + named(r.Varied, g.Settings) + ")", g.Score.Mean})
			}
		}
		if len(means) == 0 {
			return []string{"This sweep has no answer: no trial was trained to the end."}
		}
		least, most := extremes(means)
		said = []string{fmt.Sprintf("The mean %s of the groups goes from %s%s to %s%s.", lowered(accuracyName(r)), scoreCell(r)(least.value), least.name, scoreCell(r)(most.value), most.name)}
		if scoreCell(r)(least.value) == scoreCell(r)(most.value) {
			said = []string{fmt.Sprintf("The mean %s of %s is %s.", lowered(accuracyName(r)), Counted(len(means), "group"), scoreCell(r)(least.value))}
		}
	}
	return append(said, fmt.Sprintf("That is said of the settings of this plan, with %s a group.", Counted(r.Groups[0].Trials, "trial")))
}

// answeredPair are the activations of which an answer speaks: those of the least and the largest mean score.
func answeredPair(r *analysis.Result) (a, b string, ok bool) {
	var means []of
	for _, name := range r.Activations() {
		if m := meanScore(r, name); isFinite(m) {
			means = append(means, of{name, m})
		}
	}
	if len(means) < 2 {
		return "", "", false
	}
	slices.SortStableFunc(means, func(a, b of) int { return cmp.Compare(a.value, b.value) })
	return means[0].name, means[len(means)-1].name, true
}

// meanScore is that of all trials of an activation.
func meanScore(r *analysis.Result, activation string) float64 {
	var all []float64
	for _, g := range r.Groups {
		if g.Activation() == activation {
			all = append(all, r.Score().Of(g)...)
		}
	}
	return stats.Summarise(all).Mean
}

// pairAnswer says of two activations in how many settings which is ahead, and in how many that is settled.
func pairAnswer(r *analysis.Result, all []analysis.Comparison, a, b string) string {
	var settings, above, below, settledAbove, settledBelow, open int
	var differences []float64
	for _, c := range all {
		d := c.Difference
		switch {
		case c.A == b && c.B == a:
			d = -d
		case c.A != a || c.B != b:
			continue
		}
		settings++
		differences = append(differences, d)
		settled := c.SignedRank.P < analysis.Level
		switch {
		case c.SignedRank.Open():
			open++
		case d > 0 && settled:
			settledAbove++
		case d < 0 && settled:
			settledBelow++
		}
		if d > 0 {
			above++
		} else if d < 0 {
			below++
		}
	}
	if settings == 0 {
		return ""
	}
	if below > above {
		a, b, above, below, settledAbove, settledBelow = b, a, below, above, settledBelow, settledAbove
		for i := range differences {
			differences[i] = -differences[i]
		}
	}
	change := signedPoints
	if r.Regression {
		change = signed
	}
	one, other := graph.ActivationTitle(b), graph.ActivationTitle(a)
	slices.Sort(differences)
	least, most := differences[0], differences[len(differences)-1]
	text := fmt.Sprintf("At equal settings %s is ahead of %s in %d of %d, by the median over the seeds", one, other, above, settings)
	switch {
	case above == 0:
		text = fmt.Sprintf("At equal settings neither of %s and %s is ahead, by the median over the seeds", one, other)
	case above == below:
		text = fmt.Sprintf("At equal settings %s and %s are each ahead in %d of %d, by the median over the seeds", one, other, above, settings)
	case isFinite(least) && isFinite(most) && change(least) != change(most):
		text += fmt.Sprintf(" (%s to %s)", change(least), change(most))
	case isFinite(least):
		text += fmt.Sprintf(" (%s)", change(least))
	}
	switch {
	case open == settings:
		return text + "; so few trials cannot settle any of that."
	case settledBelow > 0:
		return fmt.Sprintf("%s; beyond chance in %d, and behind it beyond chance in %d (signed ranks, corrected).", text, settledAbove, settledBelow)
	}
	return fmt.Sprintf("%s; beyond chance in %d (signed ranks, corrected).", text, settledAbove)
}

// sweepWarnings say what a sweep cannot tell.
func sweepWarnings(r *analysis.Result) []string {
	var all []string
	if r.Diverged+r.Failed > 0 {
		var parts []string
		if r.Diverged > 0 {
			parts = append(parts, fmt.Sprintf("%d diverged", r.Diverged))
		}
		if r.Failed > 0 {
			parts = append(parts, fmt.Sprintf("%d could not be trained", r.Failed))
		}
		all = append(all, fmt.Sprintf("Of %s %s: means are of the others.", Counted(r.Trials, "trial"), joined(parts)))
	}
	if len(r.Repeats) == 0 {
		all = append(all, "No seed was varied: each group is one trial, and any difference may be one of seeds.")
	}
	for _, t := range r.Trends(r.Score()) {
		if len(t.With) > 0 {
			all = append(all, fmt.Sprintf("%s move together in this plan: %s. Nothing here tells which of them matters.", capital(axisName(t)), axisLabel(t)))
		}
	}
	return all
}

// sweepHighlights are the mean accuracies over everything that was varied.
func sweepHighlights(r *analysis.Result) []report.Highlight {
	const most = 5 // activations
	h := []report.Highlight{{Value: fmt.Sprint(r.Trials), Label: fmt.Sprintf("trials: %d diverged, %d failed", r.Diverged, r.Failed)}}
	nets := networks(r.Activations())
	for _, n := range nets[:min(len(nets), most)] {
		var all []float64
		for _, g := range r.Groups {
			if g.Activation() == n.Name {
				all = append(all, r.Score().Of(g)...)
			}
		}
		h = append(h, report.Highlight{Value: scoreCell(r)(stats.Summarise(all).Mean), Label: "mean " + lowered(accuracyName(r)) + ", " + n.Label})
	}
	return h
}

// scoreCell writes accuracies as shares, and R² as a number.
func scoreCell(r *analysis.Result) func(float64) string {
	if r.Regression {
		return numberCell
	}
	return percent[float64]
}

// lowered is a name within a sentence.
func lowered(name string) string {
	if strings.HasPrefix(name, "R²") {
		return name
	}
	return strings.ToLower(name[:1]) + name[1:]
}

// accuracyName is what accuracies are called, or R² of numbers.
func accuracyName(r *analysis.Result) string {
	switch {
	case r.Regression && r.FreshRows == 0:
		return "R² on the test rows"
	case r.Regression && r.Tested == 0:
		return "R² on fresh points"
	case r.Regression:
		return "R²"
	case r.FreshRows == 0:
		return "Test accuracy"
	case r.Tested == 0:
		return "Accuracy on fresh points"
	}
	return "Accuracy"
}

// judgement says which points accuracies are on, and how coarse they are.
func judgement(r *analysis.Result) string {
	var text []string
	if r.Regression {
		where := "on the test rows"
		if r.Tested == 0 {
			where = "on fresh points, which follow the law of a trial's data"
		}
		return "R² is the share of the variance of the target that is explained, " + where + "."
	}
	if r.FreshRows > 0 {
		text = append(text, "Accuracies are on fresh points, which follow the law of a trial's data.", resolution("fresh points", r.FreshRows, nil))
	}
	if r.Tested > 0 {
		text = append(text, fmt.Sprintf("In %s there are no fresh points, and accuracies are on the test rows.", Counted(r.Tested, "trial")))
	}
	if r.TestRows > 0 {
		text = append(text, resolution("test rows", r.TestRows, nil))
	}
	return strings.Join(text, " ")
}

// sweptInit is the setting init of all groups, "" where it varies.
func sweptInit(r *analysis.Result) string {
	init := ""
	for i, g := range r.Groups {
		if i > 0 && g.Config.Init != init {
			return ""
		}
		init = g.Config.Init
	}
	return init
}

func sweepStory(r *analysis.Result) []string {
	text := "A trial trains one network. Trials that differ in nothing but their seeds make a group, and what is said of a group is said of its trials that were trained to the end"
	if failed := r.Diverged + r.Failed; failed > 0 {
		text += fmt.Sprintf("; %d diverged and %d could not be trained, and are counted beside. The tests between activations give those that diverged the worst rank", r.Diverged, r.Failed)
	}
	text += "."
	if len(r.Repeats) == 0 {
		text += " No seed was varied: every group is one trial, and one trial proves little."
	} else {
		text += " What varies from trial to trial of a group: " + strings.Join(r.Repeats, ", ") + "."
	}
	if judged := judgement(r); judged != "" {
		return []string{text, judged}
	}
	return []string{text}
}

// sweepSettings are the settings of the plan, and which plan and program it is.
func sweepSettings(p *sweep.Plan) []report.Setting {
	entries := append(p.Describe(), config.NewEntry("plan", p.Hash()[:12]), config.NewEntry("program", p.Provenance.Version))
	return pageSettings(entries, p.Provenance.Kernels)
}

// mostRows bounds the tables of a page.
const mostRows = 200

// groupTables describe each group: its accuracy, and its loss and spread.
func groupTables(r *analysis.Result) []report.Table {
	const interval = "The interval is the 95 % interval of the mean by Student's t, for accuracies in log-odds, for losses and spreads in logarithms; it takes the trials of a group as independent, and is a point where all came out alike."
	accuracy := report.Table{
		Title: accuracyName(r) + " by group", Note: interval,
		Columns: []string{"group", "trials", "diverged or failed", "mean", "interval", "median"},
	}
	signals := report.Table{
		Title: "Final loss, spread and growth by group", Note: "The spread is the deviation of the last hidden layer's activations over the test rows, the growth that of its just-noticeable distances " +
			"from the quarter of the test rows nearest to the boundary to the farthest: 1 where it resolves alike everywhere. " + interval,
		Columns: []string{"group", "loss, mean", "interval", "median", "spread, mean", "interval", "median", "growth, median"},
	}
	groups := r.Groups
	if len(groups) > mostRows {
		shown := fmt.Sprintf(" The first %d of %d groups.", mostRows, len(groups))
		accuracy.Note += shown
		signals.Note += shown
		groups = groups[:mostRows]
	}
	for _, g := range groups {
		group := named(r.Varied, g.Settings)
		accuracy.Rows = append(accuracy.Rows, slices.Concat([]string{group, fmt.Sprint(g.Trials), fmt.Sprint(g.Failed)}, summaryCells(g.Score, scoreCell(r))))
		signals.Rows = append(signals.Rows, slices.Concat([]string{group}, summaryCells(g.Loss, numberCell), summaryCells(g.Spread, numberCell), []string{numberCell(g.NoticeableGrowth)}))
	}
	return []report.Table{accuracy, signals}
}

// summaryCells are mean, interval and median.
func summaryCells(s stats.Summary, cell func(float64) string) []string {
	interval := "–"
	if !math.IsNaN(s.Low) {
		interval = strings.ReplaceAll(cell(s.Low)+" to "+cell(s.High), " ", "\u00a0")
	}
	return []string{cell(s.Mean), interval, cell(s.Median)}
}

func comparisonTable(r *analysis.Result) report.Table {
	all := r.Comparisons()
	t := report.Table{
		Title: "Activations compared at equal settings",
		Note: fmt.Sprintf("%s. Mann–Whitney takes the trials of both as independent; Wilcoxon's signed ranks pair them by their seeds, which decide the data, "+
			"the split and the first weights alike, and leave out pairs that are equal. A trial that diverged ranks below all others, and counts in both tests, but not in the median. "+
			"p-values are two-sided and corrected by Holm for all %d comparisons, each test by itself; where even the clearest outcome would not have come out below %v, for so few trials, so many ties "+
			"or so many comparisons, the table says so.", accuracyName(r), len(all), analysis.Level),
		Columns: []string{"setting", "activations", "pairs", "equal", "diverged", "median difference", "p, Mann–Whitney", "p, signed ranks"},
	}
	if len(all) > mostRows {
		t.Note += fmt.Sprintf(" The first %d are shown.", mostRows)
		all = all[:mostRows]
	}
	others := slices.DeleteFunc(slices.Clone(r.Varied), func(key string) bool { return key == "activations" })
	for _, c := range all {
		labels := titles([]string{c.A, c.B})
		difference := "–"
		if !math.IsNaN(c.Difference) {
			if difference = fmt.Sprintf("%+.1f points", 100*c.Difference); r.Regression {
				difference = fmt.Sprintf("%+.3f", c.Difference)
			}
		}
		t.Rows = append(t.Rows, []string{
			cmp.Or(named(others, c.Settings), "all"), labels[1] + " − " + labels[0], fmt.Sprint(c.Pairs), fmt.Sprint(c.Equal), fmt.Sprint(c.Diverged), difference, pCell(c.MannWhitney), pCell(c.SignedRank),
		})
	}
	return t
}

// named writes settings with their keys, but the activation by its title alone.
func named(keys, values []string) string {
	var parts []string
	for i, key := range keys {
		if key == "activations" {
			parts = append(parts, graph.ActivationTitle(values[i]))
		} else {
			parts = append(parts, key+" "+values[i])
		}
	}
	return strings.Join(parts, ", ")
}

// pCell is a test's p-value, unless it could not have been small.
func pCell(t analysis.Test) string {
	if t.Open() {
		return fmt.Sprintf("none below %v possible", analysis.Level)
	}
	return numberCell(t.P)
}

func numberCell(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return viz.Num(v, 3)
}

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

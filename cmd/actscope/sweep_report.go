package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"actscope/graph"
	"actscope/internal/atomicfile"
	"actscope/internal/stats"
	"actscope/internal/sweep"
	"actscope/internal/sweep/analysis"
	"actscope/viz"
	"actscope/viz/figures"
	"actscope/viz/report"
)

func sweepReportCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "report DIR",
		Short: "Write a page about what a sweep has found",
		Long: `Report writes one page that opens from disk: mean, median and interval for each
group of equal settings, tests between activations, and figures of accuracy,
spread and loss.`,
		Example: "  actscope sweep report out/grid",
		Args:    cobra.ExactArgs(1),
		RunE: sweepWork(func(cmd *cobra.Command, args []string) error {
			folder, ledger, err := openSweep(cmd, args[0])
			if err != nil {
				return err
			}
			result, err := analysis.Analyse(cmd.Context(), folder, ledger)
			if err != nil {
				return err
			}
			page, err := sweepPage(cmd.Context(), folder.Plan, result)
			if err != nil {
				return err
			}
			file := cmp.Or(out, filepath.Join(folder.Path(), "report.html"))
			err = atomicfile.Write(file, func(w io.Writer) error {
				_, err := w.Write(page)
				return err
			})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %s in %s\n", file, counted(result.Trials, "trial"), counted(len(result.Groups), "group"))
			return err
		}),
	}
	cmd.Flags().StringVar(&out, "out", "", "the page's file (default report.html in the sweep's folder)")
	return cmd
}

// sweepPage makes the page of a sweep.
func sweepPage(ctx context.Context, p *sweep.Plan, r *analysis.Result) ([]byte, error) {
	drawn, err := sweepPageFigures(ctx, r)
	if err != nil {
		return nil, err
	}
	page := report.Page{
		Title: "What a sweep says about activations",
		Lead: fmt.Sprintf("%s in %s that differ in more than their seeds: %s.", counted(r.Trials, "trial"),
			counted(len(r.Groups), "group"), strings.Join(networkLabels(r.Activations()), ", ")),
		Highlights: sweepHighlights(r),
		Story:      sweepStory(r),
		Setting:    sweepSettings(p),
		Figures:    drawn,
		Tables:     groupTables(r),
		Again: report.Again{
			Command: "actscope sweep run DIR\nactscope sweep report DIR",
			Note:    "The same plan gives the same page, however its trials were run. Every trial is a row of the table that actscope sweep merge writes.",
		},
	}
	if t := comparisonTable(r); len(t.Rows) > 0 {
		page.Tables = append(page.Tables, t)
	}
	var content bytes.Buffer
	if err := page.Write(&content); err != nil {
		return nil, fmt.Errorf("report page: %w", err)
	}
	return content.Bytes(), nil
}

// networkLabels are the activations as readers write them.
func networkLabels(names []string) []string {
	var labels []string
	for _, n := range sweepNetworks(names) {
		labels = append(labels, n.Label)
	}
	return labels
}

func sweepNetworks(names []string) []figures.Network {
	var nets []figures.Network
	for _, name := range names {
		nets = append(nets, sweepNetwork(name))
	}
	return nets
}

func sweepNetwork(name string) figures.Network {
	n := figures.Network{Name: name, Label: name}
	if a, err := graph.ActivationNamed(name); err == nil {
		n.Label = a.Title
	}
	return n
}

// sweepHighlights are the mean accuracies over everything that was varied.
func sweepHighlights(r *analysis.Result) []report.Highlight {
	const most = 5
	h := []report.Highlight{{Value: fmt.Sprint(r.Trials), Label: "trials, " + fmt.Sprint(r.Diverged+r.Failed) + " of them failed"}}
	for i, n := range sweepNetworks(r.Activations()) {
		if i == most {
			break
		}
		var all []float64
		for _, g := range r.Groups {
			if g.Activation() == n.Name {
				all = append(all, analysis.Accuracy(g)...)
			}
		}
		h = append(h, report.Highlight{Value: shareCell(stats.Summarise(all).Mean), Label: "mean test accuracy, " + n.Label})
	}
	return h
}

func sweepStory(r *analysis.Result) []string {
	text := "A trial trains one network. Trials that differ in nothing but their seeds make a group, and what is said of a group is said of its trials that were trained to the end"
	if failed := r.Diverged + r.Failed; failed > 0 {
		text += fmt.Sprintf("; %d diverged and %d could not be trained, and are counted beside", r.Diverged, r.Failed)
	}
	text += "."
	if len(r.Repeats) == 0 {
		return []string{text + " No seed was varied: every group is one trial, and one trial proves little."}
	}
	return []string{text + " What varies from trial to trial of a group: " + strings.Join(r.Repeats, ", ") + "."}
}

// sweepSettings are the settings of the plan; of axes, the number of entries.
func sweepSettings(p *sweep.Plan) []report.Setting {
	var settings []report.Setting
	for _, s := range p.Describe() {
		settings = append(settings, report.Setting{Name: s.Key, Value: s.Values})
	}
	return append(settings,
		report.Setting{Name: "plan", Value: p.Hash()[:12]},
		report.Setting{Name: "program", Value: p.Provenance.Version},
		report.Setting{Name: "kernels", Value: p.Provenance.Kernels})
}

// mostRows bounds the tables of a page.
const mostRows = 200

// groupTables describe each group: accuracy, and what lies behind it.
func groupTables(r *analysis.Result) []report.Table {
	const interval = "The interval is the 95 % interval of the mean by Student's t, which takes the trials of a group as independent."
	accuracy := report.Table{
		Title: "Test accuracy by group", Note: interval,
		Columns: []string{"group", "trials", "failed", "mean", "interval", "median"},
	}
	behind := report.Table{
		Title: "Final loss and spread by group", Note: "The spread is the deviation of the last hidden layer's activations over the test rows. " + interval,
		Columns: []string{"group", "loss, mean", "interval", "median", "spread, mean", "interval", "median"},
	}
	for i, g := range r.Groups {
		if i == mostRows {
			left := fmt.Sprintf(" The first %d of %d groups.", mostRows, len(r.Groups))
			accuracy.Note += left
			behind.Note += left
			break
		}
		group := named(r.Varied, g.Settings)
		accuracy.Rows = append(accuracy.Rows, append([]string{group, fmt.Sprint(g.Trials), fmt.Sprint(g.Failed)}, summaryCells(g.Accuracy, shareCell)...))
		behind.Rows = append(behind.Rows, slices.Concat([]string{group}, summaryCells(g.Loss, numberCell), summaryCells(g.Spread, numberCell)))
	}
	return []report.Table{accuracy, behind}
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
		Note: fmt.Sprintf("Test accuracy. Mann–Whitney takes the trials of both as independent; Wilcoxon's signed ranks pair them by their seeds, which decide the data, "+
			"the split and the first weights alike. p-values are two-sided and corrected by Holm for all %d comparisons, each test by itself.", len(all)),
		Columns: []string{"setting", "activations", "pairs", "median difference", "p, Mann–Whitney", "p, signed ranks"},
	}
	others := slices.DeleteFunc(slices.Clone(r.Varied), func(key string) bool { return key == "activations" })
	for i, c := range all {
		if i == mostRows {
			t.Note += fmt.Sprintf(" The first %d are shown.", mostRows)
			break
		}
		labels := networkLabels([]string{c.A, c.B})
		difference := "–"
		if !math.IsNaN(c.Difference) {
			difference = fmt.Sprintf("%+.1f points", 100*c.Difference)
		}
		t.Rows = append(t.Rows, []string{
			cmp.Or(named(others, c.Settings), "all"), labels[1] + " − " + labels[0], fmt.Sprint(c.Pairs), difference, numberCell(c.MannWhitney), numberCell(c.SignedRank),
		})
	}
	return t
}

// named writes settings with their keys, the activation without.
func named(keys, values []string) string {
	var parts []string
	for i, key := range keys {
		if key == "activations" {
			parts = append(parts, networkLabels(values[i : i+1])[0])
		} else {
			parts = append(parts, key+" "+values[i])
		}
	}
	return strings.Join(parts, ", ")
}

func numberCell(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return viz.Num(v, 3)
}

func shareCell(v float64) string { return viz.Percent(v, 1) }

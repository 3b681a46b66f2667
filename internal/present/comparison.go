package present

import (
	"context"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/article"
	"actscope/internal/comparison"
	"actscope/internal/config"
	"actscope/internal/number"
	"actscope/internal/panics"
	"actscope/models/geometry"
	"actscope/viz"
	"actscope/viz/report"
)

// Comparison is the story of networks side by side.
func Comparison(ctx context.Context, r *comparison.Result, run comparison.Summary) (Story, error) {
	drawings, err := panics.Await(ctx, func() ([]viz.Drawing, error) { return comparisonDrawings(ctx, r) }, "preparing the figures")
	if err != nil {
		return Story{}, err
	}
	film, err := filmOf(ctx, r)
	if err != nil {
		return Story{}, err
	}
	title, question := "What an activation does to the distance from the boundary", "How much of a point's distance to the decision boundary reaches the output?"
	if task(r) == data.Regression {
		title, question = "What an activation does to what a network predicts", fmt.Sprintf("How much of %s can be read from each layer?", predictedPhrase(r))
	}
	switch {
	case r.Observed() && task(r) == data.Regression:
		title = "What each layer knows of what a network predicts"
	case r.Observed():
		title = strings.Replace(title, "an activation", "a network", 1)
	}
	page := report.Page{
		Title:      title,
		Lead:       lead(r, run) + question,
		Answer:     answer(r),
		Warnings:   warnings(r),
		Highlights: highlights(r),
		Story:      story(r, run),
		Film:       film,
		Sections:   kernelSection(r),
		Claims:     pageClaims(run.Claims),
		Tables:     pageTables(r),
		Setting:    pageSettings(settingsOf(r, run), run.Kernels),
		Again:      report.Again{Command: "go run ./cmd/actscope " + commandLine(run), Note: "The same settings give the same bytes, this page included."},
	}
	if len(run.Claims) > 0 {
		beyond, err := panics.Await(ctx, func() (report.Table, error) { return beyondOneSeed(run.Claims) }, "reading the findings about claims")
		if err != nil {
			return Story{}, err
		}
		page.Tables = append(page.Tables, beyond)
	}
	return Story{drawings, page}, nil
}

// lead says which networks stand side by side.
func lead(r *comparison.Result, run comparison.Summary) string {
	if r.Observed() {
		return observedLead(r)
	}
	if len(r.Networks) == 1 {
		return fmt.Sprintf("One %s network on %s. ", r.Networks[0].Title, pointsTitle(r))
	}
	return "Networks on " + pointsTitle(r) + " that differ in their hidden activation only: " + strings.Join(titles(run.Config.Activations), ", ") + ". "
}

// settingsOf are the settings that had a part in a run.
func settingsOf(r *comparison.Result, run comparison.Summary) []config.Entry {
	without := idle(run.Config)
	if r.Observed() {
		without = append(without, config.TrainingKeys()...)
	}
	entries := run.Config.Entries(without...)
	if _, isFile := r.Config.File(); isFile && r.Config.Standardise == config.StandardiseAll && !r.Observed() {
		entries = append(entries, config.NewEntry("standardise", "all")) // what is not the default of files
	}
	return entries
}

// pointsTitle names the data in a sentence.
func pointsTitle(r *comparison.Result) string {
	c, k := r.Config, r.Data.Raw.Targets.Classes()
	if file, isFile := config.DataFile(c.Dataset); isFile {
		return filepath.Base(file)
	}
	switch known := slices.Contains(data.GeneratorNames(), c.Dataset); {
	case c.Dataset == "xor":
		return "the points of XOR"
	case !known || task(r) != data.Classification:
		return "the points of " + c.Dataset
	case k > 2:
		return fmt.Sprintf("%d %s", k, c.Dataset)
	}
	return "two " + c.Dataset
}

// predictedPhrase names the numbers to predict in a sentence.
func predictedPhrase(r *comparison.Result) string {
	if r.Data.Raw.Targets.Columns() > 1 {
		return "the targets"
	}
	if name := targetName(r, 0); name != "target" {
		return name
	}
	return "the target"
}

// tracedPhrase says which traced point of Far this is.
func tracedPhrase(r *comparison.Result, i int) string {
	if task(r) == data.Regression {
		return []string{"smallest ", "largest "}[i] + targetName(r, 0)
	}
	return classNames(r).Phrase(i)
}

// idle are the settings that have no part in a run: files have their own points, and only
// they have columns.
func idle(c config.Config) []string {
	if _, isFile := c.File(); isFile {
		return []string{"samples", "noise", "class-share", "classes", "data-seed"}
	}
	return []string{"label"}
}

// story says what is studied, and how far the numbers of one run carry.
func story(r *comparison.Result, run comparison.Summary) []string {
	know := "A network that separates two classes can use, in every layer, how far a point lies from the boundary between them: how sure it may be depends on that. "
	switch k := r.Data.Raw.Targets.Classes(); {
	case k > 2:
		know = fmt.Sprintf("A network that separates %d classes can use, in every layer, how far a point lies from the boundary of its region: how sure it may be depends on that. ", k)
	case task(r) == data.MultiLabel:
		know = "A network that decides several labels can use, in every layer, how far a point lies from the boundary of each: how sure it may be depends on that. "
	case task(r) == data.Regression:
		know = fmt.Sprintf("A network that predicts %s has to hand on, in every layer, what that depends on. Numbers have no boundary to be far from: what can be asked of a layer is how much of them a linear function reads from it. ", predictedPhrase(r))
	}
	argues := ""
	if trainedWith(r, graph.Sigmoid.Name) != nil && trainedWith(r, graph.ReLU.Name) != nil {
		argues = "The article “Sigmoid vs ReLU: the inference cost of losing geometric context” argues, of two classes, that sigmoid squeezes this distance into (0, 1) and loses it, " +
			"while ReLU keeps it, so that depth pays under ReLU and is wasted under sigmoid."
	}
	paragraphs := []string{
		strings.TrimSpace(know + argues),
		origin(r) + "Every signal below was read by hooks on the nodes of computation graphs, before and after each activation.",
	}
	if len(run.Claims) > 0 {
		holds := 0
		for _, c := range run.Claims {
			if c.Holds {
				holds++
			}
		}
		paragraphs = append(paragraphs, fmt.Sprintf("Of the article's %d claims, %d hold in its own run, reproduced number by number. "+
			"One seed decides them all: a verdict says what this run shows, not what is true of the activations.", len(run.Claims), holds))
	}
	return paragraphs
}

// origin says where the networks come from.
func origin(r *comparison.Result) string {
	if r.Observed() {
		return observedOrigin(r)
	}
	if len(r.Networks) == 1 {
		return "The network was trained here. "
	}
	return "All networks here start from the same random numbers, scaled as their activation asks for, and see the same mini-batches. "
}

func pageClaims(claims []article.Claim) []report.Claim {
	var page []report.Claim
	for _, c := range claims {
		p := report.Claim{Statement: c.Statement, Article: c.Article}
		if len(c.HoldsFor) == 0 {
			p.Findings = []report.Finding{{Reference: quantities(c.Reference, ""), Measured: quantities(c.Measured, ""), Holds: c.Holds}}
		}
		for _, v := range c.HoldsFor {
			p.Findings = append(p.Findings, report.Finding{
				Sample: v.Sample, Reference: quantities(c.Reference, v.Sample), Measured: quantities(c.Measured, v.Sample), Holds: v.Holds,
			})
		}
		page = append(page, p)
	}
	return page
}

// pageTables are the numbers behind the figures.
func pageTables(r *comparison.Result) []report.Table {
	spread := report.Table{Title: "Spread by hidden layer", Note: "Standard deviation of all activations over the test points.", Columns: []string{"network"}}
	trace := report.Table{Title: "Signal trace", Note: "Mean magnitude over the units, before (z) and after (a) each activation.", Columns: []string{"network and sample"}}
	deepest := 0
	for _, n := range r.Networks {
		deepest = max(deepest, n.Test.HiddenLayers())
	}
	for l := 1; l <= deepest; l++ {
		spread.Columns = append(spread.Columns, fmt.Sprintf("layer %d", l))
		trace.Columns = append(trace.Columns, "z"+viz.Subscript(l), "a"+viz.Subscript(l))
	}
	trace.Columns = append(trace.Columns, "z"+viz.Subscript(deepest+1))
	for _, n := range r.Networks {
		spread.Rows = append(spread.Rows, filled(append([]string{n.Title}, fiveDigits(n.Spread)...), len(spread.Columns)))
		for i, values := range n.Trace {
			if values != nil {
				trace.Rows = append(trace.Rows, filled(append([]string{n.Title + ", " + tracedPhrase(r, i)}, fiveDigits(values)...), len(trace.Columns)))
			}
		}
	}
	tables := []report.Table{trainingTable(r)}
	if deepest > 0 {
		tables = append(tables, spread)
	}
	if len(trace.Rows) > 0 {
		tables = append(tables, trace)
	}
	return slices.Concat(tables, geometryTables(r), survivalTables(r), classTables(r), nameTable(r))
}

// filled has dashes for what a flatter network has not.
func filled(row []string, columns int) []string {
	for len(row) < columns {
		row = append(row, "–")
	}
	return row
}

// commandLine is the command with the settings that are not the article's.
func commandLine(run comparison.Summary) string {
	if run.Command == "reproduce" {
		return run.Command
	}
	if len(run.Networks) > 0 && run.Networks[0].Source != nil {
		return observedCommand(run)
	}
	return again(run.Command, run.Config.Entries(), config.Article().Entries())
}

// precisionNote says how exact the distances are.
func precisionNote(r *comparison.Result) string {
	if inputs := r.Networks[0].Model.Inputs(); inputs != 2 {
		note := "With other than two inputs distances are upper bounds."
		if rows := geometry.MeasuredRows(inputs); rows < geometry.MostRows {
			note += fmt.Sprintf(" With so many inputs, the first %d training and test points are measured, at most.", rows)
		}
		return note
	}
	var worst, step float64
	for _, n := range r.Networks {
		if n.Geometry.BoundaryFound {
			worst, step = math.Max(worst, float64(n.Geometry.BoundaryError)), math.Max(step, float64(n.Geometry.BoundaryStep))
		}
	}
	note := fmt.Sprintf("Distances are exact to %.0e", worst)
	if step > 0 {
		note += fmt.Sprintf("; pieces of a smooth boundary narrower than %.2g may be missed", step)
	}
	return note + "."
}

// mostAligned is how many layers a table of their likeness has room for.
const mostAligned = 8

// threeDigits writes a number with three significant digits, and a dash for none.
func threeDigits(v number.Float) string { return written(v, 'g') }

// thousandths writes a number with three decimals, and a dash for none.
func thousandths(v number.Float) string { return written(v, 'f') }

func written(v number.Float, format byte) string {
	if f := float64(v); !math.IsNaN(f) && !math.IsInf(f, 0) {
		return strconv.FormatFloat(f, format, 3, 64)
	}
	return "–"
}

// PrintVerdicts prints the article's claims, those about samples with a row for each.
func PrintVerdicts(w io.Writer, claims []article.Claim) error {
	t := report.Table{Columns: []string{"claim", "article", "measured", "verdict"}}
	for _, c := range claims {
		if len(c.HoldsFor) == 0 {
			t.Rows = append(t.Rows, []string{c.Statement, c.Article, quantities(c.Measured, ""), verdict(c.Holds)})
		}
		for i, v := range c.HoldsFor {
			row := []string{"", "", v.Sample + ": " + quantities(c.Measured, v.Sample), verdict(v.Holds)}
			if i == 0 {
				row[0], row[1] = c.Statement, c.Article
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t.WriteText(w)
}

func verdict(holds bool) string {
	if holds {
		return "holds"
	}
	return "does not hold"
}

// quantities writes the numbers of one sample, or those of none.
func quantities(all []article.Quantity, sample string) string {
	var parts []string
	for _, q := range all {
		if q.Sample == sample {
			text := Digits(q.Value)
			if q.Share() {
				text = percent(q.Value)
			}
			parts = append(parts, q.Name+" "+text)
		}
	}
	return strings.Join(parts, ", ")
}

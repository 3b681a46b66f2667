package present

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"actscope/internal/article"
	"actscope/internal/comparison"
	"actscope/internal/config"
	"actscope/viz"
	"actscope/viz/figures"
	"actscope/viz/report"
)

// Comparison is the story of networks side by side.
func Comparison(ctx context.Context, r *comparison.Result, run comparison.Summary) (Story, error) {
	drawings, err := comparisonDrawings(r)
	if err != nil {
		return Story{}, err
	}
	film, err := filmOf(ctx, r)
	if err != nil {
		return Story{}, err
	}
	page := report.Page{
		Title: "What an activation does to the distance from the boundary",
		Lead: "Small networks on " + pointsTitle(run.Config) + " that differ in their hidden activation only: " + networkTitles(r) +
			". How much of a point's distance to the decision boundary reaches the output?",
		Highlights: highlights(r),
		Story:      story(run),
		Film:       film,
		Claims:     pageClaims(run.Claims),
		Tables:     pageTables(r),
		Setting:    pageSettings(run.Config.Entries(idle(run.Config)...), run.Kernels),
		Again:      report.Again{Command: "go run ./cmd/actscope " + commandLine(run), Note: "The same settings give the same bytes, this page included."},
	}
	if len(run.Claims) > 0 {
		beyond, err := beyondOneSeed(run.Claims)
		if err != nil {
			return Story{}, err
		}
		page.Tables = append(page.Tables, beyond)
	}
	return Story{drawings, page}, nil
}

// pointsTitle names the data in a sentence.
func pointsTitle(c config.Config) string {
	if file, isFile := config.DataFile(c.Dataset); isFile {
		return filepath.Base(file)
	}
	if c.Dataset == "xor" {
		return "the points of XOR"
	}
	return "two " + c.Dataset
}

// idle are the settings that have no part in a run: files have their own points, and only
// they have columns.
func idle(c config.Config) []string {
	if _, isFile := c.File(); isFile {
		return []string{"samples", "noise", "class-share", "data-seed"}
	}
	return []string{"label"}
}

func networkTitles(r *comparison.Result) string {
	var titles []string
	for _, n := range r.Networks {
		titles = append(titles, n.Title)
	}
	return strings.Join(titles, ", ")
}

func highlights(r *comparison.Result) []report.Highlight {
	var h []report.Highlight
	for _, n := range r.Networks {
		h = append(h, report.Highlight{Value: percent(n.TestAccuracy), Label: "test accuracy, " + n.Title})
	}
	return h[:min(len(h), 6)]
}

// story says what is studied, and how far the numbers of one run carry.
func story(run comparison.Summary) []string {
	paragraphs := []string{
		"A network that separates two classes has to know, in every layer, how far a point lies from the boundary between them. " +
			"The article “Sigmoid vs ReLU: the inference cost of losing geometric context” argues that sigmoid squeezes this distance into (0, 1) and loses it, " +
			"while ReLU keeps it, so that depth pays under ReLU and is wasted under sigmoid.",
		"All networks here start from the same random numbers, scaled as their activation asks for, and see the same mini-batches. " +
			"They are computation graphs with automatic differentiation; every signal below was read by hooks on the graphs' nodes, before and after each activation.",
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
	training := report.Table{
		Title:   "Training and accuracy",
		Note:    "The loss is the article's formula, before each step, averaged over the last epoch's batches.",
		Columns: []string{"network", "parameters", "final loss", "train accuracy", "test accuracy"},
	}
	spread := report.Table{Title: "Spread by hidden layer", Note: "Standard deviation of all activations over the test points.", Columns: []string{"network"}}
	trace := report.Table{Title: "Signal trace", Note: "Mean magnitude over the units, before (z) and after (a) each activation.", Columns: []string{"network and sample"}}
	for l := 1; l <= r.Networks[0].Test.HiddenLayers(); l++ {
		spread.Columns = append(spread.Columns, fmt.Sprintf("layer %d", l))
		trace.Columns = append(trace.Columns, "z"+viz.Subscript(l), "a"+viz.Subscript(l))
	}
	trace.Columns = append(trace.Columns, "z"+viz.Subscript(r.Networks[0].Model.Depth()))
	for _, n := range r.Networks {
		training.Rows = append(training.Rows, []string{n.Title, fmt.Sprint(n.Model.ParameterCount()), Digits(n.FinalLoss()), percent(n.TrainAccuracy), percent(n.TestAccuracy)})
		spread.Rows = append(spread.Rows, append([]string{n.Title}, fiveDigits(n.Spread)...))
		for class, values := range n.Trace {
			trace.Rows = append(trace.Rows, append([]string{n.Title + ", " + figures.ClassNames(r.Data.Classes).Phrase(class)}, fiveDigits(values)...))
		}
	}
	return append([]report.Table{training, spread, trace}, geometryTables(r)...)
}

// commandLine is the command with the settings that are not the article's.
func commandLine(run comparison.Summary) string {
	if run.Command == "reproduce" {
		return run.Command
	}
	return again(run.Command, run.Config.Entries(), config.Article().Entries())
}

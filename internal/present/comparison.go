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
	page := report.Page{
		Title: "What an activation does to the distance from the boundary",
		Lead: "Small networks on " + pointsTitle(run.Config) + " that differ in their hidden activation only: " + strings.Join(titles(run.Config.Activations), ", ") +
			". How much of a point's distance to the decision boundary reaches the output?",
		Highlights: highlights(r),
		Story:      append(resolved(r), story(run)...),
		Film:       film,
		Claims:     pageClaims(run.Claims),
		Tables:     pageTables(r),
		Setting:    pageSettings(run.Config.Entries(idle(run.Config)...), run.Kernels),
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

func highlights(r *comparison.Result) []report.Highlight {
	var h []report.Highlight
	for _, n := range r.Networks {
		label := "test accuracy, " + n.Title
		if n.FreshRows > 0 {
			label += "; " + percent(n.FreshAccuracy()) + " on fresh points"
		}
		h = append(h, report.Highlight{Value: percent(n.TestAccuracy), Label: label})
	}
	return h[:min(len(h), 6)]
}

// accuracyNote says how coarse the accuracies of a comparison are.
func accuracyNote(r *comparison.Result) []string {
	var test, fresh []float64
	for _, n := range r.Networks {
		test, fresh = append(test, n.TestAccuracy), append(fresh, n.FreshAccuracy())
	}
	note := []string{resolution("test rows", r.Data.Test.Rows(), test)}
	if rows := r.Networks[0].FreshRows; rows > 0 {
		note = append(note, resolution("fresh points, which follow the same law,", rows, fresh))
	}
	return note
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

// resolved answers the page's question, of the networks that have an answer.
func resolved(r *comparison.Result) []string {
	var growths []string
	for _, n := range r.Networks {
		layers := n.Geometry.Layers
		if g := float64(layers[len(layers)-2].NoticeableDistance.Growth); isFinite(g) {
			growths = append(growths, fmt.Sprintf("%s times as far under %s", viz.Num(g, 2), n.Title))
		}
	}
	if len(growths) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("To be told apart in the last hidden layer, under noise of a tenth of its deviation, a point far from the decision boundary has to move %s as one near the boundary. "+
		"How accurate a network is does not follow from that.", joined(growths))}
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
		Note:    "The loss is the article's formula, before each step, averaged over the last epoch's batches. " + strings.Join(accuracyNote(r), " "),
		Columns: []string{"network", "parameters", "final loss", "train accuracy", "test accuracy", "fresh accuracy"},
	}
	spread := report.Table{Title: "Spread by hidden layer", Note: "Standard deviation of all activations over the test points.", Columns: []string{"network"}}
	trace := report.Table{Title: "Signal trace", Note: "Mean magnitude over the units, before (z) and after (a) each activation.", Columns: []string{"network and sample"}}
	for l := 1; l <= r.Networks[0].Test.HiddenLayers(); l++ {
		spread.Columns = append(spread.Columns, fmt.Sprintf("layer %d", l))
		trace.Columns = append(trace.Columns, "z"+viz.Subscript(l), "a"+viz.Subscript(l))
	}
	trace.Columns = append(trace.Columns, "z"+viz.Subscript(r.Networks[0].Model.Depth()))
	for _, note := range formulaNotes(r.Config.Activations, r.Config.Init) {
		training.Note += " " + note + "."
	}
	for _, n := range r.Networks {
		training.Rows = append(training.Rows, []string{n.Title, fmt.Sprint(n.Model.ParameterCount()), Digits(n.FinalLoss()), percent(n.TrainAccuracy), percent(n.TestAccuracy), percent(n.FreshAccuracy())})
		spread.Rows = append(spread.Rows, append([]string{n.Title}, fiveDigits(n.Spread)...))
		for class, values := range n.Trace {
			trace.Rows = append(trace.Rows, append([]string{n.Title + ", " + classNames(r).Phrase(class)}, fiveDigits(values)...))
		}
	}
	return slices.Concat([]report.Table{training, spread, trace}, geometryTables(r), survivalTables(r))
}

// commandLine is the command with the settings that are not the article's.
func commandLine(run comparison.Summary) string {
	if run.Command == "reproduce" {
		return run.Command
	}
	return again(run.Command, run.Config.Entries(), config.Article().Entries())
}

// geometryTables say what each layer makes of the points.
func geometryTables(r *comparison.Result) []report.Table {
	distance := report.Table{
		Title: "Distance to the decision boundary, layer by layer",
		Note: "In the margin: rank correlation of a point's distance to the network's own decision boundary with its distance to the layer's own linear boundary, " +
			"1 where the layer keeps the order of all distances. Decodable: how much of the signed distance a linear function of the layer gets right on test points (R²). " +
			"Pairs kept: rank correlation of the distances between any two points with those in the input. Linear probe: test accuracy of a linear classifier on the layer. " +
			precisionNote(r),
		Columns: []string{"network and layer", "in the margin", "decodable", "pairs kept", "linear probe"},
	}
	shape := report.Table{
		Title: "The shape of the layers",
		Note: "Effective rank: in how many directions the points spread. Saturated: share of activations whose slope is below a tenth of the largest. Dead: share of units that " +
			"are the same for all points. Between classes: variance between the class means over that within. NC1: spread within the classes along their difference, 0 where each " +
			"class collapses to a point. Stretch: how much the layer magnifies small steps of the input in the direction that it magnifies most, median. Curve: length of a circle " +
			"at the distance of standardised points over its length in the layer before. Regions: linear pieces of the network up to the layer, around the points.",
		Columns: []string{"network and layer", "effective rank", "saturated", "dead", "between classes", "NC1", "stretch", "curve", "regions"},
	}
	for _, n := range r.Networks {
		if rows := n.Geometry.JacobianRows; rows > 0 {
			shape.Note += fmt.Sprintf(" %s: stretch at the first %d test points, as its matrices are large.", n.Title, rows)
		}
		for _, l := range n.Geometry.Layers {
			name := n.Title + ", " + l.Name
			distance.Rows = append(distance.Rows, []string{name, thousandths(l.DistanceCorrelation), thousandths(l.DistanceDecoded), thousandths(l.PairwiseCorrelation), percent(l.ProbeAccuracy)})
			shape.Rows = append(shape.Rows, []string{name, threeDigits(l.EffectiveRank), percent(l.Saturated), percent(l.Dead), threeDigits(l.FisherRatio), threeDigits(l.NC1),
				threeDigits(l.Jacobian.Largest.Median), threeDigits(l.CurveRatio), threeDigits(l.BoxRegions)})
		}
	}
	return append([]report.Table{distance, noticeableTable(r), shape}, alignmentTable(r)...)
}

// noticeableTable says how finely each layer resolves distances.
func noticeableTable(r *comparison.Result) report.Table {
	t := report.Table{
		Title: "Just-noticeable distances",
		Note: fmt.Sprintf("How far a point has to move away from the boundary for an ideal observer of the layer to tell both places apart (d′ = 1), where every unit has independent normal noise "+
			"of %v of the units' mean deviation: to first order noise/|J n|, J the layer's Jacobian matrix and n the direction. Near, far: medians of the quarters of the test points that are nearest "+
			"to the boundary and farthest from it. Growth: far over near, 1 where the layer resolves alike everywhere. Levels: how many such distances there are in a unit of the input, mean, and in bits.", geometry.NoiseLevel),
		Columns: []string{"network and layer", "near", "far", "growth", "levels", "bits"},
	}
	for _, n := range r.Networks {
		for _, l := range n.Geometry.Layers {
			d := l.NoticeableDistance
			t.Rows = append(t.Rows, []string{n.Title + ", " + l.Name, threeDigits(d.Near), threeDigits(d.Far), threeDigits(d.Growth), threeDigits(d.Levels), threeDigits(number.Float(math.Log2(float64(d.Levels))))})
		}
	}
	return t
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

// alignmentTable compares all hidden layers with each other, where they are few.
func alignmentTable(r *comparison.Result) []report.Table {
	hidden := r.Networks[0].Test.HiddenLayers()
	if count := hidden * len(r.Networks); count < 2 || count > mostAligned {
		return nil
	}
	table := report.Table{
		Title:   "Likeness of the hidden layers",
		Note:    "Linear centred kernel alignment: 1 where one layer is the other turned and scaled, 0 where they have nothing in common.",
		Columns: []string{"network and layer"},
	}
	between := make(map[[2]string][][]number.Float)
	for _, a := range r.Alignments() {
		between[a.Networks] = a.CKA
	}
	for i, n := range r.Networks {
		for l := range hidden {
			name := fmt.Sprintf("%s, layer %d", n.Title, l+1)
			table.Columns = append(table.Columns, name)
			row := []string{name}
			for j, other := range r.Networks {
				for k := range hidden {
					var cka number.Float
					switch {
					case i == j:
						cka = n.Geometry.CKA[l+1][k+1]
					case i < j:
						cka = between[[2]string{n.Name, other.Name}][l][k]
					default:
						cka = between[[2]string{other.Name, n.Name}][k][l]
					}
					row = append(row, thousandths(cka))
				}
			}
			table.Rows = append(table.Rows, row)
		}
	}
	return []report.Table{table}
}

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

// PrintComparison prints a line per network, how coarse the accuracies are, and what is to be
// known of formulas.
func PrintComparison(w io.Writer, r *comparison.Result) error {
	t := report.Table{Columns: []string{"network", "parameters", "final loss", "train accuracy", "test accuracy", "fresh accuracy", "spread by hidden layer"}}
	for _, n := range r.Networks {
		t.Rows = append(t.Rows, []string{n.Activation, fmt.Sprint(n.Model.ParameterCount()), fmt.Sprintf("%.5f", n.FinalLoss()),
			percent(n.TrainAccuracy), percent(n.TestAccuracy), percent(n.FreshAccuracy()), strings.Join(fiveDigits(n.Spread), " ")})
	}
	if err := t.WriteText(w); err != nil {
		return err
	}
	notes := append(accuracyNote(r), formulaNotes(r.Config.Activations, r.Config.Init)...)
	_, err := fmt.Fprintf(w, "\n%s\n", strings.Join(notes, "\n"))
	return err
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
			parts = append(parts, q.Name+" "+Digits(q.Value))
		}
	}
	return strings.Join(parts, ", ")
}

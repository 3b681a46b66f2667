package present

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"actscope/graph"
	"actscope/internal/cost"
	"actscope/viz"
	"actscope/viz/figures"
	"actscope/viz/report"
)

// Cost is the story of a search.
func Cost(r *cost.Result) Story {
	page := report.Page{
		Title: "What equal accuracy costs at inference",
		Lead: fmt.Sprintf("The smallest networks that reach a test accuracy of %v in at least %v of trainings, activation by activation, with the learning rate of each network tuned and %s to train.",
			r.Config.Target, r.Config.Share, Counted(r.Config.Training.Epochs, "epoch")),
		Highlights: costHighlights(r),
		Story:      costStory(r),
		Tables:     []report.Table{smallestTable(r, graph.ActivationTitle), networkTable(r)},
		Again: report.Again{
			Command: "go run ./cmd/actscope " + again("cost", r.Config.Settings(), cost.Default().Settings()),
			Note:    "The same settings give the same bytes, this page included. Times are measured anew by each run and stand in latency.json beside this page; trials.json has every training.",
		},
	}
	if len(r.Ratios) > 0 {
		page.Tables = slices.Insert(page.Tables, 1, ratioTable(r), shareTable(r))
	}
	page.Setting = pageSettings(r.Config.Settings(), r.Kernels)
	return Story{[]viz.Drawing{costDrawing(r)}, page}
}

// costDrawing is what a search found as a figure.
func costDrawing(r *cost.Result) figures.InferenceCost {
	d := figures.InferenceCost{Target: r.Config.Target, Share: r.Config.Share, Cost: "Multiply-adds"}
	for _, a := range r.Activations {
		nets := figures.CostedNetworks{Network: network(a.Name)}
		for _, n := range a.Candidates() {
			p := figures.CostedNetwork{
				Cost: float64(n.MultiplyAdds), Share: float64(n.Reached) / float64(n.Trained), Low: n.Low, High: n.High,
				Accuracy: n.MedianAccuracy, Depth: n.Depth, Judged: n.Verdict != cost.Beyond,
			}
			if a.Smallest != nil && n.Shape == a.Smallest.Shape {
				p.Smallest = n.Layers(r.Inputs)
			}
			nets.Points = append(nets.Points, p)
		}
		d.Nets = append(d.Nets, nets)
	}
	return d
}

// costHighlights are the multiply-adds of the smallest networks.
func costHighlights(r *cost.Result) []report.Highlight {
	const most = 6
	var h []report.Highlight
	for _, a := range r.Activations[:min(most, len(r.Activations))] {
		value := "none"
		if a.Smallest != nil {
			value = fmt.Sprint(a.Smallest.MultiplyAdds)
		}
		h = append(h, report.Highlight{Value: value, Label: "multiply-adds, smallest " + graph.ActivationTitle(a.Name)})
	}
	return h
}

// costStory gives the answer and says what it rests on.
func costStory(r *cost.Result) []string {
	rule := r.Config.Rule()
	story := append([]string{}, r.Answer...)
	if !r.Reached() {
		story = append(story, "No network was seen to reach the target.")
	}
	sample := "Test rows are those that its split holds out."
	if _, fromFile := r.Config.Training.File(); !fromFile {
		sample = fmt.Sprintf("Its test sample has %d fresh points, scaled as the training points are.", r.Config.TestRows)
	}
	story = append(story,
		"A training has its own data or split, weights and shuffles. "+sample+" It reaches the target where its test accuracy is at least that; one that diverges does not, and none is left out. "+
			"The rate of each network was chosen by trainings with seeds of their own, which count for nothing else.",
		fmt.Sprintf("Each network is looked at after %s trainings, until it is seen to reach or to miss the target. It reaches where the lower bound of Clopper and Pearson for its chance is at least %v, and misses where the upper one is below. "+
			"Over all looks the first is wrong with probability %.2g at most and the second with %.2g: 5 %% for everything together, divided evenly among activations and depths, half for either error, and the first among the widths (Bonferroni). "+
			"So all intervals here hold together with 95 %% confidence, without any assumption on how the chance depends on the width.",
			joined(r.Looks), r.Config.Share, rule.FalseReach, rule.FalseMiss))
	if n := atEdge(r); n > 0 {
		story = append(story, fmt.Sprintf("The chosen rate of %s is the smallest or largest that was tried: more rates might serve them better.", Counted(n, "network")))
	}
	return story
}

// atEdge counts the networks that reached the target in any training and whose rate is at
// the edge of those tried.
func atEdge(r *cost.Result) int {
	edge := 0
	for _, a := range r.Activations {
		for _, n := range a.Candidates() {
			if n.AtEdge && n.Reached > 0 {
				edge++
			}
		}
	}
	return edge
}

func joined(numbers []int) string {
	text := strings.Trim(fmt.Sprint(numbers), "[]")
	return strings.ReplaceAll(text, " ", ", ")
}

// smallestTable has the narrowest network of each activation and depth, with the
// activations under a name of their own.
func smallestTable(r *cost.Result, name func(activation string) string) report.Table {
	t := report.Table{
		Title: "Smallest networks that reach the target",
		Note: "The narrowest of each depth that was seen to reach the target; * has fewest multiply-adds. At least: the narrowest that was not seen to miss it. " +
			"Bytes: of the parameters, and of the values that have to be held at once. The interval is of the share of trainings that reach.",
		Columns: []string{"activation", "smallest", "at least", "rate", "multiply-adds", "parameters", "activations", "bytes", "reached", "interval"},
	}
	for _, a := range r.Activations {
		for _, d := range a.Depths {
			t.Rows = append(t.Rows, append([]string{name(a.Name)}, smallestCells(r, a, d)...))
		}
	}
	return t
}

// smallestCells are what is said of one activation and depth; * marks the smallest
// network of the activation.
func smallestCells(r *cost.Result, a cost.ActivationResult, d cost.DepthResult) []string {
	least := "–"
	if d.AtLeast > 0 {
		least = cost.Shape{Depth: d.Depth, Width: d.AtLeast}.Layers(r.Inputs)
	}
	n := d.Smallest()
	if n == nil {
		widest := d.Candidates[len(d.Candidates)-1]
		return []string{"none up to " + widest.Layers(r.Inputs), least, "–", "–", "–", "–", "–", "–", "–"}
	}
	layers := n.Layers(r.Inputs)
	if n.Shape == a.Smallest.Shape {
		layers += " *"
	}
	return []string{
		layers, least, fmt.Sprint(n.Rate), fmt.Sprint(n.MultiplyAdds), fmt.Sprint(n.Parameters), fmt.Sprint(n.Counts.Activations),
		fmt.Sprintf("%d + %d", n.ParameterBytes, n.ActivationBytes), fmt.Sprintf("%d of %d", n.Reached, n.Trained), shareInterval(*n),
	}
}

// shareInterval is the interval of a network's share of trainings that reach.
func shareInterval(n cost.Candidate) string { return fmt.Sprintf("%.3f to %.3f", n.Low, n.High) }

// ratioTable compares the activations.
func ratioTable(r *cost.Result) report.Table {
	t := report.Table{
		Title: "Ratios", Note: "Of the smallest networks, with 95 % confidence for all together.",
		Columns: []string{"activations", "measure", "ratio", "interval"},
	}
	for _, q := range r.Ratios {
		t.Rows = append(t.Rows, []string{graph.ActivationTitle(q.Activation) + " to " + graph.ActivationTitle(q.Reference), strings.ReplaceAll(q.Measure, "_", "-"), timesCell(q.Value), q.Interval()})
	}
	return t
}

// shareTable shows how the ratios depend on the share that is asked for.
func shareTable(r *cost.Result) report.Table {
	t := report.Table{
		Title:   "Ratio of multiply-adds by the share asked for",
		Note:    "From the same trainings; each share with 95 % confidence by itself. Trainings stop when the share of this run is decided, so that others may have wide intervals.",
		Columns: []string{"activations", "share of trainings", "ratio", "interval"},
	}
	for _, q := range r.ByShare {
		t.Rows = append(t.Rows, []string{graph.ActivationTitle(q.Activation) + " to " + graph.ActivationTitle(q.Reference), percent(q.Share), timesCell(q.Value), q.Interval()})
	}
	return t
}

func timesCell(v *float64) string {
	if v == nil {
		return "–"
	}
	return cost.Times(*v)
}

// networkTable has every network.
func networkTable(r *cost.Result) report.Table {
	t := report.Table{
		Title: "All networks", Note: "Beyond: wider than one that reaches, looked at once. Accuracies are over the judging trainings; diverged ones count as 0.",
		Columns: []string{"network", "rate", "multiply-adds", "reached", "diverged", "interval", "verdict", "mean accuracy", "median"},
	}
	for _, a := range r.Activations {
		for _, n := range a.Candidates() {
			if len(t.Rows) == mostRows {
				t.Note += fmt.Sprintf(" The first %d.", mostRows)
				return t
			}
			t.Rows = append(t.Rows, []string{
				graph.ActivationTitle(n.Activation) + " " + n.Layers(r.Inputs), fmt.Sprint(n.Rate), fmt.Sprint(n.MultiplyAdds), fmt.Sprintf("%d of %d", n.Reached, n.Trained), fmt.Sprint(n.Diverged),
				shareInterval(n), string(n.Verdict), fmt.Sprintf("%.4f", n.MeanAccuracy), fmt.Sprintf("%.4f", n.MedianAccuracy),
			})
		}
	}
	return t
}

// latencyTable has the times of a row.
func latencyTable(l *cost.Latency, inputs int) report.Table {
	t := report.Table{Columns: []string{"time of a row"}}
	for _, batch := range cost.Batches {
		t.Columns = append(t.Columns, fmt.Sprintf("batch of %d", batch), "quartiles", "to "+l.Reference)
	}
	for _, n := range l.Networks {
		row := []string{n.Activation + " " + n.Layers(inputs)}
		if n.Smallest {
			row[0] += " *"
		}
		for _, at := range n.Times {
			ratio := "–"
			if at.Ratio > 0 {
				ratio = cost.Times(at.Ratio)
			}
			row = append(row, fmt.Sprintf("%.4g ns", at.Median), fmt.Sprintf("%.4g to %.4g", at.Low, at.High), ratio)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// PrintCost prints the smallest networks, what follows, and last the times, if there are
// any.
func PrintCost(w io.Writer, r *cost.Result, latency *cost.Latency) error {
	asFlag := func(activation string) string { return activation }
	if err := smallestTable(r, asFlag).WriteText(w); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "\n%s\n", strings.Join(r.Answer, "\n")); err != nil || latency == nil {
		return err
	}
	fmt.Fprintln(w)
	return latencyTable(latency, r.Inputs).WriteText(w)
}

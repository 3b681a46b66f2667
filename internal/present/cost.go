package present

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"actscope/graph"
	"actscope/internal/cost"
	"actscope/models/geometry"
	"actscope/viz"
	"actscope/viz/figures"
	"actscope/viz/report"
)

// Cost is the story of a search.
func Cost(r *cost.Result) Story {
	page := report.Page{
		Title: "What equal accuracy costs at inference",
		Lead: fmt.Sprintf("The smallest networks that reach a test accuracy of %v in at least %v of trainings, activation by activation, each network judged at every learning rate, with %s to train.",
			r.Config.Target, r.Config.Share, Counted(r.Config.Training.Epochs, "epoch")),
		Answer:     costAnswer(r),
		Highlights: costHighlights(r),
		Story:      costStory(r),
		Tables:     []report.Table{smallestTable(r, graph.ActivationTitle), networkTable(r), rateTable(r)},
		Again: report.Again{
			Command: "go run ./cmd/actscope " + again("cost", r.Config.Settings(), cost.Default().Settings()),
			Note:    "The same settings give the same bytes, this page included. Times are measured anew by each run and stand in latency.json beside this page; trials.json has every training.",
		},
	}
	if len(r.Ratios) > 0 {
		page.Tables = slices.Insert(page.Tables, 1, ratioTable(r), shareTable(r))
	}
	page.Setting = pageSettings(r.Config.Settings(), r.Kernels)
	return Story{[]viz.Drawing{explained{costDrawing(r), costFinding(r),
		"A mark a network: across what a prediction costs, up in which share of trainings it reaches the accuracy, with its interval; above the dashed line it is enough. Named is the smallest that is proven to reach it."}}, page}
}

// costAnswer is what the ratios say, of at most two activations, and how far that carries.
func costAnswer(r *cost.Result) []string {
	const most = 2
	said := slices.Clone(r.Answer[:min(len(r.Answer), most)])
	if left := len(r.Answer) - len(said); left > 0 {
		said = append(said, fmt.Sprintf("%s more below.", Counted(left, "activation")))
	}
	return append(said, fmt.Sprintf("That is said of %s, with %s to train, and the widths, depths and rates that were tried.", r.Config.Training.Dataset, Counted(r.Config.Training.Epochs, "epoch")))
}

// costFinding are the smallest networks' multiply-adds.
func costFinding(r *cost.Result) string {
	var parts []string
	for _, a := range r.Activations {
		if a.Smallest == nil {
			parts = append(parts, "no "+graph.ActivationTitle(a.Name)+" network does")
		} else {
			parts = append(parts, fmt.Sprintf("%s under %s", r.MultiplyAdds(a), graph.ActivationTitle(a.Name)))
		}
	}
	return fmt.Sprintf("Fewest multiply-adds that reach %s: %s", viz.Percent(r.Config.Target, -1), joined(parts))
}

// costDrawing is what a search found as a figure.
func costDrawing(r *cost.Result) figures.InferenceCost {
	d := figures.InferenceCost{Target: r.Config.Target, Share: r.Config.Share, Cost: "Multiply-adds"}
	for _, a := range r.Activations {
		nets, b := figures.CostedNetworks{Network: network(a.Name)}, a.Bracket()
		for _, n := range a.Candidates() {
			p := figures.CostedNetwork{
				Cost: float64(n.MultiplyAdds), Share: float64(n.Reached) / float64(n.Trained), Low: n.Low, High: n.High,
				Accuracy: n.MedianAccuracy, Depth: n.Depth, Judged: n.Verdict != cost.Beyond,
			}
			same := func(o cost.Candidate) bool { return o.Shape == n.Shape }
			if b.Reaches != nil && same(*b.Reaches) {
				p.Smallest = n.Layers(r.Inputs)
			}
			if slices.ContainsFunc(b.Undecided, same) {
				p.Undecided = n.Layers(r.Inputs)
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
			value = r.MultiplyAdds(a)
		}
		h = append(h, report.Highlight{Value: value, Label: "multiply-adds, smallest " + graph.ActivationTitle(a.Name)})
	}
	return h
}

// costStory gives the answer and says what it rests on.
func costStory(r *cost.Result) []string {
	rule := r.Config.Rule()
	story := slices.Clone(r.Brackets)
	if !r.Reached() {
		story = append(story, "No network was seen to reach the target.")
	}
	sample := "Test rows are those that its split holds out."
	if _, fromFile := r.Config.Training.File(); !fromFile {
		sample = fmt.Sprintf("Its test sample has %d fresh points, scaled as the training points are.", r.Config.TestRows)
	}
	story = append(story,
		"A training has its own data or split, weights and shuffles. "+sample+" It reaches the target where its test accuracy is at least that; one that diverges does not, and none is left out. "+
			"A network reaches it if it does at any of the rates tried, and misses it if it does at none: no rate is chosen, and none is left out because another looks better.",
		fmt.Sprintf("Each rate of a network is looked at after %s trainings, the most promising rate first, until one is seen to reach the target or all are seen to miss it. A rate reaches where the lower bound of Clopper and Pearson for its chance is at least %v, and misses where the upper one is below. "+
			"All intervals, verdicts and ratios of networks here hold together with 95 %% confidence, without any assumption on how the chance depends on width or rate. The 5 %% are divided evenly among activations, depths and widths, and half of each network's is for either error; "+
			"half is divided further among the rates, any of which might be taken for one that reaches, while only the best one's being taken for one that misses matters (Bonferroni). Over all looks at a rate the first error has probability %.2g at most and the second %.2g. Rates, widths and depths that were not tried are not covered.",
			commaSeparated(r.Looks), r.Config.Share, rule.FalseReach, rule.FalseMiss))
	if n := atEdge(r); n > 0 {
		story = append(story, fmt.Sprintf("The best rate of %s that did not reach the target is the smallest or largest that was tried: more rates might serve them better.", Counted(n, "network")))
	}
	return story
}

// atEdge counts the networks that were not seen to reach the target but did in some training,
// and whose best rate is at the edge of those tried.
func atEdge(r *cost.Result) int {
	edge := 0
	for _, a := range r.Activations {
		for _, n := range a.Candidates() {
			if n.AtEdge && n.Reached > 0 && (n.Verdict == cost.Misses || n.Verdict == cost.Undecided) {
				edge++
			}
		}
	}
	return edge
}

func commaSeparated(numbers []int) string {
	text := strings.Trim(fmt.Sprint(numbers), "[]")
	return strings.ReplaceAll(text, " ", ", ")
}

// smallestTable has the narrowest network of each activation and depth, with the
// activations under a name of their own.
func smallestTable(r *cost.Result, name func(activation string) string) report.Table {
	t := report.Table{
		Title: "Smallest networks that reach the target",
		Note: "Of each depth: reaches, the narrowest that was seen to; * has fewest multiply-adds; misses, the widest that, with all narrower, was seen to; undecided, those between. " +
			"Times bits: multiply-adds times the fewest bits of integer hidden activations with which, in the share of trainings, less than " + percent(geometry.FewFlips) + " of the predictions flip. Bytes: of the parameters, and of the values that have to be held at once. Reached: trainings at the best rate. The interval is of its chance.",
		Columns: []string{"activation", "reaches", "undecided", "misses", "rate", "multiply-adds", "times bits", "parameters", "activations", "bytes", "reached", "interval"},
		Fit:     report.Fit{Least: []string{"activations", "parameters", "bytes", "times bits", "interval", "rate", "reached"}},
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
	b := d.Bracket()
	undecided, misses := "–", "–"
	if n := len(b.Undecided); n > 0 {
		undecided = b.Undecided[0].Layers(r.Inputs)
		if n > 1 {
			undecided += " to " + b.Undecided[n-1].Layers(r.Inputs)
		}
	}
	if b.Misses != nil {
		misses = b.Misses.Layers(r.Inputs)
	}
	n := b.Reaches
	if n == nil {
		widest := d.Candidates[len(d.Candidates)-1]
		return []string{"none up to " + widest.Layers(r.Inputs), undecided, misses, "–", "–", "–", "–", "–", "–", "–", "–"}
	}
	layers := n.Layers(r.Inputs)
	if n.Shape == a.Smallest.Shape {
		layers += " *"
	}
	return []string{
		layers, undecided, misses, fmt.Sprint(n.Rate), fmt.Sprint(n.MultiplyAdds), timesBits(d), fmt.Sprint(n.Parameters), fmt.Sprint(n.Counts.Activations),
		fmt.Sprintf("%d + %d", n.ParameterBytes, n.ActivationBytes), reached(n.TriedRate), shareInterval(*n),
	}
}

// timesBits is the multiply-adds times the bits that the hidden activations need.
func timesBits(d cost.DepthResult) string {
	if d.Bits == nil || math.IsNaN(float64(d.Bits.Bits)) {
		return "–"
	}
	return fmt.Sprintf("%v (%v bits)", d.Bits.MultiplyAddBits, d.Bits.Bits)
}

// reached says in how many trainings a network reached the target.
func reached(r cost.TriedRate) string { return fmt.Sprintf("%d of %d", r.Reached, r.Trained) }

// shareInterval is the interval of a network's chance to reach the target.
func shareInterval(n cost.Candidate) string { return fmt.Sprintf("%.3f to %.3f", n.Low, n.High) }

// ratioTable compares the activations.
func ratioTable(r *cost.Result) report.Table {
	t := report.Table{
		Title: "Ratios", Note: "Of the smallest networks: the value where it is known, otherwise from the least to the largest possible.",
		Columns: []string{"activations", "measure", "ratio"},
	}
	for _, q := range r.Ratios {
		t.Rows = append(t.Rows, []string{graph.ActivationTitle(q.Activation) + " to " + graph.ActivationTitle(q.Reference), strings.ReplaceAll(q.Measure, "_", "-"), q.Interval()})
	}
	return t
}

// shareTable shows how the ratios depend on the share that is asked for.
func shareTable(r *cost.Result) report.Table {
	t := report.Table{
		Title:   "Ratio of multiply-adds by the share asked for",
		Note:    "From the same trainings, which stop when the share of this run is decided: of others less may be known.",
		Columns: []string{"activations", "share of trainings", "ratio"},
	}
	for _, q := range r.ByShare {
		t.Rows = append(t.Rows, []string{graph.ActivationTitle(q.Activation) + " to " + graph.ActivationTitle(q.Reference), percent(q.Share), q.Interval()})
	}
	return t
}

// networkTable has every network.
func networkTable(r *cost.Result) report.Table {
	t := report.Table{
		Title: "All networks", Note: "Beyond: wider than one that reaches, looked at once. The rate is the one that serves best: its trainings are counted, and accuracies are theirs, where diverged ones count as 0. The interval is of the chance at the best of all rates.",
		Columns: []string{"network", "rate", "multiply-adds", "reached", "diverged", "interval", "verdict", "mean accuracy", "median"},
	}
	for _, a := range r.Activations {
		for _, n := range a.Candidates() {
			if len(t.Rows) == mostRows {
				t.Note += fmt.Sprintf(" The first %d.", mostRows)
				return t
			}
			t.Rows = append(t.Rows, []string{
				graph.ActivationTitle(n.Activation) + " " + n.Layers(r.Inputs), fmt.Sprint(n.Rate), fmt.Sprint(n.MultiplyAdds), reached(n.TriedRate), fmt.Sprint(n.Diverged),
				shareInterval(n), string(n.Verdict), fmt.Sprintf("%.4f", n.MeanAccuracy), fmt.Sprintf("%.4f", n.MedianAccuracy),
			})
		}
	}
	return t
}

// rateTable has the trainings of every network at every rate.
func rateTable(r *cost.Result) report.Table {
	t := report.Table{Title: "All rates", Note: "Trainings that reached the target, by learning rate. In brackets the verdict on the rate; a miss at a rate that is not the best of its network is not covered by the 95 %.", Columns: []string{"network"}}
	for _, rate := range r.Config.Rates {
		t.Columns = append(t.Columns, fmt.Sprint(rate))
	}
	for _, a := range r.Activations {
		for _, n := range a.Candidates() {
			if len(t.Rows) == mostRows {
				t.Note += fmt.Sprintf(" The first %d networks.", mostRows)
				return t
			}
			row := []string{graph.ActivationTitle(n.Activation) + " " + n.Layers(r.Inputs)}
			for _, rate := range n.Rates {
				cell := reached(rate.TriedRate)
				if rate.Verdict != cost.Undecided {
					cell += fmt.Sprintf(" (%s)", rate.Verdict)
				}
				row = append(row, cell)
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// latencyTable has the times of a row.
func latencyTable(l *cost.Latency, inputs int) report.Table {
	t := report.Table{Columns: []string{"time of a row"}, Fit: report.Fit{Least: []string{"quartiles", "to " + l.Reference}}}
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

// PrintCost prints the smallest networks, the brackets, what follows, and last the times,
// if there are any.
func PrintCost(w io.Writer, r *cost.Result, latency *cost.Latency) error {
	w = report.Paragraphs(w)
	asFlag := func(activation string) string { return activation }
	if err := smallestTable(r, asFlag).WriteText(w); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "\n%s\n\n%s\n", strings.Join(r.Brackets, "\n"), strings.Join(r.Answer, "\n")); err != nil || latency == nil {
		return err
	}
	fmt.Fprintln(w)
	return latencyTable(latency, r.Inputs).WriteText(w)
}

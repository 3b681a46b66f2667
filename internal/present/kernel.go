package present

import (
	"fmt"
	"io"
	"math"
	"strings"

	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/number"
	"actscope/internal/pace"
	"actscope/viz"
	"actscope/viz/figures"
	"actscope/viz/report"
)

// Kernel is the story of how fast networks learn, predicted before the first step.
func Kernel(r *pace.Result) Story {
	s := r.Summary
	settings := s.Config.Entries()
	page := report.Page{
		Title: "How fast each network learns, predicted before the first step",
		Lead: fmt.Sprintf("The tangent kernel of %s on %s, and the training that it predicts.",
			strings.Join(kernelTitles(s), ", "), Counted(s.Rows, "training row")),
		Answer: kernelAnswer(s),
		Story: append([]string{
			"J has every row's gradient of the network's logit by all parameters, and K = J Jᵀ / n is the neural tangent kernel (Jacot, Gabriel & Hongler 2018). " +
				"To first order the error along an eigenvector of K falls with a time constant of one over rate, batches per epoch, the loss's curvature and the eigenvalue: before a single step is taken. " +
				"Networks are differentiated as they evaluate: without dropout's masks, with batch normalisation at the statistics of the training rows.",
		}, kernelSentences(s)...),
		Again: report.Again{
			Command: "go run ./cmd/actscope " + again("kernel", settings, config.Article().Entries()) + optionFlags(s),
			Note:    "The same settings give the same bytes, this page included. run.json has every number at full precision, arrays.npz the kernels.",
		},
		Tables:  []report.Table{kernelNetworks(s), kernelModes(s), kernelCourse(s)},
		Setting: pageSettings(settings, s.Kernels),
	}
	for _, n := range s.Networks {
		page.Highlights = append(page.Highlights, report.Highlight{
			Value: epochsOf(n.SlowestTau), Label: "epochs to learn the modes with 60 % of the error of " + network(n.Activation).DisplayName(),
		})
	}
	return Story{kernelDrawings(s), page}
}

// kernelAnswer says what was predicted before the first step, and what came of it.
func kernelAnswer(s pace.Summary) []string {
	var taus, ends []of
	for _, n := range s.Networks {
		name := " under " + network(n.Activation).DisplayName()
		if v := float64(n.SlowestTau); isFinite(v) {
			taus = append(taus, of{name, v})
		}
		if v := float64(n.FinalLoss); isFinite(v) {
			ends = append(ends, of{name, v})
		}
	}
	if len(taus) == 0 {
		return []string{"This run has no answer: no network has modes with time constants that hold 60 % of its error."}
	}
	text := fmt.Sprintf("Before the first step the kernel says that the modes with 60 %% of the error need %s; the training has %d.", listed(taus, func(v float64) string { return epochsOf(number.Float(v)) + " epochs" }), s.Config.Epochs)
	if len(ends) > 0 {
		text += fmt.Sprintf(" It ended at a loss of %s", listed(ends, digits(3)))
		if line := float64(s.LineLoss); isFinite(line) {
			text += fmt.Sprintf(", where the best straight line has %s", viz.Num(line, 3))
		}
		text += "."
	}
	return []string{text, fmt.Sprintf("That is one draw of weights on %s: the prediction holds while the kernel stays as it was at the start.", Counted(s.Rows, "training row"))}
}

// optionFlags are the flags of options that are not the usual ones.
func optionFlags(s pace.Summary) string {
	flags := ""
	if s.AskedRows != 0 {
		flags += fmt.Sprintf(" --rows %d", s.AskedRows)
	}
	if s.Draws != pace.UsualDraws {
		flags += fmt.Sprintf(" --draws %d", s.Draws)
	}
	return flags
}

func kernelTitles(s pace.Summary) []string {
	var all []string
	for _, n := range s.Networks {
		all = append(all, network(n.Activation).DisplayName())
	}
	return all
}

// epochsOf writes a time constant in epochs.
func epochsOf(tau number.Float) string {
	v := float64(tau)
	switch {
	case !isFinite(v):
		return "–"
	case v < 10:
		return viz.Num(v, 2)
	}
	return viz.Fixed(v, 0)
}

// kernelSentences say what the numbers come to.
func kernelSentences(s pace.Summary) []string {
	var all []string
	for _, n := range s.Networks {
		all = append(all, modesSentence(network(n.Activation).DisplayName(), n.Tangent, s.Config.Epochs))
	}
	for _, n := range s.Networks {
		name := network(n.Activation).DisplayName()
		switch {
		case n.Twin.Reason != "":
			all = append(all, fmt.Sprintf("%s has no twin: %s.", name, n.Twin.Reason))
		case n.Twin.Diverged > 0:
			all = append(all, fmt.Sprintf("%s's twin diverges in epoch %d.", name, n.Twin.Diverged))
		case n.Twin.Apart == 0:
			all = append(all, fmt.Sprintf("%s stays within 10 %% of its twin's loss to the end.", name))
		default:
			all = append(all, fmt.Sprintf("%s leaves its twin, by 10 %% of the loss, in epoch %d.", name, n.Twin.Apart))
		}
	}
	if line := float64(s.LineLoss); isFinite(line) {
		for _, n := range s.Networks {
			all = append(all, lineSentence(n))
		}
	}
	for _, n := range s.Networks {
		if w := n.Widths; w != nil {
			all = append(all, widthSentence(network(n.Activation).DisplayName(), w))
		}
	}
	return all
}

// modesSentence says how long the modes take that matter.
func modesSentence(name string, t experiment.Tangent, epochs int) string {
	switch {
	case t.TauReason != "":
		return fmt.Sprintf("%s has no time constants: %s.", name, t.TauReason)
	case t.Modes == 0 || !isFinite(float64(t.SlowestTau)):
		return fmt.Sprintf("No modes that %s can learn hold 60 %% of its error.", name)
	}
	return fmt.Sprintf("The %s that hold 60 %% of %s's error need up to %s epochs; the run has %d.", Counted(t.Modes, "mode"), name, epochsOf(t.SlowestTau), epochs)
}

// widthSentence says how random networks come to the limit.
func widthSentence(name string, w *pace.Widths) string {
	if w.Reason != "" {
		return fmt.Sprintf("%s is not compared with an infinitely wide network: %s.", name, w.Reason)
	}
	last := len(w.Widths) - 1
	return fmt.Sprintf("At width %d the mean weights' kernel of %d random %s networks is %s off the limit of infinite width; from width %d on they spread as width^%s.",
		w.Widths[last], w.Draws, name, percent(w.Departure[last]), w.Widths[0], viz.Fixed(float64(w.Slope), 2))
}

// lineSentence says how long a network stays at the straight line.
func lineSentence(n pace.Network) string {
	name := network(n.Activation).DisplayName()
	switch {
	case n.LineFrom == 0:
		return name + " does not come to what the best straight line can do."
	case n.LineTo == 0:
		return fmt.Sprintf("%s comes to the best straight line in epoch %d and is still there at the end.", name, n.LineFrom)
	}
	return fmt.Sprintf("%s is at the best straight line, within 5 %% of its loss, for %s, from epoch %d on.", name, Counted(n.LineTo-n.LineFrom, "epoch"), n.LineFrom)
}

// kernelNetworks has a row a network.
func kernelNetworks(s pace.Summary) report.Table {
	t := report.Table{
		Title: "The kernels at the start",
		Note: fmt.Sprintf("Of %d of %d training rows. Alignment is with the targets; the largest rate is that of stable full batches; modes are the fewest leading ones with 60 %% of the error, and the last of them has this time constant in epochs.",
			s.Rows, s.TrainingRows),
		Columns: []string{"network", "trace", "effective rank", "alignment", "largest rate", "modes", "time constant"},
	}
	for _, n := range s.Networks {
		t.Rows = append(t.Rows, []string{network(n.Activation).DisplayName(), three(n.Trace), three(n.EffectiveRank), three(n.TargetAlignment), three(n.LargestRate), fmt.Sprint(n.Modes), epochsOf(n.SlowestTau)})
	}
	return t
}

func three(v number.Float) string {
	if !isFinite(float64(v)) {
		return "–"
	}
	return viz.Num(float64(v), 3)
}

// listedModes is how many modes tables have.
const listedModes = 6

// kernelModes has the first modes of each network.
func kernelModes(s pace.Summary) report.Table {
	t := modesTable()
	for _, n := range s.Networks {
		t.Rows = append(t.Rows, modesRows(network(n.Activation).DisplayName(), n.Tangent)...)
	}
	return t
}

func modesTable() report.Table {
	return report.Table{
		Title:   "Mode by mode",
		Note:    "Eigenvalues of K, their time constants in epochs, and the share of the initial error along each.",
		Columns: []string{"network", "mode", "eigenvalue", "time constant", "error"},
	}
}

func modesRows(name string, k experiment.Tangent) [][]string {
	var rows [][]string
	for m := range min(listedModes, len(k.Eigenvalues)) {
		rows = append(rows, []string{name, fmt.Sprint(m + 1), Digits(float64(k.Eigenvalues[m])), epochsOf(k.Tau[m]), percent(k.Energy[m])})
	}
	return rows
}

// kernelFirst has the first eigenvalues and time constants in a row a network.
func kernelFirst(s pace.Summary) report.Table {
	const modes = 4
	t := report.Table{Columns: []string{"eigenvalue (epochs)"}}
	for m := range modes {
		t.Columns = append(t.Columns, fmt.Sprintf("mode %d", m+1))
	}
	for _, n := range s.Networks {
		row := []string{network(n.Activation).DisplayName()}
		for m := range modes {
			cell := ""
			if m < len(n.Eigenvalues) {
				cell = fmt.Sprintf("%s (%s)", viz.Num(float64(n.Eigenvalues[m]), 4), epochsOf(n.Tau[m]))
			}
			row = append(row, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// kernelCourse has what came of the training.
func kernelCourse(s pace.Summary) report.Table {
	t := report.Table{
		Title: "In training",
		Note: fmt.Sprintf("The best straight line has a loss of %s. Twins are linear in the parameters; apart is the first epoch in which the losses differ by 10 %%; half the line's loss is reached in the epochs of the last columns.",
			three(s.LineLoss)),
		Columns: []string{"network", "loss", "twin's loss", "test accuracy", "twin's", "apart", "half the line", "twin"},
	}
	epoch := func(e int) string {
		if e == 0 {
			return "–"
		}
		return fmt.Sprint(e)
	}
	for _, n := range s.Networks {
		t.Rows = append(t.Rows, []string{
			network(n.Activation).DisplayName(), fourDigits(n.FinalLoss), fourDigits(n.Twin.FinalLoss), share(n.TestAccuracy), share(n.Twin.TestAccuracy),
			epoch(n.Twin.Apart), epoch(n.HalfLine), epoch(n.Twin.HalfLine),
		})
	}
	return t
}

func fourDigits(v number.Float) string {
	if !isFinite(float64(v)) {
		return "–"
	}
	return viz.Num(float64(v), 4)
}

func share(v number.Float) string {
	if math.IsNaN(float64(v)) {
		return "–"
	}
	return percent(v)
}

// kernelDrawings are the figures as plain values.
func kernelDrawings(s pace.Summary) []viz.Drawing {
	spectrum := figures.KernelSpectrum{Epochs: s.Config.Epochs}
	twin := figures.KernelTwin{Loss: lossNamed(s.Config.Loss), Line: float64(s.LineLoss)}
	var drift figures.KernelDrift
	for _, n := range s.Networks {
		net := network(n.Activation)
		spectrum.Nets = append(spectrum.Nets, figures.Spectrum{Network: net, Eigenvalues: pace.Numbers(n.Eigenvalues), Tau: pace.Numbers(n.Tau), Energy: pace.Numbers(n.Energy)})
		twin.Nets = append(twin.Nets, figures.TwinLoss{Network: net, History: pace.Numbers(n.Loss), Twin: pace.Numbers(n.Twin.Loss)})
		drift.Nets = append(drift.Nets, figures.Drift{Network: net, Epochs: n.Drift.Epochs, Alignment: pace.Numbers(n.Drift.Alignment), TraceRatio: pace.Numbers(n.Drift.TraceRatio)})
	}
	all := []viz.Drawing{
		explained{spectrum, spectrumFinding(s), "Across the modes, the fastest first: their eigenvalues, the epochs in which the error along each falls to 1/e, and the share of the initial error that the modes so far hold. A mode that needs more epochs than the run has is not learnt in it, while the kernel stays as it was."},
		explained{twin, twinFinding(s), "A panel a network: its loss, and that of its twin that is linear in the parameters. While they run together, the kernel at the start says all."},
		explained{drift, driftFinding(s), "Left the alignment of the kernel with itself at the start, right its trace over that at the start: both 1 where it stays as it was."},
	}
	widths := figures.KernelWidths{Draws: s.Draws}
	for _, n := range s.Networks {
		if w := n.Widths; w != nil && len(w.Widths) > 0 {
			widths.Nets = append(widths.Nets, figures.WidthCourse{Network: network(n.Activation), Widths: w.Widths, Spread: pace.Numbers(w.Spread), Departure: pace.Numbers(w.Departure)})
		}
	}
	if len(widths.Nets) > 0 {
		all = append(all, explained{widths, widthsFinding(s), "Across the width, both axes logarithmic: how much the kernels of random networks differ from each other, and how far their mean is from that of an infinitely wide network."})
	}
	return all
}

// spectrumFinding is how much slower the last mode that matters is than the first.
func spectrumFinding(s pace.Summary) string {
	var ratios []of
	for _, n := range s.Networks {
		if len(n.Tau) > 0 && isFinite(float64(n.SlowestTau/n.Tau[0])) {
			ratios = append(ratios, of{" under " + network(n.Activation).DisplayName(), float64(n.SlowestTau / n.Tau[0])})
		}
	}
	if len(ratios) == 0 {
		return "The modes have no time constants"
	}
	return fmt.Sprintf("The last of the modes with 60 %% of the error takes %s as the first", listed(ratios, func(v float64) string { return viz.Num(v, 2) + " times as long" }))
}

// twinFinding says when each network leaves its twin.
func twinFinding(s pace.Summary) string {
	var parts []string
	for _, n := range s.Networks {
		name := network(n.Activation).DisplayName()
		switch {
		case n.Twin.Reason != "":
			parts = append(parts, name+" has no twin")
		case n.Twin.Diverged > 0:
			parts = append(parts, name+"'s twin diverges")
		case n.Twin.Apart == 0:
			parts = append(parts, name+" stays with its twin to the end")
		default:
			parts = append(parts, fmt.Sprintf("%s leaves its twin in epoch %d", name, n.Twin.Apart))
		}
	}
	return strings.Join(parts, "; ")
}

// driftFinding is how far the kernels turn.
func driftFinding(s pace.Summary) string {
	var turned []of
	for _, n := range s.Networks {
		if a := n.Drift.Alignment; len(a) > 0 && isFinite(float64(a[len(a)-1])) {
			turned = append(turned, of{" under " + network(n.Activation).DisplayName(), float64(a[len(a)-1])})
		}
	}
	if len(turned) == 0 {
		return "How the kernels change in training"
	}
	return fmt.Sprintf("At the end the kernel's alignment with itself at the start is %s", listed(turned, digits(2)))
}

// widthsFinding is how far the widest networks are from the limit.
func widthsFinding(s pace.Summary) string {
	var off []of
	for _, n := range s.Networks {
		if w := n.Widths; w != nil && len(w.Departure) > 0 && isFinite(float64(w.Departure[len(w.Departure)-1])) {
			off = append(off, of{fmt.Sprintf(" under %s at width %d", network(n.Activation).DisplayName(), w.Widths[len(w.Widths)-1]), float64(w.Departure[len(w.Departure)-1])})
		}
	}
	if len(off) == 0 {
		return "How the kernels of random networks spread"
	}
	return fmt.Sprintf("The mean kernel is off the limit of infinite width by %s", listed(off, func(v float64) string {
		const least = 0.001
		if v < least {
			return "less than 0.1 %"
		}
		return percent(v)
	}))
}

// PrintKernel prints the tables and what they come to.
func PrintKernel(w io.Writer, r *pace.Result) error {
	w = report.Paragraphs(w)
	s := r.Summary
	for _, t := range []report.Table{kernelNetworks(s), kernelFirst(s), kernelCourse(s)} {
		if err := t.WriteText(w); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	_, err := fmt.Fprintln(w, strings.Join(kernelSentences(s), "\n"))
	return err
}

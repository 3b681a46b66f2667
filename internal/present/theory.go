package present

import (
	"fmt"
	"io"
	"math"
	"strings"

	"actscope/graph"
	"actscope/internal/number"
	"actscope/internal/theory"
	"actscope/viz"
	"actscope/viz/report"
)

// Theory is the story of what theory says of deep random networks.
func Theory(r *theory.Result) Story {
	s, config := r.Summary, r.Summary.Config
	title := graph.ActivationTitle(config.Activation)
	page := report.Page{
		Title: "What depth does to signals, in theory and in networks: " + title,
		Lead: fmt.Sprintf("Wide random %s networks whose weights have variance %s over the fan-in and whose biases have variance %s.",
			title, viz.Num(config.WeightVariance, 4), viz.Num(config.BiasVariance, 4)),
		Answer: theoryAnswer(s),
		Highlights: []report.Highlight{
			{Value: string(s.Phase), Label: "phase"},
			{Value: infinite(s.Chi), Label: "χ₁, by which a layer multiplies small squared distances"},
			depthScaleHighlight(s),
			varianceHighlight(s),
		},
		Story: []string{
			"As the layers of a random network grow wide, what flows through them becomes Gaussian, and a map from layer to layer says what becomes of its variance and of the correlation of two inputs " +
				"(Poole et al. 2016; Schoenholz et al. 2017). Where the map of correlations has slope χ₁ below 1 at equality, inputs become alike with depth: order. Above 1, neighbours are torn apart: chaos.",
		},
		Again: report.Again{
			Command: "go run ./cmd/actscope " + again("theory", config.Settings(), theory.Default().Settings()),
			Note:    "The same settings give the same bytes, this page included. run.json has every number at full precision, arrays.npz what the figures are drawn from.",
		},
	}
	page.Story = append(page.Story, theorySentences(s)...)
	page.Tables = []report.Table{theoryLimits(s), theoryLayers(s), theoryArcs(s)}
	page.Setting = pageSettings(config.Settings(), "")
	return Story{theoryDrawings(r), page}
}

// depthScaleHighlight is the depth scale, or what is said where there is none.
func depthScaleHighlight(s theory.Summary) report.Highlight {
	switch scale := float64(s.DepthScale); {
	case math.IsInf(scale, 0):
		return report.Highlight{Value: "none", Label: "depth scale: small distances are kept to any depth"}
	case scale < 0:
		return report.Highlight{Value: infinite(-s.DepthScale), Label: "layers over which small squared distances grow by e"}
	}
	return report.Highlight{Value: infinite(s.DepthScale), Label: "depth scale: layers over which small squared distances fall to 1/e"}
}

// varianceHighlight is the limit of the variance, or that it has none.
func varianceHighlight(s theory.Summary) report.Highlight {
	if s.Fate == theory.Diverges {
		return report.Highlight{Value: "no limit", Label: "q*: the variance grows with every layer"}
	}
	return report.Highlight{Value: infinite(s.QStar), Label: "q*, the variance in infinite depth"}
}

// theoryLimits has the numbers in infinite depth.
func theoryLimits(s theory.Summary) report.Table {
	t := report.Table{Title: "In infinite depth", Columns: []string{"quantity", "value", "meaning"}}
	row := func(cells ...string) { t.Rows = append(t.Rows, cells) }
	chi, scale := float64(s.Chi), float64(s.DepthScale)
	fate := map[theory.Fate]string{
		theory.Settles:  "where the variance of pre-activations settles",
		theory.Vanishes: "the variance of pre-activations vanishes with depth",
		theory.Stays:    "the variance of pre-activations stays what it is in layer 1",
		theory.Diverges: "the variance of pre-activations grows without bound",
	}[s.Fate]
	row("q*", infinite(s.QStar), fate)
	var others []string
	for _, p := range s.FixedPoints {
		if p.Q != s.QStar {
			others = append(others, Digits(float64(p.Q))+map[bool]string{true: " (stable)", false: " (unstable)"}[p.Stable])
		}
	}
	if len(others) > 0 {
		row("other fixed points", strings.Join(others, ", "), "of the variance")
	}
	phase := map[theory.Phase]string{
		theory.Ordered:  "ordered: a layer shrinks small distances",
		theory.Critical: "critical: a layer keeps small distances",
		theory.Chaotic:  "chaotic: a layer stretches small distances",
	}[s.Phase]
	if s.Fate == theory.Diverges && chi > 1 {
		phase = "a layer stretches small distances, as it does all signals"
	}
	row("chi_1", infinite(s.Chi), phase)
	over := "layers over which small squared distances fall to 1/e"
	if math.IsInf(chi, 1) {
		over = "small squared distances grow by any factor in one layer"
	} else if scale < 0 {
		over = "negative: small squared distances grow by e over as many layers"
	} else if math.IsInf(scale, 1) {
		over = "small distances are kept to any depth"
	}
	row("depth scale", infinite(s.DepthScale), over)
	switch c := float64(s.CStar); {
	case math.IsNaN(c):
		row("c*", "–", "the variance has no limit at which correlations could settle")
	case c == 1:
		row("c*", "1", "the correlation of any two inputs settles there: they become alike")
	default:
		row("c*", Digits(c), "the correlation of any two different inputs settles there")
	}
	return t
}

// infinite writes a number that may be infinite.
func infinite(v number.Float) string {
	if math.IsInf(float64(v), 0) {
		return "∞"
	}
	return defined(v)
}

// defined writes a number, or a dash where it is infinite or not defined.
func defined(v number.Float) string {
	if !isFinite(float64(v)) {
		return "–"
	}
	return Digits(float64(v))
}

// settled is a correlation, 0 where it is the rounding of its quadrature.
func settled(c number.Float) number.Float {
	if math.Abs(float64(c)) < 1e-15 {
		return 0
	}
	return c
}

func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// theoryLayers has the predictions layer by layer, and beside them what was measured.
func theoryLayers(s theory.Summary) report.Table {
	t := report.Table{
		Title: "Layer by layer",
		Note: "q is the variance of the layer's pre-activations, std the deviation of its activations; its length ratio and correlation are those of what it hands on. " +
			fmt.Sprintf("Quadrature errors are below %.0e.", max(float64(s.QuadratureError), 1e-15)),
		Columns: []string{"layer", "q", "std", "length ratio", "correlation"},
	}
	if s.Measured != nil {
		t.Columns = []string{"layer", "q", "std", "measured", "length ratio", "measured", "correlation", "measured"}
	}
	for i, q := range s.Q {
		row := []string{fmt.Sprint(i + 1), infinite(q), defined(s.Std[i]), defined(s.LengthRatio[i]), nearOne(settled(s.Correlation[i]))}
		if m := s.Measured; m != nil {
			row = []string{row[0], row[1], row[2], measured(m.Std[i]), row[3], measured(m.LengthRatio[i]), row[4], measuredNearOne(m.Correlation[i])}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// measured is a mean with the halves of its interval, as one where they look alike, to two
// digits of the larger where that takes no more than six decimals.
func measured(i theory.Interval) string {
	mean, below, above := float64(i.Mean), float64(i.Mean-i.Low), float64(i.High-i.Mean)
	larger := max(below, above)
	if !isFinite(larger) {
		return defined(i.Mean)
	}
	centre, cell := viz.Num(mean, 6), func(half float64) string { return viz.Num(half, 2) }
	if decimals := 1 - math.Floor(math.Log10(larger)); decimals >= 1 && decimals <= 6 {
		cell = func(half float64) string { return viz.Fixed(half, int(decimals)) }
		centre = cell(mean)
	}
	if cell(below) == cell(above) {
		return centre + " ± " + cell(above)
	}
	return centre + " +" + cell(above) + " −" + cell(below)
}

// Correlations that are nearer to 1 than nearlyOne are written as what they lack, down to leastLack, below which the
// quadrature does not tell.
const (
	nearlyOne = 1e-5
	leastLack = 1e-14
)

// nearOne writes a correlation.
func nearOne(c number.Float) string {
	if lack := 1 - float64(c); lack < nearlyOne && lack > leastLack {
		return "1 − " + viz.Num(lack, 3)
	}
	return defined(c)
}

// measuredNearOne is [measured] of a correlation: no interval around one that is nearly 1 may seem to go beyond it.
func measuredNearOne(i theory.Interval) string {
	lack := theory.Interval{Mean: 1 - i.Mean, Low: 1 - i.High, High: 1 - i.Low}
	if !(lack.Mean < nearlyOne) {
		return measured(i)
	}
	if !(lack.Mean > leastLack) || !isFinite(float64(lack.High)) {
		return nearOne(i.Mean)
	}
	power := math.Floor(math.Log10(float64(lack.Mean)))
	unit := number.Float(math.Pow(10, power))
	return fmt.Sprintf("1 − (%s)%s", measured(theory.Interval{Mean: lack.Mean / unit, Low: lack.Low / unit, High: lack.High / unit}), strings.TrimPrefix(viz.Num(2*math.Pow(10, power), 1), "2"))
}

// theorySentences say how far the measured networks, if there are any, are from the
// theory, and how certain the article's networks are far away.
func theorySentences(s theory.Summary) []string {
	var sentences []string
	if m := s.Measured; m != nil {
		networks := fmt.Sprintf("the mean of %d networks of width %d and its 95 %% interval", s.Config.Repetitions, s.Config.Width)
		if s.Config.Repetitions == 1 {
			networks = fmt.Sprintf("one network of width %d", s.Config.Width)
		}
		sentences = append(sentences, fmt.Sprintf("Measured: %s. Off the theory at most: std %s, length ratio %s, correlation %s.", networks,
			relative(m.StdDeparture), relative(m.LengthRatioDeparture), defined(m.CorrelationDeparture)))
	}
	for _, f := range s.FarAway {
		sentences = append(sentences, farSentence(f))
	}
	return sentences
}

// farSentence says what a network comes to in all directions, and how large its logit gets.
func farSentence(f theory.FarSummary) string {
	confidence := fmt.Sprintf("in the median direction to %s (%s to %s by direction)", viz.Num(f.Median, 4), viz.Num(f.LeastOfArc, 4), viz.Num(f.Most, 4))
	if f.LeastOfArc == f.Most {
		confidence = "to " + viz.Num(f.Most, 4) + " in all of them"
	}
	if f.Least < f.LeastOfArc {
		confidence += fmt.Sprintf(" but where the class changes, where it is %s", viz.Num(f.Least, 4))
	}
	bound := fmt.Sprintf("up to %s, and grows without a limit", viz.Num(f.LargestLogit, 3))
	if c := float64(f.LogitCap); !math.IsInf(c, 0) {
		bound = fmt.Sprintf("up to %s, and never above |w|₁ + |b| = %s, a confidence of %s", viz.Num(f.LargestLogit, 3), Digits(c), viz.Num(f.ConfidenceCap, 6))
	}
	return fmt.Sprintf("The article's %s network, ever further from its data: class 1 in %s of all directions; confidence tends %s. |logit| at %s deviations is %s.",
		graph.ActivationTitle(f.Name), percent(f.ShareByClass[1]), confidence, viz.Num(f.Distance, 3), bound)
}

// theoryArcs has the limits of the article's networks by direction.
func theoryArcs(s theory.Summary) report.Table {
	t := report.Table{
		Title: "Far from the data, by direction",
		Note: "Directions are divided where a unit far out changes sides; neighbours with one limit are one arc. Degrees go from the first input's axis towards the second's. " +
			"These are limits, computed from the weights: a logit of ∞ grows without bound.",
		Columns: []string{"network", "arc", "share of directions", "class", "logit", "confidence"},
	}
	degrees := func(angle float64) string { return viz.Fixed(angle*180/math.Pi, 1) + "°" }
	for _, f := range s.FarAway {
		for _, a := range f.Arcs {
			logit := viz.Fixed(float64(a.Logit), 3)
			if math.IsInf(float64(a.Logit), 0) {
				logit = map[int]string{0: "−∞", 1: "∞"}[a.Class]
			}
			t.Rows = append(t.Rows, []string{graph.ActivationTitle(f.Name), degrees(a.From) + " to " + degrees(a.To), percent(a.Share), fmt.Sprint(a.Class), logit, viz.Num(a.Confidence, 4)})
		}
	}
	return t
}

// relative writes a relative departure.
func relative(departure number.Float) string {
	if !isFinite(float64(departure)) {
		return "–"
	}
	return percent(departure)
}

// PrintTheory prints the limits in depth, a row for each layer, and what trained
// networks do far away.
func PrintTheory(w io.Writer, r *theory.Result) error {
	w = report.Paragraphs(w)
	limits := theoryLimits(r.Summary)
	limits.Columns = nil // the first column says what each row is
	if err := limits.WriteText(w); err != nil {
		return err
	}
	fmt.Fprintln(w)
	if err := theoryLayers(r.Summary).WriteText(w); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s\n", strings.Join(theorySentences(r.Summary), "\n"))
	return err
}

package present

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"actscope/internal/number"
	"actscope/internal/theory"
	"actscope/viz"
)

// PrintTheory prints the limits in depth, a row for each layer, and what trained
// networks do far away.
func PrintTheory(w io.Writer, r *theory.Result, s theory.Summary) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range theoryLimits(r) {
		fmt.Fprintln(table, strings.Join(row[:], "\t"))
	}
	fmt.Fprintln(table)
	header, rows := theoryLayers(r, s)
	for _, row := range append([][]string{header}, rows...) {
		fmt.Fprintln(table, strings.Join(row, "\t"))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s", strings.Join(append(theoryDepartures(r, s), farSentences(s)...), "\n")+"\n")
	return err
}

// theoryLimits are the numbers in infinite depth: name, value and what it means.
func theoryLimits(r *theory.Result) [][3]string {
	chi, scale := r.Limit.Chi.Value, theory.DepthScale(r.Limit.Chi.Value)
	fate := map[theory.Fate]string{
		theory.Settles:  "where the variance of pre-activations settles",
		theory.Vanishes: "the variance of pre-activations vanishes with depth",
		theory.Stays:    "the variance of pre-activations stays what it is in layer 1",
		theory.Diverges: "the variance of pre-activations grows without bound",
	}[r.Limit.Fate]
	rows := [][3]string{{"q*", infinite(r.Limit.Variance.Value), fate}}
	var others []string
	for _, p := range r.FixedPoints {
		if p.Variance.Value != r.Limit.Variance.Value {
			others = append(others, Digits(p.Variance.Value)+map[bool]string{true: " (stable)", false: " (unstable)"}[p.Stable()])
		}
	}
	if len(others) > 0 {
		rows = append(rows, [3]string{"other fixed points", strings.Join(others, ", "), "of the variance"})
	}
	phase := map[theory.Phase]string{
		theory.Ordered:  "ordered: a layer shrinks small distances",
		theory.Critical: "critical: a layer keeps small distances",
		theory.Chaotic:  "chaotic: a layer stretches small distances",
	}[theory.PhaseOf(chi)]
	if r.Limit.Fate == theory.Diverges && chi > 1 {
		phase = "a layer stretches small distances, as it does all signals"
	}
	rows = append(rows, [3]string{"chi_1", Digits(chi), phase})
	over := "layers over which small squared distances fall to 1/e"
	if scale < 0 {
		over = "negative: small squared distances grow by e over as many layers"
	} else if math.IsInf(scale, 1) {
		over = "small distances are kept to any depth"
	}
	rows = append(rows, [3]string{"depth scale", infinite(scale), over})
	switch c := r.Correlation.Correlation; {
	case math.IsNaN(c):
		rows = append(rows, [3]string{"c*", "–", "the variance has no limit at which correlations could settle"})
	case c == 1:
		rows = append(rows, [3]string{"c*", "1", "the correlation of any two inputs settles there: they become alike"})
	default:
		rows = append(rows, [3]string{"c*", Digits(c), "the correlation of any two different inputs settles there"})
	}
	return rows
}

// infinite is a number with a sign for infinity.
func infinite(v float64) string {
	if math.IsInf(v, 0) {
		return "∞"
	}
	return defined(v)
}

// defined is a number with a sign for one that there is not.
func defined(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	return Digits(v)
}

// theoryLayers are the table of the layers: predictions, and beside them what was
// measured.
func theoryLayers(r *theory.Result, s theory.Summary) (header []string, rows [][]string) {
	header = []string{"layer", "q", "std", "length ratio", "correlation"}
	if s.Measured != nil {
		header = []string{"layer", "q", "std", "measured", "length ratio", "measured", "correlation", "measured"}
	}
	for i, l := range r.Layers {
		row := []string{fmt.Sprint(i + 1), infinite(l.Variance.Value), defined(l.Deviation.Value), defined(l.LengthRatio.Value), defined(l.Correlation.Value)}
		if m := s.Measured; m != nil {
			row = []string{row[0], row[1], row[2], measured(m.Std[i]), row[3], measured(m.LengthRatio[i]), row[4], measured(m.Correlation[i])}
		}
		rows = append(rows, row)
	}
	return header, rows
}

// measured is a mean with half its interval, to two digits of the latter where that
// takes no more than six decimals.
func measured(i theory.Interval) string {
	mean, half := float64(i.Mean), float64(i.High-i.Low)/2
	switch decimals := 1 - math.Floor(math.Log10(half)); {
	case math.IsNaN(half) || math.IsInf(half, 0):
		return defined(mean)
	case decimals >= 1 && decimals <= 6:
		return viz.Fixed(mean, int(decimals)) + " ± " + viz.Fixed(half, int(decimals))
	}
	return viz.Num(mean, 6) + " ± " + viz.Num(half, 2)
}

// theoryDepartures say how far the measured networks are from the theory.
func theoryDepartures(r *theory.Result, s theory.Summary) []string {
	m := s.Measured
	if m == nil {
		return nil
	}
	relative := func(d number.Float) string { return viz.Percent(float64(d), 1) }
	networks := fmt.Sprintf("the mean of %d networks of width %d and its 95 %% interval", r.Config.Repetitions, r.Config.Width)
	if r.Config.Repetitions == 1 {
		networks = fmt.Sprintf("one network of width %d", r.Config.Width)
	}
	return []string{fmt.Sprintf("Measured: %s. Off the theory at most: std %s, length ratio %s, correlation %s.", networks,
		relative(m.StdDeparture), relative(m.LengthRatioDeparture), defined(float64(m.CorrelationDeparture)))}
}

// farSentences say how certain the article's networks are far away.
func farSentences(s theory.Summary) []string {
	var sentences []string
	for _, f := range s.FarAway {
		bound := "without a cap"
		if c := float64(f.LogitCap); !math.IsInf(c, 0) {
			bound = fmt.Sprintf("and nowhere above %s, since |logit| ≤ |w|₁ + |b| = %s", viz.Num(f.ConfidenceCap, 6), Digits(c))
		}
		sentences = append(sentences, fmt.Sprintf("The article's %s network, %s deviations from its data: confidence %s to %s, |logit| up to %s, %s.",
			f.Name, viz.Num(f.Distance, 3), viz.Num(f.Least, 4), viz.Num(f.Most, 4), viz.Num(f.LargestLogit, 3), bound))
	}
	return sentences
}

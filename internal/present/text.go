package present

import (
	"actscope/internal/article"
	"actscope/internal/comparison"
	"actscope/internal/config"
	"actscope/viz"
	"actscope/viz/report"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// PrintVerdicts prints the claims, those about samples with a row for each.
func PrintVerdicts(w io.Writer, claims []article.Claim) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "claim\tarticle\tmeasured\tverdict")
	for _, c := range claims {
		if len(c.HoldsFor) == 0 {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", c.Statement, c.Article, quantities(c.Measured, ""), verdict(c.Holds))
			continue
		}
		statement, article := c.Statement, c.Article
		for _, v := range c.HoldsFor {
			fmt.Fprintf(table, "%s\t%s\t%s: %s\t%s\n", statement, article, v.Sample, quantities(c.Measured, v.Sample), verdict(v.Holds))
			statement, article = "", ""
		}
	}
	return table.Flush()
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

// again is the command line that gives a result again: the command with the settings that
// are not its defaults.
func again(command string, settings, defaults []config.Entry) string {
	return strings.Join(append([]string{command}, config.Flags(settings, defaults)...), " ")
}

// Digits writes a number with five significant digits.
func Digits(v float64) string { return strconv.FormatFloat(v, 'g', 5, 64) }

func fiveDigits(values []float64) []string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = Digits(v)
	}
	return parts
}

// percent writes a share with one decimal, and a dash for none.
func percent[F ~float64](share F) string { return viz.Percent(float64(share), 1) }

// pageSettings are settings as a page shows them, and last the kernels, where they are
// known.
func pageSettings(entries []config.Entry, kernels string) []report.Setting {
	if kernels != "" {
		entries = append(slices.Clip(entries), config.NewEntry("kernels", kernels))
	}
	settings := make([]report.Setting, len(entries))
	for i, e := range entries {
		settings[i] = report.Setting{Name: e.Key, Value: e.Value}
	}
	return settings
}

// PrintComparison prints a line per network.
func PrintComparison(w io.Writer, r *comparison.Result) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "network\tparameters\tfinal loss\ttrain accuracy\ttest accuracy\tspread by hidden layer")
	for _, n := range r.Networks {
		fmt.Fprintf(table, "%s\t%d\t%.5f\t%s\t%s\t%s\n", n.Name, n.Model.ParameterCount(), n.FinalLoss(),
			percent(n.TrainAccuracy), percent(n.TestAccuracy), strings.Join(fiveDigits(n.Spread), " "))
	}
	return table.Flush()
}

// Counted is a number of things.
func Counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// Roughly prints a duration with two digits at most.
func Roughly(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	case d < 48*time.Hour:
		return fmt.Sprintf("%.0f h", d.Hours())
	}
	return fmt.Sprintf("%.0f days", d.Hours()/24)
}

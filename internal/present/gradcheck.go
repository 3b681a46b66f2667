package present

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"actscope/internal/gradcheck"
)

// SuiteResult is the suite as JSON.
type SuiteResult struct {
	Agrees  bool                    `json:"agrees"`
	Cases   []gradcheck.Case        `json:"cases"`
	Epsilon []gradcheck.EpsilonCase `json:"article_epsilon"`
}

// PrintJSON writes a value as JSON, indented.
func PrintJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// PrintSuite prints the suite's arrays and the article's epsilon.
func PrintSuite(w io.Writer, suite gradcheck.SuiteConfig, cases []gradcheck.Case, epsilon []gradcheck.EpsilonCase) error {
	plain := 0
	for _, c := range cases {
		if len(c.Parts) == 0 {
			plain++
		}
	}
	fmt.Fprintf(w, "%d networks: %s; %s; 1 to 6 hidden layers of unequal widths; %d seeds; weights as drawn and times 10\n",
		plain, strings.Join(activationNames(suite), ", "), "losses "+strings.Join(lossNames(suite), ", "), len(suite.Seeds))
	fmt.Fprintf(w, "%d networks with parts in their hidden layers, by differences alone\n\n", len(cases)-plain)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "gradient\tentries\thand-coded: max abs\tmax rel\tdifferences: max abs\tmax rel\tkinks left out\tunsure\t")
	for _, a := range gradcheck.Worst(cases) {
		byHand := "–\t–"
		if a.ByHand {
			byHand = fmt.Sprintf("%.1e\t%.1e", a.HandAbs, a.HandRel)
		}
		fmt.Fprintf(table, "%s\t%d\t%s\t%.1e\t%.1e\t%d\t%d\t\n", a.Name, a.Entries, byHand, a.DifferenceAbs, a.DifferenceRel, a.Kinks, a.Unsure)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, `
Largest differences to autodiff; relative ones are to the array's largest entry. Allowed:
hand-coded %.0e relative, finite differences %.0e absolute (taken for the weights as drawn). Unsure
are entries whose differences admit of themselves that they err by more.

The article's hand-written gradient starts from (p - y)/n. That is exact for the cross-entropy on
the logits, not for the loss that it reports, which adds 1e-9 inside the logarithms:

`, gradcheck.HandTolerance, gradcheck.DifferenceTolerance)
	table = tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "where\tarray\tfrom (p - y)/n\tof the reported loss\trelative difference")
	for _, e := range epsilon {
		fmt.Fprintf(table, "%s\tgrad_%s\t%.9f\t%.9f\t%.1e\n", e.Point, e.Array, e.Coded, e.Reported, e.Relative)
	}
	return table.Flush()
}

func activationNames(suite gradcheck.SuiteConfig) []string {
	var names []string
	for _, a := range suite.Activations {
		names = append(names, a.Name)
	}
	return names
}

func lossNames(suite gradcheck.SuiteConfig) []string {
	var names []string
	for _, l := range suite.Losses {
		names = append(names, l.Name)
	}
	return names
}

// PrintGradients prints a comparison array by array, and the diagnosis.
func PrintGradients(w io.Writer, r *gradcheck.Report) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "array\tmax abs\tmax rel\tat\tyours\treference\tverdict")
	for _, a := range r.Arrays {
		verdict := "agrees"
		if !a.Agrees {
			verdict = "DISAGREES"
		}
		if a.Remark != "" {
			verdict += ": " + a.Remark
		}
		fmt.Fprintf(table, "%s\t%.1e\t%.1e\t%v\t%s\t%s\t%s\n", a.Name, a.MaxAbs, a.MaxRel, a.Index, Digits(a.Yours), Digits(a.Reference), verdict)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if r.Agrees {
		_, err := fmt.Fprintln(w, "\nAll arrays agree with the reference.")
		return err
	}
	fmt.Fprintln(w)
	for _, e := range r.Explanations {
		fmt.Fprintf(w, "%s (%s)\n", e.Sentence, e.Mistake)
	}
	if r.Remark != "" {
		fmt.Fprintln(w, r.Remark)
	}
	_, err := fmt.Fprintln(w, lastRight(r.LastRightLayer))
	return err
}

// lastRight says down to where the gradients are right.
func lastRight(layer int) string {
	switch layer {
	case 0:
		return "Counted from the output, no layer is right: the fault lies in the output layer or in its delta."
	case 1:
		return "The gradients of all layers are right."
	}
	return fmt.Sprintf("Counted from the output, layer %d is the last that is right: the fault lies just before it.", layer)
}

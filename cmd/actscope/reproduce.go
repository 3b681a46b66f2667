package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"actscope/internal/study"
	"actscope/viz"
)

func reproduceCommand() *cobra.Command {
	var out outputs
	cmd := &cobra.Command{
		Use:   "reproduce",
		Short: "Train the article's two networks and judge its claims",
		Long: `Reproduce trains the article's sigmoid and ReLU networks with its data, seeds and
settings, prints each of its claims with the number that it prints, the number
that was measured and the verdict, and writes a run folder with all five figures.
Status 1 means that a number is not the one that the article's algorithm gives.`,
		Example: "  actscope reproduce --out out/reproduce",
		Args:    cobra.NoArgs,
		RunE: work(func(cmd *cobra.Command) error {
			var claims []study.Claim
			result, err := execute(cmd, study.Article(), study.Saving{}, out, func(r *study.Result) (_ []study.Claim, err error) {
				claims, err = study.Judge(r)
				return claims, err
			})
			if err != nil {
				return err
			}
			if err := writeClaims(cmd.OutOrStdout(), claims); err != nil {
				return err
			}
			return checkReference(cmd.OutOrStdout(), result)
		}),
	}
	out.add(cmd)
	return cmd
}

// writeClaims prints the claims, those about samples with a row for each.
func writeClaims(w io.Writer, claims []study.Claim) error {
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
func quantities(all []study.Quantity, sample string) string {
	var parts []string
	for _, q := range all {
		if q.Sample == sample {
			parts = append(parts, q.Name+" "+digits(q.Value))
		}
	}
	return strings.Join(parts, ", ")
}

// checkReference fails when a number is not the one of the article's algorithm.
func checkReference(w io.Writer, r *study.Result) error {
	departures, err := study.Depart(r)
	if err != nil {
		return err
	}
	var failed []error
	for _, d := range departures {
		failed = append(failed, errors.New(d.String()))
	}
	if len(failed) > 0 {
		return fmt.Errorf("%d numbers are not reproduced: %w", len(failed), errors.Join(failed...))
	}
	_, err = fmt.Fprintf(w, "\nAll reference values of the article's algorithm are reproduced, every epoch's loss within 1e-9.\n")
	return err
}

// digits writes a number with five significant digits.
func digits(v float64) string { return strconv.FormatFloat(v, 'g', 5, 64) }

func fiveDigits(values []float64) []string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = digits(v)
	}
	return parts
}

func percent(share float64) string { return viz.Percent(share, 1) }

package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"actscope/internal/article"
	"actscope/internal/comparison"
	"actscope/internal/config"
	"actscope/internal/present"
	"actscope/viz/report"
)

func reproduceCommand() *cobra.Command {
	var out outputs
	cmd := &cobra.Command{
		Use:   "reproduce",
		Short: "Train the article's two networks and judge its claims",
		Long: `Reproduce trains the article's sigmoid and ReLU networks with its data, seeds and
settings, prints each of its claims with the number that it prints, the number
that was measured and the verdict, then the networks with their accuracies on the
article's test rows and on fresh points, and writes a run folder with all five figures.
Status 1 means that a number is not the one that the article's algorithm gives.`,
		Example: "  actscope reproduce --out out/reproduce",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var claims []article.Claim
			result, summary, err := compare(cmd, config.Article(), comparison.Saving{}, out, func(r *comparison.Result) (_ []article.Claim, err error) {
				claims, err = article.Judge(r.Networks[0].Evidence(), r.Networks[1].Evidence())
				return claims, err
			})
			if err != nil {
				return err
			}
			if out.json {
				if err := present.PrintJSON(cmd.OutOrStdout(), summary); err != nil {
					return err
				}
				return checkReference(io.Discard, result)
			}
			if err := present.PrintVerdicts(cmd.OutOrStdout(), claims); err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout())
			if err := present.PrintComparison(cmd.OutOrStdout(), result); err != nil {
				return err
			}
			return checkReference(cmd.OutOrStdout(), result)
		},
	}
	out.add(cmd)
	out.addGeometry(cmd)
	return cmd
}

// checkReference fails when a number is not the one of the article's algorithm.
func checkReference(w io.Writer, r *comparison.Result) error {
	departures, err := article.Departures(r.Arrays(), r.Accuracies())
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
	_, err = fmt.Fprintf(report.Paragraphs(w), "\nAll reference values of the article's algorithm are reproduced, every epoch's loss within 1e-9.\n")
	return err
}

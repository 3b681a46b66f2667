package main

import (
	"cmp"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"actscope/internal/input"
	"actscope/internal/present"
	"actscope/internal/sweep/analysis"
	"actscope/internal/sweep/parquet"
)

func sweepMergeCommand() *cobra.Command {
	var out string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "merge DIR",
		Short: "Write one table of all trials",
		Long: `Merge writes a table with one row for each trial, in the plan's order, however and
wherever the trials were run: comma-separated values under a line of names, or where the
file's name ends in .parquet an Apache Parquet file with the same columns. The columns:

  trial, id                      place in the plan, hash of the configuration
  dataset ... seed               the settings, under the names of the flags
  status, reason                 ok, diverged or failed, and why
  steps                          parameter updates
  final_loss                     the last epoch's loss, as the article reports it
  train_accuracy, test_accuracy  shares of the rows
  fresh_accuracy                 share of 20,000 fresh points of the generator's law;
                                 a file has none
  gradient_first, gradient_last  mean norm, over the last epoch, of the gradients of
                                 the first layer and of the output layer
  spread_1, spread_2, ...        standard deviation of each hidden layer's
                                 activations over the test rows
  noticeable_growth              just-noticeable distance of the last hidden layer for
                                 the quarter of the test rows that is farthest from
                                 the boundary, over that for the nearest: +Inf where
                                 the layer is flat there
  loss_first, loss_05 ... 95     loss of the first epoch, and after 5, 10, ... 95
                                 percent of the epochs

A plan's key measure adds columns, which cost time. Of measure: tangent-kernel, about the
kernel before the first step (see actscope kernel):

  ntk_tau_1, 2, 3                time constants, in epochs, of the largest eigenvalues
  ntk_energy_1, 2, 3             share of the initial error along each
  ntk_slowest_tau                time constant of the last of the fewest leading modes
                                 with 60 % of the error
  ntk_effective_rank, ntk_trace  of the kernel
  line_loss                      least training loss of the best straight line

Of measure: validation, which costs little:

  epochs_trained, epoch_kept     when training ended, and the epoch whose parameters
                                 it gave back: with patience the best, else the last
  test_loss                      of the trained network
  validation_loss, _accuracy     at that epoch, where rows were set aside

Of measure: geometry, for each hidden layer what run.json has of it:

  distance_correlation_1, ...    and distance_correlation_output: within the predicted classes
  distance_correlation_pooled_1, and distance_correlation_pooled_output: over all test rows
  ...
  distance_decoded_1, ...
  effective_rank_1, ...
  cka_input_1, ...               likeness with the inputs
  jacobian_largest_1, ...        median stretch of small steps of the input

The last columns are the same in all rows:

  plan, program, kernels         the plan's hash, and what its trials are trained by

What was not measured is empty, in Parquet null.`,
		Example: `  actscope sweep merge out/grid --out grid.csv
  actscope sweep merge out/grid --out grid.parquet`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				return input.Refuse("out", "missing: name the table's file")
			}
			if err := checkOutput("out", out, asJSON); err != nil {
				return err
			}
			folder, records, err := openSweep(cmd, args[0])
			if err != nil {
				return err
			}
			if err := writeOutput(cmd, out, func(w io.Writer) error {
				if strings.EqualFold(filepath.Ext(out), parquet.Ending) {
					return parquet.Write(cmd.Context(), w, records)
				}
				return records.WriteTable(cmd.Context(), w)
			}); err != nil {
				return err
			}
			if asJSON {
				return present.PrintJSON(cmd.OutOrStdout(), mergedSweep{out, folder.Plan.Trials()})
			}
			return sayWritten(cmd, out, "%s", present.Counted(folder.Plan.Trials(), "trial"))
		},
	}
	addJSON(cmd, &asJSON)
	cmd.Flags().StringVar(&out, "out", "", "the table's file, - for standard output")
	return cmd
}

func sweepReportCommand() *cobra.Command {
	var out, figures string
	var open, quiet, asJSON bool
	l := present.Look{Scale: present.SharpScale, Formats: []string{"png", "svg"}}
	cmd := &cobra.Command{
		Use:   "report DIR",
		Short: "Write a page about what a sweep has found",
		Long: `Report writes one page that needs no network: mean, median and interval for each
group of equal settings, tests between activations, and figures of accuracy,
spread and loss. With --figures it also writes the figures as files.`,
		Example: `  actscope sweep report out/grid
  actscope sweep report out/grid --figures paper --format svg --theme article`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, flag := range []string{"format", "theme"} {
				if figures == "" && cmd.Flags().Changed(flag) {
					return input.Refuse(flag, "it is about the files of --figures, for which no folder is named")
				}
			}
			folder, records, err := openSweep(cmd, args[0])
			if err != nil {
				return err
			}
			file := cmp.Or(out, filepath.Join(folder.Path(), "report.html"))
			if err := checkOutput("out", file, asJSON); err != nil {
				return err
			}
			l.Stages = present.NewStages(cmd.ErrOrStderr(), quiet)
			defer l.Stages.End()
			l.Stages.Begin("reading", 0)
			result, err := analysis.Analyse(cmd.Context(), records)
			if err != nil {
				return err
			}
			story := present.Sweep(folder.Plan, result)
			page, err := story.HTML(cmd.Context(), l.Stages)
			if err != nil {
				return err
			}
			if figures != "" {
				if err := present.WriteFigures(cmd.Context(), figures, story, l); err != nil {
					return err
				}
			}
			err = writeOutput(cmd, file, func(w io.Writer) error {
				_, err := w.Write(page)
				return err
			})
			if err != nil {
				return err
			}
			if file != input.Standard {
				sayOpen(cmd, file, open, quiet)
			}
			if asJSON {
				return present.PrintJSON(cmd.OutOrStdout(), newReportedSweep(file, result))
			}
			return sayWritten(cmd, file, "%s in %s", present.Counted(result.Trials, "trial"), present.Counted(len(result.Groups), "group"))
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&out, "out", "", "the page's file, - for standard output (default report.html in the sweep's folder)")
	flags.StringVar(&figures, "figures", "", "folder for the figures as files, too, in place of others of their names")
	flags.Var(formatsFlag(&l.Formats), "format", "formats of these files: "+strings.Join(present.Formats(), ", ")+" for their numbers")
	addTheme(flags, &l.Options.Theme, "colours of these files")
	addJSON(cmd, &asJSON)
	flags.BoolVar(&open, "open", false, "open the page when it is written")
	flags.BoolVarP(&quiet, "quiet", "q", false, "no progress on standard error, nor what to open")
	return cmd
}

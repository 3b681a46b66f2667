package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"actscope/internal/atomicfile"
	"actscope/internal/sweep"
)

func sweepMergeCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "merge DIR",
		Short: "Write one table of all trials",
		Long: `Merge writes a comma-separated table with one row for each trial, in the plan's
order, however and wherever the trials were run. Lines that begin with # say of
which plan and program. The columns:

  trial, id                      place in the plan, hash of the configuration
  dataset ... seed               the settings, under the names of the flags
  status, reason                 ok, diverged or failed, and why
  steps                          parameter updates
  final_loss                     the last epoch's loss, as the article reports it
  train_accuracy, test_accuracy  shares of the rows
  gradient_first, gradient_last  mean norm, over the last epoch, of the gradients of
                                 the first layer and of the output layer
  spread_1, spread_2, ...        deviation of each hidden layer's activations over
                                 the test rows
  loss_first, loss_05 ... 95     loss of the first epoch, and after so many percent
                                 of the epochs

What was not measured is empty.`,
		Example: "  actscope sweep merge out/grid --out grid.csv",
		Args:    cobra.ExactArgs(1),
		RunE: sweepWork(func(cmd *cobra.Command, args []string) error {
			folder, ledger, err := openSweep(cmd, args[0])
			if err != nil {
				return err
			}
			err = atomicfile.Write(out, func(w io.Writer) error { return sweep.WriteTable(cmd.Context(), w, folder, ledger) })
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %s\n", out, counted(folder.Plan.Trials(), "trial"))
			return err
		}),
	}
	cmd.Flags().StringVar(&out, "out", "", "the table's file")
	cmd.MarkFlagRequired("out")
	return cmd
}

package main

import (
	"github.com/spf13/cobra"

	"actscope/internal/config"
	"actscope/internal/pace"
	"actscope/internal/present"
	"actscope/internal/runfolder"
)

func kernelCommand() *cobra.Command {
	settled := config.Article()
	var settings *settingFlags
	var out outputs
	var options pace.Options
	cmd := &cobra.Command{
		Use:   "kernel",
		Short: "Predict how fast networks learn before the first step, and train them",
		Long: `Kernel takes the tangent kernel of each network at its initial weights, K = J J^T / n
with the gradients of the logits of the n training rows, and from its eigenvalues the
time constants, in epochs, with which the error along each mode falls. It trains the
network's twin that is linear in the parameters on the same shuffles, and the network,
sets both beside the best straight line, and follows the kernel through the training.
The settings are those of compare.

Networks are differentiated as they evaluate: without the masks of dropout, and with
batch normalisation at the statistics of the training rows. Kernels are of the first
1000 training rows over the number of outputs, in the order that the split drew, or of
--rows; of fewer than all there is no twin. In JSON null stands for what is infinite or
not defined.

Beside these, networks of random weights and widths 8 to 1024 are drawn, and the kernel
of their weights, each layer's times the weights' variance, is set beside its limit of
infinite width. Initialisations without a variance over the fan-in have none.`,
		Example: `  actscope kernel
  actscope kernel --activations sigmoid,tanh,relu --hidden 16,16,16 --epochs 400
  actscope kernel --init he-normal --optimiser momentum --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := settings.load(cmd); err != nil {
				return err
			}
			if err := settled.Validate(); err != nil {
				return err
			}
			folder, err := out.take(cmd, runfolder.Asked{Config: settled, Rest: options}, filesOf(settled)...)
			if err != nil {
				return err
			}
			defer folder.Discard()
			progress := present.NewEpochProgress(cmd.ErrOrStderr(), settled, out.quiet)
			result, err := pace.Study(cmd.Context(), settled, options, progress.Epoch)
			progress.Finish()
			if err != nil {
				return err
			}
			if err := out.store(cmd, folder, result.Arrays(), result.Summary, present.Kernel(result)); err != nil {
				return err
			}
			if out.json {
				return present.PrintJSON(cmd.OutOrStdout(), result.Summary)
			}
			return present.PrintKernel(cmd.OutOrStdout(), result)
		},
	}
	settings = addSettingFlags(cmd.Flags(), &settled)
	settings.locate(cmd)
	cmd.Flags().IntVar(&options.Rows, "rows", 0, "training rows that kernels are of, at most; 0 for 1000 over the number of outputs")
	cmd.Flags().IntVar(&options.Draws, "draws", pace.UsualDraws, "random networks to draw of each width, beside the limit of infinite width; 0 for none")
	out.add(cmd)
	return cmd
}

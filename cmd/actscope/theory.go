package main

import (
	"github.com/spf13/cobra"

	"actscope/internal/present"
	"actscope/internal/runfolder"
	"actscope/internal/theory"
)

func theoryCommand() *cobra.Command {
	config := theory.Default()
	var out outputs
	cmd := &cobra.Command{
		Use:   "theory",
		Short: "Say what theory predicts of deep random networks, and measure it",
		Long: `Theory computes by quadrature what becomes of signals in wide random networks, whose
weights have the variance --weight-variance over the fan-in and whose biases have
--bias-variance: the variance of pre-activations q and its fixed point q*, the
correlation of two inputs and its fixed point c*, the factor chi_1 by which a layer
multiplies the squared distance of close inputs, and the depth scale -1/ln chi_1, over
which a network is ordered (below 1), critical or chaotic (above 1). It draws networks
of finite width and sets them beside the prediction, draws the phase diagram, and
follows the article's trained networks far away from their data.

Inputs have entries of mean square --input-variance. Layer by layer there are q of
its pre-activations, mean and deviation (std) of its activations, chi_1 at q, by whose
root it stretches curves (length ratio), and the correlation that it hands on. In JSON
null stands for what is infinite or not defined.`,
		Example: `  actscope theory --activation sigmoid --weight-variance 1 --bias-variance 0
  actscope theory --activation tanh --weight-variance 1.5 --bias-variance 0.05 --depth 20
  actscope theory --activation relu --weight-variance 2 --repetitions 0 --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := config.Validate(); err != nil {
				return err
			}
			folder, err := out.take(cmd, runfolder.Asked{Config: config})
			if err != nil {
				return err
			}
			defer folder.Discard()
			stages := out.stages(cmd)
			defer stages.End()
			stages.Begin("computing", 0)
			result, err := theory.Study(cmd.Context(), config)
			stages.End()
			if err != nil {
				return err
			}
			if err := out.store(cmd, folder, result.Arrays(), result.Summary, present.Theory(result)); err != nil {
				return err
			}
			if out.json {
				return present.PrintJSON(cmd.OutOrStdout(), result.Summary)
			}
			return present.PrintTheory(cmd.OutOrStdout(), result)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&config.Activation, "activation", config.Activation, "activation of all layers: a name, or a formula in z")
	flags.Float64Var(&config.WeightVariance, "weight-variance", config.WeightVariance, "variance of the weights times the fan-in")
	flags.Float64Var(&config.BiasVariance, "bias-variance", config.BiasVariance, "variance of the biases")
	flags.Float64Var(&config.InputVariance, "input-variance", config.InputVariance, "mean square of the inputs' entries")
	flags.Float64Var(&config.InputCorrelation, "input-correlation", config.InputCorrelation, "correlation of the two inputs that are compared")
	flags.IntVar(&config.Depth, "depth", config.Depth, "layers")
	flags.IntVar(&config.Width, "width", config.Width, "units in each layer of the networks that are measured")
	flags.IntVar(&config.Repetitions, "repetitions", config.Repetitions, "networks to measure; 0 for theory alone")
	flags.Int64Var(&config.Seed, "seed", config.Seed, "seed of the first network; the others take the next ones")
	flags.Float64Var(&config.MaxWeightVariance, "max-weight-variance", 0, "where the phase diagram ends; 0 for beyond the critical line")
	flags.Float64Var(&config.MaxBiasVariance, "max-bias-variance", 0, "the same for the biases")
	out.add(cmd)
	return cmd
}

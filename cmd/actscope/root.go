package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"actscope/graph/machine/kernel"
)

// run executes the command line args.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	root := &cobra.Command{
		Use:   "actscope",
		Short: "How activation functions carry, or destroy, the distance to the decision boundary",
		Long: `Actscope reproduces, measures and extends the study "Sigmoid vs ReLU: the
inference cost of losing geometric context" with Gorgonia computation graphs.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		// A set of kernels that cannot be had is bad usage of every command.
		PersistentPreRunE: func(*cobra.Command, []string) error { return kernel.CheckSet() },
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(reproduceCommand(), compareCommand(), claimsCommand(), costCommand(), gradcheckCommand(), figuresCommand(), graphCommand(), sweepCommand(), theoryCommand(), versionCommand())
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return root.ExecuteContext(ctx)
}

// work makes a command's function out of one whose errors are not about usage.
func work(f func(cmd *cobra.Command) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		if err := f(cmd); err != nil {
			return &runError{err}
		}
		return nil
	}
}

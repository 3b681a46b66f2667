package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"actscope/graph/machine/kernel"
	"actscope/internal/input"
	"actscope/internal/panics"
	"actscope/internal/present"
)

// run executes the command line args. What keeps a command from beginning is an
// [input.Error], whether it is about flags, arguments or the environment.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	defer panics.Catch(&err, "running actscope")
	if err := ctx.Err(); err != nil {
		return err // a signal came while packages were initialised
	}
	began := false
	root := &cobra.Command{
		Use:   "actscope",
		Short: "How activation functions carry, or destroy, the distance to the decision boundary",
		Long: `Actscope reproduces, measures and extends the study "Sigmoid vs ReLU: the
inference cost of losing geometric context" with Gorgonia computation graphs.

With --json a command prints one JSON document and nothing else. Its keys are listed in
cmd/actscope/JSON.md, beside the program's source.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, args []string) error {
			err := kernel.CheckSet()
			if err == nil {
				err = readStandard(cmd, args)
			}
			began = err == nil
			return err
		},
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.Version = versionText()
	root.SetVersionTemplate("{{.Version}}\n")
	root.Flags().Bool("version", false, "say which program this is")
	root.SetFlagErrorFunc(badFlag)
	root.AddCommand(initCommand(), reproduceCommand(), compareCommand(), observeCommand(), exportCommand(), predictCommand(), diffCommand(), claimsCommand(), costCommand(), gradcheckCommand(), figuresCommand(), graphCommand(), sweepCommand(), theoryCommand(), kernelCommand(), playCommand(), manCommand(), versionCommand())
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd(args...)
	if err := checkNames(root, args); err != nil {
		return err
	}
	complete(root)
	root.SetArgs(args)
	root.SetOut(present.OnScreen(stdout))
	root.SetErr(present.Messages{Stderr: stderr})
	err = root.ExecuteContext(ctx)
	if err != nil && !began {
		return input.Under("", err)
	}
	return err
}

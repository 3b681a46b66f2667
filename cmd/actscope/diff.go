package main

import (
	"errors"

	"github.com/spf13/cobra"

	"actscope/internal/present"
	"actscope/internal/runfolder"
)

// diffFlags are what the command line asks of diff.
type diffFlags struct {
	within         float64
	json, exitCode bool
}

func diffCommand() *cobra.Command {
	var f diffFlags
	cmd := &cobra.Command{
		Use:   "diff RUN RUN",
		Short: "Say in which settings and results two runs differ",
		Long: `Diff compares two run folders, of any command that fills one: the settings, the
program, kernels and data that the results come from, the results in run.json, network
by network, and the arrays. Of results that are many numbers it says how many differ,
and by how much at most.

Runs of one configuration have the same bytes on one set of kernels; with another the
last digits differ: --within 1e-9 takes numbers as equal that are within that share of
each other.`,
		Example: `  actscope diff out/compare out/compare-2
  actscope diff out/reproduce colleague/reproduce --within 1e-9 --exit-code`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0], args[1]) },
	}
	flags := cmd.Flags()
	flags.Float64Var(&f.within, "within", 0, "numbers within this share of each other are equal")
	flags.BoolVar(&f.exitCode, "exit-code", false, "end with status 1 where the runs differ")
	addJSON(cmd, &f.json)
	return cmd
}

// errDiffer is why diff --exit-code ends with 1.
var errDiffer = errors.New("the runs differ")

func (f *diffFlags) run(cmd *cobra.Command, first, second string) error {
	d, err := runfolder.Compare(first, second, f.within)
	if err != nil {
		return err
	}
	if f.json {
		err = present.PrintJSON(cmd.OutOrStdout(), d)
	} else {
		err = present.WriteDifference(cmd.OutOrStdout(), d, first, second)
	}
	if err != nil {
		return err
	}
	if f.exitCode && !d.Equal() {
		return errDiffer
	}
	return nil
}

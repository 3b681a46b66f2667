package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"actscope/internal/experiment"
	"actscope/internal/sweep"
)

func sweepCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sweep",
		Short: "Train every network of a grid, on one machine or on many",
		Long: `Sweep plans a grid of settings, trains all its trials, and puts the results
together. The folder of a sweep is the only record of what is done: whatever is
killed is run again and goes on, and any number of processes and machines that see
the folder may work on it. One trial trains one network.

A plan file is YAML. Its keys are the flags of actscope compare; a list or a range
such as 1..100 is an axis, anything else a constant:

  activations: [sigmoid, relu]
  hidden: ["8,8", "16,16,16"]
  seed: 1..50
  epochs: 400`,
		Example: `  actscope sweep plan grid.yaml out/grid
  actscope sweep run out/grid
  actscope sweep merge out/grid --out grid.csv`,
	}
	cmd.AddCommand(sweepPlanCommand(), sweepRunCommand(), sweepStatusCommand(), sweepMissingCommand(), sweepMergeCommand(), sweepReportCommand(), sweepEmitCommand())
	return cmd
}

// sweepWork makes a command's function out of one whose errors are about the work,
// but for those that say that the input cannot be used.
func sweepWork(f func(cmd *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		err := f(cmd, args)
		var input *sweep.InputError
		var segment *sweep.SegmentError
		if err == nil || errors.As(err, &input) || errors.As(err, &segment) {
			return err
		}
		return &runError{err}
	}
}

func sweepPlanCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "plan FILE.yaml DIR",
		Short: "Expand a grid into a plan that does not change any more",
		Long: `Plan expands the grid of a plan file and stores the plan in a directory. It prints
the number of trials, and on standard error about how long they will take.`,
		Example: "  actscope sweep plan grid.yaml out/grid",
		Args:    cobra.ExactArgs(2),
		RunE: sweepWork(func(cmd *cobra.Command, args []string) error {
			grid, err := sweep.ReadGridFile(args[0])
			if err != nil {
				return err
			}
			provenance, err := experiment.CurrentProvenance()
			if err != nil {
				return err
			}
			plan, err := sweep.NewPlan(grid, provenance)
			if err != nil {
				return err
			}
			if _, err := sweep.Create(args[1], plan); err != nil {
				return err
			}
			if err := writePlan(cmd.OutOrStdout(), plan); err != nil {
				return err
			}
			estimate, err := plan.Estimate(cmd.Context())
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "about %s on one core; start with: actscope sweep run %s\n", roughly(estimate), args[1])
			return nil
		}),
	}
}

// writePlan prints the number of trials and how it comes about.
func writePlan(w io.Writer, p *sweep.Plan) error {
	axes := ""
	for i, a := range p.Axes() {
		axes += []string{": ", " × "}[min(i, 1)] + fmt.Sprintf("%d %s", a.Entries, a.Key)
	}
	_, err := fmt.Fprintf(w, "%s%s\n", counted(p.Trials(), "trial"), axes)
	return err
}

// counted is a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// roughly prints a duration with two digits at most.
func roughly(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	case d < 48*time.Hour:
		return fmt.Sprintf("%.0f h", d.Hours())
	}
	return fmt.Sprintf("%.0f days", d.Hours()/24)
}

// warn tells of files among the results that were passed over.
func warn(stderr io.Writer, problems []error) {
	const most = 5
	for i, p := range problems {
		if i == most {
			fmt.Fprintf(stderr, "actscope: and %d more files are passed over\n", len(problems)-most)
			return
		}
		fmt.Fprintf(stderr, "actscope: passed over: %s\n", strings.TrimSpace(p.Error()))
	}
}

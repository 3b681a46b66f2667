package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"

	"github.com/spf13/cobra"

	"actscope/internal/sweep"
)

// slurmCores says how many cores a job of Slurm was given.
const slurmCores = "SLURM_CPUS_ON_NODE"

func sweepRunCommand() *cobra.Command {
	var shard string
	var jobs int
	var quiet bool
	cmd := &cobra.Command{
		Use:   "run DIR",
		Short: "Train the trials that have no result yet",
		Long: `Run trains the trials of a sweep, or of one shard of it, that have no result yet.
It may be killed at any time, run again, and run twice at once. A trial that
diverges or cannot be trained is recorded with its reason and stops nothing. The
number of shards is recorded at the first run, and another one refused.`,
		Example: `  actscope sweep run out/grid --jobs 4
  actscope sweep run out/grid --shard 0/8`,
		Args: cobra.ExactArgs(1),
		RunE: sweepWork(func(cmd *cobra.Command, args []string) error {
			part := sweep.Whole
			var err error
			if cmd.Flags().Changed("shard") {
				if part, err = sweep.ParseShard(shard); err != nil {
					return err
				}
			}
			if !cmd.Flags().Changed("jobs") {
				if jobs, err = defaultJobs(); err != nil {
					return err
				}
			}
			folder, err := sweep.Open(args[0])
			if err != nil {
				return err
			}
			progress := newSweepProgress(cmd.ErrOrStderr(), quiet)
			defer progress.stop()
			outcome, err := sweep.Run(cmd.Context(), folder, part, jobs, progress)
			progress.stop()
			warn(cmd.ErrOrStderr(), outcome.Problems)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "shard %v: %s done, %d of them failed\n", part, counted(outcome.Done, "trial"), outcome.Failed)
			return err
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&shard, "shard", "0/1", "part I of N, from 0")
	flags.IntVar(&jobs, "jobs", 0, "trials at a time (default "+slurmCores+", else the cores)")
	flags.BoolVar(&quiet, "quiet", false, "no progress on standard error")
	return cmd
}

// defaultJobs is as many as there are cores for this process.
func defaultJobs() (int, error) {
	text := os.Getenv(slurmCores)
	if text == "" {
		return runtime.GOMAXPROCS(0), nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, &sweep.InputError{Reason: fmt.Sprintf("%s is %q, not a number of cores: use --jobs", slurmCores, text)}
	}
	return n, nil
}

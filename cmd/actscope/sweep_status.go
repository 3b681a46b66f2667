package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"actscope/internal/sweep"
)

func sweepStatusCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "status DIR",
		Short:   "Count the trials that are done",
		Example: "  actscope sweep status out/grid",
		Args:    cobra.ExactArgs(1),
		RunE: sweepWork(func(cmd *cobra.Command, args []string) error {
			folder, ledger, err := openSweep(cmd, args[0])
			if err != nil {
				return err
			}
			shards, err := folder.Shards()
			if err != nil {
				return err
			}
			w := cmd.OutOrStdout()
			fmt.Fprintf(w, "%d of %s done: %d ok, %d diverged, %d failed; %d missing\n", ledger.Done, counted(folder.Plan.Trials(), "trial"),
				ledger.Done-ledger.Diverged-ledger.Failed, ledger.Diverged, ledger.Failed, ledger.Missing())
			if missing := ledger.MissingShards(max(shards, 1)); shards > 1 && len(missing) > 0 {
				_, err = fmt.Fprintf(w, "shards of %d with missing trials: %s\n", shards, sweep.IndexList(missing))
			}
			return err
		}),
	}
}

func sweepMissingCommand() *cobra.Command {
	var shards int
	cmd := &cobra.Command{
		Use:   "missing DIR",
		Short: "List the shards with trials that have no result",
		Long: `Missing prints the shards that have trials without a result in the form that job
arrays take, such as 0,2-5, and nothing when all is done.`,
		Example: "  sbatch --array=$(actscope sweep missing out/grid --shards 8) sweep.sh",
		Args:    cobra.ExactArgs(1),
		RunE: sweepWork(func(cmd *cobra.Command, args []string) error {
			folder, ledger, err := openSweep(cmd, args[0])
			if err != nil {
				return err
			}
			if shards, err = folder.ShardsOr(shards); err != nil {
				return err
			}
			missing := ledger.MissingShards(shards)
			if len(missing) == 0 {
				return nil
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), sweep.IndexList(missing))
			return err
		}),
	}
	cmd.Flags().IntVar(&shards, "shards", 0, "number of shards of the sweep (default as recorded)")
	return cmd
}

// openSweep opens a sweep's folder, counts what is done, and warns of files that
// are passed over.
func openSweep(cmd *cobra.Command, path string) (*sweep.Folder, *sweep.Ledger, error) {
	folder, err := sweep.Open(path)
	if err != nil {
		return nil, nil, err
	}
	ledger, err := folder.Scan()
	if err != nil {
		return nil, nil, err
	}
	warn(cmd.ErrOrStderr(), ledger.Problems)
	return folder, ledger, nil
}

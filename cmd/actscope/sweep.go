package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"actscope/internal/experiment"
	"actscope/internal/present"
	"actscope/internal/shell"
	"actscope/internal/sweep"
)

func sweepCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sweep",
		Short: "Train every network of a grid, on one machine or on many",
		Long: `Sweep plans a grid of settings, trains all its trials, and puts the results
together. One trial trains one network. The folder of a sweep is the only record of
what is done: a run that was killed is started again and goes on, and any number of
processes and machines that see the folder may work on it.

A plan file is YAML. Its keys are the flags of actscope compare; a list or a range
such as 1..100 is an axis, anything else a constant:

  activations: [sigmoid, relu]
  hidden: ["8,8", "16,16,16"]
  seed: 1..50
  epochs: 400

The key measure: [tangent-kernel, geometry, validation] asks for columns that cost time; see
actscope sweep merge --help.`,
		Example: `  actscope sweep plan grid.yaml out/grid
  actscope sweep run out/grid
  actscope sweep merge out/grid --out grid.csv`,
		Args: cobra.NoArgs, // what is not the name of a command is bad usage
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(sweepPlanCommand(), sweepRunCommand(), sweepStatusCommand(), sweepMissingCommand(), sweepMergeCommand(), sweepReportCommand(), sweepEmitCommand())
	return cmd
}

func sweepPlanCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "plan FILE.yaml|- DIR",
		Short: "Expand a grid into a plan, which does not change any more",
		Long: `Plan expands the grid of a plan file and stores the plan in a directory. Every entry
is tried first: its data are made, and its network is built. Plan prints the number of
trials, and on standard error about how long they will take.`,
		Example: "  actscope sweep plan grid.yaml out/grid",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			grid, err := sweep.ReadGridFile(args[0])
			if err != nil {
				return err
			}
			provenance, err := experiment.CurrentProvenance()
			if err != nil {
				return err
			}
			plan, err := sweep.NewPlan(cmd.Context(), grid, provenance)
			if err != nil {
				return err
			}
			notes, err := plan.Attempt(cmd.Context(), grid)
			if err != nil {
				return err
			}
			if _, err := sweep.Create(args[1], plan); err != nil {
				return err
			}
			if asJSON {
				err = present.PrintJSON(cmd.OutOrStdout(), newPlannedSweep(args[1], plan))
			} else {
				err = writePlan(cmd.OutOrStdout(), plan)
			}
			if err != nil {
				return err
			}
			tell(cmd.ErrOrStderr(), "no room on this machine", notes)
			estimate, err := plan.Estimate(cmd.Context())
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "about %s on one core; start with: actscope sweep run %s\n", present.Roughly(estimate), shell.File(args[1]))
			return nil
		},
	}
	addJSON(cmd, &asJSON)
	return cmd
}

// writePlan prints the number of trials as a product.
func writePlan(w io.Writer, p *sweep.Plan) error {
	text := present.Counted(p.Trials(), "trial")
	for i, a := range p.Axes() {
		text += fmt.Sprintf("%s%d %s", []string{": ", " × "}[min(i, 1)], a.Entries, a.Key)
	}
	_, err := fmt.Fprintln(w, text)
	return err
}

// tell tells of the first few of what was found and stops nothing. Each is a line, whatever
// the names of files are.
func tell(stderr io.Writer, what string, found []error) {
	const most = 5
	for i, f := range found {
		if i == most {
			fmt.Fprintf(stderr, "actscope: %s: %d more\n", what, len(found)-most)
			return
		}
		text := f.Error()
		if strings.ContainsFunc(text, unicode.IsControl) {
			text = strconv.Quote(text)
		}
		fmt.Fprintf(stderr, "actscope: %s: %s\n", what, text)
	}
}

func sweepRunCommand() *cobra.Command {
	var shard string
	var jobs func() (int, error)
	var quiet, asJSON bool
	cmd := &cobra.Command{
		Use:   "run DIR",
		Short: "Train the trials that have no result yet",
		Long: `Run trains the trials of a sweep, or of one shard of it, that have no result yet.
It may be killed at any time, run again, and run twice at once. A trial that
diverges or cannot be trained is recorded with its reason and stops nothing; only
where none could be trained is the exit status 1. Damaged results are set aside, as
NAME.damaged, and their trials trained again. The number of shards is recorded at
the first run, and another one refused.`,
		Example: `  actscope sweep run out/grid --jobs 4
  actscope sweep run out/grid --shard 0/8`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			part, err := sweep.ParseShard(shard)
			if err != nil {
				return err
			}
			n, err := jobs()
			if err != nil {
				return err
			}
			folder, err := sweep.Open(args[0])
			if err != nil {
				return err
			}
			progress := present.NewProgress(cmd.ErrOrStderr(), quiet)
			defer progress.Stop()
			summary, err := sweep.Run(cmd.Context(), folder, part, n, progress)
			progress.Stop()
			tell(cmd.ErrOrStderr(), "damaged", summary.Aside)
			tell(cmd.ErrOrStderr(), "passed over", summary.Problems)
			if err != nil {
				return err
			}
			c := newTrialCounts(summary.Trials, summary.Done, summary.Diverged, summary.Failed)
			if asJSON {
				err = present.PrintJSON(cmd.OutOrStdout(), ranShard{part.String(), c})
			} else {
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "shard %v: %s done: %d ok, %d diverged, %d failed\n", part, present.Counted(c.Done, "trial"), c.OK, c.Diverged, c.Failed)
			}
			return cmp.Or(err, summary.Err())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&shard, "shard", sweep.Whole.String(), "part I of N, from 0")
	jobs = addJobs(flags, "trials")
	flags.BoolVarP(&quiet, "quiet", "q", false, "no progress on standard error")
	addJSON(cmd, &asJSON)
	return cmd
}

func sweepStatusCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "status DIR",
		Short:   "Count the trials that are done",
		Example: "  actscope sweep status out/grid",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			folder, records, err := openSweep(cmd, args[0])
			if err != nil {
				return err
			}
			shards, err := folder.Shards()
			if err != nil {
				return err
			}
			w := cmd.OutOrStdout()
			c := newTrialCounts(folder.Plan.Trials(), records.Done, records.Diverged, records.Failed)
			if asJSON {
				return present.PrintJSON(w, sweepStatus{c, newMissingShards(records, shards)})
			}
			_, err = fmt.Fprintf(w, "%d of %s done: %d ok, %d diverged, %d failed; %d missing\n", c.Done, present.Counted(c.Trials, "trial"), c.OK, c.Diverged, c.Failed, c.Missing)
			if missing := records.MissingShards(max(shards, 1)); err == nil && shards > 1 && len(missing) > 0 {
				_, err = fmt.Fprintf(w, "shards of %d with missing trials: %s\n", shards, sweep.IndexList(missing))
			}
			return err
		},
	}
	addJSON(cmd, &asJSON)
	return cmd
}

func sweepMissingCommand() *cobra.Command {
	var shards int
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "missing DIR",
		Short: "List the shards with trials that have no result",
		Long: `Missing prints the shards that have trials without a result in the form that job
arrays take, such as 0,2-5, and nothing when all is done. The number of shards is that of
emit or of the first run; until there is a result, --shards records another one.`,
		Example: "  sbatch --array=$(actscope sweep missing out/grid --shards 8) sweep.sh",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			folder, records, err := openSweep(cmd, args[0])
			if err != nil {
				return err
			}
			if shards, err = folder.SetShards(shards, records.Done); err != nil {
				return err
			}
			missing := records.MissingShards(shards)
			switch {
			case asJSON:
				err = present.PrintJSON(cmd.OutOrStdout(), newMissingShards(records, shards))
			case len(missing) > 0:
				_, err = fmt.Fprintln(cmd.OutOrStdout(), sweep.IndexList(missing))
			}
			return err
		},
	}
	addJSON(cmd, &asJSON)
	cmd.Flags().IntVar(&shards, "shards", 0, "number of shards of the sweep (default as recorded, else 1)")
	return cmd
}

// openSweep opens a sweep's folder, finds its records, and warns of files that are passed
// over.
func openSweep(cmd *cobra.Command, path string) (*sweep.Folder, *sweep.Records, error) {
	folder, err := sweep.Open(path)
	if err != nil {
		return nil, nil, err
	}
	records, err := folder.Scan(cmd.Context())
	if err != nil {
		return nil, nil, err
	}
	tell(cmd.ErrOrStderr(), "passed over", records.Problems)
	return folder, records, nil
}

func sweepEmitCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "emit",
		Short: "Write the job that runs a sweep on a cluster",
		Long: `Emit writes a job that runs each shard of a sweep as one element of an array: a
batch script for Slurm, or the manifest of an Indexed Job for Kubernetes. The
folder has to be where all elements see it. The number of shards is recorded in it, for the
elements and for sweep missing; until there is a result, another emit may change it.`,
		Example: `  actscope sweep emit slurm out/grid --shards 8 --cpus 4 > sweep.sh
  actscope sweep emit kubernetes out/grid --shards 8 --image example.org/actscope:1 --claim grid > job.yaml`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		emitCommand("slurm", "Write a batch script with a job array for Slurm", (*sweep.Folder).WriteSlurm),
		emitCommand("kubernetes", "Write the manifest of an Indexed Job for Kubernetes", (*sweep.Folder).WriteKubernetes),
	)
	return cmd
}

func emitCommand(engine, short string, write func(*sweep.Folder, io.Writer, sweep.Cluster) error) *cobra.Command {
	cluster := sweep.Cluster{Cores: 2, Image: "actscope:latest", Claim: "sweep"}
	cmd := &cobra.Command{
		Use:     engine + " DIR",
		Short:   short,
		Example: "  actscope sweep emit " + engine + " out/grid --shards 8",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			folder, records, err := openSweep(cmd, args[0])
			if err != nil {
				return err
			}
			if cluster.Program == "" {
				if cluster.Program, err = os.Executable(); err != nil {
					return err
				}
			}
			if !cmd.Flags().Changed("shards") {
				if cluster.Shards, err = folder.SuggestedShards(); err != nil {
					return err
				}
			}
			before, err := folder.Shards()
			if err != nil {
				return err
			}
			if cluster.Shards, err = folder.SetShards(cluster.Shards, records.Done); err != nil {
				return err
			}
			if err = write(folder, cmd.OutOrStdout(), cluster); err != nil && before > 0 {
				_, failed := folder.SetShards(before, records.Done)
				err = errors.Join(err, failed)
			}
			return err
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&cluster.Shards, "shards", 0, "number of shards (default as recorded, else one for each 100 trials, 100 at most)")
	flags.IntVar(&cluster.Cores, "cpus", cluster.Cores, "cores of each shard")
	if engine == "slurm" {
		flags.StringVar(&cluster.Program, "program", "", "path of actscope on the nodes (default this one)")
	} else {
		flags.StringVar(&cluster.Image, "image", cluster.Image, "container image with actscope")
		flags.StringVar(&cluster.Claim, "claim", cluster.Claim, "persistent volume claim that holds the sweep's folder")
	}
	return cmd
}

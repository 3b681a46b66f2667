package main

import (
	"io"
	"os"

	"github.com/spf13/cobra"

	"actscope/internal/sweep"
)

func sweepEmitCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "emit",
		Short: "Write the job that runs a sweep on a cluster",
		Long: `Emit writes a job that runs each shard of a sweep as one element of an array: a
batch script for Slurm, or the manifest of an Indexed Job for Kubernetes. The
folder has to be where all elements see it.`,
		Example: `  actscope sweep emit slurm out/grid --shards 8 --cpus 4 > sweep.sh
  actscope sweep emit kubernetes out/grid --shards 8 --image example.org/actscope:1 --claim grid > job.yaml`,
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
		RunE: sweepWork(func(cmd *cobra.Command, args []string) error {
			folder, err := sweep.Open(args[0])
			if err != nil {
				return err
			}
			if !cmd.Flags().Changed("shards") {
				if cluster.Shards, err = folder.Shards(); err != nil {
					return err
				}
				if cluster.Shards == 0 {
					cluster.Shards = folder.Plan.SuggestedShards()
				}
			} else if cluster.Shards, err = folder.ShardsOr(cluster.Shards); err != nil {
				return err
			}
			if cluster.Program == "" {
				if cluster.Program, err = os.Executable(); err != nil {
					return err
				}
			}
			return write(folder, cmd.OutOrStdout(), cluster)
		}),
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

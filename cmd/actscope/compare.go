package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"actscope/internal/article"
	"actscope/internal/comparison"
	"actscope/internal/config"
	"actscope/internal/runfolder"
)

func compareCommand() *cobra.Command {
	settled := config.Article()
	var settings *settingFlags
	var out outputs
	var saving comparison.Saving
	var print bool
	cmd := &cobra.Command{
		Use:   "compare",
		Short: "Train networks side by side at any setting",
		Long: `Compare trains one network per activation on the same data, from the same
random stream, with the same shuffles, and writes a run folder. Every default is
the article's value.`,
		Example: `  actscope compare --activations sigmoid,relu,tanh --hidden 16,16,16 --epochs 400
  actscope compare --hidden 16,16 --print-config > study.yaml
  actscope compare --config study.yaml --seed 7`,
		Args: cobra.NoArgs,
		RunE: work(func(cmd *cobra.Command) error {
			if err := settings.load(cmd.Flags()); err != nil {
				return err
			}
			if print {
				if err := settled.Validate(); err != nil {
					return err
				}
				return config.Write(cmd.OutOrStdout(), settled)
			}
			result, err := execute(cmd, settled, saving, out, nil)
			if err != nil {
				return err
			}
			return writeComparison(cmd.OutOrStdout(), result)
		}),
	}
	settings = addSettingFlags(cmd.Flags(), &settled)
	cmd.Flags().BoolVar(&print, "print-config", false, "print the effective settings as a file for --config, and do nothing else")
	cmd.Flags().StringVar(&saving.Save, "save", "", "folder for the state of the trainings, written when they end or are stopped")
	cmd.Flags().StringVar(&saving.Resume, "resume", "", "folder of saved trainings to go on from, to --epochs in all")
	out.add(cmd)
	return cmd
}

// execute trains, judges where asked to, and writes the run folder.
func execute(cmd *cobra.Command, c config.Config, saving comparison.Saving, out outputs, judge func(*comparison.Result) ([]article.Claim, error)) (*comparison.Result, error) {
	start := time.Now()
	if err := c.Validate(); err != nil {
		return nil, err
	}
	folder, err := runfolder.New(out.folder)
	if err != nil {
		return nil, err
	}
	ctx := cmd.Context()
	progress := newProgress(cmd.ErrOrStderr(), c, out.quiet)
	result, err := comparison.Run(ctx, c, progress, saving)
	progress.finish()
	if err != nil {
		return nil, err
	}
	var claims []article.Claim
	if judge != nil {
		if claims, err = judge(result); err != nil {
			return nil, err
		}
	}
	run := result.Summary(cmd.Name(), claims)
	if err := folder.WriteArrays(result.Arrays()); err != nil {
		return nil, err
	}
	if err := folder.WriteResult(run); err != nil {
		return nil, err
	}
	drawing := time.Now()
	if err := present(ctx, result, run, folder, look{scale: sharpScale, formats: out.formats}); err != nil {
		return nil, err
	}
	figuresTime := time.Since(drawing)
	total := time.Since(start)
	err = folder.WriteTiming(runfolder.Timing{
		TrainingSeconds: result.TrainingTime.Seconds(), TrainingSteps: result.TrainingSteps,
		FiguresSeconds: figuresTime.Seconds(), TotalSeconds: total.Seconds(),
	})
	if err != nil {
		return nil, err
	}
	progress.done(folder.Path(), total)
	return result, nil
}

// writeComparison prints a line per network.
func writeComparison(w io.Writer, r *comparison.Result) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "network\tparameters\tfinal loss\ttrain accuracy\ttest accuracy\tspread by hidden layer")
	for _, n := range r.Networks {
		fmt.Fprintf(table, "%s\t%d\t%.5f\t%s\t%s\t%s\n", n.Name, n.Model.ParameterCount(), n.FinalLoss(),
			percent(n.TrainAccuracy), percent(n.TestAccuracy), strings.Join(fiveDigits(n.Spread), " "))
	}
	return table.Flush()
}

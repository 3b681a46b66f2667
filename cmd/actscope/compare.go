package main

import (
	"time"

	"github.com/spf13/cobra"

	"actscope/internal/article"
	"actscope/internal/comparison"
	"actscope/internal/config"
	"actscope/internal/present"
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
the article's value.

An activation is one of the table or a formula in z: numbers, pi, + - * /, brackets,
the table's functions (leaky_relu(z)) and exp, log, tanh, sin, abs, max, min, pow.`,
		Example: `  actscope compare --activations sigmoid,relu,tanh --hidden 16,16,16 --epochs 400
  actscope compare --activations 'relu,0.25*relu(z),max(-2,min(2,z))'
  actscope compare --hidden 16,16 --print-config > study.yaml
  actscope compare --config study.yaml --seed 7`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := settings.load(cmd); err != nil {
				return err
			}
			if print {
				if err := settled.Validate(); err != nil {
					return err
				}
				return config.Write(cmd.OutOrStdout(), settled)
			}
			result, err := compare(cmd, settled, saving, out, nil)
			if err != nil {
				return err
			}
			return present.PrintComparison(cmd.OutOrStdout(), result)
		},
	}
	settings = addSettingFlags(cmd.Flags(), &settled)
	settings.locate(cmd)
	cmd.Flags().BoolVar(&print, "print-config", false, "print the effective settings as a file for --config, and do nothing else")
	cmd.Flags().StringVar(&saving.Save, "save", "", "folder for the state of the trainings, written when they end or are stopped")
	cmd.Flags().StringVar(&saving.Resume, "resume", "", "folder of saved trainings to go on from, to --epochs in all")
	out.add(cmd)
	return cmd
}

// compare trains, judges where asked to, and writes the run folder.
func compare(cmd *cobra.Command, c config.Config, saving comparison.Saving, out outputs, judge func(*comparison.Result) ([]article.Claim, error)) (*comparison.Result, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	folder, err := runfolder.New(out.folder)
	if err != nil {
		return nil, err
	}
	progress := present.NewEpochProgress(cmd.ErrOrStderr(), c, out.quiet)
	result, err := comparison.Run(cmd.Context(), c, progress, saving)
	progress.Finish()
	if err != nil {
		return nil, err
	}
	var claims []article.Claim
	if judge != nil {
		if claims, err = judge(result); err != nil {
			return nil, err
		}
	}
	summary := result.Summary(cmd.Name(), claims)
	if err := folder.WriteArrays(result.Arrays()); err != nil {
		return nil, err
	}
	if err := folder.WriteResult(summary); err != nil {
		return nil, err
	}
	drawing := time.Now()
	story, err := present.Comparison(cmd.Context(), result, summary)
	if err != nil {
		return nil, err
	}
	if err := out.publish(cmd, folder, story); err != nil {
		return nil, err
	}
	err = folder.WriteTiming(runfolder.Timing{
		TrainingSeconds: result.TrainingTime.Seconds(), TrainingSteps: result.TrainingSteps,
		FiguresSeconds: time.Since(drawing).Seconds(), TotalSeconds: time.Since(out.started).Seconds(),
	})
	if err != nil {
		return nil, err
	}
	out.wrote(cmd, folder)
	return result, nil
}

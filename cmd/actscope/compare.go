package main

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"actscope/internal/article"
	"actscope/internal/atomicfile"
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
the table's functions (leaky_relu(z)) and exp, log, tanh, sin, abs, max, min, pow.

The points are of two classes or more, of several labels each, or have numbers to
predict, and the output layer and the loss follow: one sigmoid unit, a softmax, a
sigmoid unit a label, or a squared error.

With --from the weights are not drawn but taken from a file, of whatever program, whose
layers they have to be: training goes on from there. Without --hidden, --activations and
--parts the file says them, of hidden layers whose activation and parts are alike; a
state_dict says no activation.

A file that is read may be - for standard input, one of them in a line: --config -,
--dataset csv:-, --from -.`,
		Example: `  actscope compare --activations sigmoid,relu,tanh --hidden 16,16,16 --epochs 400
  actscope compare --activations 'relu,0.25*relu(z),max(-2,min(2,z))'
  actscope compare --dataset blobs --classes 5 --noise 2
  actscope compare --dataset 'y = sin(3*x1)*x2' --loss half-mse
  actscope compare --hidden 16,16 --print-config > study.yaml
  actscope compare --config study.yaml --seed 7
  actscope compare --from relu.safetensors --dataset csv:points.csv`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := settings.load(cmd); err != nil {
				return err
			}
			if err := settings.startFrom(cmd); err != nil {
				return err
			}
			if print {
				if err := settled.Validate(); err != nil {
					return err
				}
				if out.json {
					return present.PrintJSON(cmd.OutOrStdout(), settled)
				}
				return config.Write(cmd.OutOrStdout(), settled)
			}
			saving.Warn = func(err error) { fmt.Fprintf(cmd.ErrOrStderr(), "actscope: %v\n", err) }
			result, summary, err := compare(cmd, settled, saving, out, nil)
			if err != nil {
				return err
			}
			if out.json {
				err = present.PrintJSON(cmd.OutOrStdout(), summary)
			} else {
				err = present.PrintComparison(cmd.OutOrStdout(), result)
			}
			return cmp.Or(err, result.NotSaved)
		},
	}
	settings = addSettingFlags(cmd.Flags(), &settled)
	settings.locate(cmd)
	cmd.Flags().BoolVar(&print, "print-config", false, "print the effective settings as a file for --config, and do nothing else")
	cmd.Flags().StringVar(&saving.Save, "save", "", "folder for the state of the trainings, written every half a minute and when they end or are stopped")
	cmd.Flags().StringVar(&saving.Resume, "resume", "", "folder of saved trainings to go on from, to --epochs in all")
	out.add(cmd)
	out.addGeometry(cmd)
	return cmd
}

// compare trains, judges where asked to, and writes the run folder.
func compare(cmd *cobra.Command, c config.Config, saving comparison.Saving, out outputs, judge func(*comparison.Result) ([]article.Claim, error)) (result *comparison.Result, summary comparison.Summary, err error) {
	if err := c.Validate(); err != nil {
		return nil, summary, err
	}
	if err := saving.Check(c); err != nil { // what is wrong with it counts more than where it would go
		return nil, summary, err
	}
	asked := runfolder.Asked{Config: c}
	if out.geometry {
		asked.Rest = "geometry-by-epoch"
	}
	folder, err := out.take(cmd, asked, filesOf(c)...)
	if err != nil {
		return nil, summary, err
	}
	defer folder.Discard()
	atomicfile.RemoveStale(filepath.Join(folder.Path(), runfolder.Undrawn))
	progress := present.NewEpochProgress(cmd.ErrOrStderr(), c, out.quiet)
	result, err = comparison.Run(cmd.Context(), c, progress, saving)
	progress.Finish()
	if err != nil {
		return nil, summary, err
	}
	var claims []article.Claim
	if judge != nil {
		if claims, err = judge(result); err != nil {
			return nil, summary, err
		}
	}
	summary = result.Summary(cmd.Name(), claims)
	if err := out.write(cmd, folder, result, summary); err != nil {
		var unsettled *atomicfile.UnsettledError // then all is there
		if !errors.As(err, &unsettled) {
			rescue(cmd, folder, result, summary)
		}
		return nil, summary, err
	}
	return result, summary, nil
}

// write writes the folder of a comparison.
func (o *outputs) write(cmd *cobra.Command, folder *runfolder.Folder, r *comparison.Result, s comparison.Summary) error {
	if err := writeNumbers(folder, r, s); err != nil {
		return err
	}
	if err := o.writeMetrics(cmd, folder, r); err != nil {
		return err
	}
	drawing := time.Now()
	if err := o.draw(cmd, folder, r, s); err != nil {
		return err
	}
	err := folder.WriteTiming(runfolder.Timing{
		TrainingSeconds: r.TrainingTime.Seconds(), TrainingSteps: r.TrainingSteps,
		FiguresSeconds: time.Since(drawing).Seconds(), TotalSeconds: time.Since(o.started).Seconds(),
	})
	if err != nil {
		return err
	}
	return o.finish(cmd, folder)
}

// draw draws a comparison, if it is to be drawn.
func (o *outputs) draw(cmd *cobra.Command, folder *runfolder.Folder, r *comparison.Result, s comparison.Summary) error {
	if !o.draws() {
		return nil
	}
	stages := o.stages(cmd)
	defer stages.End()
	stages.Begin("preparing the figures", 0)
	story, err := present.Comparison(cmd.Context(), r, s)
	stages.End()
	if err != nil {
		return err
	}
	return o.publish(cmd, folder, story)
}

// writeMetrics writes what was measured epoch by epoch.
func (o *outputs) writeMetrics(cmd *cobra.Command, folder *runfolder.Folder, r *comparison.Result) error {
	if r.Observed() {
		return nil
	}
	if o.geometry && !o.quiet {
		fmt.Fprintf(cmd.ErrOrStderr(), "measuring the geometry at the snapshots: about %.0f s\n", math.Ceil(r.GeometrySeconds()))
	}
	stages := o.stages(cmd)
	defer stages.End()
	stages.Begin("measuring the snapshots", 0)
	metrics, err := r.Metrics(cmd.Context(), o.geometry)
	if err != nil {
		return err
	}
	return folder.WriteFile(comparison.MetricsFile, metrics)
}

// writeNumbers writes what a comparison has found, without pictures.
func writeNumbers(folder *runfolder.Folder, r *comparison.Result, s comparison.Summary) error {
	if err := folder.WriteArrays(r.Arrays()); err != nil {
		return err
	}
	return folder.WriteResult(s)
}

// rescue keeps a comparison that is trained and was not drawn, in [runfolder.Undrawn]. The run
// in the folder stays as it was. Where that fails, too, the first error says why.
func rescue(cmd *cobra.Command, of *runfolder.Folder, r *comparison.Result, s comparison.Summary) {
	if of.Claim() != nil {
		return
	}
	folder, err := runfolder.New(filepath.Join(of.Path(), runfolder.Undrawn))
	if err != nil {
		return
	}
	defer folder.Discard()
	if writeNumbers(folder, r, s) != nil || folder.Commit() != nil {
		folder.Discard()
		os.Remove(folder.Path()) // if nothing came of it
	} else {
		fmt.Fprintf(cmd.ErrOrStderr(), "actscope: what was trained is in %s: draw it with actscope figures\n", folder.Path())
	}
}

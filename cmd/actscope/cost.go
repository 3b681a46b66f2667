package main

import (
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"actscope/internal/cost"
	"actscope/internal/experiment"
	"actscope/internal/present"
	"actscope/internal/runfolder"
)

// costFlags are the flags of cost.
type costFlags struct {
	config   cost.Config
	settings *settingFlags
	out      outputs
	jobs     func() (int, error)
	quick    bool
	latency  bool
}

func costCommand() *cobra.Command {
	f := costFlags{config: cost.Default()}
	cmd := &cobra.Command{
		Use:   "cost",
		Short: "Find the smallest networks that reach a target accuracy, and what they cost",
		Long: `Cost finds, for each activation and depth, the narrowest network that reaches a
target test accuracy, and says what its inference takes: multiply-adds, parameters,
evaluations of the activation, bytes (of the parameters, and of the values that
have to be held at once), time, and the bits that its hidden activations need as
integers. The points have to be of two classes: compare and sweep take others.

A training has fresh data, weights and shuffles and reaches the target where its
accuracy on a large test sample is at least that; one that diverges does not. A
network reaches it where, at one of the learning rates tried, at least a share of
its trainings would (--share), and misses it where at none they would; --epochs is
the budget of every training. Each rate is looked at after a few trainings, after
twice as many and so on up to --seeds, the most promising first, until one is seen
to reach or all are seen to miss. So what is known is a bracket: the smallest
network seen to reach, the largest that, with all smaller ones, was seen to miss,
and the undecided between. A ratio is a range where a bracket is open.

All that is said of networks holds together with 95 % confidence; what was not
tried is not covered. The bounds are Clopper and Pearson's; the chance of error is
divided evenly among activations, depths, widths and looks, half is for either
error, and that of saying that a rate reaches is divided among the rates
(Bonferroni).

The default takes about three minutes on two idle cores; --quick, which looks at one
hidden layer with fewer rates and trainings, less than one. When it is stopped, the
same command goes on from where it was, and a search that asks something else of
the same trainings does not repeat them. Choose --seeds before you look: to add more
until an interval pleases is to lose the 95 %. Status 1 means that no network was
seen to reach the target.`,
		Example: `  actscope cost --target 0.95
  actscope cost --quick
  actscope cost --activations sigmoid,relu,gelu --epochs 2000 --optimiser adam --rates 0.002,0.005,0.01,0.02`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	flags := cmd.Flags()
	flags.Float64Var(&f.config.Target, "target", f.config.Target, "test accuracy to reach")
	flags.Float64Var(&f.config.Share, "share", f.config.Share, "share of trainings that have to reach it")
	flags.Var(numbersFlag(&f.config.Widths, "units", strconv.Atoi, strconv.Itoa), "widths", "units of each hidden layer, ascending")
	flags.Var(numbersFlag(&f.config.Depths, "layers", strconv.Atoi, strconv.Itoa), "depths", "numbers of hidden layers, ascending")
	flags.Var(numbersFlag(&f.config.Rates, "rates", parseFloat, writeFloat), "rates", "learning rates at which each network is judged, ascending")
	flags.IntVar(&f.config.Seeds, "seeds", f.config.Seeds, "trainings by which a network is judged at each rate, at most")
	flags.IntVar(&f.config.TestRows, "test-rows", f.config.TestRows, "points in each test sample, where points are generated")
	f.settings = addSettingFlags(flags, &f.config.Training.Config, cost.Decided...)
	f.settings.locate(cmd)
	f.jobs = addJobs(flags, "trainings")
	flags.BoolVar(&f.quick, "quick", false, "one hidden layer, fewer rates and trainings, unless said otherwise")
	flags.BoolVar(&f.latency, "latency", true, "measure the time of inference, too")
	f.out.add(cmd)
	return cmd
}

func parseFloat(text string) (float64, error) { return strconv.ParseFloat(text, 64) }
func writeFloat(v float64) string             { return strconv.FormatFloat(v, 'g', -1, 64) }

// trialsLog is the file of a run folder with every training.
const trialsLog = "trials.json"

// run searches, writes the folder and prints what was found.
func (f *costFlags) run(cmd *cobra.Command) error {
	if err := f.complete(cmd); err != nil {
		return err
	}
	ctx := cmd.Context()
	inputs, err := cost.Inspect(ctx, f.config)
	if err != nil {
		return err
	}
	folder, err := f.out.take(cmd, runfolder.Asked{Config: f.config}, filesOf(f.config.Training.Config)...)
	if err != nil {
		return err
	}
	defer folder.Discard()
	if err := folder.Claim(); err != nil {
		return err
	}
	progress := present.NewProgress(cmd.ErrOrStderr(), f.out.quiet)
	defer progress.Stop()
	result, err := f.search(cmd, folder, inputs, progress)
	progress.Stop()
	if err != nil {
		return err
	}
	if err := folder.WriteResult(result); err != nil {
		return err
	}
	if err := f.out.publish(cmd, folder, present.Cost(result)); err != nil {
		return err
	}
	var latency *cost.Latency
	if f.latency {
		stages := f.out.stages(cmd)
		stages.Begin("timing", 0)
		latency, err = cost.MeasureLatency(ctx, result)
		stages.End()
		if err != nil {
			return err
		}
		if err := folder.WriteJSON("latency.json", latency); err != nil {
			return err
		}
	}
	if err := f.out.finish(cmd, folder); err != nil {
		return err
	}
	if f.out.json {
		err = present.PrintJSON(cmd.OutOrStdout(), result)
	} else {
		err = present.PrintCost(cmd.OutOrStdout(), result, latency)
	}
	if err == nil && !result.Reached() {
		err = noneReaches(result)
	}
	return err
}

// complete reads the file of settings and takes what the command line leaves open from
// the defaults of --quick.
func (f *costFlags) complete(cmd *cobra.Command) error {
	flags := cmd.Flags()
	if err := f.settings.load(cmd); err != nil {
		return err
	}
	if f.quick {
		quick := cost.Quick()
		for key, set := range map[string]func(){
			"widths": func() { f.config.Widths = quick.Widths },
			"depths": func() { f.config.Depths = quick.Depths },
			"rates":  func() { f.config.Rates = quick.Rates },
			"seeds":  func() { f.config.Seeds = quick.Seeds },
		} {
			if !flags.Changed(key) {
				set()
			}
		}
	}
	return f.config.Validate()
}

// search goes on from the trainings in the folder's log, and keeps them all there,
// also when it is stopped.
func (f *costFlags) search(cmd *cobra.Command, folder *runfolder.Folder, inputs int, progress *present.Progress) (*cost.Result, error) {
	ctx := cmd.Context()
	provenance, err := experiment.CurrentProvenance()
	if err != nil {
		return nil, err
	}
	path := filepath.Join(folder.Path(), trialsLog)
	log, err := cost.OpenLog(path, f.config, provenance)
	if err != nil {
		return nil, err
	}
	sayAside(cmd, log.Aside)
	log.Adopt(inPassed(folder, trialsLog)...)
	jobs, err := f.jobs()
	if err != nil {
		return nil, err
	}
	trainings, err := cost.NewTrainings(f.config, jobs, log, progress.Done)
	if err != nil {
		return nil, err
	}
	progress.Start(0, log.Trainings(), 0)
	result, err := cost.Search(ctx, f.config, inputs, trainings)
	if failed := log.Write(); failed != nil {
		err = failed // worth more than that a signal came
	}
	if err == nil {
		err = result.MeasureBits(ctx, jobs)
	}
	return result, err
}

// noneReaches is an error that says how close the best network came to the target.
func noneReaches(r *cost.Result) error {
	best := r.Best()
	undecided := ""
	if n := r.Undecided(); n > 0 {
		undecided = fmt.Sprintf("; %s undecided: more --seeds may decide", present.Counted(n, "network"))
	}
	return fmt.Errorf("no network was seen to reach a test accuracy of %v in %v of trainings%s; the best found is %s %s at rate %v, which does in %d of %d, with a mean test accuracy of %.4f and %.4f at best",
		r.Config.Target, r.Config.Share, undecided, best.Activation, best.Layers(r.Inputs), best.Rate, best.Reached, best.Trained, best.MeanAccuracy, best.BestAccuracy)
}

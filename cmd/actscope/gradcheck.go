package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"actscope/graph"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/formula"
	"actscope/internal/gradcheck"
	"actscope/internal/input"
	"actscope/internal/panics"
	"actscope/internal/present"
	"actscope/models"
	"actscope/models/doctor"
	"actscope/models/doctor/layers"
	"actscope/models/handcoded/mistakes"
)

// gradcheckFlags are what the command line asks of gradcheck.
type gradcheckFlags struct {
	config             config.Config
	settings           *settingFlags
	activation         string
	export, against    string
	relative, absolute float64
	list               bool
	template           bool
	names              map[string]string
	layout             string
	layer              string
	stride, pad, pool  int
	out                outputs
}

func gradcheckCommand() *cobra.Command {
	f := gradcheckFlags{config: config.Article(), activation: "sigmoid"}
	f.config.Epochs = 0
	cmd := &cobra.Command{
		Use:   "gradcheck",
		Short: "Check gradients: the program's own, or yours",
		Long: `Gradcheck compares gradients by automatic differentiation, by hand-written
backpropagation and by finite differences, over activations, losses, output layers and
depths.

With --against it judges the gradients that you computed, from a file as your code saves
it: a batch, the parameters and their gradients, as .npz, .safetensors, JSON, or a folder
of .npy or .csv files, or as JSON on standard input (-). It finds out which array is which
(--map says it where no name does), which layout they have (--layout), and what --loss, --output,
--reduction, --l2 and --activation leave open; then it says array by array whether the
gradients are right, and which mistakes, in which layers, explain those that are not. The
status is 0 when they are right, 1 when they are proportional to the right ones or wrong,
2 when the file cannot be used. With --out it also writes a page into a folder, with every
array beside its reference as heat maps, to look at or to show.

With --layer the file holds one layer of a kind by itself: its inputs, what comes down to it
(dout; dnext_h, dnext_c), and their gradients (dx, dw, db, ...), under the names of course
assignments. No factor is forgiven there. --stride, --pad and --pool are those of
convolutions and pools where the sizes leave them open. The kinds:

` + layerKinds() + `
With --parts the hidden layers have normalisation or shortcuts, and the file, under the
names x, y, W1, b1, grad_W1, grad_b1 and so on, the parameters of these, such as gain1.

With --template it prints what to save for that, in Python, for two layers or for those
of --hidden; with the intermediates, each array is checked given your own before it. With
--layer as well it is what to save of a layer; --list-mistakes takes --layer, too.

With --export it writes such a file for one network at any setting, on the first
batch of training rows, before training or after --epochs.`,
		Example: `  actscope gradcheck
  actscope gradcheck --layer conv --stride 2 --pad 1 --against conv.npz
  actscope gradcheck --export reference.npz --activation relu --hidden 16,16
  actscope gradcheck --template --hidden 16,8
  actscope gradcheck --against mine.npz --activation relu
  actscope gradcheck --against mine.npz --loss softmax --reduction sum --map x=first,y=second`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			mode, err := f.mode(cmd.Flags())
			if err != nil {
				return err
			}
			return mode(cmd)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.activation, "activation", f.activation, "hidden activation of the network: a name, or a formula in z")
	flags.StringVar(&f.export, "export", "", "write one network with its gradients to this file")
	flags.StringVar(&f.against, "against", "", "compare the gradients in this file with the reference")
	flags.Float64Var(&f.relative, "rtol", doctor.Double.Relative, "tolerance relative to an array's largest entry (1e-4 for float32 files, 1e-2 for 16 bits)")
	flags.Float64Var(&f.absolute, "atol", doctor.Double.Absolute, "absolute tolerance (1e-6 for float32 files, 1e-5 for 16 bits)")
	flags.StringToStringVar(&f.names, "map", nil, "which array of the file is which, such as x=q,y=a,W1=first")
	flags.StringVar(&f.layout, "layout", "", "how the file's arrays are laid out: samples in rows or columns, weights in-out or out-in, biases in them bias-first or bias-last; such as columns,out-in")
	flags.StringVar(&f.layer, "layer", "", "the file is a layer of this kind by itself, such as conv")
	flags.IntVar(&f.stride, "stride", 1, "stride of a convolution or pool (found from the sizes if not given)")
	flags.IntVar(&f.pad, "pad", 0, "zero padding of a convolution or pool (found from the sizes if not given)")
	flags.IntVar(&f.pool, "pool", 2, "side of a pool's windows (found from the sizes if not given)")
	flags.BoolVar(&f.list, "list-mistakes", false, "list the mistakes that are looked for")
	flags.BoolVar(&f.template, "template", false, "print what to save of your training step, in Python")
	f.settings = addSettingFlags(flags, &f.config, "activations", "dtype")
	f.settings.locate(cmd)
	f.out.add(cmd)
	f.out.folder, flags.Lookup("out").DefValue = "", ""
	flags.Lookup("json").Usage = "print the result as JSON, and nothing else"
	flags.Lookup("out").Usage = "folder for a page that shows the gradients of --against"
	return cmd
}

// headFlags are the settings of output layer and loss.
var headFlags = []string{"loss", "output", "reduction", "l2"}

// mode picks what to do and refuses flags that would have no effect on it.
func (f *gradcheckFlags) mode(flags *pflag.FlagSet) (func(*cobra.Command) error, error) {
	var run func(*cobra.Command) error
	var used []string
	heads := slices.Clone(headFlags)
	switch {
	case f.list:
		run, used = f.listMistakes, []string{"list-mistakes", "json", "layer"}
	case f.template && f.layer != "":
		run, used = f.printLayerTemplate, append([]string{"template", "layer"}, windowFlags...)
	case f.template:
		run, used = f.printTemplate, append(heads, "template", "activation", "hidden")
	case f.layer != "":
		run, used = f.compareLayer, append([]string{"against", "layer", "map", "rtol", "atol", "json", "out"}, windowFlags...)
	case f.against != "":
		run, used = f.compareFile, append(heads, "against", "activation", "parts", "map", "layout", "rtol", "atol", "json", "out")
	case f.export != "":
		settings := pflag.NewFlagSet("", pflag.ContinueOnError)
		addSettingFlags(settings, &config.Config{}, "activations", "dtype")
		settings.VisitAll(func(flag *pflag.Flag) { used = append(used, flag.Name) })
		run, used = f.exportFile, append(used, "export", "activation", "json")
	default:
		run, used = f.checkSuite, append(heads, "activation", "json")
	}
	if f.out.folder != "" && slices.Contains(used, "out") {
		used = append(used, "format", "theme", "quiet", "force", "open", "verbose")
	}
	var unused []string
	flags.Visit(func(flag *pflag.Flag) {
		if !slices.Contains(used, flag.Name) {
			unused = append(unused, "--"+flag.Name)
		}
	})
	if len(unused) > 0 {
		return nil, input.Refuse("", "%s would have no effect here: see actscope gradcheck --help", strings.Join(unused, ", "))
	}
	return run, nil
}

// listMistakes prints the catalogue, that of a kind of layer if one is named.
func (f *gradcheckFlags) listMistakes(cmd *cobra.Command) error {
	list := doctor.Mistakes()
	if f.layer != "" {
		var err error
		if list, err = layers.Mistakes(f.layer); err != nil {
			return err
		}
	}
	if f.out.json {
		return present.PrintJSON(cmd.OutOrStdout(), list)
	}
	return present.PrintMistakes(cmd.OutOrStdout(), list)
}

// exportFile writes one network with its gradients.
func (f *gradcheckFlags) exportFile(cmd *cobra.Command) error {
	if err := checkOutput("export", f.export, f.out.json); err != nil {
		return err
	}
	if err := f.settings.load(cmd); err != nil {
		return err
	}
	if f.settings.file == "" || cmd.Flags().Changed("activation") {
		f.config.Activations = []string{f.activation}
	}
	if len(f.config.Activations) != 1 {
		return input.Refuse("activations", "%d in %s: one network is exported, name it by --activation", len(f.config.Activations), f.settings.file)
	}
	if f.config.Dtype != graph.Double.String() {
		return input.Refuse("dtype", "%s: a reference is computed in float64", f.config.Dtype)
	}
	if f.config.ClassWeights != "" {
		return input.Refuse("class-weights", "%s: the gradients in a file are those of rows that count alike: leave it out", f.config.ClassWeights)
	}
	set, net, err := experiment.TrainOne(cmd.Context(), f.config)
	if err != nil {
		return err
	}
	file, err := panics.Await(cmd.Context(), func() (*gradcheck.File, error) {
		return gradcheck.Export(net, set.FirstRows(f.config.BatchSize))
	}, "computing the gradients of %s", f.config.Activations[0])
	if errors.Is(err, gradcheck.ErrRandom) {
		return input.Under("parts", err)
	}
	if err != nil {
		return err
	}
	if err := writeOutput(cmd, f.export, file.Encode); err != nil {
		return err
	}
	if f.out.json {
		return present.PrintJSON(cmd.OutOrStdout(), map[string]any{"file": f.export, "rows": file.Batch.Rows(), "parameters": net.ParameterCount(), "loss": *file.Loss})
	}
	return sayWritten(cmd, f.export, "%d rows, %d parameters, their gradients and the loss %s", file.Batch.Rows(), net.ParameterCount(), present.Digits(*file.Loss))
}

// network is the network that the settings describe, whatever its widths.
func (f *gradcheckFlags) network() (models.MLP, error) {
	if _, err := graph.ActivationNamed(f.activation); err != nil {
		return models.MLP{}, input.Under("activation", err)
	}
	f.config.Activations = []string{f.activation}
	specifications, err := f.config.Untrained()
	if err != nil {
		return models.MLP{}, err
	}
	return specifications[0].MLP, specifications[0].CheckOutput()
}

// compareFile judges the gradients in a file.
func (f *gradcheckFlags) compareFile(cmd *cobra.Command) error {
	if len(f.config.Parts) > 0 {
		return f.compareParts(cmd)
	}
	options, err := f.options(cmd)
	if err != nil {
		return err
	}
	return f.judge(cmd, func() (*doctor.Report, error) { return doctor.Check(cmd.Context(), f.against, options) })
}

// givenTolerance is what the flags say, nil for what they do not.
func (f *gradcheckFlags) givenTolerance(flags *pflag.FlagSet) (relative, absolute *float64) {
	if flags.Changed("rtol") {
		relative = &f.relative
	}
	if flags.Changed("atol") {
		absolute = &f.absolute
	}
	return relative, absolute
}

// judge prints what a check says, as an error too where it is not right.
func (f *gradcheckFlags) judge(cmd *cobra.Command, check func() (*doctor.Report, error)) error {
	report, err := panics.Await(cmd.Context(), check, "judging %s", f.against)
	if err != nil {
		return err
	}
	if err := f.publish(cmd, report); err != nil {
		return err
	}
	if f.out.json {
		err = present.PrintJSON(cmd.OutOrStdout(), report)
	} else {
		err = present.PrintVerdict(cmd.OutOrStdout(), report)
	}
	if err == nil && report.Verdict != doctor.Right {
		err = fmt.Errorf("the gradients in %s are %s", f.against, report.Verdict)
	}
	return err
}

// stdin is standard input, where --against names it.
func (f *gradcheckFlags) stdin(cmd *cobra.Command) (io.Reader, error) {
	if f.against != input.Standard {
		return nil, nil
	}
	return input.Open(cmd.Context(), f.against)
}

// options are what the flags say of a file; what they do not is found out.
func (f *gradcheckFlags) options(cmd *cobra.Command) (doctor.Options, error) {
	o := doctor.Options{Map: f.names, Layout: f.layout}
	var err error
	if o.Stdin, err = f.stdin(cmd); err != nil {
		return o, err
	}
	for flag, to := range map[string]*string{"loss": &o.Loss, "output": &o.Output, "reduction": &o.Reduction} {
		if cmd.Flags().Changed(flag) {
			*to = cmd.Flags().Lookup(flag).Value.String()
		}
	}
	if cmd.Flags().Changed("l2") {
		if !(f.config.L2 >= 0) || math.IsInf(f.config.L2, 0) {
			return o, input.Refuse("l2", "%v: the strength of a penalty is a number from 0", f.config.L2)
		}
		o.L2 = &f.config.L2
	}
	if cmd.Flags().Changed("activation") {
		for _, name := range formula.Split(f.activation) {
			a, err := graph.ActivationNamed(name)
			if err != nil {
				return o, input.Under("activation", err)
			}
			o.Activations = append(o.Activations, a)
		}
	}
	o.Relative, o.Absolute = f.givenTolerance(cmd.Flags())
	return o, f.checkTolerance()
}

func (f *gradcheckFlags) checkTolerance() error {
	if !(f.relative >= 0) || math.IsInf(f.relative, 0) {
		return input.Refuse("rtol", "%v: a tolerance is a number from 0", f.relative)
	}
	if !(f.absolute >= 0) || math.IsInf(f.absolute, 0) {
		return input.Refuse("atol", "%v: a tolerance is a number from 0", f.absolute)
	}
	return nil
}

// compareParts compares a file of a network with parts with the reference.
func (f *gradcheckFlags) compareParts(cmd *cobra.Command) error {
	network, err := f.network()
	if err != nil {
		return err
	}
	file, err := gradcheck.ReadFile(f.against, network)
	if err != nil {
		return err
	}
	if err := f.checkTolerance(); err != nil {
		return err
	}
	if hidden := file.Hidden(); hidden > 0 && !cmd.Flags().Changed("activation") {
		return input.Refuse("activation", "%s has %d hidden layers: say what their activation is", f.against, hidden)
	}
	report, err := gradcheck.Against(file, f.tolerance(cmd.Flags(), file))
	if err != nil {
		return err
	}
	if err := f.publish(cmd, report.AsDoctors()); err != nil {
		return err
	}
	if f.out.json {
		err = present.PrintJSON(cmd.OutOrStdout(), report)
	} else {
		err = present.PrintGradients(cmd.OutOrStdout(), report)
	}
	if err == nil && !report.Agrees {
		err = fmt.Errorf("the gradients in %s are not those of the reference", f.against)
	}
	return err
}

// tolerance is what the flags say, or else what the file's precision allows.
func (f *gradcheckFlags) tolerance(flags *pflag.FlagSet, file *gradcheck.File) mistakes.Tolerance {
	t := doctor.Double
	if file.Single {
		t = doctor.Single
	}
	if flags.Changed("rtol") {
		t.Relative = f.relative
	}
	if flags.Changed("atol") {
		t.Absolute = f.absolute
	}
	return t
}

// checkSuite checks the program itself.
func (f *gradcheckFlags) checkSuite(cmd *cobra.Command) error {
	suite := gradcheck.DefaultSuite()
	network, err := f.network()
	if err != nil {
		return err
	}
	if cmd.Flags().Changed("activation") {
		suite.Activations = []graph.Activation{network.Activation}
	}
	if slices.ContainsFunc(headFlags, cmd.Flags().Changed) {
		suite.Heads, suite.Others = gradcheck.HeadsOf(network), nil
	}
	cases, err := gradcheck.Suite(cmd.Context(), suite)
	if err != nil {
		return err
	}
	// On the article's first batch.
	article := config.Article()
	article.Activations, article.Epochs = article.Activations[:1], 0
	set, _, err := experiment.TrainOne(cmd.Context(), article)
	if err != nil {
		return err
	}
	epsilon, err := gradcheck.EpsilonCases(set.FirstRows(article.BatchSize), article.Hidden, uint32(article.Seed))
	if err != nil {
		return err
	}
	result := present.SuiteResult{Agrees: true, Cases: cases, Epsilon: epsilon}
	for _, c := range cases {
		for _, a := range c.Arrays {
			result.Agrees = result.Agrees && a.Agrees()
		}
	}
	if f.out.json {
		err = present.PrintJSON(cmd.OutOrStdout(), result)
	} else {
		err = present.PrintSuite(cmd.OutOrStdout(), suite, result)
	}
	if err == nil && !result.Agrees {
		err = fmt.Errorf("gradients disagree beyond %v relative (hand-coded) or %v (differences)", gradcheck.HandTolerance, gradcheck.DifferenceTolerance)
	}
	return err
}

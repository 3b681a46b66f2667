package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"actscope/internal/study"
)

// studyFlags adds the flags that make a configuration, but for those that name
// its networks. What is there when they are added are their defaults.
func studyFlags(flags *pflag.FlagSet, c *study.Config) {
	flags.IntVar(&c.Samples, "samples", c.Samples, "points of the two moons")
	flags.Float64Var(&c.Noise, "noise", c.Noise, "standard deviation of the noise on each coordinate")
	flags.Int64Var(&c.DataSeed, "data-seed", c.DataSeed, "seed of the points")
	flags.Int64Var(&c.SplitSeed, "split-seed", c.SplitSeed, "seed of the split into training and test rows")
	flags.Float64Var(&c.TestFraction, "test-fraction", c.TestFraction, "share of the rows that are held out for the test")
	flags.Var((*layers)(&c.Hidden), "hidden", "units of each hidden layer")
	flags.StringVar(&c.Loss, "loss", c.Loss, "what is differentiated: logits, or article (the formula with its 1e-9)")
	flags.IntVar(&c.Epochs, "epochs", c.Epochs, "passes over the training rows")
	flags.Float64Var(&c.LearningRate, "learning-rate", c.LearningRate, "step size of gradient descent")
	flags.IntVar(&c.BatchSize, "batch-size", c.BatchSize, "rows per step")
	flags.Int64Var(&c.Seed, "seed", c.Seed, "seed of the initial weights and shuffles")
}

// activationsFlag adds the flag that names several networks.
func activationsFlag(flags *pflag.FlagSet, c *study.Config) {
	flags.Var((*names)(&c.Activations), "activations", "the networks to compare, by hidden activation")
}

// outputs are the flags of commands that make a run folder.
type outputs struct {
	folder  string
	formats []string
	quiet   bool
}

func (o *outputs) add(cmd *cobra.Command) {
	o.formats = []string{"png", "svg"}
	flags := cmd.Flags()
	flags.StringVar(&o.folder, "out", "out/"+cmd.Name(), "folder for the results")
	flags.Var(&formats{&o.formats}, "format", "formats of the figures")
	flags.BoolVar(&o.quiet, "quiet", false, "no progress on standard error")
}

// names is a comma-separated list as a flag.
type names []string

func (n *names) String() string     { return strings.Join(*n, ",") }
func (n *names) Type() string       { return "names" }
func (n *names) Set(s string) error { *n = strings.Split(s, ","); return nil }

// layers is a comma-separated list of unit counts as a flag.
type layers []int

func (l *layers) Type() string { return "units" }

func (l *layers) String() string {
	var parts []string
	for _, units := range *l {
		parts = append(parts, strconv.Itoa(units))
	}
	return strings.Join(parts, ",")
}

func (l *layers) Set(s string) error {
	*l = nil
	for i, part := range strings.Split(s, ",") {
		units, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil {
			return fmt.Errorf("hidden layer %d is %q, not a number of units: write them like 8,8", i+1, part)
		}
		*l = append(*l, units)
	}
	return nil
}

// formats is a list of picture formats as a flag.
type formats struct{ list *[]string }

func (f *formats) String() string {
	if f.list == nil {
		return ""
	}
	return strings.Join(*f.list, ",")
}
func (f *formats) Type() string { return "formats" }

func (f *formats) Set(s string) error {
	list := strings.Split(s, ",")
	for i, format := range list {
		if format != "png" && format != "svg" {
			return fmt.Errorf("unknown format %q: choose png, svg or both", format)
		}
		if slices.Contains(list[:i], format) {
			return fmt.Errorf("format %s is named twice", format)
		}
	}
	*f.list = list
	return nil
}

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"actscope/internal/comparison"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/internal/panics"
	"actscope/internal/present"
	"actscope/internal/runfolder"
	"actscope/internal/shell"
	"actscope/models/foreign"
)

func observeCommand() *cobra.Command {
	settled := config.Article()
	settled.TestFraction = comparison.ObservedFraction
	var settings *settingFlags
	var out outputs
	var o comparison.Observing
	var networks networkFlags
	var export, check, standardise string
	cmd := &cobra.Command{
		Use:   "observe FILE|-...",
		Short: "Observe networks that were trained elsewhere",
		Long: `Observe reads networks from ONNX, safetensors and npz files, and from run folders,
as computation graphs with hooks, and does what compare does for its own: a table,
a run folder, figures, measurements and a page. Nothing is trained.
Networks of a run folder are observed on its points, where no others are named.

What a file does not say, such as the activations of a PyTorch state_dict, flags
settle. The points are handed over as they are, unless --standardise says that the
network was trained on standardised columns: a file may do that by itself.

Of the points, --data or --dataset, one part fits readers and probes (fitted accuracy),
the other is measured (measured accuracy): no network is trained on either. --film has
the last file's numbers in the table, and all files in the page.

--check has the network compute at the array x of the dump, rows x columns as the network
got them, or at the points where it has none, and compares pre1, post1, pre2, ..., rows x
units: inputs and outputs of the activations, of which some may be left out.`,
		Example: `  actscope observe net.onnx --data csv:points.csv
  actscope observe net.safetensors --activation relu --final sigmoid --data moons
  actscope observe epoch1.onnx epoch10.onnx epoch100.onnx --film --data csv:points.csv
  actscope observe net.onnx --data csv:points.csv --export activations.npz
  actscope observe net.onnx --data csv:points.csv --check dump.npz`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := settings.load(cmd); err != nil {
				return err
			}
			if err := notStandard("out", out.folder); err != nil {
				return err
			}
			read := append(slices.Clone(args), check)
			if file, is := config.DataFile(settled.Dataset); is {
				read = append(read, file)
			}
			if err := notRead("out", out.folder, args); err != nil {
				return err
			}
			for _, f := range []struct{ key, path string }{{"export", export}, {"check", check}} {
				if f.path == "" {
					continue
				}
				if len(args) > 1 {
					return input.Refuse(f.key, "%d files: give one network", len(args))
				}
				if f.key == "export" {
					if err := checkOutput(f.key, f.path, out.json, read...); err != nil {
						return err
					}
				}
			}
			if standardise != config.StandardiseNone {
				o.Standardise = true
			}
			given, err := openNetworks(cmd.Context(), args, networks)
			if err != nil {
				return err
			}
			if (export != "" || check != "") && len(given) > 1 {
				return input.Refuse("export", "%s has %d networks: choose one with --network", args[0], len(given))
			}
			if o.Points, err = pointsOf(cmd.Flags(), settled.Points, args); err != nil {
				return err
			}
			if o.Standardise {
				if err := o.Points.SetStandardise(standardise); err != nil {
					return err
				}
			}
			o.Options = optionFlags(cmd.Flags())
			asked := runfolder.Asked{Config: o.Points, Rest: []any{args, networks, o.Options, o.Standardise, o.Film}}
			folder, err := out.take(cmd, asked, append(networkFiles(args), filesOf(config.Config{Points: o.Points})...)...)
			if err != nil {
				return err
			}
			defer folder.Discard()
			stages := out.stages(cmd)
			defer stages.End()
			if stages.Begin("measuring", len(given)); !o.Film {
				o.Measured = stages.Step
			}
			result, err := comparison.Observe(cmd.Context(), o, given)
			stages.End()
			if err != nil {
				return err
			}
			var compared []foreign.Departure
			if export != "" || check != "" {
				if compared, err = activations(cmd, given[0].Model, o, result, export, check); err != nil {
					return err
				}
			}
			summary := result.Summary(cmd.Name(), nil)
			if err := out.write(cmd, folder, result, summary); err != nil {
				return err
			}
			if out.json {
				err = present.PrintJSON(cmd.OutOrStdout(), observed{summary, compared})
			} else {
				err = printObserved(words(cmd, export), result, check, compared)
			}
			if err != nil {
				return err
			}
			if slices.ContainsFunc(compared, func(d foreign.Departure) bool { return d.Departs }) {
				return fmt.Errorf("%s: the activations are not those that the network gives", check)
			}
			return nil
		},
	}
	flags := cmd.Flags()
	settings = addSettingFlags(flags, &settled, append(config.TrainingKeys(), "standardise")...)
	settings.locate(cmd)
	networks.add(flags)
	flags.StringVar(&standardise, "standardise", "none", "hand columns over with mean 0 and deviation 1 over all points (all) or over those that are not held out (train): the network was trained on such, and the file does not scale")
	flags.Lookup("standardise").NoOptDefVal = "all"
	flags.BoolVar(&o.Film, "film", false, "the files are one network in the course of its training, in order")
	flags.StringVar(&export, "export", "", ".npz file for what every layer gives for every point: x, pre1, post1, ...")
	flags.StringVar(&check, "check", "", ".npz file of your program's activations under these names to compare with")
	flags.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if name == "data" {
			name = "dataset"
		}
		return pflag.NormalizedName(config.OtherSpelling(name))
	})
	out.add(cmd)
	return cmd
}

// openNetworks reads the networks of all files and folders.
func openNetworks(ctx context.Context, paths []string, f networkFlags) ([]comparison.Given, error) {
	var given []comparison.Given
	for _, path := range paths {
		of, hashed := f, path
		switch folder := isFolder(path); {
		case folder:
			of.options, of.final, hashed = foreign.Options{}, "", ""
		case len(paths) > 1:
			of.network = ""
		}
		networks, err := of.open(ctx, path)
		if err != nil {
			return nil, err
		}
		sum := ""
		if hashed != "" {
			if sum, err = experiment.HashFile(hashed); err != nil {
				return nil, err
			}
		}
		for _, n := range networks {
			g := comparison.Given{File: path, SHA256: sum, Model: n.Model}
			if path == input.Standard {
				g.File = "standard input"
			}
			if hashed == "" {
				g.Name = n.Title
			}
			given = append(given, g)
		}
	}
	return given, nil
}

// networkFiles are the files that networks are read from.
func networkFiles(paths []string) []string {
	var files []string
	for _, path := range paths {
		if !isFolder(path) {
			files = append(files, path)
			continue
		}
		files = append(files, runfolder.ArraysFile(path))
		if _, err := os.Stat(runfolder.ArraysFile(path)); err != nil { // of saved trainings
			saved, _ := os.ReadDir(path)
			files = files[:len(files)-1]
			for _, e := range saved {
				if filepath.Ext(e.Name()) == ".safetensors" {
					files = append(files, filepath.Join(path, e.Name()))
				}
			}
		}
	}
	return files
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir() && path != input.Standard
}

// pointsOf are the points that were asked for, or, where none were, those of the first run folder.
func pointsOf(flags *pflag.FlagSet, settled config.Points, paths []string) (config.Points, error) {
	said := false
	for _, key := range config.PointKeys() {
		said = said || flags.Changed(key)
	}
	if said || flags.Changed("config") {
		return settled, nil
	}
	for _, path := range paths {
		if isFolder(path) {
			p, err := comparison.Points(path)
			if file, is := p.File(); is && file == input.Standard && err == nil {
				return p, input.Refuse("dataset", "the points of %s came from standard input: give them again, with --data csv:FILE or --data csv:-", path)
			}
			return p, err
		}
	}
	return settled, nil
}

// optionFlags are the flags that settled how networks are read, as they were given.
func optionFlags(flags *pflag.FlagSet) []string {
	var said []string
	flags.Visit(func(f *pflag.Flag) {
		switch {
		case !slices.Contains([]string{"activation", "final", "layout", "network", "standardise", "film"}, f.Name):
		case f.Name == "standardise" && f.Value.String() == "all":
			said = append(said, "--standardise")
		case f.Name == "standardise":
			said = append(said, "--standardise="+f.Value.String())
		case f.Value.Type() == "bool":
			said = append(said, "--"+f.Name)
		default:
			said = append(said, "--"+f.Name+" "+shell.Quote(f.Value.String()))
		}
	})
	return said
}

// activations writes what every layer gives, where asked to, and compares it with what somebody
// else's program gave.
func activations(cmd *cobra.Command, m *foreign.Model, o comparison.Observing, r *comparison.Result, export, check string) ([]foreign.Departure, error) {
	points := r.Data.Raw
	if o.Standardise {
		points = r.Data.Standardised
	}
	if export != "" {
		a, err := panics.Await(cmd.Context(), func() (*foreign.Activations, error) { return m.Activations(points.X) }, "evaluating the network")
		if err != nil {
			return nil, err
		}
		if err := writeOutput(cmd, export, func(w io.Writer) error { return a.Write(w) }); err != nil {
			return nil, fmt.Errorf("%s: %w", export, err)
		}
	}
	if check == "" {
		return nil, nil
	}
	return panics.Await(cmd.Context(), func() ([]foreign.Departure, error) { return m.CheckFile(check, points.X) }, "evaluating the network")
}

// observed is what observe prints as JSON.
type observed struct {
	comparison.Summary
	// Check is what --check found, array by array.
	Check []foreign.Departure `json:"check,omitempty"`
}

// printObserved prints what was found as tables.
func printObserved(w io.Writer, r *comparison.Result, check string, compared []foreign.Departure) error {
	if check != "" {
		if err := present.PrintDepartures(w, check, compared); err != nil {
			return err
		}
	}
	return present.PrintObserved(w, r)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"actscope/internal/claims"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/present"
	"actscope/internal/runfolder"
)

func claimsCommand() *cobra.Command {
	base := config.Article()
	var settings *settingFlags
	var out outputs
	var seeds int
	var jobs func() (int, error)
	var quick bool
	var only claims.Selection
	cmd := &cobra.Command{
		Use:   "claims",
		Short: "Ask of each of the article's claims whether it holds beyond its one run",
		Long: `Claims trains the article's two networks from many initial seeds on many data
sets, under the article's settings and with epochs, rate, width or depth changed,
and counts in how many seeds each claim holds: as the article prints it, in
general, and the reasons that it gives. Accuracies are judged on 20,000 fresh points
of each data set, those of a file on its test rows. Then it changes what the two
networks differ in, one thing at a time and together, to see what their accuracies
depend on. It prints the share of seeds with an interval and a verdict that are
corrected for the number of questions, and writes a folder with all numbers, figures
and a page. If it is stopped, the same command goes on with the networks that are
missing. The points have to be of two classes: compare and sweep take others.

With --activations others stand in for sigmoid, ReLU and tanh, in this order, and
the claims are asked of them; the article's numbers, and the changes of one thing at
a time, are about sigmoid and ReLU themselves and are left out.`,
		Example: `  actscope claims
  actscope claims --quick
  actscope claims --quick --activations tanh,gelu
  actscope claims --claim accuracy-gap --setting epochs=4000 --setting rate=0.5`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := settings.load(cmd); err != nil {
				return err
			}
			flags := cmd.Flags()
			if quick && !flags.Changed("seeds") {
				seeds = claims.QuickSeeds
			}
			n, err := jobs()
			if err != nil {
				return err
			}
			design, err := claims.NewDesign(base, seeds, quick)
			if err != nil {
				return err
			}
			return investigate(cmd, design, only, n, out)
		},
	}
	flags := cmd.Flags()
	settings = addSettingFlags(flags, &base, claims.Given...)
	settings.locate(cmd)
	flags.IntVar(&seeds, "seeds", claims.DefaultSeeds, "number of data seeds under the base's settings, two initial seeds on each; elsewhere two fifths as many, one on each")
	flags.BoolVar(&quick, "quick", false, "fewer seeds, which leave most questions about other settings open, without the longest training and the deepest networks")
	flags.StringArrayVar(&only.Claims, "claim", nil, "a claim to ask about, by its id; may be repeated (default all)")
	flags.StringArrayVar(&only.Variants, "setting", nil, "a setting to ask about beside the article's; may be repeated (default all)")
	jobs = addJobs(flags, "trainings")
	out.add(cmd)
	return cmd
}

// unfinishedLog is the file of a run folder with the trainings of a run that was stopped.
const unfinishedLog = "unfinished.json"

// investigate runs a design, writes its folder and prints what was found. What a run that
// was stopped has measured is in the folder, and not measured again.
func investigate(cmd *cobra.Command, d claims.Design, only claims.Selection, jobs int, out outputs) error {
	folder, err := out.take(cmd, runfolder.Asked{Config: d.Base, Rest: []any{d.Seeds, d.Quick, only}}, filesOf(d.Base)...)
	if err != nil {
		return err
	}
	defer folder.Discard()
	if err := folder.Claim(); err != nil {
		return err
	}
	provenance, err := experiment.CurrentProvenance()
	if err != nil {
		return err
	}
	log, err := claims.OpenLog(filepath.Join(folder.Path(), unfinishedLog), d, provenance)
	if err != nil {
		return err
	}
	sayAside(cmd, log.Aside)
	log.Adopt(inPassed(folder, unfinishedLog)...)
	progress := present.NewProgress(cmd.ErrOrStderr(), out.quiet)
	progress.Announce = "network"
	defer progress.Stop()
	result, table, err := claims.Investigate(cmd.Context(), d, only, jobs, log, progress)
	progress.Stop()
	if err == nil {
		err = writeClaims(cmd, folder, result, table, out)
	}
	if err != nil {
		if failed := log.WriteUnlessEmpty(); failed != nil && errors.Is(err, context.Canceled) {
			err = failed // worth more than that a signal came
		}
		return err
	}
	if err := log.Remove(); err != nil {
		return err
	}
	if out.json {
		return present.PrintJSON(cmd.OutOrStdout(), result)
	}
	return present.PrintClaims(cmd.OutOrStdout(), result)
}

// inPassed are the files of a name in the folders that were passed over for this one.
func inPassed(folder *runfolder.Folder, name string) []string {
	var paths []string
	for _, path := range folder.Passed() {
		paths = append(paths, filepath.Join(path, name))
	}
	return paths
}

// sayAside says where the list of trainings of other settings, or of another program, was put
// that was in the folder.
func sayAside(cmd *cobra.Command, path string) {
	if path != "" {
		fmt.Fprintf(cmd.ErrOrStderr(), "actscope: the trainings in the folder are of other settings or of another version of the program: they are in %s now\n", path)
	}
}

// writeClaims writes all that a design has found.
func writeClaims(cmd *cobra.Command, folder *runfolder.Folder, r *claims.Result, t *claims.Table, out outputs) error {
	tables := r.Tables()
	tables[claims.TrialsFile] = claims.Trials(t)
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		if err := folder.WriteFile(name, tables[name]); err != nil {
			return err
		}
	}
	if err := out.publish(cmd, folder, present.Claims(r)); err != nil {
		return err
	}
	if err := folder.WriteResult(r); err != nil {
		return err
	}
	return out.finish(cmd, folder)
}

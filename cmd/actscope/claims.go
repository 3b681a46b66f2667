package main

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"actscope/internal/claims"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/runfolder"
)

func claimsCommand() *cobra.Command {
	base := config.Article()
	var settings *settingFlags
	var out outputs
	var seeds, jobs int
	var quick, asJSON bool
	var only claims.Selection
	cmd := &cobra.Command{
		Use:   "claims",
		Short: "Ask of each of the article's claims whether it holds beyond its one run",
		Long: `Claims trains the article's two networks from many initial seeds on five data
sets, under the article's settings and with epochs, rate, width or depth changed,
and counts in how many seeds each claim holds: as the article prints it, in
general, and the reasons that it gives. It prints the share of seeds with its
interval and a verdict that is corrected for the number of questions, and writes a
folder with all numbers, figures and a page. The initial seeds count from 0. If it is
stopped, the same command goes on with the networks that are missing.`,
		Example: `  actscope claims
  actscope claims --quick
  actscope claims --claim accuracy-gap --setting epochs=4000 --setting rate=0.5`,
		Args: cobra.NoArgs,
		RunE: work(func(cmd *cobra.Command) error {
			if err := settings.load(cmd.Flags()); err != nil {
				return err
			}
			flags := cmd.Flags()
			if quick && !flags.Changed("seeds") {
				seeds = claims.QuickSeeds
			}
			if !flags.Changed("jobs") {
				var err error
				if jobs, err = defaultJobs(); err != nil {
					return err
				}
			}
			design, err := claims.NewDesign(base, seeds, quick)
			if err != nil {
				return err
			}
			return investigate(cmd, design, only, jobs, out, asJSON)
		}),
	}
	flags := cmd.Flags()
	settings = addSettingFlags(flags, &base, claims.Decided...)
	flags.IntVar(&seeds, "seeds", claims.DefaultSeeds, "number of initial seeds")
	flags.BoolVar(&quick, "quick", false, "fewer seeds, without the longest training and the deepest networks")
	flags.StringArrayVar(&only.Claims, "claim", nil, "a claim to ask about, by its id; may be repeated (default all)")
	flags.StringArrayVar(&only.Settings, "setting", nil, "a setting to ask about beside the article's; may be repeated (default all)")
	flags.IntVar(&jobs, "jobs", 0, "trainings at a time (default "+slurmCores+", else the cores)")
	flags.BoolVar(&asJSON, "json", false, "print the results as JSON")
	out.add(cmd)
	return cmd
}

// unfinishedLog is the file of a run folder with the trainings of a run that was stopped.
const unfinishedLog = "unfinished.json"

// investigate runs a design, writes its folder and prints what was found. What a run that
// was stopped has measured is in the folder, and not measured again.
func investigate(cmd *cobra.Command, d claims.Design, only claims.Selection, jobs int, out outputs, asJSON bool) error {
	start := time.Now()
	folder, err := runfolder.New(out.folder)
	if err != nil {
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
	progress := claimsProgress{newSweepProgress(cmd.ErrOrStderr(), out.quiet)}
	defer progress.stop()
	result, table, err := claims.Investigate(cmd.Context(), d, only, jobs, log, progress)
	progress.stop()
	if err == nil {
		err = writeClaimsFolder(cmd.Context(), folder, result, table, out)
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
	progress.wrote(folder.Path(), time.Since(start))
	if asJSON {
		return writeJSON(cmd.OutOrStdout(), result)
	}
	return writeClaimsTable(cmd.OutOrStdout(), result)
}

package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"actscope/internal/input"
	"actscope/internal/present"
	"actscope/internal/runfolder"
	"actscope/viz"
)

func figuresCommand() *cobra.Command {
	l := present.Look{Scale: present.SharpScale, Formats: []string{"png", "svg"}}
	var open, quiet, asJSON bool
	cmd := &cobra.Command{
		Use:   "figures RUN_DIR",
		Short: "Draw the figures and the report of a run anew",
		Long: `Figures draws the figures and the report page of a run folder anew, from the
numbers in it, without training.`,
		Example: "  actscope figures out/reproduce --theme dark --format svg",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkLook(l); err != nil {
				return err
			}
			l.Stages = present.NewStages(cmd.ErrOrStderr(), quiet)
			defer l.Stages.End()
			l.Stages.Begin("reading", 0)
			story, err := present.Load(cmd.Context(), args[0])
			l.Stages.End()
			if err != nil {
				return err
			}
			folder, err := runfolder.New(args[0])
			if err != nil {
				return err
			}
			defer folder.Discard()
			if err := present.Publish(cmd.Context(), folder, story, l); err != nil {
				return err
			}
			if err := folder.Commit(); err != nil {
				return err
			}
			sayOpen(cmd, folder.Page(), open, quiet)
			if asJSON {
				return present.PrintJSON(cmd.OutOrStdout(), map[string]any{"folder": args[0], "page": folder.Page(), "files": folder.Written()})
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: figures (%s) and report drawn\n", input.Visible(args[0]), strings.Join(l.Formats, ","))
			return err
		},
	}
	flags := cmd.Flags()
	addTheme(flags, &l.Options.Theme, "colours of the figures")
	flags.Float64Var(&l.Options.Width, "width", viz.DefaultWidth, "width of the figures in pixels")
	flags.Float64Var(&l.Scale, "scale", l.Scale, "pixels of a PNG to one of the figure")
	flags.Var(formatsFlag(&l.Formats), "format", "formats of the figures: "+strings.Join(present.Formats(), ", ")+" for their numbers")
	flags.BoolVar(&open, "open", false, "open the page when it is drawn")
	flags.BoolVar(&asJSON, "json", false, "print the files that were written as JSON")
	flags.BoolVarP(&quiet, "quiet", "q", false, "no progress on standard error, nor what to open")
	return cmd
}

// checkLook refuses sizes that make no picture.
func checkLook(l present.Look) error {
	if !(l.Options.Width >= 400 && l.Options.Width <= 4000) {
		return input.Refuse("width", "%v: take 400 to 4000 pixels", l.Options.Width)
	}
	if !(l.Scale >= 0.5 && l.Scale <= 4) {
		return input.Refuse("scale", "%v: take 0.5 to 4", l.Scale)
	}
	return nil
}

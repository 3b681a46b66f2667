package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"actscope/internal/comparison"
	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/internal/present"
	"actscope/internal/runfolder"
	"actscope/internal/shell"
	"actscope/viz"
)

// formatsFlag is a list of formats as a flag.
func formatsFlag(formats *[]string) *listFlag[string] {
	f := &listFlag[string]{values: formats, kind: "formats", text: strings.Clone}
	f.parse = func(format string) (string, error) {
		if !slices.Contains(present.Formats(), format) {
			return "", input.Refuse("", "unknown format %q: choose of %s; csv has the figure's numbers", format, strings.Join(present.Formats(), ", "))
		}
		return format, nil
	}
	return f
}

// noFormat stands for no figures and no page.
const noFormat = "none"

// formatsOrNone is a list of picture formats as a flag, which may be none at all.
type formatsOrNone struct{ *listFlag[string] }

// String implements [pflag.Value].
func (f formatsOrNone) String() string {
	if f.listFlag != nil && len(*f.values) == 0 {
		return noFormat
	}
	return f.listFlag.String()
}

// Set implements [pflag.Value].
func (f formatsOrNone) Set(text string) error {
	if strings.TrimSpace(text) == noFormat {
		*f.values = nil
		return nil
	}
	err := f.listFlag.Set(text)
	if err != nil && slices.Contains(strings.Split(text, ","), noFormat) {
		return input.Refuse("", "%s stands alone", noFormat)
	}
	return err
}

// themeFlag is a theme of figures as a flag.
type themeFlag struct{ theme *viz.Theme }

// addTheme adds the flag for the theme that figures have.
func addTheme(flags *pflag.FlagSet, theme *viz.Theme, usage string) {
	*theme = viz.DefaultTheme()
	flags.Var(themeFlag{theme}, "theme", usage+": "+strings.Join(viz.ThemeNames(), ", ")+"; the page takes the reader's light or dark")
}

// Type implements [pflag.Value].
func (themeFlag) Type() string { return "name" }

// String implements [pflag.Value].
func (f themeFlag) String() string {
	if f.theme == nil {
		return ""
	}
	return f.theme.Name
}

// Set implements [pflag.Value].
func (f themeFlag) Set(name string) (err error) {
	*f.theme, err = viz.ThemeNamed(name)
	return err
}

// outputs are the flags of commands that make a run folder.
type outputs struct {
	folder      string
	formats     []string
	theme       viz.Theme
	quiet       bool
	verbose     bool
	force, open bool
	// json says that standard output gets what run.json has, and nothing else.
	json bool
	// geometry says that all of the layers' geometry is measured at the snapshots.
	geometry bool
	started  time.Time
}

func (o *outputs) add(cmd *cobra.Command) {
	o.started, o.formats = time.Now(), []string{"png", "svg"}
	flags := cmd.Flags()
	flags.StringVar(&o.folder, "out", "out/"+cmd.Name(), "folder for the results; where that of the default holds a run of other settings, one with a number")
	flags.BoolVar(&o.force, "force", false, "replace the run of other settings in the folder")
	flags.BoolVar(&o.open, "open", false, "open the page when it is written")
	flags.Var(formatsOrNone{formatsFlag(&o.formats)}, "format", "formats of the figures: "+strings.Join(present.Formats(), ", ")+" for their numbers; none draws no figures and no page, which actscope figures does later")
	addTheme(flags, &o.theme, "colours of the figures")
	flags.BoolVar(&o.json, "json", false, "print what run.json has, and nothing else")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "no progress on standard error")
	flags.BoolVarP(&o.verbose, "verbose", "v", false, "say on standard error which program and kernels compute, what exactly is asked, and which files are written")
}

// take takes the folder for what is asked, which is nothing that was there of another run. Files
// are read for it.
func (o *outputs) take(cmd *cobra.Command, a runfolder.Asked, files ...string) (*runfolder.Folder, error) {
	if o.open && !o.draws() {
		return nil, input.Refuse("open", "there is no page with --format %s", noFormat)
	}
	if err := notStandard("out", o.folder); err != nil {
		return nil, err
	}
	a.Command = cmd.Name()
	for _, file := range files {
		a.Data = append(a.Data, contentOf(file))
	}
	folder, err := runfolder.Take(runfolder.Place{Path: o.folder, Said: cmd.Flags().Changed("out"), Force: o.force}, a)
	if err != nil {
		return nil, err
	}
	if passed := folder.Passed(); len(passed) > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "actscope: %s has a run of other settings or one that is still going on: this one goes to %s (--force replaces)\n", o.folder, folder.Path())
	}
	if o.verbose {
		o.say(cmd, folder, a)
	}
	return folder, nil
}

// say says what a run begins with.
func (o *outputs) say(cmd *cobra.Command, folder *runfolder.Folder, a runfolder.Asked) {
	asked, err := json.Marshal(a)
	if err != nil {
		asked = fmt.Append(nil, err)
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%s, commit %s, %d processors\nasked: %s\nwrites to %s\n",
		versionText(), cmp.Or(experiment.NewOrigin("").Commit, "unknown"), runtime.GOMAXPROCS(0), asked, folder.Path())
}

// contentOf is the SHA-256 of a file, if it can be known before it is read for good.
func contentOf(file string) string {
	if info, err := os.Stat(file); file != input.Standard && (err != nil || !info.Mode().IsRegular()) {
		return runfolder.Unknown
	}
	sum, err := experiment.HashFile(file)
	if err != nil {
		return runfolder.Unknown // who reads it says why
	}
	return sum
}

// filesOf are the files that a configuration names.
func filesOf(c config.Config) []string {
	var files []string
	if file, is := c.File(); is {
		files = append(files, file)
	}
	if c.From != "" {
		files = append(files, c.From)
	}
	return files
}

// addGeometry adds the flag of commands whose run folder has a course of training.
func (o *outputs) addGeometry(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.geometry, "geometry-by-epoch", false, "measure all of the layers' geometry at each snapshot, not only what is quick, for "+comparison.MetricsFile)
}

// draws says that figures and a page are asked for.
func (o *outputs) draws() bool { return len(o.formats) > 0 }

// stages shows how far a command is that fills a folder.
func (o *outputs) stages(cmd *cobra.Command) *present.Stages {
	return present.NewStages(cmd.ErrOrStderr(), o.quiet)
}

// publish writes a story's figures and page into the folder, if they are asked for.
func (o *outputs) publish(cmd *cobra.Command, folder *runfolder.Folder, s present.Story) error {
	if !o.draws() {
		return nil
	}
	return present.Publish(cmd.Context(), folder, s, present.Look{
		Options: viz.Options{Theme: o.theme}, Scale: present.SharpScale, Formats: o.formats, Stages: o.stages(cmd),
	})
}

// store writes what a study found, its figures and its page, and makes them the folder's.
func (o *outputs) store(cmd *cobra.Command, folder *runfolder.Folder, arrays npz.Arrays, result any, s present.Story) error {
	if err := folder.WriteArrays(arrays); err != nil {
		return err
	}
	if err := folder.WriteResult(result); err != nil {
		return err
	}
	if err := o.publish(cmd, folder, s); err != nil {
		return err
	}
	return o.finish(cmd, folder)
}

// finish makes what was written the folder's, and says where the results are and what they
// took.
func (o *outputs) finish(cmd *cobra.Command, folder *runfolder.Folder) error {
	if err := folder.Commit(); err != nil {
		return err
	}
	if o.verbose {
		for _, name := range folder.Written() {
			fmt.Fprintf(cmd.ErrOrStderr(), "wrote %s\n", filepath.Join(folder.Path(), name))
		}
	}
	present.Wrote(cmd.ErrOrStderr(), folder.Path(), time.Since(o.started), o.quiet)
	switch {
	case o.draws():
		sayOpen(cmd, folder.Page(), o.open, o.quiet)
	case !o.quiet:
		fmt.Fprintf(cmd.ErrOrStderr(), "draw with: actscope figures %s\n", shell.File(folder.Path()))
	}
	return nil
}

// addJSON adds the flag of commands that print what they did as one line, or as JSON.
func addJSON(cmd *cobra.Command, to *bool) {
	cmd.Flags().BoolVar(to, "json", false, "print the same as JSON, and nothing else")
}

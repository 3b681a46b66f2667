package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
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

// settingFlags are the flags that make a configuration, from a file and from the
// command line.
type settingFlags struct {
	config   *config.Config
	defaults config.Config
	file     string
	lines    []config.Line // of the file
}

// addSettingFlags adds a flag for each setting of a configuration but those named,
// and one for a file of settings. What is in the configuration are the defaults.
func addSettingFlags(flags *pflag.FlagSet, c *config.Config, without ...string) *settingFlags {
	s := &settingFlags{config: c, defaults: *c}
	for _, setting := range config.Settings() {
		if !slices.Contains(without, setting.Key) {
			flag := flags.VarPF(&settingFlag{setting, c}, setting.Key, "", setting.Usage)
			if setting.Kind == "bool" {
				flag.NoOptDefVal = "true"
			}
		}
	}
	flags.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		return pflag.NormalizedName(config.OtherSpelling(name))
	})
	flags.StringVar(&s.file, "config", "", "YAML file of settings, or - for standard input; flags win over it")
	return s
}

// load reads the file, if there is one, beneath what the command line said, and settles what
// depends on other settings.
func (s *settingFlags) load(cmd *cobra.Command) error {
	if err := s.read(cmd); err != nil {
		return err
	}
	if _, is := cmd.Flags().Lookup("standardise").Value.(*settingFlag); is { // that of observe says something else
		s.config.ResolveStandardise(s.said(cmd, "standardise"))
	}
	return nil
}

// said says whether the command line or the file of settings says a setting.
func (s *settingFlags) said(cmd *cobra.Command, key string) bool {
	return cmd.Flags().Changed(key) || slices.ContainsFunc(s.lines, func(l config.Line) bool { return l.Key == key })
}

// read reads the file, if there is one, beneath what the command line said.
func (s *settingFlags) read(cmd *cobra.Command) error {
	if s.file == "" {
		return s.readStandard(cmd)
	}
	said := *s.config
	*s.config = s.defaults
	var err error
	if s.lines, err = config.ReadFileOnce(cmd.Context(), s.file, s.config); err != nil {
		return err
	}
	for _, setting := range config.Settings() {
		if !cmd.Flags().Changed(setting.Key) {
			continue
		}
		if err := setting.Set(s.config, setting.Get(said)); err != nil {
			return err
		}
	}
	return s.readStandard(cmd)
}

// startFrom has the file of the setting "from", if there is one, say the layers that neither the
// command line nor the file of settings says.
func (s *settingFlags) startFrom(cmd *cobra.Command) error {
	if s.config.From == "" {
		return nil
	}
	said := func(key string) bool { return s.said(cmd, key) }
	activation := ""
	if said("activations") && len(s.config.Activations) == 1 {
		activation = s.config.Activations[0]
	}
	m, err := experiment.OpenFrom(s.config.From, activation)
	if err != nil {
		return err
	}
	layers := m.Layers()
	hidden := layers[:len(layers)-1]
	if len(hidden) == 0 {
		return input.Refuse("from", "%s has no hidden layer", s.config.From)
	}
	if !said("activations") {
		s.config.Activations = []string{hidden[0].Activation.Name}
	}
	if !said("hidden") {
		s.config.Hidden = m.Widths()[1:len(layers)]
	}
	if !said("parts") {
		s.config.Parts = []string{}
		for _, l := range hidden {
			if len(l.Parts) > len(s.config.Parts) { // a shortcut may have no effect in some
				s.config.Parts = nil
				for _, p := range l.Parts {
					s.config.Parts = append(s.config.Parts, p.Name())
				}
			}
		}
	}
	return nil
}

// locate has a command's errors about a setting say where the file has it.
func (s *settingFlags) locate(cmd *cobra.Command) {
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		err := run(cmd, args)
		var bad *input.Error
		if !errors.As(err, &bad) || bad.File != "" || cmd.Flags().Changed(bad.Key) {
			return err
		}
		i := slices.IndexFunc(s.lines, func(l config.Line) bool { return l.Key == bad.Key })
		if i < 0 {
			return err
		}
		return s.lines[i].In(s.file, 0, bad)
	}
}

// settingFlag is a setting of a configuration as a flag.
type settingFlag struct {
	setting config.Setting
	config  *config.Config
}

func (f *settingFlag) Type() string { return f.setting.Kind }

func (f *settingFlag) String() string {
	if f.config == nil {
		return ""
	}
	return f.setting.Get(*f.config)
}

func (f *settingFlag) Set(text string) error {
	err := f.setting.Set(f.config, text)
	var bad *input.Error
	if errors.As(err, &bad) {
		return errors.New(bad.Reason) // pflag names the flag
	}
	return err
}

// listFlag is a list of values, each once, with commas between them as a flag.
type listFlag[T comparable] struct {
	values *[]T
	kind   string
	parse  func(string) (T, error)
	text   func(T) string
}

// Type implements [pflag.Value].
func (f *listFlag[T]) Type() string { return f.kind }

// String implements [pflag.Value].
func (f *listFlag[T]) String() string {
	if f.values == nil {
		return ""
	}
	texts := make([]string, len(*f.values))
	for i, v := range *f.values {
		texts[i] = f.text(v)
	}
	return strings.Join(texts, ",")
}

// Set implements [pflag.Value].
func (f *listFlag[T]) Set(text string) error {
	var values []T
	for part := range strings.SplitSeq(text, ",") {
		v, err := f.parse(strings.TrimSpace(part))
		if err != nil {
			return err
		}
		if slices.Contains(values, v) {
			return input.Refuse("", "%s is named twice", part)
		}
		values = append(values, v)
	}
	*f.values = values
	return nil
}

// numbersFlag is a list of numbers as a flag.
func numbersFlag[T comparable](values *[]T, kind string, parse func(string) (T, error), text func(T) string) *listFlag[T] {
	f := &listFlag[T]{values: values, kind: kind, text: text}
	f.parse = func(part string) (T, error) {
		v, err := parse(part)
		if err != nil {
			return v, input.Refuse("", "%q is not a number in range: write them like %v", part, f)
		}
		return v, nil
	}
	return f
}

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

// checkFile refuses a path to which no file can be written: without a folder around it, or
// with one, a pipe, a device or a link to nowhere in its place, or one of the files that are read.
func checkFile(key, path string, read ...string) error {
	if err := notRead(key, path, read); err != nil {
		return err
	}
	_, absent := os.Lstat(path)
	switch info, err := os.Stat(path); {
	case err != nil && absent == nil:
		return input.Refuse(key, "%s is a link that leads nowhere", path)
	case err != nil: // it is not there yet
	case info.IsDir():
		return input.Refuse(key, "%s is a folder: name a file", path)
	case !info.Mode().IsRegular():
		return input.Refuse(key, "%s is no regular file, and a new one would take its place: name another", path)
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return input.Refuse(key, "%s is not a folder that exists", filepath.Dir(path))
	}
	return nil
}

// notRead refuses a path where one of the files or folders is that are read.
func notRead(key, path string, read []string) error {
	there, err := os.Stat(path)
	if err != nil {
		return nil // it is not there yet
	}
	for _, r := range read {
		if info, err := os.Stat(r); err == nil && os.SameFile(info, there) {
			return input.Refuse(key, "%s is read, and would be replaced: name another", path)
		}
	}
	return nil
}

// slurmCores says how many cores a job of Slurm was given.
const slurmCores = "SLURM_CPUS_ON_NODE"

// addJobs adds the flag for the number of trainings at a time. What it gives is that
// number: by default as many as there are cores for this process.
func addJobs(flags *pflag.FlagSet, what string) func() (int, error) {
	jobs := flags.Int("jobs", 0, what+" at a time (default "+slurmCores+", else the cores)")
	return func() (int, error) {
		text := os.Getenv(slurmCores)
		switch {
		case flags.Changed("jobs"):
			return *jobs, nil
		case text == "":
			return runtime.GOMAXPROCS(0), nil
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return 0, input.Refuse(slurmCores, "%q is not a number of cores: use --jobs", text)
		}
		return n, nil
	}
}

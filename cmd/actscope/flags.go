package main

import (
	"errors"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"actscope/internal/config"
	"actscope/internal/experiment"
	"actscope/internal/input"
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

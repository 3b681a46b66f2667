package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"actscope/internal/config"
	"actscope/internal/input"
)

// settingFlags are the flags that make a configuration, from a file and from the
// command line.
type settingFlags struct {
	config   *config.Config
	defaults config.Config
	file     string
}

// addSettingFlags adds a flag for each setting of a configuration but those named,
// and one for a file of settings. What is in the configuration are the defaults.
func addSettingFlags(flags *pflag.FlagSet, c *config.Config, without ...string) *settingFlags {
	s := &settingFlags{config: c, defaults: *c}
	for _, setting := range config.Settings() {
		if !slices.Contains(without, setting.Key) {
			flags.Var(&settingFlag{setting, c}, setting.Key, setting.Usage)
		}
	}
	flags.StringVar(&s.file, "config", "", "YAML file of settings; flags win over it")
	return s
}

// load reads the file, if there is one, beneath what the command line said.
func (s *settingFlags) load(flags *pflag.FlagSet) error {
	if s.file == "" {
		return nil
	}
	said := *s.config
	*s.config = s.defaults
	if err := config.ReadFile(s.file, s.config); err != nil {
		return err
	}
	for _, setting := range config.Settings() {
		if !flags.Changed(setting.Key) {
			continue
		}
		if err := setting.Set(s.config, setting.Get(said)); err != nil {
			return err
		}
	}
	return nil
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

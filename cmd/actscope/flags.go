package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"actscope/internal/study"
)

// studyFlags adds a flag for each setting of a configuration but those named.
// What is there when they are added are their defaults.
func studyFlags(flags *pflag.FlagSet, c *study.Config, without ...string) {
	for _, s := range study.Settings() {
		if !slices.Contains(without, s.Key) {
			flags.Var(&settingFlag{s, c}, s.Key, s.Usage)
		}
	}
}

// settingFlag is a setting of a configuration as a flag.
type settingFlag struct {
	setting study.Setting
	config  *study.Config
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
	var bad *study.ConfigError
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

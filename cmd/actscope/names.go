package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"actscope/internal/config"
	"actscope/internal/input"
	"actscope/internal/nearest"
)

// checkNames refuses a word in the place of a command's name that is none, before anything else
// is said of the line, which would be about another command.
func checkNames(root *cobra.Command, args []string) error {
	if len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		return nil // of a shell that completes
	}
	if len(args) > 0 && args[0] == "help" {
		args = args[1:]
	}
	found, rest, _ := root.Find(args)
	if found == nil || !found.HasSubCommands() || len(rest) == 0 || rest[0] == "" || strings.HasPrefix(rest[0], "-") {
		return nil
	}
	var known []string
	for _, c := range found.Commands() {
		if c.IsAvailableCommand() {
			known = append(known, c.Name())
		}
	}
	hint := ""
	if near := nearest.Name(rest[0], known); near != "" {
		hint = ": did you mean " + strings.TrimSpace(strings.TrimPrefix(found.CommandPath(), root.Name())+" "+near) + "?"
	} else {
		hint = ":"
	}
	return input.Refuse("", "unknown command %q for %q%s There are %s", rest[0], found.CommandPath(), hint, strings.Join(known, ", "))
}

// longestQuoted is the longest value of a flag that an error repeats.
const longestQuoted = 100

// badFlag names the flag that is meant by one that there is not, and repeats no long value.
func badFlag(cmd *cobra.Command, err error) error {
	var value *pflag.InvalidValueError
	if errors.As(err, &value) && len(value.GetValue()) > longestQuoted {
		return input.Refuse(value.GetFlag().Name, "%w", value.Unwrap())
	}
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return err
	}
	name := unknown.GetSpecifiedName()
	if len(name) == 1 && unknown.GetSpecifiedShortnames() != "" {
		return input.Refuse("", "unknown flag -%s: %s --help lists the flags", name, cmd.CommandPath())
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			known = append(known, f.Name)
		}
	})
	near := config.Meant(name)
	if near == "" || cmd.Flags().Lookup(near) == nil {
		near = nearest.Name(name, known)
	}
	if near == "" {
		return input.Refuse("", "unknown flag --%s: %s --help lists the flags", name, cmd.CommandPath())
	}
	return input.Refuse("", "unknown flag --%s: did you mean --%s?", name, near)
}

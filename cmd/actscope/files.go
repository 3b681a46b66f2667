package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"actscope/internal/atomicfile"
	"actscope/internal/config"
	"actscope/internal/input"
)

// readFlags are the flags that name a file to read.
var readFlags = []string{"config", "dataset", "data", "from", "check", "against"}

// readArguments are the commands whose arguments name files to read, with how many of them do.
var readArguments = map[string]int{"observe": -1, "export": 1, "predict": 1, "plan": 1}

// readStandard reads standard input where the command line says - for a file to read. In one line it is one
// file.
func readStandard(cmd *cobra.Command, args []string) error {
	var uses []string
	if most, reads := readArguments[cmd.Name()]; reads {
		for i, arg := range args {
			if arg == input.Standard && (most < 0 || i < most) {
				uses = append(uses, "an argument")
			}
		}
	}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if slices.Contains(readFlags, f.Name) && isStandard(f.Value.String()) {
			uses = append(uses, f.Name)
		}
	})
	if len(uses) > 1 && slices.ContainsFunc(uses[1:], func(use string) bool { return use == uses[0] }) {
		return input.Refuse("", "- is standard input, which is one file, and two arguments name it")
	}
	for _, use := range uses {
		if err := input.ReadStandard(cmd.Context(), cmd.InOrStdin(), use); err != nil {
			return err
		}
	}
	return nil
}

// isStandard says whether the value of a flag is standard input.
func isStandard(value string) bool {
	file, isFile := config.DataFile(value)
	return value == input.Standard || isFile && file == input.Standard
}

// readStandard reads standard input where the file of settings says - for a file to read.
func (s *settingFlags) readStandard(cmd *cobra.Command) error {
	if file, isFile := s.config.File(); isFile && file == input.Standard {
		if err := input.ReadStandard(cmd.Context(), cmd.InOrStdin(), "dataset"); err != nil {
			return err
		}
	}
	if s.config.From == input.Standard {
		return input.ReadStandard(cmd.Context(), cmd.InOrStdin(), "from")
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

// checkOutput is [checkFile] of a path that may be standard output, which then holds nothing but the file.
func checkOutput(key, path string, json bool, read ...string) error {
	if path != input.Standard {
		return checkFile(key, path, read...)
	}
	if json {
		return input.Refuse("json", "standard output gets the file of --%s -: leave one of them out", key)
	}
	return nil
}

// writeOutput writes a file, or standard output.
func writeOutput(cmd *cobra.Command, path string, write func(io.Writer) error) error {
	if path != input.Standard {
		return atomicfile.Write(path, write)
	}
	var whole bytes.Buffer // or nothing
	if err := write(&whole); err != nil {
		return err
	}
	_, err := whole.WriteTo(cmd.OutOrStdout())
	return err
}

// words is where a command says what it did: not on standard output where a file is written to that.
func words(cmd *cobra.Command, path string) io.Writer {
	if path == input.Standard {
		return cmd.ErrOrStderr()
	}
	return cmd.OutOrStdout()
}

// notStandard refuses - for a folder.
func notStandard(key, path string) error {
	if path == input.Standard {
		return input.Refuse(key, "- is standard output, which holds no folder: name one, ./- for one that is called -")
	}
	return nil
}

// sayWritten says on which file something was done.
func sayWritten(cmd *cobra.Command, path, format string, args ...any) error {
	file := input.Visible(path)
	if path == input.Standard {
		file = "standard output"
	}
	_, err := fmt.Fprintf(words(cmd, path), "%s: %s\n", file, fmt.Sprintf(format, args...))
	return err
}

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"actscope/internal/gradcheck"
	"actscope/internal/input"
	"actscope/internal/present"
	"actscope/internal/runfolder"
	"actscope/models/doctor"
)

// publish writes the page, its figures, the report and the arrays into the folder asked for, if one is.
func (f *gradcheckFlags) publish(cmd *cobra.Command, report *doctor.Report) error {
	if !cmd.Flags().Changed("out") {
		return nil
	}
	if err := f.checkOut(); err != nil {
		return err
	}
	run := gradcheck.NewRun(filepath.Base(f.against), arguments(cmd), report)
	if f.against == "-" {
		run.File = "standard input"
	}
	folder, err := f.out.take(cmd, runfolder.Asked{Rest: []any{run.Arguments, f.given(report)}})
	if err != nil {
		return err
	}
	defer folder.Discard()
	return f.out.store(cmd, folder, run.Compared(), run, present.GradientCheck(run))
}

// checkOut refuses a folder in which what was judged would be written over, or among other files.
func (f *gradcheckFlags) checkOut() error {
	judged, err := os.Stat(f.against)
	if err != nil { // standard input
		return nil
	}
	for _, name := range append(runfolder.Files(), ".") {
		if there, err := os.Stat(filepath.Join(f.out.folder, name)); err == nil && os.SameFile(judged, there) {
			return input.Refuse("out", "%s would be written over or among: name another folder", f.against)
		}
	}
	return nil
}

// given stands for the numbers that were judged.
func (f *gradcheckFlags) given(report *doctor.Report) string {
	sum := sha256.New()
	for _, a := range report.Arrays {
		fmt.Fprintln(sum, a.Name, a.Shape, a.Given)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// arguments are the words of a command line that give the same result, whatever the order of its flags was.
func arguments(cmd *cobra.Command) []string {
	words := []string{cmd.Name()}
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		if !slices.Contains([]string{"json", "quiet", "format", "theme", "force", "open", "verbose"}, flag.Name) {
			words = append(words, "--"+flag.Name, flag.Value.String())
		}
	})
	return words
}

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/config"
	"actscope/models"
)

// lists are the flags of several values with commas between them.
const lists = " activations parts format "

// placeholder is the end of a form that stands for a number.
var placeholder = regexp.MustCompile(`\[.*|[A-Z]+.*`)

// values are what a shell completes a flag by, by its name.
func values() map[string][]string {
	named := map[string][]string{
		"dataset": append(data.GeneratorNames(), "csv:"), "data": append(data.GeneratorNames(), "csv:"),
		"dtype": {"float64", "float32"}, "task": {"auto", "classes", "regression"},
		"standardise": {"all", config.StandardiseTrain, config.StandardiseNone}, "class-weights": {"none", "balanced"},
		"reduction": {"mean", "sum", "mean-all", "half-sum", "half-mean"}, "format": figureFormats, "theme": {"article", "default", "dark"},
	}
	for _, a := range graph.Activations() {
		named["activations"] = append(named["activations"], a.Name)
	}
	named["activation"], named["output"] = named["activations"], named["activations"]
	for _, l := range graph.Losses() {
		named["loss"] = append(named["loss"], l.Name)
	}
	for _, o := range models.Optimisers() {
		named["optimiser"] = append(named["optimiser"], o.Name())
	}
	for _, i := range models.Inits() {
		named["init"] = append(named["init"], i.Name)
	}
	for _, k := range graph.PartKinds() {
		named["parts"] = append(named["parts"], placeholder.ReplaceAllString(k.Form, ""))
	}
	return named
}

// complete has shells complete the values of flags, of all commands below one.
func complete(cmd *cobra.Command) {
	known := values()
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		name := f.Name
		switch all := known[name]; {
		case name == "config":
			cmd.MarkFlagFilename(name, "yaml", "yml")
		case all != nil:
			cmd.RegisterFlagCompletionFunc(name, func(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
				return completed(name, all, begun)
			})
		}
	})
	for _, c := range cmd.Commands() {
		complete(c)
	}
}

// completed are the values that go on with what is begun.
func completed(flag string, all []string, begun string) ([]string, cobra.ShellCompDirective) {
	if path, is := config.DataFile(begun); is {
		return files(path), cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
	}
	before, directive := "", cobra.ShellCompDirectiveNoFileComp
	if strings.Contains(lists, " "+flag+" ") {
		before, directive = begun[:strings.LastIndex(begun, ",")+1], directive|cobra.ShellCompDirectiveNoSpace
	}
	var found []string
	for _, v := range all {
		if strings.HasPrefix(before+v, begun) && !strings.Contains(","+before, ","+v+",") {
			found = append(found, before+v)
		}
	}
	return found, directive
}

// files are the CSV files and the folders that a path begins.
func files(path string) []string {
	dir, begun := filepath.Split(path)
	entries, _ := os.ReadDir(filepath.Clean("./" + dir))
	if filepath.IsAbs(path) {
		entries, _ = os.ReadDir(dir)
	}
	var found []string
	for _, e := range entries {
		switch name := e.Name(); {
		case !strings.HasPrefix(name, begun):
		case e.IsDir():
			found = append(found, "csv:"+dir+name+"/")
		case strings.EqualFold(filepath.Ext(name), ".csv"):
			found = append(found, "csv:"+dir+name)
		}
	}
	return found
}

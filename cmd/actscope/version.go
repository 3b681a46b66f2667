package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"actscope/graph/machine/kernel"
	"actscope/internal/experiment"
	"actscope/internal/present"
)

func versionCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Say which program this is, and which kernels compute",
		Long: `Version prints the program's version, platform and compiler, and the set of numeric
kernels that computes in this process: avx2 (assembly for processors with AVX2 and
FMA) or portable (Go). Results of the two differ in their last bits. Where avx512
follows in brackets, products of avx2 are computed by AVX-512, with the same bits. The
processor decides, unless the environment variable ` + kernel.Environment + ` names one of
avx512, avx2 and portable.`,
		Example: "  actscope version",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON {
				return present.PrintJSON(cmd.OutOrStdout(), programVersion{
					revision(), experiment.NewOrigin("").Commit, runtime.GOOS, runtime.GOARCH, runtime.Version(), kernel.Set(), kernel.Instructions(),
				})
			}
			_, err := fmt.Fprintln(cmd.OutOrStdout(), versionText())
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the same as JSON")
	return cmd
}

// programVersion is what version says as JSON. Commit is "" where a build does not know it.
type programVersion struct {
	Version      string `json:"version"`
	Commit       string `json:"commit"`
	System       string `json:"system"`
	Architecture string `json:"architecture"`
	Compiler     string `json:"compiler"`
	Kernels      string `json:"kernels"`
	Instructions string `json:"instructions"` // that the kernels are computed by: their own name, or avx512
}

// versionText says which program this is.
func versionText() string {
	kernels := kernel.Set()
	if by := kernel.Instructions(); by != kernels {
		kernels += " (" + by + ")"
	}
	return fmt.Sprintf("actscope %s %s/%s %s, kernels %s", revision(), runtime.GOOS, runtime.GOARCH, runtime.Version(), kernels)
}

// revision is the module's version, or the commit it was built from.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return "(devel)"
}

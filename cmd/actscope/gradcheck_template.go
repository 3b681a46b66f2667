package main

import (
	"github.com/spf13/cobra"

	"actscope/internal/present"
)

// printTemplate prints what to save of a training step, with the flags for judging it that are given already.
func (f *gradcheckFlags) printTemplate(cmd *cobra.Command) error {
	if _, err := f.options(cmd); err != nil {
		return err
	}
	t := present.Template{Layers: 2}
	if cmd.Flags().Changed("hidden") {
		f.config.Activations = f.config.Activations[:1]
		if _, err := f.config.Untrained(); err != nil {
			return err
		}
		t.Layers, t.Hidden = len(f.config.Hidden)+1, f.config.Hidden
	}
	for _, name := range append([]string{"activation"}, headFlags...) {
		if cmd.Flags().Changed(name) {
			t.Flags = append(t.Flags, "--"+name, cmd.Flags().Lookup(name).Value.String())
		}
	}
	return present.PrintTemplate(cmd.OutOrStdout(), t)
}

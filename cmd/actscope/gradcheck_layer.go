package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"actscope/graph/layer"
	"actscope/internal/input"
	"actscope/internal/present"
	"actscope/models/doctor"
	"actscope/models/doctor/layers"
)

// windowFlags are those of convolutions and pools.
var windowFlags = []string{"stride", "pad", "pool"}

// compareLayer judges the gradients of a layer by itself.
func (f *gradcheckFlags) compareLayer(cmd *cobra.Command) error {
	if f.against == "" {
		return input.Refuse("against", "name the file that has the layer's arrays and their gradients")
	}
	given := func(flag string, value *int) *int { // nil for one that is found from the sizes
		if !cmd.Flags().Changed(flag) {
			return nil
		}
		return value
	}
	o := layers.Options{
		Layer: f.layer, Map: f.names,
		Stride: given("stride", &f.stride), Pad: given("pad", &f.pad), Pool: given("pool", &f.pool),
	}
	var err error
	if o.Stdin, err = f.stdin(cmd); err != nil {
		return err
	}
	o.Relative, o.Absolute = f.givenTolerance(cmd.Flags())
	if err := f.checkTolerance(); err != nil {
		return err
	}
	return f.judge(cmd, func() (*doctor.Report, error) { return layers.Check(cmd.Context(), f.against, o) })
}

// layerKinds lists the kinds of layers for the help text.
func layerKinds() string {
	var text strings.Builder
	for _, k := range layer.Kinds() {
		fmt.Fprintf(&text, "  %-12s %s\n", k.Name, k.Usage)
	}
	return text.String()
}

// printLayerTemplate prints what to save of a layer by itself.
func (f *gradcheckFlags) printLayerTemplate(cmd *cobra.Command) error {
	kind, err := layer.KindNamed(f.layer)
	if err != nil {
		return input.Under("layer", err)
	}
	t := present.LayerTemplate{Kind: kind.Name, Usage: kind.Usage}
	for _, in := range kind.Inputs {
		t.Inputs = append(t.Inputs, present.LayerInput{Name: in.Name, Optional: in.Optional && !in.Usual, Constant: in.Constant})
	}
	for _, name := range windowFlags {
		if cmd.Flags().Changed(name) {
			t.Flags = append(t.Flags, "--"+name, cmd.Flags().Lookup(name).Value.String())
		}
	}
	return present.PrintLayerTemplate(cmd.OutOrStdout(), t)
}

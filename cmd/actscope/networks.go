package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"actscope/internal/comparison"
	"actscope/internal/input"
	"actscope/internal/nearest"
	"actscope/models/foreign"
)

// networkFlags choose networks of a run folder, a folder of saved trainings, or a file.
type networkFlags struct {
	network string
	options foreign.Options
	final   string
}

func (f *networkFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.network, "network", "", "the one network of a folder, by its name, such as relu")
	flags.StringVar(&f.options.Activation, "activation", "", "activation of the hidden layers of a file that does not say it, or one for each with commas between them")
	flags.StringVar(&f.final, "final", "", "what stands behind the last layer of a file that does not say it: none, sigmoid, softmax or log-softmax")
	flags.StringVar(&f.options.Layout, "layout", "", "layout of a file's weights where both fit: in-out or out-in")
}

// sayNotes writes what was taken for granted of a file that was read.
func sayNotes(w io.Writer, path string, networks []comparison.NamedModel) {
	if isFolder(path) {
		return
	}
	for _, note := range networks[0].Notes {
		fmt.Fprintf(w, "actscope: %s: %s\n", input.Visible(path), input.Visible(note))
	}
}

// open reads the networks of a path.
func (f *networkFlags) open(ctx context.Context, path string) ([]comparison.NamedModel, error) {
	var err error
	if f.options.Final, err = foreign.ParseFinal(f.final); err != nil {
		return nil, err
	}
	if err := f.options.Check(); err != nil {
		return nil, err
	}
	if !isFolder(path) {
		if f.network != "" {
			return nil, input.Refuse("network", "%s is a file of one network: --network chooses one of a folder", path)
		}
		m, err := foreign.Open(path, f.options)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		if path == input.Standard {
			name = "network"
		}
		return []comparison.NamedModel{{Name: name, Title: name, Model: m}}, nil
	}
	if f.options != (foreign.Options{}) {
		return nil, input.Refuse("", "--activation, --final and --layout are for files: a folder says what its networks are")
	}
	all, err := comparison.Models(ctx, path)
	if err != nil || f.network == "" {
		return all, err
	}
	var known []string
	for _, m := range all {
		if m.Name == f.network {
			return []comparison.NamedModel{m}, nil
		}
		known = append(known, m.Name)
	}
	return nil, input.Under("network", nearest.Unknown("network", f.network, known))
}

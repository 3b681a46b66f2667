package models

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"actscope/graph"
	"actscope/internal/atomicfile"
	"actscope/internal/npz"
	"actscope/internal/safetensors"
)

// parameterFormat is a kind of file that holds parameters.
type parameterFormat struct {
	write func(w io.Writer, arrays npz.Arrays, network string) error
	read  func(path string) (npz.Arrays, error)
}

var parameterFormats = map[string]parameterFormat{
	".npz": {
		write: func(w io.Writer, arrays npz.Arrays, _ string) error { return npz.Write(w, arrays) },
		read:  npz.ReadFile,
	},
	".safetensors": {write: writeSafetensors, read: readSafetensors},
}

// formatOf tells a file's format by the ending of its name.
func formatOf(path string) (parameterFormat, error) {
	format, known := parameterFormats[strings.ToLower(filepath.Ext(path))]
	if !known {
		return parameterFormat{}, fmt.Errorf("parameters %s: name the file .npz or .safetensors, to say what its format is", path)
	}
	return format, nil
}

// WriteParameters writes parameters and statistics under their names to a file, in
// NumPy's format or that of safetensors by the ending .npz or .safetensors: either
// the whole of it or, after an error, what was there before.
func (net *Network) WriteParameters(path string) error {
	format, err := formatOf(path)
	if err != nil {
		return err
	}
	arrays := arraysOf("", net.arrays())
	if err := checkArraysFinite(arrays); err != nil {
		return fmt.Errorf("parameters %s: %w", path, err)
	}
	err = atomicfile.Write(path, func(w io.Writer) error { return format.write(w, arrays, net.String()) })
	if err != nil {
		return fmt.Errorf("parameters %s: %w", path, err)
	}
	return nil
}

// ReadParameters gives the network what WriteParameters, or another program, wrote:
// each array in its shape, rows also flat, and no others. A file that does not fit
// is refused with the name of the array, and the network stays as it is.
func (net *Network) ReadParameters(path string) error {
	format, err := formatOf(path)
	if err != nil {
		return err
	}
	arrays, err := format.read(path)
	if err != nil {
		return fmt.Errorf("parameters: %w", err)
	}
	if err := net.setParameters(arrays); err != nil {
		return fmt.Errorf("parameters %s: %w", path, err)
	}
	return nil
}

func (net *Network) setParameters(arrays npz.Arrays) error {
	if err := checkArraysFinite(arrays); err != nil {
		return err
	}
	needed := make(map[string]bool)
	for _, p := range net.arrays() {
		needed[p.Name] = true
	}
	for _, a := range arrays {
		if !needed[a.Name] {
			return fmt.Errorf("array %q: the network, %s, has none of that name", a.Name, net)
		}
	}
	return assign(arrays, net.arrays())
}

// arrays are all that the network consists of: parameters, then statistics.
func (net *Network) arrays() []graph.Parameter {
	return append(append([]graph.Parameter(nil), net.Parameters...), net.Statistics...)
}

// writeSafetensors notes the network's description beside its tensors.
func writeSafetensors(w io.Writer, arrays npz.Arrays, network string) error {
	var tensors []safetensors.Tensor
	for _, a := range arrays {
		tensors = append(tensors, safetensors.Tensor{Name: a.Name, Shape: a.Shape, Values: a.Values})
	}
	return safetensors.Write(w, tensors, map[string]string{"network": network})
}

func readSafetensors(path string) (npz.Arrays, error) {
	tensors, _, err := safetensors.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var arrays npz.Arrays
	for _, t := range tensors {
		arrays = append(arrays, npz.Array{Name: t.Name, Shape: t.Shape, Values: t.Values})
	}
	return arrays, nil
}

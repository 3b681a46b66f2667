package models

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"strings"

	"actscope/graph"
	"actscope/internal/atomicfile"
	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/internal/safetensors"
)

// parameterFormat is a kind of file that holds parameters.
type parameterFormat struct {
	write  func(w io.Writer, arrays npz.Arrays, network string) error
	read   func(path string) (npz.Arrays, error)
	decode func(r io.ReaderAt, size int64) (npz.Arrays, error)
}

var parameterFormats = map[string]parameterFormat{
	".npz": {
		write:  func(w io.Writer, arrays npz.Arrays, _ string) error { return npz.Write(w, arrays) },
		read:   npz.ReadFile,
		decode: npz.Read,
	},
	".safetensors": {
		write: func(w io.Writer, arrays npz.Arrays, network string) error {
			return writeSafetensors(w, arrays, network, nil)
		},
		read: readSafetensors,
		decode: func(r io.ReaderAt, size int64) (npz.Arrays, error) {
			return arraysFrom(safetensors.Read(r, size))
		},
	},
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
	if _, err := formatOf(path); err != nil {
		return err
	}
	if err := atomicfile.Write(path, func(w io.Writer) error { return net.EncodeParameters(w, path) }); err != nil {
		return fmt.Errorf("parameters %s: %w", path, err)
	}
	return nil
}

// EncodeParameters writes what [Network.WriteParameters] writes to a file of the given name.
func (net *Network) EncodeParameters(w io.Writer, name string) error {
	format, err := formatOf(name)
	if err != nil {
		return err
	}
	arrays := arraysOf("", net.arrays())
	if err := checkArraysFinite(arrays); err != nil {
		return err
	}
	return format.write(w, arrays, net.String())
}

// EncodeSafetensors writes what [Network.WriteParameters] writes to a .safetensors file, with more
// metadata beside.
func (net *Network) EncodeSafetensors(w io.Writer, metadata map[string]string) error {
	arrays := arraysOf("", net.arrays())
	if err := checkArraysFinite(arrays); err != nil {
		return err
	}
	return writeSafetensors(w, arrays, net.String(), metadata)
}

// ReadParameters gives the network what WriteParameters, or another program, wrote:
// each array in its shape, rows also flat, and no others. A file that does not fit
// is refused with the name of the array, as a [data.InputError], and the network stays as it
// is.
func (net *Network) ReadParameters(path string) error {
	format, err := formatOf(path)
	if err != nil {
		return err
	}
	arrays, err := format.read(path)
	if err != nil {
		return err
	}
	if err := net.setParameters(arrays); err != nil {
		return input.InFile(path, err)
	}
	return nil
}

// DecodeParameters is [Network.ReadParameters] of what [Network.EncodeParameters] wrote, of so many
// bytes, to a file of the given name. Errors say which array is wrong.
func (net *Network) DecodeParameters(r io.ReaderAt, size int64, name string) error {
	format, err := formatOf(name)
	if err != nil {
		return err
	}
	arrays, err := format.decode(r, size)
	if err != nil {
		return err
	}
	return net.setParameters(arrays)
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

// safetensorsVersion is that of what is said beside the tensors.
const safetensorsVersion = "1"

// writeSafetensors notes the network's description beside its tensors, and what else there is.
func writeSafetensors(w io.Writer, arrays npz.Arrays, network string, more map[string]string) error {
	var tensors []safetensors.Tensor
	for _, a := range arrays {
		tensors = append(tensors, safetensors.Tensor{Name: a.Name, Shape: a.Shape, Values: a.Values})
	}
	metadata := map[string]string{"network": network, "version": safetensorsVersion}
	maps.Copy(metadata, more)
	return safetensors.Write(w, tensors, metadata)
}

func readSafetensors(path string) (npz.Arrays, error) {
	return arraysFrom(safetensors.ReadFile(path))
}

// arraysFrom are the tensors of a file as arrays.
func arraysFrom(tensors []safetensors.Tensor, _ map[string]string, err error) (npz.Arrays, error) {
	if err != nil {
		return nil, err
	}
	var arrays npz.Arrays
	for _, t := range tensors {
		arrays = append(arrays, npz.Array{Name: t.Name, Shape: t.Shape, Values: t.Values})
	}
	return arrays, nil
}

// assign copies arrays to the parameters of their names, once all are there and fit.
func assign(arrays npz.Arrays, parameters []graph.Parameter) error {
	values := make([][]float64, len(parameters))
	for i, p := range parameters {
		array, ok := arrays.Lookup(p.Name)
		if !ok {
			return fmt.Errorf("array %q is missing", p.Name)
		}
		isRow := p.Rows == 1 && len(array.Shape) == 1 && array.Shape[0] == p.Columns
		if !isRow && (len(array.Shape) != 2 || array.Shape[0] != p.Rows || array.Shape[1] != p.Columns) {
			return fmt.Errorf("array %q: shape %v: the network needs (%d, %d)", p.Name, array.Shape, p.Rows, p.Columns)
		}
		values[i] = array.Values
	}
	for i, p := range parameters {
		copy(p.Values, values[i])
	}
	return nil
}

// arraysOf are parameters under their names with a prefix, in memory of their own.
func arraysOf(prefix string, parameters []graph.Parameter) npz.Arrays {
	var arrays npz.Arrays
	for _, p := range parameters {
		arrays = append(arrays, npz.Array{Name: prefix + p.Name, Shape: []int{p.Rows, p.Columns}, Values: append([]float64(nil), p.Values...)})
	}
	return arrays
}

// checkArraysFinite reports the first number that is NaN or infinite.
func checkArraysFinite(arrays npz.Arrays) error {
	for _, a := range arrays {
		for i, v := range a.Values {
			if notFinite(v) {
				return fmt.Errorf("array %q: entry %d is %v", a.Name, i, v)
			}
		}
	}
	return nil
}

// bytesArray is an array of bytes.
func bytesArray(name string, b []byte) npz.Array {
	a := npz.Array{Name: name, Shape: []int{len(b)}, Type: npz.Uint8}
	for _, v := range b {
		a.Values = append(a.Values, float64(v))
	}
	return a
}

// bytesOf are the bytes of such an array.
func bytesOf(a npz.Array) ([]byte, error) {
	if a.Type != npz.Uint8 {
		return nil, fmt.Errorf("array %q: %v instead of bytes", a.Name, a.Type)
	}
	b := make([]byte, len(a.Values))
	for i, v := range a.Values {
		b[i] = byte(v)
	}
	return b, nil
}

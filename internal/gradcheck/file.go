package gradcheck

import (
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/models"
)

// File is the content of a gradient file: a batch, a network's parameters and the
// gradients that somebody computed for them.
type File struct {
	// Batch are the rows x and their targets y; classes are numbers.
	Batch data.Set
	// Parameters are W1, b1, ... with shapes that fit each other, then those of the
	// parts, such as gain1, layer by layer.
	Parameters []graph.Parameter
	// Gradients are grad_W1, grad_b1, ... in the same order. Their shapes are the
	// file's own, because a wrong one is a finding, not a broken file.
	Gradients []npz.Array
	// Loss is the loss in the file, or nil.
	Loss *float64
	// Single says that a number in the file has 32 bits only.
	Single bool

	spec   models.MLP // the network's, without its widths
	layers int        // the output layer included
	path   string     // for errors
}

// Hidden is the number of hidden layers.
func (f *File) Hidden() int { return f.layers - 1 }

// outputs is the number of output units.
func (f *File) outputs() int { return f.Parameters[2*f.layers-2].Columns }

// ReadFile reads a gradient file. The network says what the file does not: the activation
// and the parts of every hidden layer, the loss with its reduction and penalty, and the
// output's activation; its widths are those of the file's parameters. The loss decides what
// y holds. Errors are of type [input.Error].
func ReadFile(path string, network models.MLP) (*File, error) {
	arrays, err := npz.ReadFile(path)
	if err != nil {
		return nil, input.InFile(path, err)
	}
	f, err := parse(arrays, network)
	if err != nil {
		return nil, input.InFile(path, err)
	}
	f.path = path
	return f, nil
}

// about is an error of one array; the file is filled in later.
func about(array, format string, args ...any) error {
	return input.Refuse("array "+array, format, args...)
}

// parameterNames are the names of a hidden layer's parameters, without its number: W, b
// and, of one row each like b, those of the parts.
func parameterNames(parts []graph.Part) []string {
	names := []string{"W", "b"}
	for _, part := range parts {
		for _, a := range part.Arrays() {
			if !a.Statistic {
				names = append(names, a.Name)
			}
		}
	}
	return names
}

// parse makes a file of arrays in any order.
func parse(arrays npz.Arrays, network models.MLP) (*File, error) {
	names := parameterNames(network.Parts)
	// Arrays of layer n; the names of parts' arrays consist of letters.
	parameterName := regexp.MustCompile(`^(?:grad_)?(?:` + strings.Join(names, "|") + `)([1-9][0-9]*)$`)
	layers := 0
	for _, a := range arrays {
		match := parameterName.FindStringSubmatch(a.Name)
		switch {
		case match != nil:
			n, err := strconv.Atoi(match[1])
			if err != nil || n > len(arrays) {
				return nil, about(a.Name, "layer %s without the layers before it: layers count from 1", match[1])
			}
			layers = max(layers, n)
		case !slices.Contains([]string{"x", "y", "loss"}, a.Name):
			return nil, about(a.Name, "not part of a gradient file: it has x, y, and for each layer %s and their gradients, such as grad_W1, and may have loss; arrays of parts belong to the parts that are asked for", strings.Join(names, ", "))
		}
		for i, v := range a.Values {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, about(a.Name, "entry %v is %v: all numbers must be finite", a.Index(i), v)
			}
		}
	}
	if layers == 0 {
		return nil, about("W1", "missing: a gradient file has x, y, W1, b1, ..., grad_W1, grad_b1, ...")
	}
	if network.Loss.Name == "" {
		network.Loss = graph.Logits
	}
	f := &File{spec: network, layers: layers}
	if err := f.parsePoints(arrays); err != nil {
		return nil, err
	}
	for n := 1; n <= layers; n++ {
		if err := f.parseLayer(arrays, n); err != nil {
			return nil, err
		}
	}
	if err := f.parseTargets(arrays); err != nil {
		return nil, err
	}
	for n := 1; n < layers; n++ {
		for _, name := range names[2:] {
			if err := f.parseRow(arrays, fmt.Sprint(name, n), n, f.Parameters[2*n-2].Columns); err != nil {
				return nil, err
			}
		}
	}
	if a, ok := arrays.Lookup("loss"); ok {
		if len(a.Values) != 1 {
			return nil, about("loss", "%d numbers: the loss is one", len(a.Values))
		}
		f.Loss = &a.Values[0]
	}
	for _, a := range arrays {
		f.Single = f.Single || a.Type == npz.Float32
	}
	return f, nil
}

// parsePoints reads x.
func (f *File) parsePoints(arrays npz.Arrays) error {
	x, err := lookup(arrays, "x")
	if err != nil {
		return err
	}
	if len(x.Shape) != 2 || x.Shape[0] < 1 || x.Shape[1] < 1 {
		return about("x", "shape %v: it must be (rows, inputs) with at least one of each", npz.Shape(x.Shape))
	}
	f.Batch = data.Set{X: x.Values, Columns: x.Shape[1]}
	return nil
}

// parseLayer reads the four arrays of layer n.
func (f *File) parseLayer(arrays npz.Arrays, n int) error {
	wName, bName := fmt.Sprintf("W%d", n), fmt.Sprintf("b%d", n)
	w, err := lookup(arrays, wName)
	if err != nil {
		return err
	}
	in, source := f.Batch.Columns, "x"
	if n > 1 {
		in, source = f.Parameters[len(f.Parameters)-2].Columns, fmt.Sprintf("W%d", n-1)
	}
	if len(w.Shape) != 2 || w.Shape[1] < 1 {
		return about(wName, "shape %v: it must be (inputs, units)", npz.Shape(w.Shape))
	}
	if w.Shape[0] != in {
		return about(wName, "shape %v does not fit %s, which has %d columns: it must be (%d, units)", npz.Shape(w.Shape), source, in, in)
	}
	units := w.Shape[1]
	f.Parameters = append(f.Parameters, graph.Parameter{Name: wName, Rows: in, Columns: units, Layer: n, Weight: true, Values: w.Values})
	if err := f.parseGradient(arrays, wName); err != nil {
		return err
	}
	return f.parseRow(arrays, bName, n, units)
}

// parseRow reads a parameter of layer n with a number for each of its units, and its
// gradient.
func (f *File) parseRow(arrays npz.Arrays, name string, n, units int) error {
	b, err := lookup(arrays, name)
	if err != nil {
		return err
	}
	if len(b.Values) != units || len(b.Shape) > 2 || (len(b.Shape) == 2 && b.Shape[0] != 1) {
		return about(name, "shape %v does not fit W%d: it must be (1, %d) or (%d)", npz.Shape(b.Shape), n, units, units)
	}
	f.Parameters = append(f.Parameters, graph.Parameter{Name: name, Rows: 1, Columns: units, Layer: n, Values: b.Values})
	return f.parseGradient(arrays, name)
}

// parseGradient reads the gradient of a parameter.
func (f *File) parseGradient(arrays npz.Arrays, parameter string) error {
	g, err := lookup(arrays, "grad_"+parameter)
	if err != nil {
		return err
	}
	if len(g.Values) == 0 {
		return about(g.Name, "shape %v: it is empty", npz.Shape(g.Shape))
	}
	f.Gradients = append(f.Gradients, g)
	return nil
}

func lookup(arrays npz.Arrays, name string) (npz.Array, error) {
	a, ok := arrays.Lookup(name)
	if !ok {
		return a, about(name, "missing")
	}
	return a, nil
}

// ErrRandom says that a part draws random masks, such as dropout.
var ErrRandom = errors.New("a part of the network is random, so that no two programs have the same gradients: leave it out")

// Export makes the gradient file of a network on a batch: its parameters, and the
// gradients and loss by automatic differentiation. A network with random parts is an
// error.
func Export(net *models.Network, batch data.Set) (*File, error) {
	program, err := net.Program(batch.Rows(), graph.Options{Purpose: graph.Training})
	if err != nil {
		return nil, err
	}
	random := program.Draws()
	if program.Close(); random {
		return nil, ErrRandom
	}
	gradient, err := net.Gradient(batch)
	if err != nil {
		return nil, err
	}
	f := &File{Batch: batch, layers: net.Depth(), Parameters: net.Parameters, Loss: &gradient.Objective}
	for i, p := range net.Parameters {
		f.Gradients = append(f.Gradients, npz.Array{Name: "grad_" + p.Name, Shape: []int{p.Rows, p.Columns}, Values: gradient.Parameters[i]})
	}
	return f, nil
}

// Encode writes the file for others to read, or for ReadFile.
func (f *File) Encode(w io.Writer) error {
	arrays := npz.Arrays{
		{Name: "x", Shape: []int{f.Batch.Rows(), f.Batch.Columns}, Values: f.Batch.X},
		{Name: "y", Shape: []int{f.Batch.Rows(), f.Batch.Targets.Columns()}, Values: f.Batch.Y},
	}
	for _, p := range f.Parameters {
		arrays = append(arrays, npz.Array{Name: p.Name, Shape: []int{p.Rows, p.Columns}, Values: p.Values})
	}
	arrays = append(arrays, f.Gradients...)
	if f.Loss != nil {
		arrays = append(arrays, npz.Array{Name: "loss", Values: []float64{*f.Loss}})
	}
	return npz.Write(w, arrays)
}

// Package layers judges single layers that somebody coded by hand: the gradients of a layer's inputs, saved beside the
// inputs and what came down to the layer, are held against the layer as a Gorgonia graph (package graph/layer), which is
// held against finite differences in its turn.
//
// Check takes a file through these steps: names (names.go), the ways in which the arrays may define the layer, of which the
// one that explains most is taken (check.go), differences (differences.go), and the mistakes that explain what is wrong
// (diagnosis.go).
package layers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"actscope/graph/layer"
	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/models/doctor"
	"actscope/models/handcoded/mistakes"
)

// Options say what the file does not.
type Options struct {
	// Layer is the name of a kind of package graph/layer.
	Layer string
	// Stride, Pad and Pool are those of convolutions and pools, nil for those that the shapes allow.
	Stride, Pad, Pool *int
	// Map names arrays of the file that are not to be recognised by their names: x, w, dout, dx, ...
	Map map[string]string
	// Relative and Absolute are the tolerance, nil for that of the file's precision.
	Relative, Absolute *float64
	// Stdin is read for the file "-".
	Stdin io.Reader
}

// Check reads a file, as [doctor.Read] does, and judges the layer in it. No common factor is forgiven: the verdict is right
// or wrong. Errors about the file or the options are of type [input.Error]; wrong gradients are no error.
func Check(ctx context.Context, file string, options Options) (*doctor.Report, error) {
	arrays, err := doctor.Read(file, options.Stdin)
	if err != nil {
		return nil, err
	}
	report, err := Judge(ctx, arrays, options)
	if err != nil && ctx.Err() == nil {
		return nil, input.InFile(file, err)
	}
	return report, err
}

// Judge judges the layer among arrays that are read already.
func Judge(ctx context.Context, arrays []doctor.Array, options Options) (*doctor.Report, error) {
	kind, err := layer.KindNamed(options.Layer)
	if err != nil {
		return nil, input.Under("layer", err)
	}
	n, err := nameArrays(kind, arrays, options.Map)
	if err != nil {
		return nil, err
	}
	given, err := n.given(arrays, options)
	if err != nil {
		return nil, err
	}
	single := slices.ContainsFunc(arrays, func(a doctor.Array) bool { return a.Single })
	half := false
	for _, g := range n.gradients {
		half = half || arrays[g].Half
	}
	c := &check{kind: kind, arrays: arrays, names: n, given: given, tolerance: doctor.ToleranceOf(single, half, options.Relative, options.Absolute)}
	if err := c.choose(ctx); err != nil {
		return nil, err
	}
	return c.report(ctx)
}

// check is a layer under judgement.
type check struct {
	kind      layer.Kind
	arrays    []doctor.Array
	names     names
	given     layer.Given
	tolerance mistakes.Tolerance

	variant layer.Variant
	result  result // of the variant
}

// result is what a layer gives: gradients by the names of inputs, outputs by theirs.
type result struct {
	understood string
	samples    int
	steps      int
	gradients  map[string][]float64
	outputs    map[string][]float64
}

// compute builds the layer in a variant with mistakes and takes what is asked of it.
func (c *check) compute(variant layer.Variant, made ...string) (result, error) {
	given := c.given
	given.Variant, given.Mistakes = variant.Name, made
	l, err := layer.New(c.kind, given)
	if err != nil {
		return result{}, err
	}
	defer l.Close()
	r := result{l.Understood, l.Samples, l.Steps, map[string][]float64{}, map[string][]float64{}}
	for _, in := range c.kind.Inputs {
		if _, ok := given.Arrays[in.Name]; !ok || in.Constant {
			continue
		}
		if r.gradients[in.Name], err = l.Gradient(in.Name); err != nil {
			return r, err
		}
		for i, v := range r.gradients[in.Name] {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return r, input.Refuse("", "the right gradient of %s is %v at entry %v: the inputs are too large for this layer", c.fileName(in.Name), v, c.array(in.Name).Index(i))
			}
		}
	}
	for _, name := range l.Outputs() {
		if r.outputs[name], err = l.Output(name); err != nil {
			return r, err
		}
	}
	return r, nil
}

// array is the file's array of an input.
func (c *check) array(name string) doctor.Array { return c.arrays[c.names.inputs[name]] }

// fileName is the file's name of an input, or the kind's where the file has none.
func (c *check) fileName(name string) string {
	if i, ok := c.names.inputs[name]; ok {
		return c.arrays[i].Name
	}
	return name
}

// choose takes the variant whose gradients and outputs agree with most of the file's arrays, the usual one first.
func (c *check) choose(ctx context.Context) error {
	var first error
	best := [2]int{-1, -1} // outputs, which say what the layer is, before gradients
	for _, v := range c.kind.Variants(c.given) {
		if err := ctx.Err(); err != nil {
			return err
		}
		r, err := c.compute(v)
		if err != nil {
			if first == nil {
				first = err
			}
			continue
		}
		agree := [2]int{}
		for i, a := range c.compare(r) {
			switch {
			case a.Agrees && i < len(c.names.gradients):
				agree[1]++
			case a.Agrees:
				agree[0]++
			}
		}
		if slices.Compare(agree[:], best[:]) > 0 {
			best, c.variant, c.result = agree, v, r
		}
		if agree[0]+agree[1] == len(c.names.gradients)+len(c.names.outputs) {
			break
		}
	}
	if best[0] < 0 {
		var refused *input.Error
		if errors.As(first, &refused) {
			return first
		}
		return input.Refuse("", "%v", first)
	}
	return nil
}

// compare holds every gradient of the file, and every output that it has, against a result.
func (c *check) compare(r result) []doctor.ArrayReport {
	var list []doctor.ArrayReport
	for _, in := range c.kind.Inputs {
		g, ok := c.names.gradients[in.Name]
		if !ok {
			continue
		}
		of, yours := c.array(in.Name), c.arrays[g]
		a := doctor.Compare(yours, r.gradients[in.Name], c.tolerance)
		if !layer.SameShape(yours.Shape, of.Shape) {
			a.Agrees = false
			a.Remark = fmt.Sprintf("shape %s, %s has %s", npz.Shape(yours.Shape), of.Name, npz.Shape(of.Shape))
		}
		list = append(list, a)
	}
	for _, name := range c.names.outputOrder {
		yours := c.arrays[c.names.outputs[name]]
		if want := r.outputs[name]; len(want) == len(yours.Values) {
			list = append(list, doctor.Compare(yours, want, c.tolerance))
		}
	}
	return list
}

// report says what the layer is, array by array, and why.
func (c *check) report(ctx context.Context) (*doctor.Report, error) {
	differences, err := c.differences(ctx)
	if err != nil {
		return nil, err
	}
	r := &doctor.Report{Alternatives: []doctor.Alternative{}, Diagnosis: []doctor.Fault{}, Arrays: c.compare(c.result)}
	u := &r.Understood
	u.Layer, u.Network, u.Layout, u.Factor, u.Rows = c.kind.Name, c.result.understood, c.variant.Text, 1, c.result.samples
	u.Activations, u.Ignored, u.Missing, u.Names, u.Differences = []string{}, []string{}, []string{}, map[string]string{}, differences
	for name, i := range c.names.inputs {
		u.Names[name] = c.arrays[i].Name
	}
	for _, in := range c.kind.Inputs {
		of, there := c.names.inputs[in.Name]
		g, ok := c.names.gradients[in.Name]
		switch {
		case ok:
			u.Names["d"+in.Name] = c.arrays[g].Name
			u.Pairs = append(u.Pairs, fmt.Sprintf("%s is the gradient of %s", c.arrays[g].Name, c.arrays[of].Name))
		case there && !in.Constant:
			u.Missing = append(u.Missing, c.arrays[of].Name)
			r.References = append(r.References, doctor.Reference{Parameter: c.arrays[of].Name, Shape: c.arrays[of].Shape, Values: c.result.gradients[in.Name]})
		}
	}
	for i, a := range c.arrays {
		if !c.names.used(i) {
			u.Ignored = append(u.Ignored, a.Name)
		}
	}
	r.Agrees = true
	for _, a := range r.Arrays {
		r.Agrees = r.Agrees && a.Agrees
	}
	r.Verdict, r.Summary = doctor.Right, "The layer is right"
	if !r.Agrees {
		r.Verdict, r.Summary = doctor.Wrong, "The layer is wrong"
	}
	r.Summary += ": " + c.kind.Usage
	if c.variant.Text != "" {
		r.Summary += "; " + c.variant.Text
	}
	r.Summary += "."
	if r.Agrees {
		r.LastRightLayer = 1
		return r, nil
	}
	var unexplained []string
	if r.Diagnosis, unexplained, err = c.diagnose(ctx); err != nil {
		return nil, err
	}
	if len(unexplained) > 0 {
		r.Remark = "no mistake that is looked for explains " + strings.Join(unexplained, ", ")
		if !c.affordsPairs(len(c.kind.Mistakes)) {
			r.Remark += "; two mistakes together are looked for in smaller layers only: save fewer samples and steps"
		}
		if len(u.Ignored) > 0 {
			r.Remark += fmt.Sprintf("; %s is of no use to a %s layer as it is known here: a layer that needs it is another one", strings.Join(u.Ignored, ", "), c.kind.Name)
		}
	}
	return r, nil
}

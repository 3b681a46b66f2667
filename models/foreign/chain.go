package foreign

import (
	"fmt"
	"math"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/input"
)

// chain is a network as a file has it: what comes in is scaled, then one layer follows the other.
type chain struct {
	inputs int
	// scaling is what the file subtracts from its columns and divides by, empty for nothing.
	scaling data.Standardiser
	layers  []layer // the output layer last, whose activation is the final's
	final   Final
	// inputNames, classNames and targetNames are nil where the file has none; the last are those of
	// several labels or of numbers.
	inputNames, classNames, targetNames []string
}

// layer is one affine map with its activation and parts.
type layer struct {
	// name is the node or tensor that the affine map is in the file.
	name    string
	units   int
	weights []float64 // (fan-in, units), row-major
	bias    []float64 // units
	// activation is the hidden layer's; of the output layer it counts where final is NoFinal
	// and it is not the identity.
	activation graph.Activation
	parts      []part
}

// part is a part of a layer with its arrays, by the names of [graph.Array], each of as many
// numbers as the layer has units.
type part struct {
	graph.Part
	arrays map[string][]float64
}

// Final says what stands behind the last affine map in the file.
type Final string

// The finals: nothing, or what makes probabilities of logits.
const (
	NoFinal    Final = "none"
	Sigmoid    Final = "sigmoid"
	Softmax    Final = "softmax"
	LogSoftmax Final = "log-softmax"
)

// fanIn is how many numbers come into a layer, from 0.
func (c *chain) fanIn(i int) int {
	if i == 0 {
		return c.inputs
	}
	return c.layers[i-1].units
}

// outputs is the number of output units.
func (c *chain) outputs() int { return c.layers[len(c.layers)-1].units }

// check reports numbers that do not fit each other or are not finite, by the layer's name.
func (c *chain) check() error {
	if c.inputs < 1 || len(c.layers) == 0 {
		return input.Refuse("", "a network of %d inputs and %d layers", c.inputs, len(c.layers))
	}
	if n := len(c.scaling.Mean); n != len(c.scaling.Scale) || n != 0 && n != c.inputs {
		return input.Refuse("", "%d means and %d scales of %d inputs", n, len(c.scaling.Scale), c.inputs)
	}
	for j := range c.scaling.Mean {
		if m, s := c.scaling.Mean[j], c.scaling.Scale[j]; !isFinite(m) || !isFinite(s) || s == 0 {
			return input.Refuse("", "input %d has the mean %v and the scale %v", j, m, s)
		}
	}
	for i, l := range c.layers {
		if want := c.fanIn(i) * l.units; l.units < 1 || len(l.weights) != want || len(l.bias) != l.units {
			return input.Refuse(l.name, "%d weights and %d biases: layer %d has %d units of %d inputs", len(l.weights), len(l.bias), i+1, l.units, c.fanIn(i))
		}
		if err := finite(l.name, l.weights); err != nil {
			return err
		}
		if err := finite(l.name, l.bias); err != nil {
			return err
		}
		for _, p := range l.parts {
			for _, a := range p.Arrays() {
				values := p.arrays[a.Name]
				if len(values) != l.units {
					return input.Refuse(l.name, "%s has %d numbers in %s: layer %d has %d units", p.Name(), len(values), a.Name, i+1, l.units)
				}
				if err := finite(l.name+", "+p.Name(), values); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// finite reports the first number that is NaN or infinite.
func finite(name string, values []float64) error {
	for i, v := range values {
		if !isFinite(v) {
			return input.Refuse(name, "number %d is %v: a network with such a weight predicts nothing", i, v)
		}
	}
	return nil
}

func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// folded is the chain without scaling, which its first layer does: raw columns come in. Where a
// shortcut adds what was scaled, that is a layer of its own.
func (c *chain) folded() *chain {
	if len(c.scaling.Mean) == 0 {
		return c
	}
	return c.reading(data.Standardiser{})
}

// reading is the chain for columns that points was applied to, empty for raw ones: with z = (x -
// mean)/scale, what the file scales is (z scale + mean - its mean)/its scale, and the first layer
// does that.
func (c *chain) reading(points data.Standardiser) *chain {
	f := *c
	f.scaling = data.Standardiser{}
	f.layers = append([]layer(nil), c.layers...)
	first := &f.layers[0]
	first.weights, first.bias = append([]float64(nil), first.weights...), append([]float64(nil), first.bias...)
	factors, shifts := make([]float64, c.inputs), make([]float64, c.inputs)
	for j := range c.inputs {
		factor, shift := 1.0, 0.0
		if len(points.Mean) > 0 {
			factor, shift = points.Scale[j], points.Mean[j]
		}
		if len(c.scaling.Mean) > 0 {
			factor, shift = factor/c.scaling.Scale[j], (shift-c.scaling.Mean[j])/c.scaling.Scale[j]
		}
		factors[j], shifts[j] = factor, shift
		row := first.weights[j*first.units : (j+1)*first.units]
		for u, w := range row {
			first.bias[u] += w * shift
			row[u] = w * factor
		}
	}
	for i := range f.layers {
		f.layers[i].scaleShortcuts(i+1, c.inputs, factors, shifts)
	}
	return &f
}

// scaleShortcuts has shortcuts from the input, into the layer of that number, add what the layers
// got before the input was scaled otherwise.
func (l *layer) scaleShortcuts(number, inputs int, factors, shifts []float64) {
	if l.units != inputs {
		return
	}
	l.parts = append([]part(nil), l.parts...)
	for i, p := range l.parts {
		scaled := graph.ScaledShortcut{}
		switch s := p.Part.(type) {
		case graph.Residual:
			scaled.Over = s.Over
		case graph.Shortcut:
			scaled.Shortcut = s
		case graph.ScaledShortcut:
			scaled = s
		}
		if scaled.Over != number {
			continue
		}
		arrays := map[string][]float64{"passed": append([]float64(nil), factors...), "added": append([]float64(nil), shifts...)}
		for u := range p.arrays["passed"] {
			arrays["added"][u] = arrays["added"][u]*p.arrays["passed"][u] + p.arrays["added"][u]
			arrays["passed"][u] *= p.arrays["passed"][u]
		}
		l.parts[i] = part{scaled, arrays}
	}
}

// rescaled is the chain with a map of each of its outputs, which the output layer does where it has no
// activation, and else a layer more.
func (c *chain) rescaled(by func(unit int) (factor, shift float64)) *chain {
	f := *c
	f.layers = append([]layer(nil), c.layers...)
	last := &f.layers[len(f.layers)-1]
	if c.final == Sigmoid {
		last.activation, f.final = graph.Sigmoid, NoFinal
	}
	if a := last.activation.Name; a != "" && a != graph.Identity.Name {
		f.layers = append(f.layers, layer{name: "units of the targets", units: last.units, weights: unitMatrix(last.units), bias: make([]float64, last.units)})
		last = &f.layers[len(f.layers)-1]
	}
	last.weights, last.bias = append([]float64(nil), last.weights...), append([]float64(nil), last.bias...)
	for u := range last.units {
		factor, shift := by(u)
		for i := u; i < len(last.weights); i += last.units {
			last.weights[i] *= factor
		}
		last.bias[u] = last.bias[u]*factor + shift
	}
	return &f
}

// unitMatrix has 1 on its diagonal.
func unitMatrix(units int) []float64 {
	m := make([]float64, units*units)
	for i := 0; i < len(m); i += units + 1 {
		m[i] = 1
	}
	return m
}

// architecture is what the chain computes, with the head for some targets.
func (c *chain) architecture(targets data.Targets) (graph.Architecture, error) {
	a := graph.Architecture{Inputs: c.inputs}
	for _, l := range c.layers {
		of := graph.Layer{Units: l.units, Activation: l.activation}
		for _, p := range l.parts {
			of.Parts = append(of.Parts, p.Part)
		}
		a.Layers = append(a.Layers, of)
	}
	loss, output, err := c.head(targets)
	if err != nil {
		return a, err
	}
	a.Loss, a.Layers[len(a.Layers)-1].Activation = loss, output
	return a, nil
}

// head is the loss, and the output layer's activation, with which the chain predicts such targets.
func (c *chain) head(targets data.Targets) (graph.Loss, graph.Activation, error) {
	units, last := c.outputs(), c.layers[len(c.layers)-1].activation
	refuse := func(format string, args ...any) (graph.Loss, graph.Activation, error) {
		return graph.Loss{}, graph.Activation{}, input.Refuse("", format, args...)
	}
	plain := last.Name == "" || last.Name == graph.Identity.Name
	if last.Name == "" {
		last = graph.Identity
	}
	if c.final != NoFinal && !plain {
		return refuse("the output layer has %s and %s", last.Name, c.final)
	}
	switch targets.Task {
	case data.Regression:
		if want := targets.Columns(); units != want {
			return refuse("the network has %d outputs, and the points %v", units, targets)
		}
		switch c.final {
		case Softmax, LogSoftmax:
			return refuse("the network ends in a %s, which gives classes, and the points have %v: --task classes takes them for classes", c.final, targets)
		case Sigmoid:
			last = graph.Sigmoid
		}
		return graph.SquaredError, last, nil
	case data.MultiLabel:
		if want := targets.Columns(); units != want {
			return refuse("the network has %d outputs, and the points %v", units, targets)
		}
		if c.final == Softmax || c.final == LogSoftmax || !plain {
			return refuse("the network ends in %s, and the points have %v: that takes sigmoid units", c.ending(), targets)
		}
		return graph.Logits, graph.Sigmoid, nil
	}
	switch {
	case !plain:
		return refuse("the network ends in %s, which is neither a logit nor a probability, and the points have %v: cut it off, or give the target as a number with --task regression", last.Name, targets)
	case units == 1 && !targets.TwoClasses():
		return refuse("the network has one output, and the points have %v: it tells two apart", targets)
	case units == 1 && c.final != Softmax && c.final != LogSoftmax:
		return graph.Logits, graph.Sigmoid, nil
	case units == 1:
		return refuse("a %s of one unit is 1 for every point", c.final)
	case c.final == Sigmoid:
		return refuse("the network ends in %d sigmoid units, each of which decides a label of its own, and the points have %v", units, targets)
	case units != targets.Classes():
		return refuse("the network has %d classes, and the points have %v", units, targets)
	}
	return graph.Softmax, graph.SoftmaxOutput, nil
}

// ending says what the network ends in.
func (c *chain) ending() string {
	if c.final != NoFinal {
		return string(c.final)
	}
	if a := c.layers[len(c.layers)-1].activation; a.Name != "" && a.Name != graph.Identity.Name {
		return a.Name
	}
	return fmt.Sprintf("%d outputs without an activation", c.outputs())
}

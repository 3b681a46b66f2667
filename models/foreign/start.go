package foreign

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/input"
	"actscope/models"
)

// Points are the points that a network is trained on.
type Points struct {
	Targets data.Targets
	Names   data.Names
	// Scaling was applied to the columns, TargetScaling to numbers to predict; either may be empty.
	Scaling, TargetScaling data.Standardiser
}

// Layers are the layers, the output layer last, whose activation is the identity where
// Understood.Final says what stands behind it.
func (m *Model) Layers() []graph.Layer {
	var list []graph.Layer
	for _, l := range m.chain.layers {
		of := graph.Layer{Units: l.units, Activation: l.activation}
		if of.Activation.Name == "" {
			of.Activation = graph.Identity
		}
		for _, p := range l.parts {
			of.Parts = append(of.Parts, p.Part)
		}
		list = append(list, of)
	}
	return list
}

// Start gives a network of the same layers the model's numbers: on scaled columns it computes what
// the model does on the raw ones, and numbers to predict scaled. What differs, by the names of
// settings, is an input.Error: the network stays as it is.
func (m *Model) Start(net *models.Network, p Points) error {
	if err := m.checkStart(net, p); err != nil {
		return err
	}
	c := *m.chain
	c.layers = slices.Clone(c.layers)
	first, last := &c.layers[0], &c.layers[len(c.layers)-1]
	first.weights, first.bias = slices.Clone(first.weights), slices.Clone(first.bias)
	for j := range p.Scaling.Mean {
		mean, scale := 0., 1.
		if len(c.scaling.Mean) > 0 {
			mean, scale = c.scaling.Mean[j], c.scaling.Scale[j]
		}
		row := first.weights[j*first.units : (j+1)*first.units]
		for u := range row {
			first.bias[u] += row[u] * ((p.Scaling.Mean[j] - mean) / scale)
			row[u] *= p.Scaling.Scale[j] / scale
		}
	}
	if t := p.TargetScaling; len(t.Mean) > 0 {
		last.weights, last.bias = slices.Clone(last.weights), slices.Clone(last.bias)
		for u := range last.units {
			for i := u; i < len(last.weights); i += last.units {
				last.weights[i] /= t.Scale[u]
			}
			last.bias[u] = (last.bias[u] - t.Mean[u]) / t.Scale[u]
		}
	}
	if err := c.check(); err != nil {
		return err
	}
	c.fill(net)
	for _, p := range slices.Concat(net.Parameters, net.Statistics) {
		net.Precision().Round(p.Values)
	}
	return nil
}

// checkStart reports in what a network and its points differ from the model.
func (m *Model) checkStart(net *models.Network, p Points) error {
	c, a := m.chain, net.Architecture()
	differ := func(what, ours, files string) error { // by the name of a setting
		return input.Refuse("", "%s %s: the file has %s", what, ours, files)
	}
	if a.Inputs != c.inputs {
		return differ("inputs", strconv.Itoa(a.Inputs), strconv.Itoa(c.inputs))
	}
	ours := skeleton(a)
	hidden := func(c *chain) string {
		var units []string
		for _, l := range c.layers[:len(c.layers)-1] {
			units = append(units, strconv.Itoa(l.units))
		}
		return strings.Join(units, ",")
	}
	if h := hidden(ours); h != hidden(c) {
		return differ("hidden", h, hidden(c))
	}
	for i, l := range ours.layers[:len(ours.layers)-1] {
		in := fmt.Sprintf(" in hidden layer %d", i+1)
		if l.activation.Name != c.layers[i].activation.Name {
			return differ("activations", l.activation.Name, c.layers[i].activation.Name+in)
		}
		if parts := ours.effects(i); parts != c.effects(i) {
			return differ("parts", parts, c.effects(i)+in)
		}
	}
	for _, names := range []struct {
		what        string
		ours, files []string
	}{{"inputs", p.Names.Inputs, c.inputNames}, {"classes", p.Names.Classes, c.classNames}} {
		if names.ours != nil && names.files != nil && !slices.Equal(names.ours, names.files) {
			return differ(names.what, strings.Join(names.ours, ","), strings.Join(names.files, ","))
		}
	}
	_, last, err := c.head(p.Targets)
	if err != nil {
		return err
	}
	out := a.Layers[len(a.Layers)-1]
	if out.Units != c.outputs() {
		more := ""
		if out.Units == 1 && c.outputs() == 2 {
			more = ": --loss softmax has as many"
		}
		return differ("outputs", strconv.Itoa(out.Units), strconv.Itoa(c.outputs())+more)
	}
	if p.Targets.Task == data.Regression && (out.Activation.Name != last.Name || last.Name != graph.Identity.Name) {
		return differ("output", out.Activation.Name, last.Name+", and numbers to predict are standardised here, so that only identity is the same")
	}
	if !c.addsInput() || sameScaling(c.scaling, p.Scaling) {
		return nil
	}
	return input.Refuse("", "a shortcut adds its input, whose columns are scaled otherwise here")
}

// effects lists what the parts of a layer, from 0, do: without dropout, which files leave out, and
// shortcuts as they are in this layer.
func (c *chain) effects(i int) string {
	var names []string
	for _, p := range c.layers[i].parts {
		switch p.Part.(type) {
		case graph.Dropout:
		case graph.Residual, graph.Shortcut:
			if from, there := c.shortcut(p, i+1); there {
				names = append(names, graph.Shortcut{Over: i + 1 - from, Before: p.Place() == graph.BeforeActivation}.Name())
			}
		default:
			names = append(names, p.Name())
		}
	}
	if names == nil {
		return "none"
	}
	return strings.Join(names, ",")
}

// sameScaling says whether two maps do the same; an empty one does nothing.
func sameScaling(a, b data.Standardiser) bool {
	for j := range max(len(a.Mean), len(b.Mean)) {
		at := func(s data.Standardiser) [2]float64 {
			if len(s.Mean) == 0 {
				return [2]float64{0, 1}
			}
			return [2]float64{s.Mean[j], s.Scale[j]}
		}
		if at(a) != at(b) {
			return false
		}
	}
	return true
}

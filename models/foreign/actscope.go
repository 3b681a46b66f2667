package foreign

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/input"
	"actscope/internal/safetensors"
	"actscope/models"
)

// torchLayout says in ownMetadata that tensors are named and laid out as PyTorch's.
const torchLayout = "pytorch"

// ownMetadata is what files of ours say of a network beside its tensors.
type ownMetadata struct {
	Architecture graph.Architecture `json:"architecture"`
	// Layout is "" for W1, b1, ..., in × out, or torchLayout.
	Layout string `json:"layout,omitempty"`
	// Final is what stands behind the last layer where it is not what the loss says.
	Final Final `json:"final,omitempty"`
	// Scaling and TargetScaling are of the columns and of numbers to predict, nil for none.
	Scaling       *data.Standardiser `json:"scaling,omitempty"`
	TargetScaling *data.Standardiser `json:"target_scaling,omitempty"`
	Inputs        []string           `json:"inputs,omitempty"`
	Targets       []string           `json:"targets,omitempty"`
	Classes       []string           `json:"classes,omitempty"`
}

// ownKey is that of our metadata.
const ownKey = "actscope"

// encoded is the metadata of a safetensors file; description is for people.
func (o ownMetadata) encoded(description string) (map[string]string, error) {
	text, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	return map[string]string{"network": description, "version": "1", ownKey: string(text)}, nil
}

// Metadata is what makes a safetensors file of a network's parameters complete, for
// [models.Network.EncodeSafetensors]: the architecture, the scaling of the columns and of numbers to
// predict, either may be empty, and names. [Open] reads such a file without any option.
func Metadata(net *models.Network, scaling, targets data.Standardiser, names data.Names) (map[string]string, error) {
	o := ownMetadata{Architecture: net.Architecture(), Inputs: names.Inputs, Targets: names.Targets, Classes: names.Classes}
	if len(scaling.Mean) > 0 {
		o.Scaling = &scaling
	}
	if len(targets.Mean) > 0 {
		o.TargetScaling = &targets
	}
	return o.encoded(net.String())
}

// ownFormat is Understood.Format of networks of ours.
const ownFormat = "actscope"

// ownParameters reads parameters that carry our own metadata; false for those of other programs,
// and for our own files of earlier versions, which do not say what they compute.
func ownParameters(tensors []safetensors.Tensor, metadata map[string]string) (Understood, *chain, bool, error) {
	text, own := metadata[ownKey]
	if !own {
		return Understood{}, nil, false, nil
	}
	var o ownMetadata
	err := json.Unmarshal([]byte(text), &o)
	if err == nil {
		err = o.Architecture.Validate() // it may not be there at all
	}
	if err != nil {
		return Understood{}, nil, true, input.Under("metadata "+ownKey, err)
	}
	if o.Layout != "" && o.Layout != torchLayout {
		return Understood{}, nil, true, input.Refuse("metadata "+ownKey, "the layout %q is not known", o.Layout)
	}
	c, err := o.chain(tensors)
	return Understood{Format: ownFormat}, c, true, err
}

// chain makes the chain of what was read. Arrays are taken from tensors of their shapes, so that
// an architecture takes no more memory than they do.
func (o ownMetadata) chain(tensors []safetensors.Tensor) (*chain, error) {
	a := o.Architecture
	c := skeleton(a)
	used := make(map[string]bool)
	take := func(name string, shape ...int) ([]float64, error) {
		i := slices.IndexFunc(tensors, func(t safetensors.Tensor) bool { return t.Name == name })
		if i < 0 {
			return nil, input.Refuse("tensor "+name, "it is missing: the file says that the network is %v", a)
		}
		t := tensors[i]
		isRow := len(shape) == 1 && slices.Equal(t.Shape, []int{1, shape[0]})
		if !isRow && !slices.Equal(t.Shape, shape) {
			return nil, input.Refuse("tensor "+name, "shape %v instead of %v: the file says that the network is %v", t.Shape, shape, a)
		}
		used[name] = true
		return t.Values, nil
	}
	if o.Layout == torchLayout {
		if err := c.takeTorch(take); err != nil {
			return nil, err
		}
	} else if err := c.takeOwn(take); err != nil {
		return nil, err
	}
	if o.Scaling != nil {
		c.scaling = *o.Scaling
	} else if o.Layout == torchLayout && c.addsInput() && slices.ContainsFunc(tensors, func(t safetensors.Tensor) bool { return t.Name == "mean" }) {
		var err error
		if c.scaling.Mean, err = take("mean", c.inputs); err != nil {
			return nil, err
		}
		if c.scaling.Scale, err = take("scale", c.inputs); err != nil {
			return nil, err
		}
	}
	for _, t := range tensors {
		if !used[t.Name] {
			return nil, input.Refuse("tensor "+t.Name, "the network that the file describes, %v, has none of that name", a)
		}
	}
	if err := c.inUnits(o.TargetScaling); err != nil {
		return nil, err
	}
	if o.Final != "" {
		if !slices.Contains([]Final{NoFinal, Sigmoid, Softmax, LogSoftmax}, o.Final) {
			return nil, input.Refuse("metadata "+ownKey, "the final %q is not known", o.Final)
		}
		c.final = o.Final
	}
	return c, c.setNames(data.Names{Inputs: o.Inputs, Targets: o.Targets, Classes: o.Classes})
}

// skeleton is a chain of an architecture, with the final of its loss, without numbers.
func skeleton(a graph.Architecture) *chain {
	c := &chain{inputs: a.Inputs, final: NoFinal}
	for i, l := range a.Layers {
		of := layer{name: fmt.Sprintf("layer %d", i+1), units: l.Units, activation: l.Activation}
		for _, p := range l.Parts {
			of.parts = append(of.parts, part{p, make(map[string][]float64)})
		}
		c.layers = append(c.layers, of)
	}
	last := &c.layers[len(c.layers)-1]
	switch a.Loss.Name {
	case graph.Softmax.Name:
		c.final, last.activation = Softmax, graph.Identity
	case graph.Logits.Name, graph.ArticleLoss.Name:
		c.final, last.activation = Sigmoid, graph.Identity
	case graph.Hinge.Name: // outputs are scores of classes, which nothing but their names tells
		for class := range max(last.units, 2) {
			c.classNames = append(c.classNames, strconv.Itoa(class))
		}
	}
	return c
}

// takeOwn takes W1 (in × out), b1, gain1 and so on.
func (c *chain) takeOwn(take func(name string, shape ...int) ([]float64, error)) (err error) {
	for i := range c.layers {
		l, number := &c.layers[i], strconv.Itoa(i+1)
		if l.weights, err = take("W"+number, c.fanIn(i), l.units); err != nil {
			return err
		}
		if l.bias, err = take("b"+number, l.units); err != nil {
			return err
		}
		for _, p := range l.parts {
			for _, a := range p.Arrays() {
				if p.arrays[a.Name], err = take(a.Name+number, l.units); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// takeTorch takes what [Model.WriteSafetensors] writes.
func (c *chain) takeTorch(take func(name string, shape ...int) ([]float64, error)) error {
	modules, _, err := c.torchLayers()
	if err != nil {
		return err
	}
	for i, m := range modules {
		l := &c.layers[m.layer-1]
		for _, a := range m.arrays {
			name := fmt.Sprintf("%d.%s", i, a.tensor)
			if a.array == "W" {
				values, err := take(name, l.units, c.fanIn(m.layer-1))
				if err != nil {
					return err
				}
				l.weights = transposed(values, l.units, c.fanIn(m.layer-1))
				continue
			}
			values, err := take(name, l.units)
			if err != nil {
				return err
			}
			if a.array == "b" {
				l.bias = values
				continue
			}
			for _, p := range l.parts {
				for _, own := range p.Arrays() {
					if own.Name == a.array {
						p.arrays[a.array] = values
					}
				}
			}
		}
	}
	return nil
}

// inUnits has a chain predict in the targets' units, nil for those that it has. Where the output
// units have an activation, that is a layer more.
func (c *chain) inUnits(targets *data.Standardiser) error {
	last := &c.layers[len(c.layers)-1]
	if targets == nil || len(targets.Mean) == 0 {
		return nil
	}
	if len(targets.Mean) != last.units || len(targets.Scale) != last.units {
		return input.Refuse("", "%d means and %d scales of targets, for %d outputs", len(targets.Mean), len(targets.Scale), last.units)
	}
	*c = *c.rescaled(func(u int) (factor, shift float64) { return targets.Scale[u], targets.Mean[u] })
	return nil
}

// setNames gives a chain names, of which it keeps its own where there are none; their numbers
// have to be those of its columns and outputs.
func (c *chain) setNames(n data.Names) error {
	for _, of := range []struct {
		what  string
		names []string
		want  int
		field *[]string
	}{{"inputs", n.Inputs, c.inputs, &c.inputNames}, {"classes", n.Classes, max(c.outputs(), 2), &c.classNames}, {"targets", n.Targets, c.outputs(), &c.targetNames}} {
		if len(of.names) == 0 || of.what == "targets" && len(n.Classes) > 0 { // one column of classes
			continue
		}
		if of.what == "targets" && len(of.names) != of.want {
			continue
		}
		if len(of.names) != of.want {
			return input.Refuse("", "%d names of %s: there are %d", len(of.names), of.what, of.want)
		}
		*of.field = of.names
	}
	return nil
}

// Named is the model with names of its columns, classes and targets, as many as it has.
func (m *Model) Named(names data.Names) (*Model, error) {
	c := *m.chain
	if err := c.setNames(names); err != nil {
		return nil, err
	}
	return newModel(m.Understood, &c)
}

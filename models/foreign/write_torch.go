package foreign

import (
	"fmt"
	"io"
	"strings"

	"actscope/graph"
	"actscope/internal/safetensors"
)

// torchModule is a module of PyTorch in a Sequential.
type torchModule struct {
	text   string // that makes it
	layer  int    // that it is of, from 1
	arrays []torchArray
}

// torchArray is a tensor of a module, and the array of the layer that it is: W, b or a part's.
type torchArray struct{ tensor, array string }

// torchLayers are the modules of the layers, with the definitions that they need. Their places
// are the first part of their tensors' names: 0.weight.
func (c *chain) torchLayers() (modules []torchModule, definitions []string, err error) {
	defined := make(map[string]string)
	for i, l := range c.layers {
		add := func(text string, arrays ...torchArray) {
			modules = append(modules, torchModule{text, i + 1, arrays})
		}
		parts := func(place graph.Place) {
			for _, p := range l.parts {
				if p.Place() == place {
					if text, arrays := torchPart(p.Part, l.units); text != "" {
						add(text, arrays...)
						if strings.HasPrefix(text, "Affine") && defined["Affine"] == "" {
							defined["Affine"] = "Affine"
							definitions = append(definitions, affineClass)
						}
					}
				}
			}
		}
		add(fmt.Sprintf("nn.Linear(%d, %d)", c.fanIn(i), l.units), torchArray{"weight", "W"}, torchArray{"bias", "b"})
		parts(graph.BeforeActivation)
		switch module, ok := torchActivation(l.activation); {
		case l.activation.Name == "" || l.activation.Name == graph.Identity.Name:
		case ok:
			add(module)
		default:
			name := defined[l.activation.Name]
			if name == "" {
				name = fmt.Sprintf("Activation%d", i+1)
				defined[l.activation.Name] = name
				out, err := spell(&python{}, l.activation, operand{text: "z"})
				if err != nil {
					return nil, nil, err
				}
				definitions = append(definitions, fmt.Sprintf("class %s(nn.Module):  # %s\n    def forward(self, z):\n        return %s\n", name, l.activation.Name, out.text))
			}
			add(name + "()")
		}
		parts(graph.AfterActivation)
	}
	return modules, definitions, nil
}

const affineClass = `class Affine(nn.Module):
    def __init__(self, units):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(units)), nn.Parameter(torch.zeros(units))

    def forward(self, z):
        return z * self.weight + self.bias
`

// torchPart makes a part's module; shortcuts have none.
func torchPart(p graph.Part, units int) (text string, arrays []torchArray) {
	norm := []torchArray{{"weight", "gain"}, {"bias", "shift"}}
	switch kind := p.(type) {
	case graph.Affine:
		return fmt.Sprintf("Affine(%d)", units), []torchArray{{"weight", "scale"}, {"bias", "offset"}}
	case graph.BatchNorm:
		return fmt.Sprintf("nn.BatchNorm1d(%d, eps=%v)", units, epsilonOr(kind.Epsilon)), append(norm, torchArray{"running_mean", "mean"}, torchArray{"running_var", "variance"})
	case graph.LayerNorm:
		return fmt.Sprintf("nn.LayerNorm(%d, eps=%v)", units, epsilonOr(kind.Epsilon)), norm
	case graph.Dropout:
		return fmt.Sprintf("nn.Dropout(%v)", kind.Rate), nil
	}
	return "", nil
}

// torchFinal is the module of what stands behind the last layer, "" for nothing.
func torchFinal(f Final) string {
	return map[Final]string{Sigmoid: "nn.Sigmoid()", Softmax: "nn.Softmax(dim=1)", LogSoftmax: "nn.LogSoftmax(dim=1)"}[f]
}

// torchChain is the chain as PyTorch has it: with the scaling in the first layer, unless a shortcut
// adds what was scaled.
func (c *chain) torchChain() *chain {
	if c.addsInput() {
		return c
	}
	return c.folded()
}

// array is W, b or a part's array of a layer, from 1.
func (l *layer) array(name string) []float64 {
	switch name {
	case "W":
		return l.weights
	case "b":
		return l.bias
	}
	for _, p := range l.parts {
		if values, has := p.arrays[name]; has {
			return values
		}
	}
	return nil
}

// WriteSafetensors writes the parameters as the state_dict of a torch.nn.Sequential of the layers:
// 0.weight, out × in, 0.bias and so on. The scaling of the columns is in the first layer, but where
// a shortcut adds the input: then it is in mean and scale. [Model.WritePyTorch] writes the module.
func (m *Model) WriteSafetensors(w io.Writer, dtype graph.Precision) error {
	c := m.chain.torchChain()
	modules, _, err := c.torchLayers()
	if err != nil {
		return err
	}
	var tensors []safetensors.Tensor
	add := func(name string, shape []int, values []float64) error {
		t := safetensors.Tensor{Name: name, Shape: shape, Values: values}
		if dtype == graph.Single {
			t.Type = "F32"
			for i, v := range values {
				if err := fitsSingle(name, i, v); err != nil {
					return err
				}
			}
		}
		tensors = append(tensors, t)
		return nil
	}
	for i, module := range modules {
		l := &c.layers[module.layer-1]
		for _, a := range module.arrays {
			values, shape := l.array(a.array), []int{l.units}
			if a.array == "W" {
				shape = []int{l.units, c.fanIn(module.layer - 1)}
				values = transposed(values, c.fanIn(module.layer-1), l.units)
			}
			if err := add(fmt.Sprintf("%d.%s", i, a.tensor), shape, values); err != nil {
				return err
			}
		}
	}
	if len(c.scaling.Mean) > 0 {
		for _, row := range []struct {
			name   string
			values []float64
		}{{"mean", c.scaling.Mean}, {"scale", c.scaling.Scale}} {
			if err := add(row.name, []int{c.inputs}, row.values); err != nil {
				return err
			}
		}
	}
	metadata, err := m.torchMetadata(c)
	if err != nil {
		return err
	}
	return safetensors.Write(w, tensors, metadata)
}

// transposed is a matrix of so many rows and columns, row-major, with both exchanged.
func transposed(values []float64, rows, columns int) []float64 {
	out := make([]float64, len(values))
	for i := range rows {
		for j := range columns {
			out[j*rows+i] = values[i*columns+j]
		}
	}
	return out
}

// torchMetadata is what is said beside the tensors of a chain.
func (m *Model) torchMetadata(c *chain) (map[string]string, error) {
	a, err := c.architecture(m.Targets())
	if err != nil {
		return nil, err
	}
	return ownMetadata{Architecture: a, Layout: torchLayout, Final: m.Final, Inputs: m.Inputs, Targets: m.TargetNames, Classes: m.Classes}.encoded(a.String())
}

// WritePyTorch writes a Python module that defines the network, into which it loads the file
// that [Model.WriteSafetensors] wrote, which is called file and lies beside it.
func (m *Model) WritePyTorch(w io.Writer, dtype graph.Precision, file string) error {
	c := m.chain.torchChain()
	modules, definitions, err := c.torchLayers()
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n# network(x) gives %s for rows of the raw columns, a tensor of torch.%v, once load() has been called,\n# which needs the package safetensors.\n", m, m.gives(), dtype)
	b.WriteString("from pathlib import Path\n\nimport torch\nfrom torch import nn\n\n")
	names, err := m.pythonNames()
	if err != nil {
		return err
	}
	b.WriteString(names)
	for _, d := range definitions {
		b.WriteString("\n\n" + d)
	}
	sequential := "nn.Sequential"
	if forward := c.torchForward(modules, m.Final); forward != "" {
		sequential = "Network"
		b.WriteString("\n\n" + forward + "\n\n")
	}
	fmt.Fprintf(&b, "network = %s(\n", sequential)
	for i, module := range modules {
		before, after := "    ", "\n"
		if i > 0 && modules[i-1].layer == module.layer {
			before = " "
		}
		if i+1 < len(modules) && modules[i+1].layer == module.layer {
			after = ""
		}
		b.WriteString(before + module.text + "," + after)
	}
	if final := torchFinal(m.Final); final != "" {
		b.WriteString("    " + final + ",\n")
	}
	b.WriteString(")")
	if dtype == graph.Double {
		b.WriteString(".double()")
	}
	fmt.Fprintf(&b, ".eval()\n\n\ndef load(file=Path(__file__).with_name(%s)):\n    from safetensors.torch import load_file\n\n    network.load_state_dict(load_file(file), strict=True)\n    return network\n", literal(file))
	_, err = io.WriteString(w, b.String())
	return err
}

// torchForward is a Sequential with shortcuts, "" for a chain that has none.
func (c *chain) torchForward(modules []torchModule, final Final) string {
	shortcuts := false
	for i, l := range c.layers {
		for _, p := range l.parts {
			if _, there := c.shortcut(p, i+1); there {
				shortcuts = true
			}
		}
	}
	if !shortcuts {
		return ""
	}
	var b strings.Builder
	b.WriteString("class Network(nn.Sequential):\n")
	if len(c.scaling.Mean) > 0 {
		fmt.Fprintf(&b, "    def __init__(self, *modules):\n        super().__init__(*modules)\n        self.register_buffer(\"mean\", torch.zeros(%d))\n        self.register_buffer(\"scale\", torch.ones(%[1]d))\n\n", c.inputs)
	}
	b.WriteString("    def forward(self, x):\n")
	if len(c.scaling.Mean) > 0 {
		b.WriteString("        a0 = (x - self.mean) / self.scale\n")
	} else {
		b.WriteString("        a0 = x\n")
	}
	next := 0
	for i, l := range c.layers {
		signal := fmt.Sprintf("a%d", i)
		take := func(n int) {
			for ; n > 0; n-- {
				signal = fmt.Sprintf("self[%d](%s)", next, signal)
				next++
			}
		}
		place := func(place graph.Place) {
			for _, p := range l.parts {
				if p.Place() != place {
					continue
				}
				if text, _ := torchPart(p.Part, l.units); text != "" {
					take(1)
				} else if from, there := c.shortcut(p, i+1); there {
					signal = fmt.Sprintf("(%s + a%d)", signal, from)
				}
			}
		}
		take(1)
		place(graph.BeforeActivation)
		if l.activation.Name != "" && l.activation.Name != graph.Identity.Name {
			take(1)
		}
		place(graph.AfterActivation)
		fmt.Fprintf(&b, "        a%d = %s\n", i+1, signal)
	}
	if torchFinal(final) != "" {
		fmt.Fprintf(&b, "        return self[%d](a%d)\n", next, len(c.layers))
	} else {
		fmt.Fprintf(&b, "        return a%d\n", len(c.layers))
	}
	return b.String()
}

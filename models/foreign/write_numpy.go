package foreign

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"actscope/graph"
	"actscope/internal/npz"
)

// WriteNPZ writes the parameters in NumPy's format: W1 (in × out), b1, W2 and so on, those of
// parts, such as gain1, and mean and scale of the columns. [Model.WriteNumPy] writes the module
// that computes with them.
func (m *Model) WriteNPZ(w io.Writer, dtype graph.Precision) error {
	c := m.chain
	var arrays npz.Arrays
	add := func(name string, shape []int, values []float64) error {
		a := npz.Array{Name: name, Shape: shape, Values: values}
		if dtype == graph.Single {
			a.Type = npz.Float32
			for i, v := range values {
				if err := fitsSingle(name, i, v); err != nil {
					return err
				}
			}
		}
		arrays = append(arrays, a)
		return nil
	}
	if n := len(c.scaling.Mean); n > 0 {
		if err := add("mean", []int{n}, c.scaling.Mean); err != nil {
			return err
		}
		if err := add("scale", []int{n}, c.scaling.Scale); err != nil {
			return err
		}
	}
	for i, l := range c.layers {
		if err := add(fmt.Sprintf("W%d", i+1), []int{c.fanIn(i), l.units}, l.weights); err != nil {
			return err
		}
		if err := add(fmt.Sprintf("b%d", i+1), []int{l.units}, l.bias); err != nil {
			return err
		}
		for _, p := range l.parts {
			for _, a := range p.Arrays() {
				if err := add(fmt.Sprintf("%s%d", a.Name, i+1), []int{l.units}, p.arrays[a.Name]); err != nil {
					return err
				}
			}
		}
	}
	return npz.Write(w, arrays)
}

// WriteNumPy writes a Python module whose function network computes what the network does, from the
// file that [Model.WriteNPZ] wrote, which is called file and lies beside it.
func (m *Model) WriteNumPy(w io.Writer, file string) error {
	c := m.chain
	p := &python{numpy: true, used: make(map[string]bool)}
	var body strings.Builder
	if len(c.scaling.Mean) > 0 {
		body.WriteString("    a0 = (np.asarray(x) - p[\"mean\"]) / p[\"scale\"]\n")
	} else {
		body.WriteString("    a0 = np.asarray(x)\n")
	}
	for i, l := range c.layers {
		n := i + 1
		line := func(format string, args ...any) {
			fmt.Fprintf(&body, "    a%d = %s\n", n, fmt.Sprintf(format, args...))
		}
		parts := func(place graph.Place) {
			for _, part := range l.parts {
				if part.Place() == place {
					for _, text := range c.numpyPart(part, n) {
						line("%s", text)
					}
				}
			}
		}
		line(`a%d @ p["W%d"] + p["b%[2]d"]`, i, n)
		parts(graph.BeforeActivation)
		z := fmt.Sprintf("a%d", n)
		out, err := spell(p, l.activation, operand{text: z})
		if err != nil {
			return err
		}
		if out.text != z {
			line("%s", out.text)
		}
		parts(graph.AfterActivation)
	}
	last := fmt.Sprintf("a%d", len(c.layers))
	switch m.Final {
	case Sigmoid:
		last = p.apply("sigmoid", operand{text: last}).text
	case Softmax:
		fmt.Fprintf(&body, "    e = np.exp(%s - %[1]s.max(axis=1, keepdims=True))\n", last)
		last = "e / e.sum(axis=1, keepdims=True)"
	case LogSoftmax:
		fmt.Fprintf(&body, "    z = %s - %[1]s.max(axis=1, keepdims=True)\n", last)
		last = "z - np.log(np.exp(z).sum(axis=1, keepdims=True))"
	}
	names, err := m.pythonNames()
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n# network(x) gives %s for rows of the raw columns.\n", m, m.gives())
	if p.used["erf"] {
		b.WriteString("import math\n")
	}
	fmt.Fprintf(&b, "from pathlib import Path\n\nimport numpy as np\n\n%sp = dict(np.load(Path(__file__).with_name(%s)))\n", names, literal(file))
	for _, name := range slices.Sorted(maps.Keys(p.used)) {
		b.WriteString("\n\n" + numpyFunctions[name])
	}
	fmt.Fprintf(&b, "\n\ndef network(x):\n%s    return %s\n", body.String(), last)
	_, err = io.WriteString(w, b.String())
	return err
}

// numpyPart are a part's steps in layer n.
func (c *chain) numpyPart(p part, n int) []string {
	of := func(format string) string {
		return strings.ReplaceAll(strings.ReplaceAll(format, "#", fmt.Sprint(n)), "'", `"`)
	}
	switch kind := p.Part.(type) {
	case graph.Affine:
		return []string{of("a# * p['scale#'] + p['offset#']")}
	case graph.BatchNorm:
		return []string{of("(a# - p['mean#']) / np.sqrt(p['variance#'] + ") + fmt.Sprint(epsilonOr(kind.Epsilon)) + of(") * p['gain#'] + p['shift#']")}
	case graph.LayerNorm:
		return []string{
			of("a# - a#.mean(axis=1, keepdims=True)"),
			of("a# / np.sqrt((a# * a#).mean(axis=1, keepdims=True) + ") + fmt.Sprint(epsilonOr(kind.Epsilon)) + of(") * p['gain#'] + p['shift#']"),
		}
	}
	if from, there := c.shortcut(p, n); there {
		return []string{fmt.Sprintf("a%d + a%d", n, from)}
	}
	return nil
}

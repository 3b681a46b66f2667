// Package layer builds single layers as Gorgonia graphs, with the gradients of all that goes into them: what layers that
// somebody coded by hand are held against. A layer of the table ([Kinds]) is made of arrays by their names ([New]); its
// objective is its loss or, where it has none, Σ out ∘ dout over its outputs, dout being what comes down to them.
//
// Arrays keep their author's shape: nodes are matrices (convolutions aside) that are gathered from the arrays' entries, and
// gradients are added up into the same entries. So samples may stand in rows or columns, and a sequence may be unrolled,
// without an operator in the graph.
package layer

import (
	"errors"
	"math"
	"slices"

	"gorgonia.org/gorgonia"

	"actscope/graph/machine"
)

// Array is an array in C order, last index fastest; its shape is empty for a scalar.
type Array struct {
	Shape  []int
	Values []float64
}

// Given are the arrays that a layer is made of, by the names of the kind's inputs, and what comes down to its outputs.
type Given struct {
	Arrays map[string]Array
	// Stride, Pad and Pool are those of convolutions and pools; nil is found from the shapes.
	Stride, Pad, Pool *int
	// Variant is one of the kind's ways to define the layer, "" for the first; see [Kind.Variants].
	Variant string
	// Mistakes are made on the way back; see [Kind.Mistakes].
	Mistakes []string
}

// Layer is a layer with its inputs in place.
type Layer struct {
	// Understood says in words what was made of the arrays, such as "5 rows, 6 → 4".
	Understood string
	// Samples is how many there are: a mean over them divides by that.
	Samples int
	// Steps is how many are unrolled, 1 of layers without.
	Steps int

	given    map[string]Array
	graph    *gorgonia.ExprGraph
	inputs   []input
	outputs  []output
	backward *machine.Machine
	forward  *machine.Machine // the objective alone, nil until it is asked for
	goal     *gorgonia.Node
	grads    []*gorgonia.Node // of the inputs, nil for constants
	region   func() uint64
	replaced map[string][]float64
	shares   map[string]float64
}

// input is a node, and where in an array its entries are.
type input struct {
	array  string // "" for a constant of the layer's own
	fixed  bool   // it has no gradient, for a mistake of the way back
	node   *gorgonia.Node
	values []float64
	at     []int
}

// output is a node of the forward pass, and where in an array its entries are; several may make one array.
type output struct {
	array string
	node  *gorgonia.Node
	at    []int
}

// New makes a layer of a kind. The error names the array that is missing or does not fit.
func New(k Kind, given Given) (*Layer, error) {
	s := newSite(k, given)
	l := &Layer{given: given.Arrays, graph: s.graph}
	if err := machine.Construct(func() error { return l.construct(k, s) }); err != nil {
		return nil, err
	}
	wanted := gorgonia.Nodes{l.goal}
	for _, grad := range l.grads {
		if grad != nil {
			wanted = append(wanted, grad)
		}
	}
	for _, o := range l.outputs {
		wanted = append(wanted, o.node)
	}
	var err error
	if l.backward, err = l.machine(wanted); err != nil {
		return nil, err
	}
	if err := l.backward.RunAll(); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// construct builds the graph and derives it.
func (l *Layer) construct(k Kind, s *site) error {
	k.build(s)
	l.Understood, l.Samples, l.region = s.understood, s.count, s.region
	l.inputs, l.outputs, l.goal = s.inputs, s.outputs, s.goal
	l.Steps = max(s.unrolled, 1)
	l.replaced, l.shares = s.replaced, s.shares
	for _, term := range s.terms {
		if l.goal == nil {
			l.goal = term
		} else {
			l.goal = s.e.Add(l.goal, term)
		}
	}
	if s.e.Err != nil {
		return s.e.Err
	}
	l.grads = make([]*gorgonia.Node, len(l.inputs))
	var of gorgonia.Nodes
	for _, in := range l.inputs {
		if k.differentiable(in.array) && !in.fixed {
			of = append(of, in.node)
		}
	}
	grads, err := gorgonia.Grad(l.goal, of...)
	if err != nil {
		return err
	}
	for i, in := range l.inputs {
		if at := slices.Index(of, in.node); at >= 0 {
			l.grads[i] = grads[at]
		}
	}
	return nil
}

// machine plans what is wanted of the layer, reading its inputs where they are.
func (l *Layer) machine(wanted gorgonia.Nodes) (*machine.Machine, error) {
	m, err := machine.New(l.graph, unique(wanted), machine.AllowNonFinite())
	if err != nil {
		return nil, err
	}
	for _, in := range l.inputs {
		if err := m.Bind(in.node, in.values); err != nil && !errors.Is(err, machine.ErrUnknown) {
			m.Close()
			return nil, err
		}
	}
	return m, nil
}

// Close frees the layer's machines.
func (l *Layer) Close() {
	for _, m := range []*machine.Machine{l.backward, l.forward} {
		if m != nil {
			m.Close()
		}
	}
}

// Share is the factor by which an input's gradient is that of the objective, 1 but for conventions such as dw averaged over
// samples.
func (l *Layer) Share(name string) float64 {
	if share, ok := l.shares[name]; ok {
		return share
	}
	return 1
}

// Gradient is the gradient of the objective with respect to an input times its share, in the input's own order.
func (l *Layer) Gradient(name string) ([]float64, error) {
	if gradient, ok := l.replaced[name]; ok {
		return gradient, nil
	}
	total := make([]float64, len(l.given[name].Values))
	for i, in := range l.inputs {
		if in.array != name || l.grads[i] == nil {
			continue
		}
		values, err := l.backward.Values(l.grads[i])
		if err != nil {
			return nil, err
		}
		for j, v := range values {
			total[in.at[j]] += l.Share(name) * v
		}
	}
	return total, nil
}

// Outputs are the names of what the layer gives on the way forward: "loss", or "out", "next_h", ...
func (l *Layer) Outputs() []string {
	var names []string
	for _, o := range l.outputs {
		if !slices.Contains(names, o.array) {
			names = append(names, o.array)
		}
	}
	return names
}

// Output is what the layer gives on the way forward, in the order of what comes down to it.
func (l *Layer) Output(name string) ([]float64, error) {
	var all []float64
	for _, o := range l.outputs {
		if o.array != name {
			continue
		}
		values, err := l.backward.Values(o.node)
		if err != nil {
			return nil, err
		}
		for j, v := range values {
			for len(all) <= o.at[j] {
				all = append(all, math.NaN())
			}
			all[o.at[j]] = v
		}
	}
	return all, nil
}

// Objective is the objective with an entry of an input moved to a value and back again, and a number that changes where
// a kink is crossed: see package differences.
func (l *Layer) Objective(name string, entry int, value float64) (float64, uint64, error) {
	if l.forward == nil {
		var err error
		if l.forward, err = l.machine(gorgonia.Nodes{l.goal}); err != nil {
			return 0, 0, err
		}
	}
	put := func(v float64) {
		l.given[name].Values[entry] = v
		for _, in := range l.inputs {
			if in.array != name {
				continue
			}
			for j, at := range in.at {
				if at == entry {
					in.values[j] = v
				}
			}
		}
	}
	before := l.given[name].Values[entry]
	put(value)
	defer put(before)
	if err := l.forward.RunAll(); err != nil {
		return 0, 0, err
	}
	values, err := l.forward.Values(l.goal)
	if err != nil {
		return 0, 0, err
	}
	var region uint64
	if l.region != nil {
		region = l.region()
	}
	return values[0], region, nil
}

// SameShape tells shapes that differ in axes of length 1 at most.
func SameShape(a, b []int) bool {
	solid := func(shape []int) []int {
		return slices.DeleteFunc(slices.Clone(shape), func(n int) bool { return n == 1 })
	}
	return slices.Equal(solid(a), solid(b))
}

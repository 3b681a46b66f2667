package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// builder builds the graph of one program.
type builder struct {
	architecture Architecture
	rows         int
	training     bool

	graph      *gorgonia.ExprGraph
	inputs     gorgonia.Nodes            // the parameters, in their order
	parameters map[string]*gorgonia.Node // the same by name
	statistics map[string]Parameter
	filled     map[string]*gorgonia.Node
	names      map[string]bool // of inputs: Gorgonia merges two of one name
	repeated   string          // the first that was used twice
	memory     []memory        // of all inputs
	weights    *gorgonia.Node  // of the rows, nil where they count alike
	handed     gorgonia.Nodes  // x, then what each layer hands on
	stages     map[Point]*gorgonia.Node

	draws  []func(Random)
	tracks []track

	// probed adds to what each affine map gives an input of zeros, to differentiate by: probes.
	probed bool
	probes gorgonia.Nodes
}

// memory is where an input is read from.
type memory struct {
	node   *gorgonia.Node
	values []float64
}

// track is a statistic that training keeps track of.
type track struct {
	node      *gorgonia.Node
	statistic []float64
	update    func(statistic, batch []float64)
}

func newBuilder(a Architecture, parameters []Parameter, rows int, o Options) *builder {
	b := &builder{
		architecture: a,
		rows:         rows,
		training:     o.Purpose == Scoring || o.Purpose == Training,
		graph:        gorgonia.NewGraph(),
		parameters:   make(map[string]*gorgonia.Node),
		statistics:   make(map[string]Parameter),
		filled:       make(map[string]*gorgonia.Node),
		names:        make(map[string]bool),
		stages:       make(map[Point]*gorgonia.Node),
	}
	for _, p := range parameters {
		node := b.input(p.Name, p.Rows, p.Columns, p.Values)
		b.inputs = append(b.inputs, node)
		b.parameters[p.Name] = node
	}
	for _, p := range o.Statistics {
		b.statistics[p.Name] = p
	}
	return b
}

// input is a node that reads values, row-major.
func (b *builder) input(name string, rows, columns int, values []float64) *gorgonia.Node {
	if b.names[name] && b.repeated == "" {
		b.repeated = name
	}
	b.names[name] = true
	node := matrix(b.graph, name, rows, columns, values)
	b.memory = append(b.memory, memory{node, values})
	return node
}

// matrix is an input node that reads values, row-major.
func matrix(g *gorgonia.ExprGraph, name string, rows, columns int, values []float64) *gorgonia.Node {
	t := tensor.New(tensor.WithShape(rows, columns), tensor.WithBacking(values))
	return gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithShape(rows, columns), gorgonia.WithName(name), gorgonia.WithValue(t))
}

// forward builds all layers on the input x.
func (b *builder) forward(x *gorgonia.Node) error {
	b.handed = gorgonia.Nodes{x}
	for i, l := range b.architecture.Layers {
		if err := b.layer(i+1, l); err != nil {
			return fmt.Errorf("network: layer %d: %w", i+1, err)
		}
		if b.repeated != "" {
			return fmt.Errorf("network: layer %d: two parts have an input named %s", i+1, b.repeated)
		}
	}
	return nil
}

// layer builds one layer (from 1) on what the one before hands on.
func (b *builder) layer(number int, l Layer) error {
	var e Expression
	weights, bias := b.inputs[2*number-2], b.inputs[2*number-1]
	z := e.AddRow(e.MatMul(b.handed[number-1], weights), bias)
	if e.Err != nil {
		return e.Err
	}
	if b.probed {
		probe := b.input(arrayName("probe", number), b.rows, l.Units, make([]float64, b.rows*l.Units))
		b.probes = append(b.probes, probe)
		if z = e.Add(z, probe); e.Err != nil {
			return e.Err
		}
	}
	z, err := b.parts(number, l, BeforeActivation, z)
	if err != nil {
		return err
	}
	gorgonia.WithName(Point{number, PreActivation}.String())(z)
	a, err := l.Activation.Expression(z)
	if err != nil {
		return err
	}
	if a, err = b.parts(number, l, AfterActivation, a); err != nil {
		return err
	}
	if a != z { // as it is after the identity
		gorgonia.WithName(Point{number, PostActivation}.String())(a)
	}
	b.stages[Point{number, PreActivation}], b.stages[Point{number, PostActivation}] = z, a
	b.handed = append(b.handed, a)
	return nil
}

// parts builds the layer's parts of one place on a signal.
func (b *builder) parts(number int, l Layer, place Place, signal *gorgonia.Node) (*gorgonia.Node, error) {
	for _, part := range l.Parts {
		if part.Place() != place {
			continue
		}
		site := &Site{Layer: number, Rows: b.rows, Units: l.Units, Training: b.training, builder: b}
		out, err := part.Build(site, signal)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", part.Name(), err)
		}
		if !out.Shape().Eq(signal.Shape()) {
			return nil, fmt.Errorf("%s: it turns %v into %v", part.Name(), signal.Shape(), out.Shape())
		}
		signal = out
	}
	return signal, nil
}

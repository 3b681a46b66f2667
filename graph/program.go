package graph

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"actscope/graph/machine"
)

// Purpose says what a program is for.
type Purpose int

const (
	// Evaluation computes probabilities only.
	Evaluation Purpose = iota
	// Scoring also computes the losses.
	Scoring
	// Training computes the losses and the gradients of every parameter.
	Training
)

// Engine says what executes a program.
type Engine int

const (
	// Planned is the project's own machine, of package machine.
	Planned Engine = iota
	// Tape is Gorgonia's TapeMachine: slow, and the oracle of the other.
	Tape
)

// Options are what a program is compiled for.
type Options struct {
	Purpose Purpose
	// Captured are the points whose values stay readable after each run; those of
	// other nodes may have been overwritten.
	Captured []Point
	Engine   Engine
}

// Program is a network compiled for a fixed number of rows. Fill X (and Y), call
// Run, read the results; what the methods return is overwritten by the next Run.
// A program is for one goroutine at a time; different programs may run side by
// side as long as nobody changes the parameters that they share.
type Program struct {
	// X is the input, rows × inputs, row-major; Y the labels, one per row, nil in
	// a program for evaluation. Write into them; do not replace them.
	X, Y []float64

	network  Network
	rows     int
	machine  executor
	captured []Point
}

// outputs are what a program's machine computes, in this order; those that its
// purpose does not need are left out.
type outputs struct {
	probability         *gorgonia.Node
	captured            gorgonia.Nodes
	objective, reported *gorgonia.Node
	gradients           gorgonia.Nodes
}

func (o outputs) nodes() gorgonia.Nodes {
	all := append(gorgonia.Nodes{o.probability}, o.captured...)
	if o.objective != nil {
		all = append(all, o.objective, o.reported)
	}
	return append(all, o.gradients...)
}

// Where the outputs lie.
func (p *Program) captureIndex(i int) int  { return 1 + i }
func (p *Program) objectiveIndex() int     { return 1 + len(p.captured) }
func (p *Program) reportedIndex() int      { return p.objectiveIndex() + 1 }
func (p *Program) gradientIndex(i int) int { return p.reportedIndex() + 1 + i }

// Compile builds the graph of a network for rows rows and prepares it for
// execution. The parameters are shared, not copied: writing to their Values
// changes what every program with them computes.
func Compile(n Network, parameters []Parameter, rows int, o Options) (*Program, error) {
	if err := n.Validate(); err != nil {
		return nil, err
	}
	if rows < 1 {
		return nil, fmt.Errorf("network: cannot compile for %d rows", rows)
	}
	if err := n.fits(parameters); err != nil {
		return nil, err
	}
	for _, p := range o.Captured {
		if err := n.checkPoint(p); err != nil {
			return nil, err
		}
	}
	var program *Program
	err := machine.Construct(func() (err error) {
		program, err = n.build(parameters, rows, o)
		return err
	})
	return program, err
}

// fits reports parameters whose shapes are not the network's.
func (n Network) fits(parameters []Parameter) error {
	if len(parameters) != 2*len(n.Layers) {
		return fmt.Errorf("network: %d parameters for %d layers: a weight matrix and a bias row are needed for each", len(parameters), len(n.Layers))
	}
	for i, p := range parameters {
		rows := 1
		if i%2 == 0 {
			rows = n.FanIn(i/2 + 1)
		}
		columns := n.Layers[i/2].Units
		if p.Rows != rows || p.Columns != columns || len(p.Values) != rows*columns {
			return fmt.Errorf("network: %s is (%d, %d) with %d values; layer %d needs (%d, %d)", p.Name, p.Rows, p.Columns, len(p.Values), i/2+1, rows, columns)
		}
	}
	return nil
}

func (n Network) build(parameters []Parameter, rows int, o Options) (*Program, error) {
	g := gorgonia.NewGraph()
	p := &Program{network: n, rows: rows, X: make([]float64, rows*n.Inputs), captured: o.Captured}

	stages := make(map[Point]*gorgonia.Node)
	var inputs gorgonia.Nodes
	var e expression
	signal := matrix(g, "x", rows, n.Inputs, p.X)
	for i, l := range n.Layers {
		w, b := parameters[2*i], parameters[2*i+1]
		weights, bias := matrix(g, w.Name, w.Rows, w.Columns, w.Values), matrix(g, b.Name, 1, b.Columns, b.Values)
		inputs = append(inputs, weights, bias)
		z := e.addRow(e.matmul(signal, weights), bias)
		signal = e.apply(l.Activation.Expression, z)
		if e.err != nil {
			return nil, fmt.Errorf("network: layer %d: %w", i+1, e.err)
		}
		stages[Point{i + 1, PreActivation}], stages[Point{i + 1, PostActivation}] = z, signal
	}
	name(stages)
	out := outputs{probability: signal}
	for _, point := range o.Captured {
		out.captured = append(out.captured, stages[point])
	}

	if o.Purpose != Evaluation {
		p.Y = make([]float64, rows)
		y := matrix(g, "y", rows, 1, p.Y)
		z := stages[Point{len(n.Layers), PreActivation}]
		out.objective = e.combine(n.Loss.Expression, z, y)
		out.reported = e.combine(reportedLoss, out.probability, y)
		if e.err != nil {
			return nil, fmt.Errorf("network: loss %s: %w", n.Loss.Name, e.err)
		}
	}
	var err error
	if o.Purpose == Training {
		if out.gradients, err = gorgonia.Grad(out.objective, inputs...); err != nil {
			return nil, fmt.Errorf("network: gradients of loss %s: %w", n.Loss.Name, err)
		}
	}
	if o.Engine == Tape {
		p.machine, err = newTape(g, out.nodes())
	} else {
		p.machine, err = newPlanned(g, out.nodes())
	}
	return p, err
}

// matrix is an input node that reads values, row-major.
func matrix(g *gorgonia.ExprGraph, name string, rows, columns int, values []float64) *gorgonia.Node {
	t := tensor.New(tensor.WithShape(rows, columns), tensor.WithBacking(values))
	return gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithShape(rows, columns), gorgonia.WithName(name), gorgonia.WithValue(t))
}

// name gives the nodes of each stage the names that errors and drawings show.
func name(stages map[Point]*gorgonia.Node) {
	for point, node := range stages {
		gorgonia.WithName(point.String())(node)
	}
}

// Rows is the number of rows that the program was compiled for.
func (p *Program) Rows() int { return p.rows }

// Run computes everything from X, Y and the parameters as they are now.
func (p *Program) Run() error { return p.machine.run() }

// Close releases the program; it must not run afterwards.
func (p *Program) Close() error { return p.machine.close() }

// Probability is P(class 1) for each row.
func (p *Program) Probability() []float64 { return p.machine.values(0) }

// Objective is the value of the network's loss, the one that is differentiated.
func (p *Program) Objective() float64 { return p.machine.values(p.objectiveIndex())[0] }

// ReportedLoss is the article's loss formula on the same rows.
func (p *Program) ReportedLoss() float64 { return p.machine.values(p.reportedIndex())[0] }

// Gradient is the derivative of the objective with respect to parameter i, in the
// order and shape of the parameters.
func (p *Program) Gradient(i int) []float64 { return p.machine.values(p.gradientIndex(i)) }

// Capture is the read-only view of the values at a captured point.
func (p *Program) Capture(at Point) (Capture, error) {
	i := slices.Index(p.captured, at)
	if i < 0 {
		return Capture{}, fmt.Errorf("network: %v was not captured by this program", at)
	}
	return Capture{Point: at, Rows: p.rows, Units: p.network.Layers[at.Layer-1].Units, values: p.machine.values(p.captureIndex(i))}, nil
}

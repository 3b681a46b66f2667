package graph

import (
	"fmt"
	"sync"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Purpose says what a program is for.
type Purpose int

const (
	// Evaluation computes probabilities only.
	Evaluation Purpose = iota
	// Training also computes the loss and the gradients of every parameter.
	Training
)

// Program is a network compiled for a fixed number of rows. Fill X (and Y), call
// Run, read the results; what the methods return is overwritten by the next Run.
// A program is for one goroutine at a time; different programs may run side by
// side as long as nobody changes the parameters that they share.
type Program struct {
	// X is the input, rows × inputs, row-major; Y the labels, one per row, nil in
	// a program for evaluation. Write into them; do not replace them.
	X, Y []float64

	network     Network
	rows        int
	machine     executor
	probability *gorgonia.Node
	objective   *gorgonia.Node
	reported    *gorgonia.Node
	gradients   gorgonia.Nodes
	captured    map[Point]*gorgonia.Node
}

// construction serialises the building of graphs: Gorgonia counts nodes and
// hashes constants in globals.
var construction sync.Mutex

// Compile builds the graph of a network for rows rows, with gradients of every
// parameter where the purpose is Training, and prepares it for execution. The
// parameters are shared, not copied: writing to their Values changes what every
// program with them computes. The values at the captured points stay readable
// after each run; others may have been overwritten.
func Compile(n Network, parameters []Parameter, rows int, purpose Purpose, captured ...Point) (*Program, error) {
	if err := n.Validate(); err != nil {
		return nil, err
	}
	if rows < 1 {
		return nil, fmt.Errorf("network: cannot compile for %d rows", rows)
	}
	if err := n.fits(parameters); err != nil {
		return nil, err
	}
	for _, p := range captured {
		if err := n.checkPoint(p); err != nil {
			return nil, err
		}
	}
	construction.Lock()
	defer construction.Unlock()
	return n.build(parameters, rows, purpose, captured)
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

func (n Network) build(parameters []Parameter, rows int, purpose Purpose, captured []Point) (*Program, error) {
	g := gorgonia.NewGraph()
	p := &Program{network: n, rows: rows, X: make([]float64, rows*n.Inputs), captured: make(map[Point]*gorgonia.Node)}

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
	p.probability = signal
	outputs := gorgonia.Nodes{p.probability}
	for _, point := range captured {
		p.captured[point] = stages[point]
		outputs = append(outputs, stages[point])
	}

	if purpose == Training {
		p.Y = make([]float64, rows)
		y := matrix(g, "y", rows, 1, p.Y)
		z := stages[Point{len(n.Layers), PreActivation}]
		p.objective = e.combine(n.Loss.Expression, z, y)
		p.reported = e.combine(reportedLoss, p.probability, y)
		if e.err != nil {
			return nil, fmt.Errorf("network: loss %s: %w", n.Loss.Name, e.err)
		}
		var err error
		if p.gradients, err = gorgonia.Grad(p.objective, inputs...); err != nil {
			return nil, fmt.Errorf("network: gradients of loss %s: %w", n.Loss.Name, err)
		}
		outputs = append(append(outputs, p.objective, p.reported), p.gradients...)
	}

	var err error
	p.machine, err = newTape(g, outputs)
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
func (p *Program) Probability() []float64 { return p.machine.values(p.probability) }

// Objective is the value of the network's loss, the one that is differentiated.
func (p *Program) Objective() float64 { return p.machine.values(p.objective)[0] }

// ReportedLoss is the article's loss formula on the same rows.
func (p *Program) ReportedLoss() float64 { return p.machine.values(p.reported)[0] }

// Gradient is the derivative of the objective with respect to parameter i, in the
// order and shape of the parameters.
func (p *Program) Gradient(i int) []float64 { return p.machine.values(p.gradients[i]) }

// Capture is the read-only view of the values at a point named to Compile.
func (p *Program) Capture(at Point) (Capture, error) {
	node, ok := p.captured[at]
	if !ok {
		return Capture{}, fmt.Errorf("network: %v was not captured by this program", at)
	}
	return Capture{Point: at, Rows: p.rows, Units: p.network.Layers[at.Layer-1].Units, values: p.machine.values(node)}, nil
}

package graph

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"

	"actscope/graph/machine"
)

// Purpose says what a program is for.
type Purpose int

const (
	// Evaluation computes outputs only, with the statistics that training has
	// kept track of and nothing random.
	Evaluation Purpose = iota
	// Scoring computes the losses that training descends on, with its masks and the
	// rows' own statistics.
	Scoring
	// Training is Scoring with the gradients of every parameter.
	Training
	// Validation is Evaluation with the losses of Scoring.
	Validation
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
	// Statistics are those of the network's parts, as [Architecture.NewStatistics] gives
	// them. They are shared, like the parameters: evaluation reads them,
	// [Program.Track] writes.
	Statistics []Parameter
	Engine     Engine
	// Weighted gives the rows [Program.Weights].
	Weighted bool
}

// Program is a network compiled for a fixed number of rows. Fill X (and Y), call
// Run, read the results; what the methods return is overwritten by the next Run.
// A program is for one goroutine at a time; different programs may run side by
// side as long as nobody changes the parameters that they share.
type Program struct {
	// X is the input, rows × inputs, Y the targets, rows × outputs, both row-major: see
	// [Targets]. Y is nil in a program for evaluation. Write into them; do not replace them.
	X, Y []float64
	// Weights, nil unless the program was compiled with [Options].Weighted for more than
	// evaluation, multiply each row's terms of the loss, before these are added up and divided:
	// by the rows, not by the weights' sum, where the [Reduction] is a mean. They are 1 until
	// something else is written into them.
	Weights []float64

	architecture Architecture
	rows         int
	machine      executor
	captured     []Point
	draws        []func(Random)
	tracks       []track

	// For descriptions: the graph, its outputs, the stages of all layers and the
	// names of the parameters.
	source     *gorgonia.ExprGraph
	computed   outputs
	stages     map[Point]*gorgonia.Node
	parameters []string
}

// Random is a stream of uniform numbers in [0, 1).
type Random interface{ Float64() float64 }

// outputs are what a program's machine computes, in this order; those that its
// purpose does not need are left out.
type outputs struct {
	output              *gorgonia.Node
	captured            gorgonia.Nodes
	tracked             gorgonia.Nodes
	objective, reported *gorgonia.Node
	gradients           gorgonia.Nodes
}

func (o outputs) nodes() gorgonia.Nodes {
	all := append(append(gorgonia.Nodes{o.output}, o.captured...), o.tracked...)
	if o.objective != nil {
		all = append(all, o.objective, o.reported)
	}
	return append(all, o.gradients...)
}

// Where the outputs lie.
func (p *Program) captureIndex(i int) int  { return 1 + i }
func (p *Program) trackIndex(i int) int    { return 1 + len(p.captured) + i }
func (p *Program) objectiveIndex() int     { return p.trackIndex(len(p.tracks)) }
func (p *Program) reportedIndex() int      { return p.objectiveIndex() + 1 }
func (p *Program) gradientIndex(i int) int { return p.reportedIndex() + 1 + i }

// Compile builds the graph of a network for rows rows and prepares it for
// execution. The parameters are shared, not copied: writing to their Values
// changes what every program with them computes.
func Compile(a Architecture, parameters []Parameter, rows int, o Options) (*Program, error) {
	if err := a.checkCompilation(parameters, o.Statistics, rows); err != nil {
		return nil, err
	}
	for _, p := range o.Captured {
		if err := a.checkPoint(p); err != nil {
			return nil, err
		}
	}
	var program *Program
	err := machine.Construct(func() (err error) {
		program, err = a.build(parameters, rows, o)
		return err
	})
	return program, err
}

// checkCompilation reports what cannot be compiled.
func (a Architecture) checkCompilation(parameters, statistics []Parameter, rows int) error {
	if err := a.Validate(); err != nil {
		return err
	}
	if rows < 1 {
		return fmt.Errorf("network: cannot compile for %d rows", rows)
	}
	if err := fits("parameters", parameters, a.declare(false)); err != nil {
		return err
	}
	return fits("statistics", statistics, a.declare(true))
}

// fits reports arrays that are not those which a network needs.
func fits(what string, arrays []Parameter, needed []declaration) error {
	if len(arrays) != len(needed) {
		return fmt.Errorf("network: %d %s: this one needs %d", len(arrays), what, len(needed))
	}
	for i, p := range arrays {
		want := needed[i]
		if p.Name != want.Name {
			return fmt.Errorf("network: %s stands where %s is needed among the %s", p.Name, want.Name, what)
		}
		if p.Rows != want.Rows || p.Columns != want.Columns || len(p.Values) != want.Rows*want.Columns {
			return fmt.Errorf("network: %s is (%d, %d) with %d values; layer %d needs (%d, %d)", p.Name, p.Rows, p.Columns, len(p.Values), want.Layer, want.Rows, want.Columns)
		}
	}
	return nil
}

func (a Architecture) build(parameters []Parameter, rows int, o Options) (*Program, error) {
	b := newBuilder(a, parameters, rows, o)
	p := &Program{architecture: a, rows: rows, X: make([]float64, rows*a.Inputs), captured: o.Captured}
	if err := b.forward(b.input("x", rows, a.Inputs, p.X)); err != nil {
		return nil, err
	}
	p.draws, p.tracks = b.draws, b.tracks
	p.source, p.stages = b.graph, b.stages
	for _, q := range parameters {
		p.parameters = append(p.parameters, q.Name)
	}
	out := outputs{output: b.handed[len(a.Layers)]}
	for _, point := range o.Captured {
		out.captured = append(out.captured, b.stages[point])
	}
	for _, t := range b.tracks {
		out.tracked = append(out.tracked, t.node)
	}

	var err error
	if o.Purpose != Evaluation {
		p.Y = make([]float64, rows*a.Outputs())
		y := b.input("y", rows, a.Outputs(), p.Y)
		if o.Weighted {
			p.Weights = slices.Repeat([]float64{1}, rows)
			b.weights = b.input("weights", rows, 1, p.Weights)
		}
		if out.objective, out.reported, err = b.objective(y); err != nil {
			return nil, err
		}
	}
	if o.Purpose == Training {
		if out.gradients, err = gorgonia.Grad(out.objective, b.inputs...); err != nil {
			return nil, fmt.Errorf("network: gradients of loss %s: %w", a.Loss.Name, err)
		}
	}
	p.computed = out
	if o.Engine == Tape {
		if a.Precision != Double {
			return nil, fmt.Errorf("network: the TapeMachine runs in float64, not in %v", a.Precision)
		}
		p.machine, err = newTape(b.graph, out.nodes())
		return p, err
	}
	planned, err := newPlanned(b.graph, out.nodes(), a.Precision)
	if err != nil {
		return nil, err
	}
	p.machine = planned
	return p, planned.bind(b.memory)
}

// Rows is the number of rows that the program was compiled for.
func (p *Program) Rows() int { return p.rows }

// Draws says whether the program has random inputs, for [Program.Draw] to fill.
func (p *Program) Draws() bool { return len(p.draws) > 0 }

// Draw fills the random inputs, such as masks of dropout, for the runs that follow.
func (p *Program) Draw(random Random) {
	for _, draw := range p.draws {
		draw(random)
	}
}

// Track moves the statistics towards those of the last run's rows.
func (p *Program) Track() {
	for i, t := range p.tracks {
		t.update(t.statistic, p.machine.values(p.trackIndex(i)))
	}
}

// Adopt sets the statistics to those that the last run's rows were normalised with.
func (p *Program) Adopt() {
	for i, t := range p.tracks {
		copy(t.statistic, p.machine.values(p.trackIndex(i)))
	}
}

// Run computes everything from X, Y and the parameters as they are now.
func (p *Program) Run() error { return p.machine.run() }

// Close releases the program; it must not run afterwards.
func (p *Program) Close() error { return p.machine.close() }

// Output is what the output layer hands on, rows × outputs: probabilities where the loss is
// a cross-entropy, of a hinge scores, of squared errors the predicted numbers.
func (p *Program) Output() []float64 { return p.machine.values(0) }

// Probability is [Program.Output], P(class 1) for each row, of a network with one sigmoid unit.
func (p *Program) Probability() []float64 { return p.Output() }

// Objective is the value of the network's loss with its penalty, what is differentiated.
func (p *Program) Objective() float64 { return p.machine.values(p.objectiveIndex())[0] }

// ReportedLoss is the article's loss formula on the same rows where the network ends in one
// unit with binary cross-entropy, else the objective without its penalty.
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
	return Capture{Point: at, Rows: p.rows, Units: p.architecture.Layers[at.Layer-1].Units, values: p.machine.values(p.captureIndex(i))}, nil
}

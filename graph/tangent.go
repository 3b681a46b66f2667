package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"actscope/graph/machine"
)

// Tangent is a network compiled for a fixed number of rows to evaluate what each affine map reads,
// and to differentiate the output layer's pre-activation with respect to what each affine map gives:
// with these every row's gradient by weights and biases is known. To each a W + b an input of zeros
// is added, by which Gorgonia differentiates. Like a [Sensitivity] it has nothing random, every row
// is on its own, and it computes in double precision. It is for one goroutine at a time.
type Tangent struct {
	// X is the input, rows × inputs, Weights what the outputs' pre-activations are weighted with,
	// rows × outputs, both row-major. Write into them; do not replace them.
	X, Weights []float64

	layers, parts int
	machine       executor
}

// CompileTangent builds the graph of the output's pre-activation and of its derivatives. Parameters
// and statistics are shared, as in [Compile].
func CompileTangent(a Architecture, parameters, statistics []Parameter, rows int) (*Tangent, error) {
	if err := a.checkCompilation(parameters, statistics, rows); err != nil {
		return nil, err
	}
	layers := len(a.Layers)
	t := &Tangent{
		X: make([]float64, rows*a.Inputs), Weights: make([]float64, rows*a.Outputs()),
		layers: layers, parts: len(parameters) - 2*layers,
	}
	err := machine.Construct(func() error {
		b := newBuilder(a, parameters, rows, Options{Purpose: Evaluation, Statistics: statistics})
		b.probed = true
		if err := b.forward(b.input("x", rows, a.Inputs, t.X)); err != nil {
			return err
		}
		value := b.stages[Point{layers, PreActivation}]
		var e Expression
		sum := e.Sum(e.Mul(b.input("weights", rows, a.Outputs(), t.Weights), value))
		if e.Err != nil {
			return e.Err
		}
		gradients, err := gorgonia.Grad(sum, append(b.probes, b.inputs[2*layers:]...)...)
		if err != nil {
			return fmt.Errorf("network: derivative of the output with respect to the affine maps: %w", err)
		}
		outputs := append(gorgonia.Nodes{value}, b.handed[1:layers]...)
		t.machine, err = newPlanned(b.graph, append(outputs, gradients...), Double)
		return err
	})
	if err != nil {
		return nil, err
	}
	return t, nil
}

// Run computes everything from X, Weights and the parameters as they are now.
func (t *Tangent) Run() error { return t.machine.run() }

// Values are the output layer's pre-activations, rows × outputs.
func (t *Tangent) Values() []float64 { return t.machine.values(0) }

// Read is what the affine map of a layer (from 1) reads, rows × fan-in.
func (t *Tangent) Read(layer int) []float64 {
	if layer == 1 {
		return t.X
	}
	return t.machine.values(layer - 1)
}

// Delta is, for each row, the derivative of Σ weights · values of that row with respect to what the
// affine map of a layer (from 1) gives, rows × units.
func (t *Tangent) Delta(layer int) []float64 { return t.machine.values(t.layers + layer - 1) }

// Parts is the number of parameters of the layers' parts, which follow weights and biases.
func (t *Tangent) Parts() int { return t.parts }

// PartGradient is the derivative of Σ weights · values, over all rows, with respect to such a
// parameter, from 0. Of one row it is that row's.
func (t *Tangent) PartGradient(i int) []float64 { return t.machine.values(2*t.layers + i) }

// Close releases what was compiled.
func (t *Tangent) Close() error { return t.machine.close() }

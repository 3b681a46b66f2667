package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"actscope/graph/machine"
)

// Sensitivity is a network compiled for a fixed number of rows to evaluate one of
// its tensors and to differentiate it with respect to the input, by reverse
// accumulation. Fill X and Weights, call Run, read the results; the next Run
// overwrites what the methods return. Like a [Program] for evaluation it has nothing
// random, and every row is on its own; it computes in double precision whatever the
// network does. It is for one goroutine at a time.
type Sensitivity struct {
	// X is the input, rows × inputs, Weights what the tensor's entries are weighted
	// with, rows × units, both row-major. Write into them; do not replace them.
	X, Weights []float64

	machine executor
}

// CompileSensitivity builds the graph of the tensor at a point and of its
// derivative. Parameters and statistics are shared, as in [Compile].
func CompileSensitivity(a Architecture, parameters, statistics []Parameter, rows int, at Point) (*Sensitivity, error) {
	if err := a.checkCompilation(parameters, statistics, rows); err != nil {
		return nil, err
	}
	if err := a.checkPoint(at); err != nil {
		return nil, err
	}
	units := a.Layers[at.Layer-1].Units
	s := &Sensitivity{X: make([]float64, rows*a.Inputs), Weights: make([]float64, rows*units)}
	err := machine.Construct(func() error {
		b := newBuilder(a, parameters, rows, Options{Purpose: Evaluation, Statistics: statistics})
		x := b.input("x", rows, a.Inputs, s.X)
		if err := b.forward(x); err != nil {
			return err
		}
		value := b.stages[at]
		var e Expression
		sum := e.Sum(e.Mul(b.input("weights", rows, units, s.Weights), value))
		if e.Err != nil {
			return e.Err
		}
		gradient, err := gorgonia.Grad(sum, x)
		if err != nil {
			return fmt.Errorf("network: derivative of %v with respect to the input: %w", at, err)
		}
		s.machine, err = newPlanned(b.graph, gorgonia.Nodes{value, gradient[0]}, Double)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Run computes everything from X, Weights and the parameters as they are now.
func (s *Sensitivity) Run() error { return s.machine.run() }

// Values is the tensor, rows × units.
func (s *Sensitivity) Values() []float64 { return s.machine.values(0) }

// Gradient is, for each row, the derivative of Σ weights · values of that row with
// respect to its inputs: rows × inputs. With the weight 1 on one unit and 0 on the
// others it is that unit's row of the Jacobian matrix.
func (s *Sensitivity) Gradient() []float64 { return s.machine.values(1) }

// Close releases what was compiled.
func (s *Sensitivity) Close() error { return s.machine.close() }

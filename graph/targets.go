package graph

import (
	"fmt"
	"math"
)

// Targets says what a row of targets holds, and so how a row of outputs is read.
type Targets int

const (
	// Labels are 0 or 1, each output's on its own: two classes at one output, or several
	// labels that a row may have.
	Labels Targets = iota
	// Classes are one-hot: a 1 in the column of the row's class among zeros.
	Classes
	// Numbers are finite.
	Numbers
)

// Outputs is the number of output units.
func (a Architecture) Outputs() int { return a.Layers[len(a.Layers)-1].Units }

// Targets says what the network's loss takes at its output layer.
func (a Architecture) Targets() Targets {
	targets, _ := a.Loss.takes(a.Outputs())
	return targets
}

// CheckTargets reports the first row of targets y, rows × outputs, that is not what the
// network's loss takes. Programs do not check: they compute from any.
func (a Architecture) CheckTargets(y []float64) error {
	outputs := a.Outputs()
	if len(y) == 0 || len(y)%outputs != 0 {
		return fmt.Errorf("network: %d targets are not one or more rows of %d", len(y), outputs)
	}
	kind := a.Targets()
	for from := 0; from < len(y); from += outputs {
		ones := 0
		for column, v := range y[from : from+outputs] {
			switch {
			case v == 1:
				ones++
			case kind != Numbers && v != 0:
				return fmt.Errorf("network: row %d, column %d of the targets is %v: loss %s takes 0 or 1", from/outputs, column, v, a.Loss.Name)
			case math.IsNaN(v) || math.IsInf(v, 0):
				return fmt.Errorf("network: row %d, column %d of the targets is %v: they have to be finite", from/outputs, column, v)
			}
		}
		if kind == Classes && ones != 1 {
			return fmt.Errorf("network: row %d of the targets is %v: loss %s takes one 1, in the column of the row's class, and zeros (one-hot)", from/outputs, y[from:from+outputs], a.Loss.Name)
		}
	}
	return nil
}

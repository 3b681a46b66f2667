package models

import (
	"fmt"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/differences"
)

// Gradient is the reported loss, the objective and its gradient with respect to
// each parameter (in their order and shapes) on all rows of a set at once.
type Gradient struct {
	Reported, Objective float64
	Parameters          [][]float64
}

// Gradient computes loss and gradients on the rows of a set, as they stand: those
// of a training step on them, with statistics of their own and masks from the start
// of [MaskStream](0), which leaves the network's statistics as they are.
func (net *Network) Gradient(set data.Set) (Gradient, error) {
	y, rows, err := net.targets(set)
	if err != nil {
		return Gradient{}, err
	}
	program, err := net.Program(rows, graph.Options{Purpose: graph.Training})
	if err != nil {
		return Gradient{}, err
	}
	defer program.Close()
	copy(program.X, set.X)
	copy(program.Y, y)
	program.Draw(MaskStream(0))
	if err := program.Run(); err != nil {
		return Gradient{}, err
	}
	g := Gradient{Reported: program.ReportedLoss(), Objective: program.Objective()}
	for i := range net.Parameters {
		g.Parameters = append(g.Parameters, append([]float64(nil), program.Gradient(i)...))
	}
	return g, nil
}

// Difference is a derivative estimated from values of the objective alone.
type Difference struct {
	Value float64
	// Error is what the estimate may be off by: the larger of the last change in the
	// extrapolation of central differences to step 0 and their rounding.
	Error float64
	// Kink says that there is no derivative to estimate: every step crosses a kink of an
	// activation or of the loss, or the slopes on the two sides differ.
	Kink bool
}

// Differences estimates what [Network.Gradient] derives, in the order of the parameters
// and of their values, by finite differences of the objective on the rows of a set, with
// the same masks (Ridders 1982). The parameters are changed while this runs and put
// back; the network has to compute in float64.
func (net *Network) Differences(set data.Set) ([][]Difference, error) {
	y, rows, err := net.targets(set)
	if err != nil {
		return nil, err
	}
	if p := net.Precision(); p != graph.Double {
		return nil, fmt.Errorf("models: differences of a network in %v would be rounding errors: build it in float64", p)
	}
	program, err := net.Program(rows, graph.Options{Purpose: graph.Scoring, Captured: net.kinkedPoints()})
	if err != nil {
		return nil, err
	}
	defer program.Close()
	copy(program.X, set.X)
	copy(program.Y, y)
	program.Draw(MaskStream(0))

	var failed error
	objective := func() (float64, uint64) {
		if err := program.Run(); err != nil && failed == nil {
			failed = err
		}
		region, err := net.region(program)
		if err != nil && failed == nil {
			failed = err
		}
		return program.Objective(), region
	}
	var all [][]Difference
	for _, p := range net.Parameters {
		var ofParameter []Difference
		for _, e := range differences.Gradient(objective, p.Values) {
			ofParameter = append(ofParameter, Difference(e))
		}
		if failed != nil {
			return nil, failed
		}
		all = append(all, ofParameter)
	}
	return all, nil
}

// kinkedPoints are the pre-activations on which the smoothness of the loss hangs.
func (net *Network) kinkedPoints() []graph.Point {
	var points []graph.Point
	for i, l := range net.architecture.Layers {
		if len(l.Activation.Kinks) > 0 || (i+1 == net.Depth() && net.architecture.Loss.HasKinks()) {
			points = append(points, graph.Point{Layer: i + 1, Stage: graph.PreActivation})
		}
	}
	return points
}

// region numbers the linear region of the last run: a hash of which side of every
// kink every pre-activation lies on. The hash is FNV-1a's, inlined because it is
// taken at every step of every difference.
func (net *Network) region(program *graph.Program) (uint64, error) {
	const offset, prime = 14695981039346656037, 1099511628211
	hash := uint64(offset)
	for _, point := range net.kinkedPoints() {
		c, err := program.Capture(point)
		if err != nil {
			return 0, err
		}
		kinks := net.architecture.Layers[point.Layer-1].Activation.Kinks
		for row := range c.Rows {
			for unit := range c.Units {
				side := uint64(0)
				for _, k := range kinks {
					if c.At(row, unit) > k {
						side++
					}
				}
				hash = (hash ^ side) * prime
			}
		}
		if point.Layer == net.Depth() {
			z, outputs := c.Copy(), net.Outputs()
			for from := 0; from < len(z); from += outputs {
				net.architecture.Loss.Margins(z[from:from+outputs], program.Y[from:from+outputs], func(margin float64) {
					side := uint64(0)
					if margin > 0 {
						side = 1
					}
					hash = (hash ^ side) * prime
				})
			}
		}
	}
	return hash, nil
}

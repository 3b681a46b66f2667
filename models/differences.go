package models

import (
	"fmt"

	"actscope/data"
	"actscope/graph"
	"actscope/internal/differences"
)

// Differences estimates what [Network.Gradient] derives, by finite differences of
// the objective on the rows of a set, with the same masks. An entry whose steps all cross a kink of an
// activation is marked as one. The parameters are changed while this runs and put
// back.
func (net *Network) Differences(set data.Set) ([][]differences.Estimate, error) {
	if err := set.Validate(); err != nil {
		return nil, err
	}
	rows, err := net.checkColumns(set.X)
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
	copy(program.Y, set.Y)
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
	var estimates [][]differences.Estimate
	for _, p := range net.Parameters {
		estimates = append(estimates, differences.Gradient(objective, p.Values))
		if failed != nil {
			return nil, failed
		}
	}
	return estimates, nil
}

// kinkedPoints are the pre-activations on which the smoothness of the loss hangs.
func (net *Network) kinkedPoints() []graph.Point {
	var points []graph.Point
	for i, l := range net.architecture.Layers {
		if len(l.Activation.Kinks) > 0 {
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
	}
	return hash, nil
}

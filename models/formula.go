package models

import (
	"fmt"

	"actscope/graph"
)

// notFiniteFormula says where in the batch of a program an activation that is a formula, or
// its slope, is not finite: in the first layer that has such a place. It is "" where there
// is none, and where it cannot be found out.
func (net *Network) notFiniteFormula(program *graph.Program) string {
	var points []graph.Point
	for i, l := range net.architecture.Layers {
		if l.Activation.IsFormula() {
			points = append(points, graph.Point{Layer: i + 1, Stage: graph.PreActivation}, graph.Point{Layer: i + 1, Stage: graph.PostActivation})
		}
	}
	if len(points) == 0 {
		return ""
	}
	again, err := net.Program(program.Rows(), graph.Options{Purpose: graph.Scoring, Captured: points})
	if err != nil {
		return ""
	}
	defer again.Close()
	copy(again.X, program.X)
	copy(again.Y, program.Y)
	again.Draw(MaskStream(0))
	if again.Run() != nil {
		return ""
	}
	for i := 0; i < len(points); i += 2 {
		layer := points[i].Layer
		a := net.architecture.Layers[layer-1].Activation
		pre, errPre := again.Capture(points[i])
		post, errPost := again.Capture(points[i+1])
		if errPre != nil || errPost != nil {
			return ""
		}
		values := post.Copy()
		for j, z := range pre.Copy() {
			switch slope := a.Derivative(z); {
			case notFinite(z):
				return ""
			case notFinite(values[j]):
				return fmt.Sprintf("layer %d's %s is %v at z = %.6g", layer, a.Name, values[j], z)
			case notFinite(slope):
				return fmt.Sprintf("the slope of layer %d's %s is %v at z = %.6g", layer, a.Name, slope, z)
			}
		}
	}
	return ""
}

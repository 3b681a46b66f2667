package models

import (
	"fmt"

	"actscope/graph"
	"actscope/graph/machine/kernel"
)

// NotFiniteError is a network through which NaN or infinities flow, or numbers of which they are
// made.
type NotFiniteError struct {
	// Where says in which layer first and, where that is its activation, at which
	// pre-activation z.
	Where string
}

func (e *NotFiniteError) Error() string { return "models: " + e.Where }

// CheckFinite reports an observation of the network that is not finite as a
// [NotFiniteError].
func (net *Network) CheckFinite(o *Observation) error {
	for i := range o.Pre {
		if where := net.notFinite(i+1, o.Pre[i].RawMatrix().Data, o.Post[i].RawMatrix().Data); where != "" {
			return &NotFiniteError{where}
		}
	}
	return nil
}

// notFinite says where a layer's stages are not finite; "" for nowhere.
func (net *Network) notFinite(layer int, pre, post []float64) string {
	if kernel.Finite(pre) && kernel.Finite(post) {
		return ""
	}
	for i, z := range pre {
		switch a := net.architecture.Layers[layer-1].Activation; {
		case notFinite(z):
			return fmt.Sprintf("a pre-activation of layer %d is %v", layer, z)
		case notFinite(post[i]):
			return fmt.Sprintf("layer %d's %s is %v at z = %.6g", layer, a.Name, post[i], z)
		}
	}
	return ""
}

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
		pre, errPre := again.Capture(points[i])
		post, errPost := again.Capture(points[i+1])
		if errPre != nil || errPost != nil {
			return ""
		}
		z := pre.Copy()
		if where := net.notFinite(layer, z, post.Copy()); where != "" {
			return where
		}
		a := net.architecture.Layers[layer-1].Activation
		for _, z := range z {
			if slope := a.Derivative(z); notFinite(slope) {
				return fmt.Sprintf("the slope of layer %d's %s is %v at z = %.6g", layer, a.Name, slope, z)
			}
		}
	}
	return ""
}

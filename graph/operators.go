package graph

import (
	"gorgonia.org/gorgonia"

	"actscope/graph/machine/elementary"
)

// The operators that Gorgonia lacks or has wrong: its sigmoid is exactly 1 above
// 19, its softplus is x above 16, its rectifier has derivative 1 at 0, and its
// tanh takes 1 - tanh², which is 0 above 19, for the derivative.
var (
	sigmoidOp  = &elementwise{name: "sigmoid", at: elementary.Sigmoid}
	softplusOp = &elementwise{name: "softplus", at: elementary.Softplus}
	tanhOp     = &elementwise{name: "tanh", at: elementary.Tanh}
	reluOp     = &elementwise{name: "relu", at: relu}
	stepOp     = &elementwise{name: "step", at: step}
)

// The slopes refer to the operators themselves, which a composite literal may not.
func init() {
	sigmoidOp.slope = func(in, out *gorgonia.Node) (*gorgonia.Node, error) { // σ(x) σ(-x)
		var e expression
		slope := e.mul(out, e.apply(sigmoidOp.node, e.neg(in)))
		return slope, e.err
	}
	softplusOp.slope = func(in, _ *gorgonia.Node) (*gorgonia.Node, error) { return sigmoidOp.node(in) }
	tanhOp.slope = func(in, _ *gorgonia.Node) (*gorgonia.Node, error) { // 4 σ(2x) σ(-2x)
		var e expression
		double := e.add(in, in)
		rising, falling := e.apply(sigmoidOp.node, double), e.apply(sigmoidOp.node, e.neg(double))
		slope := e.mul(constant(4), e.mul(rising, falling))
		return slope, e.err
	}
	reluOp.slope = func(in, _ *gorgonia.Node) (*gorgonia.Node, error) { return stepOp.node(in) }
}

func relu(x float64) float64 {
	if x > 0 || x != x {
		return x
	}
	return 0
}

// step is 1 for x > 0, else 0: the derivative of relu with its value 0 at 0.
func step(x float64) float64 {
	if x > 0 {
		return 1
	}
	return 0
}

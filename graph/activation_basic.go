package graph

import (
	"math"

	"gorgonia.org/gorgonia"

	"actscope/graph/machine/elementary"
)

func init() { register(Sigmoid, ReLU, Tanh, LeakyReLU) }

// The activation functions that the study began with.
var (
	// Sigmoid is 1/(1+e^-z).
	Sigmoid = Activation{
		Name:       "sigmoid",
		Title:      "Sigmoid",
		Expression: sigmoidOp.node,
		Value:      elementary.Sigmoid,
		Derivative: func(z float64) float64 { return elementary.Sigmoid(z) * elementary.Sigmoid(-z) },
		Gain:       1,
	}
	// ReLU is max(0, z), with derivative 0 at 0.
	ReLU = Activation{
		Name:       "relu",
		Title:      "ReLU",
		Expression: reluOp.node,
		Value:      relu,
		Derivative: step,
		Kinks:      []float64{0},
		Gain:       2,
	}
	// Tanh is the hyperbolic tangent.
	Tanh = Activation{
		Name:       "tanh",
		Title:      "Tanh",
		Expression: tanhOp.node,
		Value:      elementary.Tanh,
		Derivative: func(z float64) float64 { c := 1 / math.Cosh(z); return c * c },
		Gain:       1,
	}
	// LeakyReLU is z above 0 and 0.01 z below, with derivative 0.01 at 0.
	LeakyReLU = Activation{
		Name:       "leaky-relu",
		Title:      "Leaky ReLU",
		Expression: leakyReLU,
		Value:      func(z float64) float64 { return leak*z + (1-leak)*relu(z) },
		Derivative: func(z float64) float64 { return leak + (1-leak)*step(z) },
		Kinks:      []float64{0},
		Gain:       2,
	}
)

// leak is the slope of LeakyReLU below 0, as in Maas, Hannun & Ng 2013.
const leak = 0.01

// leakyReLU is written as 0.01 z + 0.99 relu(z), whose derivative at 0 is 0.01.
func leakyReLU(z *gorgonia.Node) (*gorgonia.Node, error) {
	var e Expression
	out := e.Add(e.Mul(Constant(leak), z), e.Mul(Constant(1-leak), e.Apply(reluOp.node, z)))
	return out, e.Err
}

package graph

import (
	"math"

	"gorgonia.org/gorgonia"

	"actscope/graph/machine/elementary"
)

func init() { register(ELU, SELU) }

// Exponential linear units: linear above 0, saturating exponentials below.
var (
	// ELU is z above 0 and e^z - 1 below (Clevert, Unterthiner & Hochreiter 2016,
	// α = 1, who initialise as He et al. do: gain 2). Its second derivative jumps at
	// 0.
	ELU = Activation{
		Name:       "elu",
		Title:      "ELU",
		Expression: elu,
		Value:      func(z float64) float64 { return relu(z) + expm1Below(z) },
		Derivative: func(z float64) float64 { return elementary.Exp(math.Min(z, 0)) },
		Kinks:      []float64{0},
		Gain:       2,
	}
	// SELU is λ z above 0 and λ α (e^z - 1) below, with derivative λ α at 0
	// (Klambauer, Unterthiner, Mayr & Hochreiter 2017, whose fixed point needs
	// weights of variance 1/fan_in: gain 1).
	SELU = Activation{
		Name:       "selu",
		Title:      "SELU",
		Expression: selu,
		Value:      func(z float64) float64 { return seluScale*relu(z) + seluScale*seluAlpha*expm1Below(z) },
		Derivative: func(z float64) float64 {
			if z > 0 {
				return seluScale
			}
			return seluScale * seluAlpha * elementary.Exp(z)
		},
		Kinks: []float64{0},
		Gain:  1,
	}
)

// λ and α of SELU to double precision, from the authors' appendix.
const (
	seluScale = 1.0507009873554804934193349852946
	seluAlpha = 1.6732632423543772848170429916717
)

func elu(z *gorgonia.Node) (*gorgonia.Node, error) {
	var e Expression
	out := e.Add(e.Apply(reluOp.node, z), e.Apply(expm1BelowOp.node, z))
	return out, e.Err
}

func selu(z *gorgonia.Node) (*gorgonia.Node, error) {
	var e Expression
	out := e.Add(e.Mul(Constant(seluScale), e.Apply(reluOp.node, z)), e.Mul(Constant(seluScale*seluAlpha), e.Apply(expm1BelowOp.node, z)))
	return out, e.Err
}

// expm1BelowOp is e^x - 1 below 0 and 0 above, with the derivative e^x at 0.
var (
	expm1BelowOp = &elementwise{name: "expm1-below", at: expm1Below}
	expBelowOp   = &elementwise{name: "exp-below", at: expBelow}
)

func init() {
	expm1BelowOp.slope = func(in, _ *gorgonia.Node) (*gorgonia.Node, error) { return expBelowOp.node(in) }
}

func expm1Below(x float64) float64 {
	if x > 0 {
		return 0
	}
	return elementary.Expm1(x)
}

func expBelow(x float64) float64 {
	if x > 0 {
		return 0
	}
	return elementary.Exp(x)
}

package graph

import (
	"math"

	"gorgonia.org/gorgonia"

	"actscope/graph/machine/elementary"
)

func init() { register(Softplus, SiLU, GELU, GELUTanh) }

// Smooth rectifiers; all have gain 2, as what they smooth.
var (
	// Softplus is ln(1+e^z) (Glorot, Bordes & Bengio 2011).
	Softplus = Activation{
		Name:       "softplus",
		Title:      "Softplus",
		Expression: softplusOp.node,
		Value:      elementary.Softplus,
		Derivative: elementary.Sigmoid,
		Gain:       2,
	}
	// SiLU is z σ(z) (Elfwing, Uchibe & Doya 2018), also known as swish.
	SiLU = Activation{
		Name:       "silu",
		Title:      "SiLU",
		Expression: silu,
		Value:      func(z float64) float64 { return z * elementary.Sigmoid(z) },
		Derivative: func(z float64) float64 { return elementary.Sigmoid(z) * (1 + z*elementary.Sigmoid(-z)) },
		Gain:       2,
	}
	// GELU is z Φ(z) with the normal distribution function Φ (Hendrycks & Gimpel
	// 2016).
	GELU = Activation{
		Name:       "gelu",
		Title:      "GELU",
		Expression: gelu,
		Value:      func(z float64) float64 { return z * elementary.Normal(z) },
		Derivative: func(z float64) float64 { return elementary.Normal(z) + z*elementary.NormalDensity(z) },
		Gain:       2,
	}
	// GELUTanh is the same authors' approximation z/2 (1 + tanh u) with u = √(2/π)
	// (z + 0.044715 z³), computed as z σ(2u), which keeps its digits below 0.
	GELUTanh = Activation{
		Name:       "gelu-tanh",
		Title:      "GELU (tanh)",
		Expression: geluTanh,
		Value:      func(z float64) float64 { return z * elementary.Sigmoid(geluExponent(z)) },
		Derivative: func(z float64) float64 {
			w := geluExponent(z)
			return elementary.Sigmoid(w) + z*elementary.Sigmoid(w)*elementary.Sigmoid(-w)*(geluSlope+3*geluCubic*z*z)
		},
		Gain: 2,
	}
)

// 2u = geluSlope z + geluCubic z³ in GELUTanh.
const (
	geluSlope = 2 * math.Sqrt2 / (math.SqrtPi)
	geluCubic = 0.044715 * geluSlope
)

func geluExponent(z float64) float64 { return z * (geluSlope + geluCubic*(z*z)) }

func silu(z *gorgonia.Node) (*gorgonia.Node, error) {
	var e Expression
	out := e.Mul(z, e.Apply(sigmoidOp.node, z))
	return out, e.Err
}

func gelu(z *gorgonia.Node) (*gorgonia.Node, error) {
	var e Expression
	out := e.Mul(z, e.Apply(normalOp.node, z))
	return out, e.Err
}

func geluTanh(z *gorgonia.Node) (*gorgonia.Node, error) {
	var e Expression
	exponent := e.Mul(z, e.Add(Constant(geluSlope), e.Mul(Constant(geluCubic), e.Mul(z, z))))
	out := e.Mul(z, e.Apply(sigmoidOp.node, exponent))
	return out, e.Err
}

// normalOp is the distribution function of the standard normal distribution,
// normalDensityOp its derivative, the density.
var (
	normalOp        = &elementwise{name: "normal", at: elementary.Normal}
	normalDensityOp = &elementwise{name: "normal-density", at: elementary.NormalDensity}
)

func init() {
	normalOp.slope = func(in, _ *gorgonia.Node) (*gorgonia.Node, error) { return normalDensityOp.node(in) }
}

package graph

import "gorgonia.org/gorgonia"

func init() { register(Identity, HardSigmoid) }

// Activations that are linear, or linear in pieces without being rectifiers.
var (
	// Identity is z: layers of it are one linear map, whatever their number.
	Identity = Activation{
		Name:       "identity",
		Title:      "Identity",
		Expression: func(z *gorgonia.Node) (*gorgonia.Node, error) { return z, nil },
		Value:      func(z float64) float64 { return z },
		Derivative: func(float64) float64 { return 1 },
		Gain:       1,
	}
	// HardSigmoid is clamp(z+3, 0, 6)/6 (Howard et al. 2019), with derivative 0 at
	// -3 and 3.
	HardSigmoid = Activation{
		Name:       "hard-sigmoid",
		Title:      "Hard sigmoid",
		Expression: hardSigmoidOp.node,
		Value:      hardSigmoid,
		Derivative: hardSigmoidSlope,
		Kinks:      []float64{-3, 3},
		Gain:       1,
	}
)

// hardSigmoidOp is an operator of its own because relu(z+3) - relu(z-3) rounds
// where it should be constant.
var (
	hardSigmoidOp      = &elementwise{name: "hard-sigmoid", at: hardSigmoid}
	hardSigmoidSlopeOp = &elementwise{name: "hard-sigmoid-slope", at: hardSigmoidSlope}
)

func init() {
	hardSigmoidOp.slope = func(in, _ *gorgonia.Node) (*gorgonia.Node, error) { return hardSigmoidSlopeOp.node(in) }
}

func hardSigmoid(x float64) float64 {
	switch {
	case x <= -3:
		return 0
	case x >= 3:
		return 1
	}
	return (x + 3) / 6
}

func hardSigmoidSlope(x float64) float64 {
	if -3 < x && x < 3 {
		return 1.0 / 6
	}
	return 0
}

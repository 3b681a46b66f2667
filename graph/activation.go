package graph

import (
	"fmt"
	"math"
	"strings"

	"gorgonia.org/gorgonia"
)

// Activation is one entry of the activation table: everything the project needs
// to know of an activation function.
type Activation struct {
	// Name as in flags and files, such as "leaky-relu".
	Name string
	// Title as in texts and figures, such as "Leaky ReLU".
	Title string
	// Expression builds φ(z) for a pre-activation node of any shape.
	Expression func(z *gorgonia.Node) (*gorgonia.Node, error)
	// Value is φ as a plain function: the reference of the hand-coded witness.
	Value func(z float64) float64
	// Derivative is φ' at the pre-activation z; 0 at a rectifier's kink.
	Derivative func(z float64) float64
	// Kinks are the places where φ is not smooth, in ascending order: a finite
	// difference across one says nothing.
	Kinks []float64
	// Gain is the numerator of the study's initial variance Gain/fan_in: 2 (He et
	// al. 2015) for rectifiers, 1 (Xavier in its fan-in form) for the others.
	Gain float64
}

// The activation functions of the study.
var (
	// Sigmoid is 1/(1+e^-z).
	Sigmoid = Activation{
		Name:       "sigmoid",
		Title:      "Sigmoid",
		Expression: sigmoidOp.node,
		Value:      sigmoid,
		Derivative: func(z float64) float64 { return sigmoid(z) * sigmoid(-z) },
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
		Value:      math.Tanh,
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
	var e expression
	out := e.add(e.mul(constant(leak), z), e.mul(constant(1-leak), e.apply(reluOp.node, z)))
	return out, e.err
}

// Activations lists the table in the order in which it is shown to users.
func Activations() []Activation {
	return []Activation{Sigmoid, ReLU, Tanh, LeakyReLU}
}

// ActivationNamed finds an entry of the table; the error lists the known names.
func ActivationNamed(name string) (Activation, error) {
	known := make([]string, 0, len(Activations()))
	for _, a := range Activations() {
		if a.Name == name {
			return a, nil
		}
		known = append(known, a.Name)
	}
	return Activation{}, fmt.Errorf("unknown activation %q: choose one of %s", name, strings.Join(known, ", "))
}

package graph

import (
	"fmt"
	"math"
	"testing"

	"gorgonia.org/gorgonia"
)

// hardInputs are where other implementations saturate, lose their gradient or
// return NaN.
var hardInputs = []float64{
	-800, -745.2, -500, -40, -20, -19.1, -16.1, -5, -1, -1e-9, -1e-300, 0,
	1e-300, 1e-9, 0.3, 1, 5, 16.1, 19.1, 20, 40, 500, 745.2, 800,
}

// evaluate runs f over z on a graph and differentiates its sum.
func evaluate(t *testing.T, z []float64, f func(*gorgonia.Node) (*gorgonia.Node, error)) (value, derivative []float64) {
	t.Helper()
	g := gorgonia.NewGraph()
	in := matrix(g, "z", len(z), 1, z)
	out, err := f(in)
	if err != nil {
		t.Fatal(err)
	}
	sum, err := gorgonia.Sum(out)
	if err != nil {
		t.Fatal(err)
	}
	gradients, err := gorgonia.Grad(sum, in)
	if err != nil {
		t.Fatal(err)
	}
	machine, err := newPlanned(g, gorgonia.Nodes{out, gradients[0]})
	if err != nil {
		t.Fatal(err)
	}
	defer machine.close()
	if err := machine.run(); err != nil {
		t.Fatal(err)
	}
	return machine.values(0), machine.values(1)
}

func TestExpressionsEqualTheirValueAndDerivative(t *testing.T) {
	for _, a := range Activations() {
		t.Run(a.Name, func(t *testing.T) {
			value, derivative := evaluate(t, hardInputs, a.Expression)
			for i, z := range hardInputs {
				if !close(value[i], a.Value(z), 1e-15) {
					t.Errorf("φ(%v) is %v on the graph, %v as a function", z, value[i], a.Value(z))
				}
				if !close(derivative[i], a.Derivative(z), 4e-15) {
					t.Errorf("φ'(%v) is %v on the graph, %v as a function", z, derivative[i], a.Derivative(z))
				}
			}
		})
	}
}

// close compares with a relative tolerance; NaN is close to nothing.
func close(got, want, tolerance float64) bool {
	return got == want || math.Abs(got-want) <= tolerance*math.Abs(want)
}

// Values to 17 digits from arbitrary-precision arithmetic: 1/(1+e^-z), tanh z,
// ln(1+e^z) and their derivatives.
func TestValuesWhereOthersSaturate(t *testing.T) {
	for _, test := range []struct {
		name       string
		f          func(*gorgonia.Node) (*gorgonia.Node, error)
		z          float64
		value      float64
		derivative float64
	}{
		{"sigmoid", Sigmoid.Expression, -40, 4.2483542552915890e-18, 4.2483542552915890e-18},
		{"sigmoid", Sigmoid.Expression, 20, 0.99999999793884638, 2.0611536139418493e-9},
		{"sigmoid", Sigmoid.Expression, -700, 9.8596765437597709e-305, 9.8596765437597709e-305},
		{"sigmoid", Sigmoid.Expression, 700, 1, 9.8596765437597709e-305},
		{"sigmoid", Sigmoid.Expression, 0, 0.5, 0.25},
		{"tanh", Tanh.Expression, 20, 1, 1.6993417021166356e-17},
		{"tanh", Tanh.Expression, -20, -1, 1.6993417021166356e-17},
		{"tanh", Tanh.Expression, 1, 0.76159415595576489, 0.41997434161402607},
		{"softplus", softplusOp.node, 20, 20.000000002061154, 0.99999999793884638},
		{"softplus", softplusOp.node, -20, 2.0611536203143807e-9, 2.0611536181902036e-9},
		{"softplus", softplusOp.node, 0, math.Ln2, 0.5},
		{"softplus", softplusOp.node, 800, 800, 1},
		{"relu", ReLU.Expression, 0, 0, 0},
		{"relu", ReLU.Expression, math.Copysign(0, -1), 0, 0},
		{"leaky-relu", LeakyReLU.Expression, 0, 0, 0.01},
	} {
		t.Run(fmt.Sprint(test.name, test.z), func(t *testing.T) {
			value, derivative := evaluate(t, []float64{test.z}, test.f)
			if !close(value[0], test.value, 1e-14) || !close(derivative[0], test.derivative, 1e-14) {
				t.Errorf("got %v with derivative %v, want %v with %v", value[0], derivative[0], test.value, test.derivative)
			}
			if math.Signbit(value[0]) && test.value == 0 {
				t.Error("got -0")
			}
		})
	}
}

func TestUnknownNamesListTheKnownOnes(t *testing.T) {
	if _, err := ActivationNamed("swish"); err == nil || err.Error() != `unknown activation "swish": choose one of sigmoid, relu, tanh, leaky-relu` {
		t.Errorf("got %v", err)
	}
	if _, err := LossNamed("hinge"); err == nil || err.Error() != `unknown loss "hinge": choose one of logits, article` {
		t.Errorf("got %v", err)
	}
}

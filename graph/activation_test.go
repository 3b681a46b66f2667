package graph

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
)

// hardInputs are where other implementations saturate, lose their gradient or
// return NaN.
var hardInputs = []float64{
	-800, -745.2, -500, -40, -20, -19.1, -16.1, -5, -3, -1, -1e-9, -1e-300, 0,
	1e-300, 1e-9, 0.3, 1, 3, 5, 16.1, 19.1, 20, 40, 500, 745.2, 800,
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
	machine, err := newPlanned(g, gorgonia.Nodes{out, gradients[0]}, Double)
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
				tolerance := 1e-15 * (1 + exponent(a.Value(z)))
				if !close(value[i], a.Value(z), tolerance) {
					t.Errorf("φ(%v) is %v on the graph, %v as a function", z, value[i], a.Value(z))
				}
				if !close(derivative[i], a.Derivative(z), 4*tolerance) {
					t.Errorf("φ'(%v) is %v on the graph, %v as a function", z, derivative[i], a.Derivative(z))
				}
			}
		})
	}
}

// exponent is about how many times the rounding of e^x exceeds that of x, for the
// x that gives a small value v: the digits that the tails of some functions lose.
func exponent(v float64) float64 {
	if v == 0 {
		return 0
	}
	return math.Max(0, -math.Log(math.Abs(v)))
}

// The reference is written by testdata/activations.py.
func TestActivationsEqualHighPrecisionValues(t *testing.T) {
	file, err := os.Open("testdata/activations.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	points := make(map[string]int)
	for _, record := range records[1:] {
		a, err := ActivationNamed(record[0])
		if err != nil {
			t.Fatal(err)
		}
		var numbers [3]float64
		for i, text := range record[1:] {
			if numbers[i], err = strconv.ParseFloat(text, 64); err != nil {
				t.Fatal(err)
			}
		}
		z, wantValue, wantDerivative := numbers[0], numbers[1], numbers[2]
		value, derivative := evaluate(t, []float64{z}, a.Expression)
		for _, got := range []float64{value[0], a.Value(z)} {
			if !close(got, wantValue, 1e-12) {
				t.Errorf("%s(%v) is %v, want %v", a.Name, z, got, wantValue)
			}
		}
		for _, got := range []float64{derivative[0], a.Derivative(z)} {
			if !close(got, wantDerivative, 1e-12) {
				t.Errorf("%s'(%v) is %v, want %v", a.Name, z, got, wantDerivative)
			}
		}
		points[a.Name]++
	}
	for name, count := range points {
		if count != 20 {
			t.Errorf("%s: %d points", name, count)
		}
	}
	if len(points) < 12 {
		t.Errorf("reference values of %d activations", len(points))
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

func TestUnknownNamesSuggestTheNearestAndListAll(t *testing.T) {
	if _, err := ActivationNamed("leakyrelu"); err == nil || !strings.HasPrefix(err.Error(), `unknown activation "leakyrelu": did you mean leaky-relu? Choose one of sigmoid, relu, tanh, leaky-relu, elu`) {
		t.Errorf("got %v", err)
	}
	if _, err := LossNamed("logit"); err == nil || err.Error() != `unknown loss "logit": did you mean logits? Choose one of logits, article, softmax, mse, half-mse, hinge` {
		t.Errorf("got %v", err)
	}
	if _, err := LossNamed(""); err == nil || err.Error() != `unknown loss "": choose one of logits, article, softmax, mse, half-mse, hinge` {
		t.Errorf("got %v", err)
	}
}

package handcoded_test

import (
	"math"
	"strings"
	"testing"

	"actscope/models/handcoded"
)

var table = map[string]handcoded.Activation{"sigmoid": activations["sigmoid"], "relu": activations["relu"]}

// Values and derivatives worked out by hand.
func TestFormulaHasValueAndDerivative(t *testing.T) {
	for _, test := range []struct {
		text                 string
		z, value, derivative float64
	}{
		{"z*sigmoid(z)", 0, 0, 0.5},
		{"4*sigmoid(z)-2", 0, 0, 1},
		{"0.25*relu(z)", 8, 2, 0.25},
		{"0.25*relu(z)", 0, 0, 0},
		{"max(-2,min(2,z))", 1, 1, 1},
		{"max(-2,min(2,z))", 2, 2, 0},
		{"max(z,3*z)", 0, 0, 2},
		{"min(z,3*z)", -1, -3, 3},
		{"-abs(z)/2", -3, -1.5, 0.5},
		{"abs(z)", 0, 0, 0},
		{"pow(z,3)-1/2", 2, 7.5, 12},
		{"pow(2,z)", 0, 1, math.Ln2},
		{"pow(z,z)", 1, 1, 1},
		{"exp(2*(z-1))", 1, 1, 2},
		{"log(1+z*z)", 1, math.Ln2, 1},
		{"sin(pi*z)", 1, math.Sin(math.Pi), -math.Pi},
		{"1/(1+z)", 1, 0.5, -0.25},
		{"2+relu(3)", 1, 5, 0},
	} {
		f, err := handcoded.Formula(test.text, table)
		if err != nil {
			t.Fatal(err)
		}
		near(t, test.text, f.Value(test.z), test.value, 1e-15)
		near(t, test.text+", derivative", f.Derivative(test.z), test.derivative, 1e-15)
	}
}

func TestFormulasThatCannotBeRead(t *testing.T) {
	for text, want := range map[string]string{
		"z^2":                      "handcoded: formula z^2: column 1: unknown ^",
		"1+tanh(z)":                "handcoded: formula 1+tanh(z): column 3: unknown function tanh",
		"2*x":                      "handcoded: formula 2*x: column 3 is not understood",
		"z[1]":                     "handcoded: formula z[1]: column 1 is not understood",
		"max(z,1,2)":               "handcoded: formula max(z,1,2): column 1 is not understood",
		"z+":                       "handcoded: formula z+: ",
		"'a'":                      "handcoded: formula 'a': ",
		strings.Repeat("-", 2_000): "handcoded: a formula of 2000 characters",
	} {
		if _, err := handcoded.Formula(text, table); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.20s: %v, want %s", text, err, want)
		}
	}
}

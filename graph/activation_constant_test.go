package graph

import (
	"math"
	"strings"
	"testing"
)

func TestActivationsWithConstants(t *testing.T) {
	for name, value := range map[string]func(z float64) float64{
		"leaky-relu:0.2":   func(z float64) float64 { return math.Max(z, 0.2*z) },
		"leaky-relu:-0.5":  func(z float64) float64 { return math.Max(z, 0) - 0.5*math.Min(z, 0) },
		"elu:1.5":          func(z float64) float64 { return math.Max(z, 0) + 1.5*(math.Exp(math.Min(z, 0))-1) },
		"hard-sigmoid:0.2": func(z float64) float64 { return math.Max(0, math.Min(1, 0.2*z+0.5)) },
	} {
		a, err := ActivationNamed(name)
		if err != nil {
			t.Fatal(err)
		}
		if a.Name != name || a.FileName() != strings.ReplaceAll(name, ":", "-") || a.Gain == 0 || a.IsFormula() {
			t.Errorf("%+v", a)
		}
		for z := -6.0; z <= 6; z += 0.37 {
			if got, want := a.Value(z), value(z); math.Abs(got-want) > 1e-15*math.Max(1, math.Abs(want)) {
				t.Errorf("%s(%v) = %v, want %v", name, z, got, want)
			}
			if got, want := a.Derivative(z), (value(z+1e-6)-value(z-1e-6))/2e-6; math.Abs(got-want) > 1e-8 {
				t.Errorf("%s'(%v) = %v, want %v", name, z, got, want)
			}
		}
		for _, loss := range TwoClassLosses() {
			n := MLP(2, []int{3, 4}, a, loss)
			p, err := Compile(n, n.NewParameters(), 2, Options{Purpose: Training})
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Run(); err != nil {
				t.Error(err)
			}
		}
	}
	for name, want := range map[string]string{
		"leaky-relu:":    "not a constant",
		"elu:NaN":        "not a constant",
		"elu:0":          "not a constant",
		"elu:101":        "at most 100",
		"relu:2":         "unknown activation with a constant",
		"leaky-rlu:0.01": "did you mean leaky-relu",
	} {
		if _, err := ActivationNamed(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", name, err, want)
		}
	}
}

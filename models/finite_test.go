package models

import (
	"errors"
	"math"
	"strings"
	"testing"

	"actscope/data"
	"actscope/graph"
)

// Where a formula stops being finite in the course of training, the error says at which z.
func TestDivergenceNamesTheFormulasZ(t *testing.T) {
	for _, test := range []struct {
		formula   string
		precision graph.Precision
		weight    float64
		want      string
	}{
		{"exp(z)/(1+exp(z))", graph.Double, 1e3, "layer 1's exp(z)/(1+exp(z)) is NaN at z = "},
		{"log(1+exp(z))", graph.Single, 1e2, "layer 1's log(1+exp(z)) is +Inf at z = "}, // float32 ends at 88
		{"log(1+exp(z))", graph.Double, 1e2, ""},
		{"pow(abs(z-20),0.5)", graph.Double, 1, ""}, // is sound in the data's range
	} {
		a, err := graph.ActivationNamed(test.formula)
		if err != nil {
			t.Fatal(err)
		}
		net, rng := newNet(t, a, 3)
		rebuilt, err := NewMLP(MLP{Inputs: 2, Hidden: []int{3}, Activation: a, Precision: test.precision}, rng)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range rebuilt.Parameters {
			copy(p.Values, net.Parameters[i].Values)
		}
		for i := range rebuilt.Parameters[0].Values {
			rebuilt.Parameters[0].Values[i] *= test.weight
		}
		_, err = Train(t.Context(), rebuilt, moons(t, 12), Training{Rate: 1e-9, Batch: 12, Epochs: 1, Shuffle: rng})
		var d *DivergenceError
		switch {
		case test.want == "" && errors.As(err, &d) && d.Cause != "":
			t.Errorf("%s: cause %q", test.formula, d.Cause)
		case test.want != "" && (!errors.As(err, &d) || !strings.HasPrefix(d.Cause, test.want) || !strings.Contains(err.Error(), ": "+d.Cause+"; a smaller")):
			t.Errorf("%s: %v, want %s", test.formula, err, test.want)
		}
	}
}

// A row without a prediction is wrong, whatever its label, and an observation says why.
func TestRowsWhereAFormulaIsNotFiniteAreWrong(t *testing.T) {
	a, err := graph.ActivationNamed("exp(z)/(1+exp(z))")
	if err != nil {
		t.Fatal(err)
	}
	net, _ := newNet(t, a, 1)
	copy(net.Parameters[0].Values, []float64{1, 0}) // z is the first input
	set := data.Set{X: []float64{1, 0, 800, 0, 900, 0}, Columns: 2, Y: []float64{1, 0, 1}}
	wrong, err := net.Wrong(set)
	if err != nil || !wrong[1] || !wrong[2] {
		t.Errorf("%v, %v", wrong, err)
	}
	o, err := net.Observe(set.X)
	if err != nil {
		t.Fatal(err)
	}
	if err := net.CheckFinite(o); err == nil || err.Error() != "models: layer 1's exp(z)/(1+exp(z)) is NaN at z = 800" {
		t.Error(err)
	}
	if err := net.CheckFinite(o.First(1)); err != nil {
		t.Error(err)
	}
	net.Parameters[0].Values[0] = math.Inf(1)
	if o, err = net.Observe(set.X); err != nil {
		t.Fatal(err)
	}
	if err := net.CheckFinite(o); err == nil || !strings.HasPrefix(err.Error(), "models: a pre-activation of layer 1 is ") {
		t.Error(err)
	}
}

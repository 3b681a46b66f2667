package gradcheck

import (
	"math"
	"testing"

	"actscope/graph"
	"actscope/models"
)

// Formulas with every operator, kinks, steep ones and such as overflow.
func TestFormulasAgreeThreeWays(t *testing.T) {
	for _, text := range []string{
		"0.25*relu(z)", "z*sigmoid(1.7*z)", "max(-2,min(2,z))", "max(sin(3*z),z/2)", "pow(1+abs(z),z/10)-log(1+exp(z))",
		"0.5*z*(1+tanh(pow(2/pi,0.5)*(z+0.044715*pow(z,3))))", "sin(20*z)", "exp(z*z)",
	} {
		a, err := graph.ActivationNamed(text)
		if err != nil {
			t.Fatal(err)
		}
		cases, err := Suite(t.Context(), SuiteConfig{Activations: []graph.Activation{a}, Heads: []models.MLP{{Loss: graph.Logits}}, Seeds: []uint32{12, 28}})
		if err != nil {
			t.Fatal(err)
		}
		overflows := 0
		for _, c := range cases {
			if c.Overflows {
				overflows++
			}
			for _, array := range c.Arrays {
				if !array.Agrees() || (array.HandRounding > 0) != (array.HandRel > HandTolerance) && text != "sin(20*z)" {
					t.Errorf("%s, %v, parts %v: %+v", text, c.Hidden, c.Parts, array)
				}
			}
		}
		if (overflows > 0) != (text == "exp(z*z)") || overflows == len(cases) {
			t.Errorf("%s: %d of %d networks overflow", text, overflows, len(cases))
		}
	}
}

// The witness reads the formula for itself: with another one in its place it disagrees.
func TestWitnessReadsTheFormula(t *testing.T) {
	a, err := graph.ActivationNamed("tanh(2*z)/2")
	if err != nil {
		t.Fatal(err)
	}
	a.Derivative = func(float64) float64 { return 7 } // is not asked for
	cases, err := Suite(t.Context(), SuiteConfig{Activations: []graph.Activation{a}, Heads: []models.MLP{{Loss: graph.Logits}}, Seeds: []uint32{12}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		for _, array := range c.Arrays {
			if !array.Agrees() {
				t.Errorf("%v: %+v", c.Hidden, array)
			}
		}
	}
	a.Name = "tanh(2*z)"
	if cases, err = Suite(t.Context(), SuiteConfig{Activations: []graph.Activation{a}, Heads: []models.MLP{{Loss: graph.Logits}}, Seeds: []uint32{12}}); err != nil {
		t.Fatal(err)
	}
	if cases[0].Arrays[0].Agrees() {
		t.Error("the witness did not read the formula")
	}
}

// Point by point, at kinks and where others saturate, too: graph's value and derivative and
// the witness's are two programs.
func TestWitnessAndGraphReadFormulasAlike(t *testing.T) {
	for _, text := range []string{
		"max(-2,min(2,z))", "max(z,3*z)-min(z,-z)", "abs(z-1)*0.5", "-relu(-z)/(1+softplus(z))", "hard_sigmoid(4*z)-elu(z)*tanh(z)",
		"pow(max(z,0),2)+pow(2,-abs(z))", "pow(1+abs(z),tanh(z))", "sin(pi*z)-log(1+z*z)", "exp(-z*z)*gelu(z)", "z-(1-z)-(-z)",
	} {
		a, err := graph.ActivationNamed(text)
		if err != nil {
			t.Fatal(err)
		}
		hand, err := handActivation(a)
		if err != nil {
			t.Fatal(err)
		}
		for _, z := range []float64{-800, -40, -3, -2, -1, -0.75, -1e-9, 0, 1e-300, 0.3, 0.75, 1, 2, 19.1, 40, 745.2, 800} {
			if v, want := hand.Value(z), a.Value(z); math.Abs(v-want) > 1e-12*(1+math.Abs(want)) {
				t.Errorf("%s at %v: %v by hand, %v", text, z, v, want)
			}
			if d, want := hand.Derivative(z), a.Derivative(z); math.Abs(d-want) > 1e-12*(1+math.Abs(want)) {
				t.Errorf("%s at %v: derivative %v by hand, %v", text, z, d, want)
			}
		}
	}
}

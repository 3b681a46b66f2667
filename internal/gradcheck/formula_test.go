package gradcheck

import (
	"testing"

	"actscope/graph"
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
		cases, err := Suite(t.Context(), SuiteConfig{Activations: []graph.Activation{a}, Losses: []graph.Loss{graph.Logits}, Seeds: []uint32{12, 28}})
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
	cases, err := Suite(t.Context(), SuiteConfig{Activations: []graph.Activation{a}, Losses: []graph.Loss{graph.Logits}, Seeds: []uint32{12}})
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
	if cases, err = Suite(t.Context(), SuiteConfig{Activations: []graph.Activation{a}, Losses: []graph.Loss{graph.Logits}, Seeds: []uint32{12}}); err != nil {
		t.Fatal(err)
	}
	if cases[0].Arrays[0].Agrees() {
		t.Error("the witness did not read the formula")
	}
}

package graph

import "testing"

func TestActivationsHaveTerms(t *testing.T) {
	for name, want := range map[string]string{
		"sigmoid": "sigmoid(z)", "gelu-tanh": "gelu_tanh(z)", "leaky-relu:0.2": "leaky_relu(z,0.2)", "hard-sigmoid:-0.5": "hard_sigmoid(z,-0.5)",
		"z * sigmoid( 1.702*z )": "z*sigmoid(1.702*z)",
	} {
		a, err := ActivationNamed(name)
		if err != nil {
			t.Fatal(err)
		}
		if term, ok := a.Term(); !ok || term.String() != want {
			t.Errorf("%s: got %v, want %s", name, term, want)
		}
	}
	if term, ok := SoftmaxOutput.Term(); ok {
		t.Errorf("a softmax is %v", term)
	}
	for _, a := range Activations() {
		if _, ok := a.Term(); !ok {
			t.Errorf("%s has no term", a.Name)
		}
	}
}

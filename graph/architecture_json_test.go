package graph

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestArchitecturesSurviveJSON(t *testing.T) {
	a := Architecture{Inputs: 3, Loss: Softmax, L2: 0.1, Reduction: Mean, Precision: Single, Layers: []Layer{
		{Units: 4, Activation: activationNamed(t, "leaky-relu:0.2"), Parts: []Part{BatchNorm{Epsilon: 1e-3, After: true}, Dropout{0.25}}},
		{Units: 4, Activation: activationNamed(t, "z*tanh(z)"), Parts: []Part{Shortcut{Over: 1, Before: true}, Affine{After: true}}},
		{Units: 5, Activation: SoftmaxOutput},
	}}
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var b Architecture
	if err := json.Unmarshal(text, &b); err != nil {
		t.Fatal(err)
	}
	if a.String() != b.String() || !strings.Contains(b.String(), "batch-norm-after:0.001") {
		t.Errorf("%v became %v", a, b)
	}
	for bad, want := range map[string]string{
		`{}`: "unknown loss",
		`{"inputs":1,"loss":"logits","dtype":"float64","layers":[{"units":1,"activation":"relu"}]}`:                       "needs sigmoid units",
		`{"inputs":1,"loss":"logits","dtype":"float64","layers":[{"units":1,"activation":"sigmoid","parts":["nosuch"]}]}`: "layer 1: unknown layer part",
		`{"inputs":1,"loss":"logits","dtype":"float64","layers":[{"units":1,"activation":"nosuch"}]}`:                     "layer 1: unknown activation",
	} {
		if err := json.Unmarshal([]byte(bad), &b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", bad, err, want)
		}
	}
}

func activationNamed(t *testing.T, name string) Activation {
	t.Helper()
	a, err := ActivationNamed(name)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

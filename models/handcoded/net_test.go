package handcoded_test

import (
	"strings"
	"testing"

	"actscope/models/handcoded"
)

func TestNewRefusesWhatDoesNotFit(t *testing.T) {
	tanh := activations["tanh"]
	layer := handcoded.NewLayer
	short := func(l handcoded.Layer, w, b int) handcoded.Layer {
		l.W, l.B = l.W[:len(l.W)-w], l.B[:len(l.B)-b]
		return l
	}
	for _, c := range []struct {
		name   string
		layers []handcoded.Layer
		hidden handcoded.Activation
		loss   handcoded.Loss
		want   string
	}{
		{"no layers", nil, tanh, handcoded.Logits, "at least one layer"},
		{"no activation", []handcoded.Layer{layer(2, 3), layer(3, 1)}, handcoded.Activation{}, handcoded.Logits, "activation"},
		{"no derivative", []handcoded.Layer{layer(2, 3), layer(3, 1)}, handcoded.Activation{Value: tanh.Value}, handcoded.Logits, "derivative"},
		{"unknown loss", []handcoded.Layer{layer(2, 1)}, tanh, "hinge", `unknown loss "hinge"`},
		{"width zero", []handcoded.Layer{layer(2, 0), layer(0, 1)}, tanh, handcoded.Logits, "layer 1 has shape 2×0"},
		{"short weights", []handcoded.Layer{layer(2, 3), short(layer(3, 1), 1, 0)}, tanh, handcoded.Logits, "W2 has 2 entries, want 3×1"},
		{"short biases", []handcoded.Layer{short(layer(2, 3), 0, 1), layer(3, 1)}, tanh, handcoded.Logits, "b1 has 2 entries, want 3"},
		{"layers that do not fit", []handcoded.Layer{layer(2, 3), layer(4, 1)}, tanh, handcoded.Logits, "W2 has 4 rows, but layer 1 has 3 units"},
		{"two outputs", []handcoded.Layer{layer(2, 2)}, tanh, handcoded.Logits, "2 units, want 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := handcoded.New(c.layers, c.hidden, c.loss)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one that says %q", err, c.want)
			}
		})
	}
}

func TestASingleLayerNeedsNoActivation(t *testing.T) {
	if _, err := handcoded.New([]handcoded.Layer{handcoded.NewLayer(2, 1)}, handcoded.Activation{}, handcoded.Article); err != nil {
		t.Error(err)
	}
}

func TestPassRefusesBatchesThatDoNotFit(t *testing.T) {
	net, err := handcoded.New([]handcoded.Layer{handcoded.NewLayer(2, 1)}, handcoded.Activation{}, handcoded.Logits)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := net.NewPass(0); err == nil {
		t.Error("a pass over 0 rows was made")
	}
	pass, err := net.NewPass(2)
	if err != nil {
		t.Fatal(err)
	}
	if err := pass.Backward([]float64{1}); err == nil {
		t.Error("Backward ran before Forward")
	}
	for _, entries := range []int{0, 1, 3, 6} {
		if err := pass.Forward(make([]float64, entries)); err == nil {
			t.Errorf("Forward took %d entries as 1 or 2 rows of 2", entries)
		}
	}
	if err := pass.Forward(make([]float64, 4)); err != nil {
		t.Fatal(err)
	}
	if err := pass.Backward(make([]float64, 3)); err == nil {
		t.Error("Backward took 3 labels for 2 rows")
	}
	if _, err := pass.Loss(make([]float64, 1)); err == nil {
		t.Error("Loss took 1 label for 2 rows")
	}
	if err := pass.Step(make([]float64, 4), nil, 0.1); err == nil {
		t.Error("Step took no labels for 2 rows")
	}
}

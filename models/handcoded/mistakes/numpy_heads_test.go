package mistakes_test

import (
	"path/filepath"
	"slices"
	"testing"

	"actscope/internal/npz"
	"actscope/models/handcoded"
	"actscope/models/handcoded/mistakes"
)

// The file was written by testdata/faulty_heads.py, whose faults were coded as one makes them in NumPy.
func TestFaultyNumPyHeadsAreDiagnosed(t *testing.T) {
	arrays, err := npz.ReadFile(filepath.Join("testdata", "heads.npz"))
	if err != nil {
		t.Fatal(err)
	}
	sigmoidOutput, tanhOutput := activations[0].Activation, activations[tanh].Activation
	for _, c := range []struct {
		name      string
		objective handcoded.Objective
		want      []string
	}{
		{"right_softmax", handcoded.Objective{Loss: handcoded.Softmax, L2: 0.05}, nil},
		{"right_softmax", handcoded.Objective{Loss: handcoded.Softmax, L2: 0.1}, []string{"penalty-factor"}},
		{"right_softmax", handcoded.Objective{Loss: handcoded.Softmax}, []string{"weight-decay"}},
		{"classes_from_one", handcoded.Objective{Loss: handcoded.Softmax}, []string{"classes-shifted"}},
		{"classes_from_one", handcoded.Objective{Loss: handcoded.Softmax, L2: 0.1}, nil}, // two at once
		{"forgot_to_divide", handcoded.Objective{Loss: handcoded.Softmax}, []string{"sum-over-batch"}},
		{"forgot_to_divide", handcoded.Objective{Loss: handcoded.Softmax, Reduction: handcoded.Sum}, nil},
		{"sigmoid_of_classes", handcoded.Objective{Loss: handcoded.Softmax}, []string{"sigmoid-for-softmax"}},
		{"softmax_of_axis_0", handcoded.Objective{Loss: handcoded.Softmax}, []string{"softmax-over-rows"}},
		{"through_the_jacobian", handcoded.Objective{Loss: handcoded.Softmax}, nil},
		{"diagonal_only", handcoded.Objective{Loss: handcoded.Softmax}, []string{"softmax-jacobian-diagonal"}},
		{"no_jacobian", handcoded.Objective{Loss: handcoded.Softmax}, []string{"softmax-jacobian-missing"}},
		{"index_as_target", handcoded.Objective{Loss: handcoded.Softmax}, []string{"class-number-as-value"}},
		{"right_mse", handcoded.Objective{Loss: handcoded.SquaredError}, nil},
		{"right_mse", handcoded.Objective{Loss: handcoded.SquaredError, Reduction: handcoded.MeanAll}, []string{"sum-over-outputs"}},
		{"forgot_the_two", handcoded.Objective{Loss: handcoded.SquaredError}, []string{"factor-half"}},
		{"forgot_the_two", handcoded.Objective{Loss: handcoded.HalfSquaredError}, nil},
		{"np_mean", handcoded.Objective{Loss: handcoded.SquaredError}, []string{"mean-over-outputs"}},
		{"np_mean", handcoded.Objective{Loss: handcoded.SquaredError, Reduction: handcoded.MeanAll}, nil},
		{"forgot_tanh_slope", handcoded.Objective{Loss: handcoded.SquaredError, Output: tanhOutput}, []string{"output-derivative-missing"}},
		{"right_tanh_output", handcoded.Objective{Loss: handcoded.SquaredError, Output: tanhOutput}, nil},
		{"cross_entropys_delta", handcoded.Objective{Loss: handcoded.SquaredError, Output: sigmoidOutput}, []string{"cross-entropy"}},
		{"softmax_of_labels", handcoded.Objective{Loss: handcoded.Logits}, []string{"softmax-for-sigmoid"}},
		{"right_labels", handcoded.Objective{Loss: handcoded.Logits}, nil},
		{"right_hinge", handcoded.Objective{Loss: handcoded.Hinge}, nil},
		{"no_margin", handcoded.Objective{Loss: handcoded.Hinge}, []string{"margin-missing"}},
		{"penalises_everything", handcoded.Objective{Loss: handcoded.Softmax, L2: 0.05}, []string{"penalty-on-biases"}},
		{"penalty_per_sample", handcoded.Objective{Loss: handcoded.SquaredError, L2: 0.5}, []string{"penalty-over-rows"}},
	} {
		array := func(key string) []float64 {
			a, ok := arrays.Lookup(c.name + ":" + key)
			if !ok {
				t.Fatalf("%s:%s is missing", c.name, key)
			}
			return a.Values
		}
		p := mistakes.Problem{
			X: array("x"), Y: array("y"), Objective: c.objective, Activation: activations[tanh].Activation, Others: activations,
			Layers: []handcoded.Layer{
				{In: 3, Out: 5, W: array("W1"), B: array("b1")},
				{In: 5, Out: len(array("b2")), W: array("W2"), B: array("b2")},
			},
			Tolerance: mistakes.Tolerance{Relative: 1e-6, Absolute: 1e-9},
		}
		d := diagnose(t, p, []mistakes.Gradient{{W: array("grad_W1"), B: array("grad_b1")}, {W: array("grad_W2"), B: array("grad_b2")}})
		var ids []string
		for _, e := range d.Explanations {
			ids = append(ids, e.Mistake)
		}
		twoAtOnce := c.name == "classes_from_one" && c.objective.L2 > 0
		if !slices.Equal(ids, c.want) || (d.Remark != "") != twoAtOnce {
			t.Errorf("%s as %s, reduction %q, L2 %g: %+v, want %q", c.name, c.objective.Loss, c.objective.Reduction, c.objective.L2, d, c.want)
		}
	}
}

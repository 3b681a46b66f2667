package mistakes_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"actscope/internal/npz"
	"actscope/models/handcoded"
	"actscope/models/handcoded/mistakes"
)

// The files were written by testdata/faulty.py, whose faults were coded without regard to the catalogue.
func TestFaultyNumPyCodeIsDiagnosed(t *testing.T) {
	const sigmoid, every = 0, 0
	single := mistakes.Tolerance{Relative: 1e-4, Absolute: 1e-6}
	for _, c := range []struct {
		file       string
		activation int
		want       []string // ids that are named
		layer      int
		lastRight  int
	}{
		{"right_tanh", tanh, nil, 0, 1},
		{"forgot_to_divide", relu, []string{"sum-over-batch"}, 3, 0},
		{"bias_mean", relu, []string{"mean-twice"}, every, 0},
		{"no_mask", relu, []string{"derivative-missing"}, 1, 2},
		{"mask_of_gradient", relu, []string{"derivative-at-gradient"}, 2, 3},
		{"mask_of_next_layer", relu, []string{"derivative-of-another-layer"}, 1, 2},
		{"sigmoid_slope_left_over", tanh, []string{"another-derivative"}, every, 3},
		{"slope_of_activation", sigmoid, []string{"derivative-at-post-activation"}, every, 3},
		{"one_slope_for_all", sigmoid, []string{"output-derivative-twice", "hidden-derivative-at-output"}, 3, 0},
		{"stepped_too_early", tanh, []string{"weights-after-update"}, every, 3},
		{"saved_after_the_step", tanh, []string{"parameters-after-step"}, every, 0},
		{"forgot_a_transposition", tanh, []string{"weights-not-transposed"}, 2, 2},
		{"transposed_product", tanh, []string{"weight-gradient-transposed"}, 2, 3},
		{"sample_loop", tanh, []string{"one-row-only"}, every, 0},
		{"unsummed_bias", relu, []string{"bias-not-summed"}, 2, 3},
		{"regularised", tanh, []string{"weight-decay"}, every, 0},
		{"single_precision", tanh, []string{"sign"}, 3, 0},
		{"two_at_once", relu, nil, 0, 3},
	} {
		t.Run(c.file, func(t *testing.T) {
			p, yours := readProblem(t, c.file)
			p.Activation = activations[c.activation].Activation
			if c.file == "single_precision" {
				p.Tolerance = single
			}
			d := diagnose(t, p, yours)
			var ids []string
			for _, e := range d.Explanations {
				t.Log(e.Sentence)
				ids = append(ids, e.Mistake)
				if e.Layer != c.layer {
					t.Errorf("%s is placed in layer %d, want %d", e.Mistake, e.Layer, c.layer)
				}
			}
			if !slices.Equal(ids, c.want) || d.LastRightLayer != c.lastRight {
				t.Errorf("%q, last right layer %d, want %q, %d; remark %q", ids, d.LastRightLayer, c.want, c.lastRight, d.Remark)
			}
			if unexplained := d.Remark != ""; unexplained != (c.file == "two_at_once") {
				t.Errorf("remark %q", d.Remark)
			}
		})
	}
}

func readProblem(t *testing.T, file string) (mistakes.Problem, []mistakes.Gradient) {
	t.Helper()
	arrays, err := npz.ReadFile(filepath.Join("testdata", file+".npz"))
	if err != nil {
		t.Fatal(err)
	}
	array := func(format string, args ...any) npz.Array {
		a, ok := arrays.Lookup(fmt.Sprintf(format, args...))
		if !ok {
			t.Fatalf(format+" is missing", args...)
		}
		return a
	}
	p := mistakes.Problem{
		X: array("x").Values, Y: array("y").Values,
		Objective: handcoded.Objective{Loss: handcoded.Logits},
		Others:    activations,
		Tolerance: mistakes.Tolerance{Relative: 1e-6, Absolute: 1e-9},
	}
	var yours []mistakes.Gradient
	for l := 1; l <= 3; l++ {
		w := array("W%d", l)
		p.Layers = append(p.Layers, handcoded.Layer{In: w.Shape[0], Out: w.Shape[1], W: w.Values, B: array("b%d", l).Values})
		yours = append(yours, mistakes.Gradient{W: array("grad_W%d", l).Values, B: array("grad_b%d", l).Values})
	}
	return p, yours
}

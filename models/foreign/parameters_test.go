package foreign

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"actscope/internal/npz"
)

// files are parameter files with what has to be said of them, what they are understood as, and a
// word of each note. testdata/parameters.py made them and what PyTorch, scikit-learn and NumPy
// give for them.
var files = []struct {
	name       string
	options    Options
	understood string
	notes      []string
	tolerance  float64 // 0 for 1e-12
}{
	{"../moons_relu.safetensors", Options{Activation: "relu", Final: Sigmoid}, "2 → 16 relu → 16 relu → 1, sigmoid", nil, 1e-9},
	{"../moons_relu_numpy.npz", Options{Activation: "relu", Final: Sigmoid}, "2 → 16 relu → 16 relu → 1, sigmoid", nil, 1e-9},
	{"../iris_coefs.json", Options{}, "4 → 10 relu → 6 relu → 3, softmax; standardised inside the file", []string{"minus mean_, divided by scale_"}, 0},
	{"deep.safetensors", Options{Activation: "tanh", Final: Softmax}, "2 → 5 × (5 tanh) → 3, softmax", nil, 0},
	{"two_activations.safetensors", Options{Activation: "relu,tanh", Final: Sigmoid}, "2 → 4 relu → 3 tanh → 1, sigmoid", nil, 0},
	{"batch_norm_before.safetensors", Options{Activation: "relu", Final: Sigmoid}, "2 → 6 relu, batch-norm → 5 relu, batch-norm → 1, sigmoid", []string{"epsilon"}, 0},
	{"batch_norm_behind.safetensors", Options{Activation: "relu"}, "2 → 6 relu, batch-norm-after → 5 relu, batch-norm-after → 1", []string{"epsilon"}, 0},
	{"batch_norm_input.safetensors", Options{Activation: "tanh"}, "2 → 4 tanh → 2; standardised inside the file", []string{"epsilon", "0.weight) is taken as a scaling"}, 0},
	{"batch_norm_output.safetensors", Options{Activation: "tanh"}, "2 → 4 tanh → 2", []string{"3.weight) is taken into its weights", "epsilon"}, 0},
	{"batch_norm_plain.safetensors", Options{Activation: "relu"}, "2 → 4 relu, batch-norm → 2", []string{"epsilon"}, 0},
	{"layer_norm_behind.safetensors", Options{Activation: "silu"}, "2 → 6 silu, layer-norm-after → 6 silu, layer-norm-after → 2", []string{"epsilon"}, 0},
	{"layer_norm_named.safetensors", Options{Activation: "tanh"}, "2 → 5 tanh, layer-norm → 5 tanh, layer-norm → 2", []string{"epsilon", "before it is assumed of ln1.weight, ln2.weight", "a shortcut would not be seen"}, 0},
	{"no_bias.safetensors", Options{Activation: "relu"}, "3 → 4 relu → 3", []string{"fit both layouts: out-in"}, 0},
	{"half.safetensors", Options{Activation: "tanh", Final: Sigmoid}, "2 → 4 tanh, batch-norm-after → 1, sigmoid", []string{"epsilon"}, 0},
	{"bfloat.safetensors", Options{Activation: "tanh", Final: Sigmoid}, "2 → 4 tanh → 1, sigmoid", nil, 0},
	{"double.safetensors", Options{Activation: "gelu"}, "2 → 4 gelu → 1", nil, 0},
	{"linear.safetensors", Options{Final: Softmax}, "4 → 3, softmax", nil, 0},
	{"fc_in_out.safetensors", Options{Activation: "relu", Final: Sigmoid}, "2 → 4 relu → 4 relu → 1, sigmoid", []string{"a shortcut would not be seen"}, 0},
	{"square_names.safetensors", Options{Activation: "tanh", Final: Softmax}, "4 → 4 tanh → 4 tanh → 4, softmax", []string{"fit both layouts: out-in", "a shortcut would not be seen"}, 0},
	{"encoder_decoder.safetensors", Options{Activation: "relu"}, "6 → 4 relu → 2 relu → 5 relu → 6", nil, 0},
	{"odd_names.safetensors", Options{Activation: "relu"}, "2 → 3 relu → 5 relu → 1", []string{"by their shapes it is zeta.weight (3, 2), alpha.weight (5, 3), mid.weight (1, 5)"}, 0},
	{"torch_numpy.npz", Options{Activation: "tanh", Final: Sigmoid}, "2 → 4 tanh → 4 tanh → 1, sigmoid", nil, 0},
	{"keras.npz", Options{Activation: "relu", Final: Softmax}, "3 → 5 relu, batch-norm:0.001 → 4 relu, layer-norm:0.001 → 2, softmax", []string{"arr_0 to arr_11", "0.001 (batch norm), 0.001 (layer norm)", "before it is assumed of arr_2, arr_8"}, 0},
	{"keras_names.npz", Options{Activation: "relu", Final: Softmax}, "3 → 5 relu, batch-norm:0.001 → 4 relu, layer-norm:0.001 → 2, softmax", []string{"epsilon", "before"}, 0},
	{"flax.safetensors", Options{Activation: "tanh"}, "3 → 4 tanh, layer-norm:1e-06 → 4 tanh → 2", []string{"1e-06", "before", "a shortcut would not be seen"}, 0},
	{"sklearn.npz", Options{Activation: "tanh", Final: Softmax}, "4 → 4 tanh → 4 tanh → 3, softmax", []string{"arr_0 to arr_5"}, 0},
	{"sklearn_square.json", Options{}, "4 → 4 sigmoid → 4 sigmoid → 4, sigmoid", []string{"fit both layouts: in-out"}, 0},
	{"logistic.json", Options{Final: Softmax}, "4 → 3, softmax", nil, 0},
	{"columns_scaled.npz", Options{Activation: "tanh", Final: Sigmoid}, "2 → 4 tanh → 4 tanh → 1, sigmoid; standardised inside the file", []string{"out-in", "minus scaler_mean"}, 0},
	{"square.npz", Options{Activation: "relu"}, "3 → 3 relu → 3", []string{"--layout out-in takes the other"}, 0},
	{"square_out_in.npz", Options{Activation: "relu", Layout: "out-in"}, "3 → 3 relu → 3", nil, 0},
	{"rows.npz", Options{Activation: "sigmoid", Final: LogSoftmax}, "2 → 4 sigmoid → 3, log-softmax", []string{"arr_0 to arr_3"}, 0},
}

func TestParametersGiveWhatTheirProgramGives(t *testing.T) {
	for _, f := range files {
		t.Run(strings.TrimPrefix(f.name, "../"), func(t *testing.T) {
			model, err := Open(filepath.Join("testdata/parameters", f.name), f.options)
			if err != nil {
				t.Fatal(err)
			}
			if got := model.String(); got != f.understood {
				t.Errorf("understood as %s, want %s", got, f.understood)
			}
			if len(model.Notes) != len(f.notes) {
				t.Errorf("notes %q, want such with %q", model.Notes, f.notes)
			}
			for i, note := range model.Notes[:min(len(f.notes), len(model.Notes))] {
				if !strings.Contains(note, f.notes[i]) {
					t.Errorf("note %q without %q", note, f.notes[i])
				}
			}
			truth, err := npz.ReadFile(filepath.Join("testdata/parameters", filepath.Base(f.name)+".npz"))
			if err != nil {
				t.Fatal(err)
			}
			array := func(name string) []float64 {
				a, ok := truth.Lookup(name)
				if !ok {
					t.Fatalf("no %s in the truth", name)
				}
				return a.Values
			}
			got, err := model.Activations(array("x"))
			if err != nil {
				t.Fatal(err)
			}
			if want := (len(truth) - 1) / 2; len(got.Pre) != want {
				t.Fatalf("%d layers, want %d", len(got.Pre), want)
			}
			tolerance := f.tolerance
			if tolerance == 0 {
				tolerance = 1e-12
			}
			for i := range got.Pre {
				for name, values := range map[string][]float64{"pre": got.Pre[i], "post": got.Post[i]} {
					name = fmt.Sprintf("%s%d", name, i+1)
					if d := departure(values, array(name)); !(d <= tolerance) {
						t.Errorf("%s departs by %g", name, d)
					}
				}
			}
		})
	}
}

// departure is the largest difference of two arrays, relative to numbers above 1.
func departure(a, b []float64) float64 {
	if len(a) != len(b) {
		return math.Inf(1)
	}
	most := 0.0
	for i := range a {
		if d := math.Abs(a[i]-b[i]) / math.Max(1, math.Abs(b[i])); !(d <= most) {
			most = d
		}
	}
	return most
}

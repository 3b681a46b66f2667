package doctor_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"actscope/models/doctor"
)

// names as people give them to a pass of two layers: each array's line, "-" before what is the opposite of the derivative, as
// of y - p.
var passesAsNamed = map[string]map[string]line{
	"a course": {
		"Z1": {"z", 1}, "A1": {"a", 1}, "Z2": {"z", 2}, "A2": {"a", 2}, "cost": {"loss", 2},
		"dZ2": {"dz", 2}, "dA1": {"da", 1}, "dZ1": {"dz", 1},
	},
	"the same with dA of the layer before": {"A0": {"a", 0}, "A1": {"a", 1}, "dA2": {"da", 1}, "dA1": {"da", 0}, "dZ2": {"dz", 2}, "dZ1": {"dz", 1}},
	"numbers from 0":                       {"z0": {"z", 1}, "a0": {"a", 1}, "z1": {"z", 2}, "a1": {"a", 2}, "delta1": {"dz", 2}, "delta0": {"dz", 1}},
	"scores":                               {"hidden": {"a", 1}, "scores": {"z", 2}, "probs": {"a", 2}, "dscores": {"dz", 2}, "dhidden": {"da", 1}, "loss": {"loss", 2}},
	"a derivative in place":                {"hidden": {"a", 1}, "scores": {"z", 2}, "dscores": {"dz", 2}, "dhidden": {"dz", 1}},
	"long names": {
		"hidden_layer_activation": {"z", 1}, "hidden_layer_output": {"a", 1}, "output_layer_activation": {"z", 2}, "predicted_output": {"a", 2},
		"d_predicted_output": {"dz", 2}, "error_hidden_layer": {"da", 1}, "d_hidden_layer": {"dz", 1},
	},
	"a book":        {"hidden_inputs": {"z", 1}, "hidden_outputs": {"a", 1}, "final_inputs": {"z", 2}, "final_outputs": {"a", 2}, "output_errors": {"da", 2}},
	"layers":        {"l0": {"a", 0}, "l1": {"a", 1}, "l2": {"a", 2}, "l2_error": {"da", 2}, "l2_delta": {"dz", 2}, "l1_error": {"da", 1}, "l1_delta": {"dz", 1}},
	"by z and by a": {"net1": {"z", 1}, "out1": {"a", 1}, "net2": {"z", 2}, "y_hat": {"a", 2}, "dL_dyhat": {"da", 2}, "dL_dnet2": {"dz", 2}, "dL_dout1": {"da", 1}, "dL_dnet1": {"dz", 1}},
	"camel case":    {"zHidden": {"z", 1}, "aHidden": {"a", 1}, "zOut": {"z", 2}, "aOut": {"a", 2}, "gradZOut": {"dz", 2}, "gradAHidden": {"da", 1}, "deltaHidden": {"dz", 1}, "J": {"loss", 2}},
	"letters":       {"h": {"a", 1}, "o": {"a", 2}, "do": {"da", 2}, "dh": {"da", 1}},
	"AL":            {"Z1": {"z", 1}, "ZL": {"z", 2}, "AL": {"a", 2}, "dAL": {"da", 2}},
}

// ofNoUse are arrays whose names are like those of intermediates.
var ofNoUse = []doctor.Array{
	{Name: "lr", Values: []float64{0.1}}, {Name: "hidden_size", Values: []float64{4}}, {Name: "layers", Shape: []int{3}, Values: []float64{3, 4, 2}},
	{Name: "test_out", Shape: []int{2, 2}, Values: []float64{1, 2, 3, 4}}, {Name: "velocity1", Shape: []int{3}, Values: []float64{1, 2, 3}},
}

func TestIntermediatesAreKnownByTheirNames(t *testing.T) {
	for what, named := range passesAsNamed {
		for _, columns := range []bool{false, true} {
			for _, widths := range [][]int{{3, 4, 2}, {3, 3, 3}} {
				rng := rand.New(rand.NewPCG(6, 1))
				s := &student{loss: "mse", output: "sigmoid", activation: "sigmoid", reduction: "sum", rows: 6, widths: widths, rate: 1}
				fill := func(int, int) float64 { return rng.NormFloat64() }
				s.x, s.y = tableOf(6, widths[0], fill), tableOf(6, widths[2], func(int, int) float64 { return float64(rng.IntN(2)) })
				s.w = []table{tableOf(widths[0], widths[1], fill), tableOf(widths[1], widths[2], fill)}
				s.b = []table{tableOf(1, widths[1], fill), tableOf(1, widths[2], fill)}
				v := s.lines(nil, "W")
				arrays := slices.Clone(ofNoUse)
				add := func(name string, t table, turn bool) {
					if turn {
						t = t.turned()
					}
					arrays = append(arrays, doctor.Array{Name: name, Shape: []int{len(t), len(t[0])}, Values: slices.Concat(t...)})
				}
				// Samples in columns and W as units × inputs, as one has them together.
				add("X", s.x, columns)
				add("y", s.y, columns)
				for l, names := range [][4]string{{"W1", "b1", "dW1", "db1"}, {"W2", "b2", "dW2", "db2"}} {
					add(names[0], s.w[l], columns)
					add(names[1], s.b[l], columns)
					add(names[2], v[line{"W", l + 1}], columns)
					add(names[3], v[line{"b", l + 1}], columns)
				}
				var names []string
				for name, at := range named {
					names = append(names, name)
					add(name, v[at], columns)
				}
				r, err := doctor.Judge(t.Context(), arrays, s.given(t))
				if err != nil {
					t.Fatal(err)
				}
				wrong, text := wrongSteps(r)
				for _, name := range names {
					if !slices.ContainsFunc(r.Steps, func(s doctor.Step) bool { return s.Name == name }) {
						t.Errorf("%s: %s is not among the steps", what, name)
					}
				}
				if len(wrong) > 0 || len(r.Understood.Ignored) != len(ofNoUse) || r.Verdict != doctor.Right {
					t.Errorf("%s, %v, columns %v: %s, wrong %v, ignored %v\n%s", what, widths, columns, r.Verdict, wrong, r.Understood.Ignored, text)
				}
			}
		}
	}
}

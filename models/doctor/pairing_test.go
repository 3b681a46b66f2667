package doctor_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"actscope/models/doctor"
)

// small is a network of three layers under the loss, with a batch.
func small(loss string, rng *rand.Rand) *student {
	s := &student{loss: loss, output: "sigmoid", activation: "tanh", reduction: "mean", rows: 7, widths: []int{3, 4, 3, 2}, rate: 1}
	fill := func(int, int) float64 { return rng.NormFloat64() }
	s.x, s.y = tableOf(7, 3, fill), tableOf(7, 2, func(int, int) float64 { return float64(rng.IntN(2)) })
	for l := range 3 {
		s.w, s.b = append(s.w, tableOf(s.widths[l], s.widths[l+1], fill)), append(s.b, tableOf(1, s.widths[l+1], fill))
	}
	return s
}

// Names in the style of public code: x, y, W, b, and their gradients, with the layer's number or word for @.
func TestNamesOfPublicCode(t *testing.T) {
	layers := []string{"1", "2", "3"}
	for _, c := range []struct {
		names  string
		layers []string
	}{
		{"x y weights_@ biases_@ nabla_w_@ nabla_b_@", []string{"0", "1", "2"}},
		{"X Y parameters_W@ parameters_b@ grads_dW@ grads_db@", layers},
		{"X y dense@_weights dense@_biases dense@_dweights dense@_dbiases", layers},
		{"X y layer@.weights layer@.biases layer@.dweights layer@.dbiases", layers},
		{"X_batch y_batch W@ B@ loss_gradient_W@ loss_gradient_B@", layers},
		{"x y weight_@ bias_@ d_loss__d_w_@ d_loss__d_b_@", layers},
		{"Xbatch Ybatch W@ b@ grad_W@ grad_b@", layers},
		{"features house_prices W@ b@ dW@ db@", layers},
		{"x_train y_train dense_@/kernel:0 dense_@/bias:0 grads/dense_@/kernel:0 grads/dense_@/bias:0", layers},
		{"x y w@ b@ ∂L/∂w@ ∂L/∂b@", layers},
		{"x y w@ b@ ∇w@ ∇b@", layers},
		{"X y w@ b@ wgrad@ bgrad@", layers},
		{"X y weights@ biases@ weight_change@ bias_change@", layers},
		{"inputs expected_output @_weights @_bias @_weights_update @_bias_update", []string{"input", "hidden", "output"}},
		{"a0 y w@ b@ dw@ db@", layers},
	} {
		rng := rand.New(rand.NewPCG(7, 77))
		s := small("bce", rng)
		for _, fault := range []bool{false, true} {
			gw, gb := s.gradients(nil)
			if fault {
				gw[0] = gw[0].times(-1)
			}
			names := strings.Fields(c.names)
			arrays := []doctor.Array{arrayOf(names[0], s.x), arrayOf(names[1], s.y)}
			for l := range s.w {
				for i, v := range []table{s.w[l], s.b[l], gw[l], gb[l]} {
					arrays = append(arrays, arrayOf(strings.ReplaceAll(names[i+2], "@", c.layers[l]), v))
				}
			}
			r, err := doctor.Judge(t.Context(), arrays, s.given(t))
			if err != nil {
				t.Errorf("%s: %v", c.names, err)
				continue
			}
			if !fault && r.Verdict != doctor.Right {
				t.Errorf("%s: %s", c.names, r.Summary)
			}
			if fault && (r.Verdict != doctor.Wrong || len(r.Diagnosis) != 1 || r.Diagnosis[0].Mistake != "sign" || *r.Diagnosis[0].Layer != 1) {
				t.Errorf("%s, a sign reversed: %s, %v", c.names, r.Summary, texts(r))
			}
		}
	}
}

// What an optimizer keeps is neither a parameter nor a gradient.
func TestStateOfAnOptimizerIsNoParameter(t *testing.T) {
	s := small("bce", rand.New(rand.NewPCG(8, 88)))
	gw, gb := s.gradients(nil)
	arrays := []doctor.Array{arrayOf("X", s.x), arrayOf("Y", s.y)}
	for l := range s.w {
		for name, v := range map[string]table{"W%d": s.w[l], "b%d": s.b[l], "dW%d": gw[l], "db%d": gb[l], "vdW%d": gw[l].times(3), "m_W%d": gw[l].times(2), "W%d_prev": gw[l]} {
			arrays = append(arrays, arrayOf(fmt.Sprintf(name, l+1), v))
		}
	}
	slices.SortFunc(arrays, func(a, b doctor.Array) int { return strings.Compare(a.Name, b.Name) })
	r, err := doctor.Judge(t.Context(), arrays, s.given(t))
	if err != nil || r.Verdict != doctor.Right || len(r.Understood.Ignored) != 9 {
		t.Errorf("%v, %+v", err, r)
	}
}

// Lists of all layers' arrays, which have different sizes, are taken apart; other lists of unequal rows are not.
func TestListsOfLayers(t *testing.T) {
	s := small("bce", rand.New(rand.NewPCG(9, 99)))
	gw, gb := s.gradients(nil)
	text, err := json.Marshal(map[string]any{"x": s.x, "y": s.y, "weights": s.w, "biases": s.b, "nabla_w": gw, "nabla_b": gb})
	if err != nil {
		t.Fatal(err)
	}
	o := s.given(t)
	o.Stdin = strings.NewReader(string(text))
	r, err := doctor.Check(t.Context(), "-", o)
	if err != nil || r.Verdict != doctor.Right || len(r.Arrays) != 6 {
		t.Errorf("%v, %+v", err, r)
	}
	o.Stdin = strings.NewReader(`{"x": [[1, 2], [3]], "y": [1, 0], "weights": [[1, 2], [3]], "dW": [1]}`)
	if _, err := doctor.Check(t.Context(), "-", o); err == nil || !strings.Contains(err.Error(), "array x: its rows have 2 and 1 numbers") {
		t.Errorf("%v", err)
	}
}

// The loss in the file tells the penalty that is meant: gradients with it are right, those without it wrong in their layer.
func TestPenaltyOfTheLoss(t *testing.T) {
	s := small("bce", rand.New(rand.NewPCG(10, 100)))
	gw, gb := s.gradients(nil)
	const strength = 0.25
	loss := 0.0
	z := s.x
	for l := range s.w {
		z = product(z, s.w[l])
		for i := range z {
			for j := range z[i] {
				z[i][j] += s.b[l][0][j]
				if l < 2 {
					z[i][j] = squash["tanh"][0](z[i][j])
				}
			}
		}
		for i, row := range s.w[l] {
			for j, w := range row {
				loss += strength / 2 * w * w
				gw[l][i][j] += strength * w
			}
		}
	}
	for i, row := range z {
		for j, v := range row {
			loss += (math.Log1p(math.Exp(v)) - s.y[i][j]*v) / float64(s.rows)
		}
	}
	for _, forgotten := range []bool{false, true} {
		arrays := []doctor.Array{arrayOf("X", s.x), arrayOf("Y", s.y), {Name: "cost", Values: []float64{loss}}}
		for l := range s.w {
			g := gw[l]
			if forgotten && l == 0 {
				g = tableOf(len(g), len(g[0]), func(i, j int) float64 { return g[i][j] - strength*s.w[l][i][j] })
			}
			for name, v := range map[string]table{"W%d": s.w[l], "b%d": s.b[l], "dW%d": g, "db%d": gb[l]} {
				arrays = append(arrays, arrayOf(fmt.Sprintf(name, l+1), v))
			}
		}
		r, err := doctor.Judge(t.Context(), arrays, s.given(t))
		switch {
		case err != nil:
			t.Fatal(err)
		case !forgotten && (r.Verdict != doctor.Right || math.Abs(r.Understood.Penalty-strength) > 1e-9):
			t.Errorf("%s, penalty %v", r.Summary, r.Understood.Penalty)
		case forgotten && (r.Verdict != doctor.Wrong || len(r.Diagnosis) != 1 || r.Diagnosis[0].Mistake != "penalty-forgotten" || *r.Diagnosis[0].Layer != 1):
			t.Errorf("%s, %v", r.Summary, texts(r))
		}
	}
}

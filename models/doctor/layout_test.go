package doctor_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"actscope/models/doctor"
)

// layouts are other ways to save a two-layer network's right gradients: each rewrites the plain arrays x, y, W1, b1, gW1, ...
func TestLayouts(t *testing.T) {
	s := &student{loss: "bce", output: "sigmoid", activation: "tanh", reduction: "mean", rows: 7, widths: []int{3, 4, 2}, rate: 1}
	rng := rand.New(rand.NewPCG(5, 6))
	fill := func(int, int) float64 { return rng.NormFloat64() }
	s.x, s.y = tableOf(7, 3, fill), tableOf(7, 2, func(int, int) float64 { return float64(rng.IntN(2)) })
	s.w = []table{tableOf(3, 4, fill), tableOf(4, 2, fill)}
	s.b = []table{tableOf(1, 4, fill), tableOf(1, 2, fill)}
	gw, gb := s.gradients(nil)
	array := func(name string, t table) doctor.Array {
		return doctor.Array{Name: name, Shape: []int{len(t), len(t[0])}, Values: slices.Concat(t...)}
	}
	flat := func(a doctor.Array) doctor.Array { a.Shape = []int{len(a.Values)}; return a }
	theta := func(w, b table) table { return append(table{b[0]}, w...).turned() } // units × (1 + inputs)
	behind := func(w, b table) table { return append(slices.Clone(w), b[0]) }     // (inputs + 1) × units
	check := func(name, layout string, arrays ...doctor.Array) *doctor.Report {
		t.Helper()
		r, err := doctor.Judge(t.Context(), arrays, s.given(t))
		if err != nil || r.Verdict != doctor.Right || !strings.Contains(r.Understood.Layout, layout) {
			t.Errorf("%s: %v, %+v", name, err, r)
			return nil
		}
		return r
	}
	x, y := array("X", s.x), array("y", s.y)
	r := check("a column of biases before the weights", "biases in the first column",
		x, y, array("Theta1", theta(s.w[0], s.b[0])), array("Theta2", theta(s.w[1], s.b[1])),
		array("Theta1_grad", theta(gw[0], gb[0])), array("Theta2_grad", theta(gw[1], gb[1])))
	if r != nil && len(r.Arrays) != 2 {
		t.Errorf("a Theta is %d arrays", len(r.Arrays)/2)
	}
	check("a row of biases behind the weights", "biases in the last column",
		x, y, array("w1", behind(s.w[0], s.b[0])), array("w2", behind(s.w[1], s.b[1])),
		array("dw1", behind(gw[0], gb[0])), array("dw2", behind(gw[1], gb[1])))
	check("flat arrays", "W out × in", x, flat(array("y", s.y)),
		flat(array("W1", s.w[0].turned())), flat(array("b1", s.b[0])), flat(array("W2", s.w[1].turned())), flat(array("b2", s.b[1])),
		flat(array("gW1", gw[0].turned())), flat(array("gb1", gb[0])), flat(array("gW2", gw[1].turned())), flat(array("gb2", gb[1])))

	// One number for all biases of a layer: the gradient is a sum over the units, too.
	s.b = []table{tableOf(1, 4, func(int, int) float64 { return 0.3 }), tableOf(1, 2, func(int, int) float64 { return -0.2 })}
	gw, gb = s.gradients(nil)
	total := func(g table) (sum float64) {
		for _, v := range g[0] {
			sum += v
		}
		return sum
	}
	check("one bias a layer", "", x, y, array("W1", s.w[0]), array("W2", s.w[1]), array("dW1", gw[0]), array("dW2", gw[1]),
		flat(array("b", table{{0.3, -0.2}})), flat(array("db", table{{total(gb[0]), total(gb[1])}})))
	s.b = []table{tableOf(1, 4, func(int, int) float64 { return 0 }), tableOf(1, 2, func(int, int) float64 { return 0 })}
	gw, _ = s.gradients(nil)
	check("no biases", "", x, y, array("wih", s.w[0]), array("who", s.w[1]), array("delta_wih", gw[0]), array("delta_who", gw[1]))
	// One sample.
	s.rows, s.x, s.y = 1, s.x[:1], s.y[:1]
	gw, _ = s.gradients(nil)
	check("one sample in vectors", "", flat(array("inputs", s.x)), flat(array("targets", s.y)),
		array("wih", s.w[0]), array("who", s.w[1]), array("wih_delta", gw[0]), array("who_delta", gw[1]))
}

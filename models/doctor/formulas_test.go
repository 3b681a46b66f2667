package doctor_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"actscope/models/doctor"
)

// What is written for a fault, in each layout: the formula of the numbers in the file, and the right one.
func TestFormulasOfFaults(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	normal := func(int, int) float64 { return rng.NormFloat64() }
	s := &student{loss: "mse", output: "sigmoid", activation: "tanh", reduction: "mean", rows: 7, widths: []int{3, 4, 4, 2}, rate: 1}
	s.x, s.y = tableOf(7, 3, normal), tableOf(7, 2, func(int, int) float64 { return float64(rng.IntN(2)) })
	for l := range 3 {
		s.w = append(s.w, tableOf(s.widths[l], s.widths[l+1], normal))
		s.b = append(s.b, tableOf(1, s.widths[l+1], normal))
	}
	// In the layouts rows, in-out; rows, out-in; columns, out-in; columns, in-out.
	for what, test := range map[planted][]string{
		{"W-double", 2}: {"dW2 = 2 · a1ᵀ δ2 | dW2 = a1ᵀ δ2", "dW2 = 2 · δ2ᵀ a1 | dW2 = δ2ᵀ a1", "dW2 = 2 · δ2 a1ᵀ | dW2 = δ2 a1ᵀ", "dW2 = 2 · a1 δ2ᵀ | dW2 = a1 δ2ᵀ"},
		{"b-zero", 1}:   {"db1 = 0 | db1 = Σ δ1 over the samples"},
		{"b-odd", 1}:    {"db1 = 3.7 · Σ δ1 over the samples | db1 = Σ δ1 over the samples"},
		{"both-sign", 1}: {"dW1 = -1 · xᵀ δ1, db1 = -1 · Σ δ1 over the samples | dW1 = xᵀ δ1, db1 = Σ δ1 over the samples",
			"dW1 = -1 · δ1ᵀ x, db1 = -1 · Σ δ1 over the samples | dW1 = δ1ᵀ x, db1 = Σ δ1 over the samples"},
		{"W-preactivation", 2}:  {"dW2 = z1ᵀ δ2 | dW2 = a1ᵀ δ2", "dW2 = δ2ᵀ z1 | dW2 = δ2ᵀ a1"},
		{"W-own-activation", 2}: {"dW2 = a2ᵀ δ2 | dW2 = a1ᵀ δ2"},
		{"W-transposed", 2}:     {"dW2 = (a1ᵀ δ2)ᵀ | dW2 = a1ᵀ δ2"},
		{"W-last-row", 2}:       {"dW2 = a1[last]ᵀ δ2[last] | dW2 = a1ᵀ δ2", "dW2 = δ2[last]ᵀ a1[last] | dW2 = δ2ᵀ a1"},
		{"slope-missing", 1}: {"δ1 = δ2 W2ᵀ | δ1 = (δ2 W2ᵀ) ∘ tanh'(z1)", "δ1 = δ2 W2 | δ1 = (δ2 W2) ∘ tanh'(z1)",
			"δ1 = W2ᵀ δ2 | δ1 = (W2ᵀ δ2) ∘ tanh'(z1)", "δ1 = W2 δ2 | δ1 = (W2 δ2) ∘ tanh'(z1)"},
		{"slope-at-activation", 2}:  {"δ2 = (δ3 W3ᵀ) ∘ tanh'(a2) | δ2 = (δ3 W3ᵀ) ∘ tanh'(z2)"},
		{"slope-sigmoid", 2}:        {"δ2 = (δ3 W3ᵀ) ∘ sigmoid'(z2) | δ2 = (δ3 W3ᵀ) ∘ tanh'(z2)"},
		{"slope-1-z2", 2}:           {"δ2 = (δ3 W3ᵀ) ∘ (1 - z2²) | δ2 = (δ3 W3ᵀ) ∘ tanh'(z2)"},
		{"slope-twice", 2}:          {"δ2 = (δ3 W3ᵀ) ∘ tanh'(z2)² | δ2 = (δ3 W3ᵀ) ∘ tanh'(z2)"},
		{"W-not-transposed", 1}:     {"δ1 = (δ2 W2) ∘ tanh'(z1) | δ1 = (δ2 W2ᵀ) ∘ tanh'(z1)", "δ1 = (δ2 W2ᵀ) ∘ tanh'(z1) | δ1 = (δ2 W2) ∘ tanh'(z1)"},
		{"W-missing", 1}:            {"δ1 = δ2 ∘ tanh'(z1) | δ1 = (δ2 W2ᵀ) ∘ tanh'(z1)"},
		{"W-stepped", 1}:            {"δ1 = (δ2 (W2 - 0.3 dW2)ᵀ) ∘ tanh'(z1) | δ1 = (δ2 W2ᵀ) ∘ tanh'(z1)", "δ1 = (δ2 (W2 - 0.3 dW2)) ∘ tanh'(z1) | δ1 = (δ2 W2) ∘ tanh'(z1)"},
		{"output-slope-missing", 3}: {"δ3 = (p - y) / 3.5 | δ3 = (p - y) ∘ sigmoid'(z3) / 3.5"},
		{"output-slope-extra", 3}:   {"δ3 = (p - y) ∘ sigmoid'(z3)² / 3.5 | δ3 = (p - y) ∘ sigmoid'(z3) / 3.5"},
		{"target-missing", 3}:       {"δ3 = p ∘ sigmoid'(z3) / 3.5 | δ3 = (p - y) ∘ sigmoid'(z3) / 3.5"},
		{"sent-without-slope", 3}:   {"δ3 sent down = (p - y) / 3.5 | δ3 sent down = (p - y) ∘ sigmoid'(z3) / 3.5"},
	} {
		gw, gb := s.gradients([]planted{what})
		for i, layout := range [][2]bool{{false, false}, {false, true}, {true, true}, {true, false}} {
			if i >= len(test) {
				continue
			}
			turn := func(turn bool, v table) table {
				if turn {
					return v.turned()
				}
				return v
			}
			arrays := []doctor.Array{arrayOf("x", turn(layout[0], s.x)), arrayOf("y", turn(layout[0], s.y))}
			for l := range s.w {
				arrays = append(arrays, arrayOf(fmt.Sprintf("W%d", l+1), turn(layout[1], s.w[l])), arrayOf(fmt.Sprintf("b%d", l+1), s.b[l]),
					arrayOf(fmt.Sprintf("dW%d", l+1), turn(layout[1], gw[l])), arrayOf(fmt.Sprintf("db%d", l+1), gb[l]))
			}
			r, err := doctor.Judge(t.Context(), arrays, s.given(t))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range r.Diagnosis {
				got = append(got, d.Instead+" | "+d.Should)
			}
			want := test[i]
			if len(got) != 1 || got[0] != want {
				t.Errorf("%v, layout %v:\n%s\nwant\n%s", what, layout, strings.Join(got, "\n"), want)
			}
		}
	}
	// What all gradients have in common.
	s.reduction = "sum"
	o := s.given(t)
	arrays, _ := s.file(rng, nil)
	o.Reduction = "mean"
	r, err := doctor.Judge(t.Context(), arrays, o)
	if err != nil || len(r.Diagnosis) != 1 || r.Diagnosis[0].Instead != "δ3 = (p - y) ∘ sigmoid'(z3) · 2" || r.Diagnosis[0].Should != "δ3 = (p - y) ∘ sigmoid'(z3) / 3.5" {
		t.Errorf("%v, %+v", err, r)
	}
}

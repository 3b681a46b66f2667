package layer

import (
	"gorgonia.org/gorgonia"

	"actscope/graph"
)

func init() {
	register(
		Kind{
			Name: "gru", Usage: "next_h = (1 - z)∘n + z∘prev_h with gates r, z and the new state n, of one step or of a sequence",
			Inputs: append(stateInputs[:len(stateInputs):len(stateInputs)],
				Input{Name: "Wx", Aliases: "w_ih weight_ih", Optional: true, Usual: true, Without: "Wz"}, Input{Name: "Wh", Aliases: "w_hh weight_hh", Optional: true, Usual: true, Without: "Wz"},
				Input{Name: "b", Aliases: "bias bx b_ih bias_ih", Optional: true, Usual: true, Without: "Wz"}, Input{Name: "bh", Aliases: "b_hh bias_hh", Optional: true, Without: "Wz"},
				Input{Name: "Wr", Aliases: "w_xr", Optional: true}, Input{Name: "Wz", Aliases: "w_xz", Optional: true}, Input{Name: "Wn", Aliases: "w_xn w_xh wh", Optional: true},
				Input{Name: "Ur", Aliases: "w_hr", Optional: true}, Input{Name: "Uz", Aliases: "w_hz", Optional: true}, Input{Name: "Un", Aliases: "uh w_hn w_hh", Optional: true},
				Input{Name: "br", Optional: true}, Input{Name: "bz", Optional: true}, Input{Name: "bn", Aliases: "bh", Optional: true}),
			Mistakes: append(slopeMistakes[:len(slopeMistakes):len(slopeMistakes)], carried, overwritten, firstMissing,
				Mistake{ID: "reset-constant", Text: "the reset gate is taken as a constant", Should: "dr from the new state's part of prev_h"},
				Mistake{ID: "shortcut-missing", Text: "what goes straight from prev_h to next_h is left out", Should: "dprev_h has dnext_h ∘ z (or ∘ (1 - z)) too"}),
			variants: gruForms, build: recur(gruStep),
		},
	)
}

// gruForms are the equations that go by the name.
func gruForms(given Given) []Variant {
	forms := []Variant{{"", "n = tanh(x W + r∘(h U)), next_h = (1 - z)∘n + z∘h"}, {"keep", "n = tanh(x W + r∘(h U)), next_h = z∘n + (1 - z)∘h"},
		{"before", "n = tanh(x W + (r∘h) U), next_h = (1 - z)∘n + z∘h"}, {"before,keep", "n = tanh(x W + (r∘h) U), next_h = z∘n + (1 - z)∘h"}}
	if _, separate := given.Arrays["Wz"]; !separate {
		forms = times([]Variant{{"gates=rzn", "gates in the order r, z, n"}, {"gates=zrn", "gates in the order z, r, n"}}, forms)
	}
	return times(forms, sequences(given))
}

func gruStep(s *site, n steps) func(x, h, c *gorgonia.Node) (*gorgonia.Node, *gorgonia.Node) {
	var all gates
	if s.has("Wz") {
		for _, gate := range []string{"r", "z", "n"} {
			all.x, all.h = append(all.x, s.weights("W"+gate, n.in, n.units)), append(all.h, s.weights("U"+gate, n.units, n.units))
			all.b = append(all.b, s.bias("b"+gate, n.units))
		}
	} else {
		all = s.packed(n, s.order("rzn", "rzn"))
	}
	return func(x, h, _ *gorgonia.Node) (*gorgonia.Node, *gorgonia.Node) {
		r, z := s.activate(graph.Sigmoid, s.sum(0, all, x, h)), s.activate(graph.Sigmoid, s.sum(1, all, x, h))
		if s.makes("reset-constant") {
			r = s.detach(r)
		}
		var state *gorgonia.Node
		if s.chose("before") {
			state = s.sum(2, all, nil, s.e.Mul(r, h))
		} else {
			state = s.e.Mul(r, s.sum(2, all, nil, h))
		}
		fresh := s.activate(graph.Tanh, s.e.Add(s.sum(2, all, x, nil), state))
		other := s.e.Sub(graph.Constant(1), z)
		straight := h
		if s.makes("shortcut-missing") {
			straight = s.detach(h)
		}
		if s.chose("keep") {
			return s.e.Add(s.e.Mul(z, fresh), s.e.Mul(other, straight)), nil
		}
		return s.e.Add(s.e.Mul(other, fresh), s.e.Mul(z, straight)), nil
	}
}

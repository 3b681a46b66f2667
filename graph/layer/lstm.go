package layer

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"actscope/graph"
)

func init() {
	register(
		Kind{
			Name: "lstm", Usage: "c = f∘prev_c + i∘g, next_h = o∘tanh(c), the gates in the order i, f, o, g, of one step or of a sequence",
			Inputs: append(stateInputs[:len(stateInputs):len(stateInputs)],
				Input{Name: "prev_c", Aliases: "c_prev c0 prevc", Optional: true, Usual: true}, Input{Name: "dnext_c", Aliases: "dc dc_next dnextc", Optional: true, Usual: true, Constant: true},
				Input{Name: "Wx", Aliases: "w_ih weight_ih", Optional: true, Usual: true, Without: "Wf"}, Input{Name: "Wh", Aliases: "w_hh weight_hh u", Optional: true, Usual: true, Without: "Wf"}, Input{Name: "b", Aliases: "bias bias_ih b_ih", Optional: true, Usual: true, Without: "Wf"}, Input{Name: "bh", Aliases: "bias_hh b_hh", Optional: true, Without: "Wf"},
				Input{Name: "Wi", Aliases: "w_xi", Optional: true}, Input{Name: "Wf", Aliases: "w_xf", Optional: true}, Input{Name: "Wo", Aliases: "w_xo", Optional: true}, Input{Name: "Wc", Aliases: "wg w_xc w_xg", Optional: true},
				Input{Name: "Ui", Aliases: "w_hi", Optional: true}, Input{Name: "Uf", Aliases: "w_hf", Optional: true}, Input{Name: "Uo", Aliases: "w_ho", Optional: true}, Input{Name: "Uc", Aliases: "ug w_hc w_hg", Optional: true},
				Input{Name: "bi", Optional: true}, Input{Name: "bf", Optional: true}, Input{Name: "bo", Optional: true}, Input{Name: "bc", Aliases: "bg", Optional: true}),
			Mistakes: append(slopeMistakes[:len(slopeMistakes):len(slopeMistakes)], carried, overwritten, firstMissing,
				Mistake{ID: "cell-without-state", Text: "the cell's gradient lacks what comes through next_h", Should: "dc = dnext_c + dnext_h ∘ o ∘ (1 - tanh(c)²)"},
				Mistake{ID: "cell-derivative-missing", Text: "the derivative of tanh at the cell is missing", Should: "dc = dnext_c + dnext_h ∘ o ∘ (1 - tanh(c)²)"},
				Mistake{ID: "cell-derivative-at-cell", Text: "the derivative of tanh at the cell is 1 - c², not 1 - tanh(c)²", Should: "dc = dnext_c + dnext_h ∘ o ∘ (1 - tanh(c)²)"},
				Mistake{ID: "cell-for-its-tanh", Text: "the output gate's gradient is made with c, not with tanh(c)", Should: "do = dnext_h ∘ tanh(c)"},
				Mistake{ID: "gates-exchanged", Text: "the gradients of i and g are made with each other's values", Should: "di = dc ∘ g, dg = dc ∘ i"},
				Mistake{ID: "forget-gate-missing", Text: "the gradient of the previous cell lacks the forget gate", Should: "dprev_c = dc ∘ f"},
				Mistake{ID: "cell-upstream-missing", Text: "what comes down to the cell is left out", Should: "dc = dnext_c + dnext_h ∘ o ∘ (1 - tanh(c)²)"},
				Mistake{ID: "next-cell-for-previous", Text: "the forget gate's gradient is made with the cell after the step", Should: "df = dc ∘ prev_c"}),
			variants: gateOrders, build: recur(lstmStep),
		},
	)
}

// gateOrders are those of the columns of Wx and Wh.
func gateOrders(given Given) []Variant {
	if _, separate := given.Arrays["Wf"]; separate {
		return sequences(given)
	}
	var orders []Variant
	for _, order := range []string{"ifog", "ifgo", "igfo", "fiog", "figo", "iofg", "foig", "ofig"} {
		text := ""
		if order != "ifog" {
			text = fmt.Sprintf("gates in the order %c, %c, %c, %c", order[0], order[1], order[2], order[3])
		}
		orders = append(orders, Variant{"gates=" + order, text})
	}
	return times(orders, sequences(given))
}

func lstmStep(s *site, n steps) func(x, h, c *gorgonia.Node) (*gorgonia.Node, *gorgonia.Node) {
	var all gates
	switch {
	case s.has("Uf"):
		for _, gate := range []string{"i", "f", "o", "c"} {
			all.x, all.h = append(all.x, s.weights("W"+gate, n.in, n.units)), append(all.h, s.weights("U"+gate, n.units, n.units))
			all.b = append(all.b, s.bias("b"+gate, n.units))
		}
	case s.has("Wf"):
		// each gate's weights of state and input together, (units, units + in), as courses have it
		for _, gate := range []string{"Wi", "Wf", "Wo", "Wc"} {
			part := func(from, in int) *gorgonia.Node {
				wide := n.units + n.in
				if s.chose("out-in") {
					s.want(gate, n.units, wide)
					return s.matrix(gate, in, n.units, func(r, c int) int { return c*wide + from + r })
				}
				s.want(gate, wide, n.units)
				return s.matrix(gate, in, n.units, func(r, c int) int { return (from+r)*n.units + c })
			}
			all.h, all.x = append(all.h, part(0, n.units)), append(all.x, part(n.units, n.in))
			all.b = append(all.b, s.bias("b"+gate[1:], n.units))
		}
	default:
		all = s.packed(n, s.order("ifog", "ifog"))
	}
	return func(x, h, c *gorgonia.Node) (*gorgonia.Node, *gorgonia.Node) {
		i, f, o := s.activate(graph.Sigmoid, s.sum(0, all, x, h)), s.activate(graph.Sigmoid, s.sum(1, all, x, h)), s.activate(graph.Sigmoid, s.sum(2, all, x, h))
		g := s.activate(graph.Tanh, s.sum(3, all, x, h))
		next := s.e.Add(s.e.Mul(f, c), s.e.Mul(i, g))
		switch {
		case s.makes("gates-exchanged"):
			next = s.backAs(next, s.e.Add(s.e.Mul(f, c), s.e.Add(s.e.Mul(i, s.detach(i)), s.e.Mul(g, s.detach(g)))))
		case s.makes("forget-gate-missing"):
			next = s.backAs(next, s.e.Add(s.e.Add(s.e.Mul(f, s.detach(c)), c), s.e.Mul(i, g)))
		}
		if s.makes("next-cell-for-previous") {
			next = s.backAs(next, s.e.Add(s.e.Add(s.e.Mul(s.detach(f), c), s.e.Mul(f, s.detach(next))), s.e.Mul(i, g)))
		}
		squashed := s.e.Apply(graph.Tanh.Expression, next)
		switch {
		case s.makes("cell-without-state"):
			squashed = s.detach(squashed)
		case s.makes("cell-derivative-missing"):
			squashed = s.backAs(squashed, next)
		case s.makes("cell-derivative-at-cell"):
			squashed = s.backTimes(squashed, next, s.e.Sub(graph.Constant(1), s.e.Mul(next, next)))
		}
		nextH := s.e.Mul(o, squashed)
		if s.makes("cell-for-its-tanh") {
			nextH = s.backAs(nextH, s.e.Add(s.e.Mul(o, s.detach(next)), s.e.Mul(s.detach(o), squashed)))
		}
		if s.makes("cell-upstream-missing") {
			next = s.detach(next)
		}
		return nextH, next
	}
}

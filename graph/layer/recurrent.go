package layer

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"actscope/graph"
)

// stateInputs are the input and the states of a recurrent layer; of a whole sequence prev_h is the first state.
var stateInputs = []Input{
	{Name: "x", Aliases: "xt input inputs"}, {Name: "prev_h", Aliases: "h_prev h0 a_prev a0 hprev prevh"},
	{Name: "dnext_h", Aliases: "dh dh_next da_next da dnexth dout", Optional: true, Constant: true},
}

// steps are the samples of a step or of a sequence, whose samples are (rows, steps, width), (steps, rows, width) or, in columns,
// (width, rows, steps).
type steps struct {
	rows, steps, in, units int
	first                  bool // steps are the first axis
}

// sequences are the layouts, of sequences those with steps first too.
func sequences(given Given) []Variant {
	list := layouts(given)
	if len(given.Arrays["x"].Shape) == 3 {
		list = append(list, Variant{"steps-first", "steps before samples, weights in × out"}, Variant{"steps-first,out-in", "steps before samples, weights out × in"})
	}
	return list
}

func init() {
	register(
		Kind{
			Name: "rnn", Usage: "next_h = tanh(x Wx + prev_h Wh + b), of one step or of a sequence",
			Inputs: append(stateInputs[:len(stateInputs):len(stateInputs)],
				Input{Name: "Wx", Aliases: "wax wxh"}, Input{Name: "Wh", Aliases: "waa whh"}, Input{Name: "b", Aliases: "ba bias", Optional: true}),
			Mistakes: append(slopeMistakes[:len(slopeMistakes):len(slopeMistakes)], carried, overwritten, firstMissing, turnedWrong,
				Mistake{ID: "next-state-for-previous", Text: "the gradient of Wh is made with the state after the step", Should: "dWh = prev_hᵀ dz"}),
			variants: sequences, build: recur(tanhStep),
		},
		Kind{
			Name: "lstm", Usage: "c = f∘prev_c + i∘g, next_h = o∘tanh(c), the gates in the order i, f, o, g, of one step or of a sequence",
			Inputs: append(stateInputs[:len(stateInputs):len(stateInputs)],
				Input{Name: "prev_c", Aliases: "c_prev c0 prevc", Optional: true}, Input{Name: "dnext_c", Aliases: "dc dc_next dnextc", Optional: true, Constant: true},
				Input{Name: "Wx", Aliases: "w_ih weight_ih", Optional: true, Without: "Wf"}, Input{Name: "Wh", Aliases: "w_hh weight_hh u", Optional: true, Without: "Wf"}, Input{Name: "b", Aliases: "bias bias_ih b_ih", Optional: true, Without: "Wf"}, Input{Name: "bh", Aliases: "bias_hh b_hh", Optional: true, Without: "Wf"},
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
		Kind{
			Name: "gru", Usage: "next_h = (1 - z)∘n + z∘prev_h with gates r, z and the new state n, of one step or of a sequence",
			Inputs: append(stateInputs[:len(stateInputs):len(stateInputs)],
				Input{Name: "Wx", Aliases: "w_ih weight_ih", Optional: true, Without: "Wz"}, Input{Name: "Wh", Aliases: "w_hh weight_hh", Optional: true, Without: "Wz"},
				Input{Name: "b", Aliases: "bias bx b_ih bias_ih", Optional: true, Without: "Wz"}, Input{Name: "bh", Aliases: "b_hh bias_hh", Optional: true, Without: "Wz"},
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

var (
	overwritten  = Mistake{ID: "overwritten", Text: "the gradients of the weights are those of the step that comes last, which is the first in time: = where += belongs", Should: "dW += that of each step"}
	firstMissing = Mistake{ID: "first-step-missing", Text: "the loop over the steps ends before the first in time", Should: "for t in reversed(range(T))"}
	turnedWrong  = Mistake{ID: "weights-not-transposed", Text: "what goes back to the state is made with weights that are not transposed", Should: "dprev_h = dz Whᵀ"}
)

var carried = Mistake{ID: "not-carried", Text: "what comes from later steps is not carried on to earlier ones", Should: "dh[t] = what comes down at t + what step t + 1 sends back"}

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

// gruForms are the equations that go by the name.
func gruForms(given Given) []Variant {
	forms := []Variant{{"", "n = tanh(x W + r∘(h U)), next_h = (1 - z)∘n + z∘h"}, {"keep", "n = tanh(x W + r∘(h U)), next_h = z∘n + (1 - z)∘h"},
		{"before", "n = tanh(x W + (r∘h) U), next_h = (1 - z)∘n + z∘h"}, {"before,keep", "n = tanh(x W + (r∘h) U), next_h = z∘n + (1 - z)∘h"}}
	if _, separate := given.Arrays["Wz"]; !separate {
		forms = times([]Variant{{"gates=rzn", "gates in the order r, z, n"}, {"gates=zrn", "gates in the order z, r, n"}}, forms)
	}
	return times(forms, sequences(given))
}

// recur unrolls a step over a sequence, or takes it once.
func recur(step func(s *site, n steps) func(x, h, c *gorgonia.Node) (nextH, nextC *gorgonia.Node)) func(s *site) {
	return func(s *site) {
		n := s.steps()
		if s.e.Err != nil {
			return
		}
		next := step(s, n)
		constant := next
		if s.makes(overwritten.ID) || s.makes(firstMissing.ID) {
			s.frozen = true
			constant = step(s, n)
			s.frozen = false
		}
		h := s.samples("prev_h", n.rows, n.units)
		var c *gorgonia.Node
		if s.has("prev_c") {
			c = s.samples("prev_c", n.rows, n.units)
		} else if s.kind.Name == "lstm" {
			c = s.filled(n.rows, n.units, 0)
		}
		if !s.has("dnext_h") && !s.has("dnext_c") {
			s.fail("there is no dnext_h: what comes down to the layer")
		}
		for t := range n.steps {
			x := s.slice("x", n, n.in, t)
			if s.makes("not-carried") && t > 0 {
				h = s.detach(h)
				if c != nil {
					c = s.detach(c)
				}
			}
			switch {
			case s.makes(firstMissing.ID) && t == 0 && n.steps > 1:
				before := h
				s.frozen = true
				h, c = constant(s.detach(x), h, c)
				s.frozen = false
				h = s.backAs(h, before)
			case s.makes(overwritten.ID) && t > 0:
				s.frozen = true
				h, c = constant(x, h, c)
				s.frozen = false
			default:
				h, c = next(x, h, c)
			}
			s.give("next_h", h, n.place(s.chose("columns"), n.units, t))
		}
		if s.has("dnext_c") || c != nil && n.steps == 1 {
			s.giveSamples("next_c", c, n.rows, n.units)
		}
		s.unrolled = n.steps
		s.understand(n.rows, "%d rows, %d → %d, %d steps", n.rows, n.in, n.units, n.steps)
	}
}

// steps reads the sizes off x and prev_h.
func (s *site) steps() steps {
	x, h := s.given.Arrays["x"].Shape, s.given.Arrays["prev_h"].Shape
	if len(h) == 1 && (len(x) == 1 || len(x) == 2) { // a single sample, in rows whatever the layout of others
		n := steps{1, 1, x[len(x)-1], h[0], false}
		switch columns := s.chose("columns"); {
		case columns && len(x) == 2:
			n.steps, n.in = x[1], x[0]
		case len(x) == 2:
			n.steps = x[0]
		}
		s.unroll(n)
		return n
	}
	if len(x) < 2 || len(x) > 3 || len(h) != 2 {
		s.fail("x is %s, prev_h %s: wanted (samples, inputs), or (samples, steps, inputs), and (samples, units)", Shape(x), Shape(h))
		return steps{}
	}
	n := steps{x[0], 1, x[1], h[1], false}
	switch columns := s.chose("columns"); {
	case columns && len(x) == 3:
		n = steps{x[1], x[2], x[0], h[0], false}
	case columns:
		n = steps{x[1], 1, x[0], h[0], false}
	case len(x) == 3 && s.chose("steps-first"):
		n = steps{x[1], x[0], x[2], h[1], true}
	case len(x) == 3:
		n = steps{x[0], x[1], x[2], h[1], false}
	}
	s.unroll(n)
	return n
}

// unroll refuses what is too long to be unrolled.
func (s *site) unroll(n steps) {
	if n.steps*n.rows*(n.in+n.units) > mostUnrolled || n.steps > mostSteps {
		s.fail("x is %s: at most %d steps and %d numbers are unrolled, save fewer samples and steps", Shape(s.given.Arrays["x"].Shape), mostSteps, mostUnrolled)
	}
}

// Limits of what is unrolled into a graph.
const (
	mostSteps    = 200
	mostUnrolled = 1 << 20
)

// place is where entry i of step t, (rows, width), is in an array of a sequence.
func (n steps) place(columns bool, width, t int) func(i int) int {
	return func(i int) int {
		r, c := i/width, i%width
		switch {
		case columns:
			return (c*n.rows+r)*n.steps + t
		case n.first:
			return (t*n.rows+r)*width + c
		}
		return (r*n.steps+t)*width + c
	}
}

// slice is step t of a sequence, (rows, width).
func (s *site) slice(name string, n steps, width, t int) *gorgonia.Node {
	shape := []int{n.rows, n.steps, width}
	if n.first {
		shape = []int{n.steps, n.rows, width}
	}
	if s.chose("columns") {
		shape = []int{width, n.rows, n.steps}
	}
	s.want(name, shape...)
	return s.tensor(name, []int{n.rows, width}, n.place(s.chose("columns"), width, t))
}

func tanhStep(s *site, n steps) func(x, h, c *gorgonia.Node) (*gorgonia.Node, *gorgonia.Node) {
	wx, wh := s.weights("Wx", n.in, n.units), s.weights("Wh", n.units, n.units)
	return func(x, h, _ *gorgonia.Node) (*gorgonia.Node, *gorgonia.Node) {
		state := s.product(h, wh, turnedWrong.ID)
		z := s.addBias(s.e.Add(s.e.MatMul(x, wx), state), "b", n.units)
		next := s.activate(graph.Tanh, z)
		if s.makes("next-state-for-previous") {
			other := s.e.MatMul(s.detach(next), wh)
			own := s.e.MatMul(h, s.detach(wh))
			z = s.backAs(z, s.e.Add(s.addBias(s.e.Add(s.e.MatMul(x, wx), own), "b", n.units), other))
			next = s.activate(graph.Tanh, z)
		}
		return next, nil
	}
}

// gates makes x W + h U + b of gates, by number; kinds of gates are packed side by side in one array, or in arrays of their own.
type gates struct {
	x, h, b, bh []*gorgonia.Node // (in, units), (units, units), (1, units), nil for none
}

// packed reads gates that stand side by side, in an order: position[g] is where gate g stands.
func (s *site) packed(n steps, position []int) gates {
	var all gates
	if !s.has("Wx") || !s.has("Wh") {
		s.fail("there are neither Wx and Wh, of all gates, nor weights of single gates such as Wz and Uz, Wf: say which arrays they are, by --map Wx=NAME,Wh=NAME")
	}
	k := len(position)
	for _, at := range position {
		gate := func(name string, in int) *gorgonia.Node {
			wide := k * n.units
			if s.chose("out-in") {
				s.want(name, wide, in)
				return s.matrix(name, in, n.units, func(r, c int) int { return (at*n.units+c)*in + r })
			}
			s.want(name, in, wide)
			return s.matrix(name, in, n.units, func(r, c int) int { return r*wide + at*n.units + c })
		}
		bias := func(name string) *gorgonia.Node {
			if !s.has(name) {
				return nil
			}
			s.want(name, k*n.units)
			return s.matrix(name, 1, n.units, func(_, c int) int { return at*n.units + c })
		}
		all.x, all.h = append(all.x, gate("Wx", n.in)), append(all.h, gate("Wh", n.units))
		all.b, all.bh = append(all.b, bias("b")), append(all.bh, bias("bh"))
	}
	return all
}

// bias is a row by name, nil where there is none.
func (s *site) bias(name string, n int) *gorgonia.Node {
	if !s.has(name) {
		return nil
	}
	return s.row(name, n)
}

// order is the position of each gate of a list in the variant's order.
func (s *site) order(names, usual string) []int {
	order := s.choice("gates=")
	if order == "" {
		order = usual
	}
	position := make([]int, len(names))
	for i := range names {
		for j := range order {
			if order[j] == names[i] {
				position[i] = j
			}
		}
	}
	return position
}

// sum is x W + h U + b of gate g; either of x and h may be nil.
func (s *site) sum(g int, all gates, x, h *gorgonia.Node) *gorgonia.Node {
	var z *gorgonia.Node
	if x != nil {
		if z = s.e.MatMul(x, all.x[g]); all.b[g] != nil {
			z = s.e.AddRow(z, all.b[g])
		}
	}
	if h != nil {
		state := s.e.MatMul(h, all.h[g])
		if all.bh != nil && all.bh[g] != nil {
			state = s.e.AddRow(state, all.bh[g])
		}
		if z == nil {
			return state
		}
		z = s.e.Add(z, state)
	}
	return z
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

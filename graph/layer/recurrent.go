package layer

import (
	"gorgonia.org/gorgonia"

	"actscope/graph"
	"actscope/internal/npz"
)

// stateInputs are the input and the states of a recurrent layer; of a whole sequence prev_h is the first state.
var stateInputs = []Input{
	{Name: "x", Aliases: "xt input inputs"}, {Name: "prev_h", Aliases: "h_prev h0 a_prev a0 hprev prevh"},
	{Name: "dnext_h", Aliases: "dh dh_next da_next da dnexth dout", Optional: true, Usual: true, Constant: true},
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
				Input{Name: "Wx", Aliases: "wax wxh"}, Input{Name: "Wh", Aliases: "waa whh"}, Input{Name: "b", Aliases: "ba bias", Optional: true, Usual: true}),
			Mistakes: append(slopeMistakes[:len(slopeMistakes):len(slopeMistakes)], carried, overwritten, firstMissing, turnedWrong,
				Mistake{ID: "next-state-for-previous", Text: "the gradient of Wh is made with the state after the step", Should: "dWh = prev_hᵀ dz"}),
			variants: sequences, build: recur(tanhStep),
		},
	)
}

var (
	overwritten  = Mistake{ID: "overwritten", Text: "the gradients of the weights are those of the step that comes last, which is the first in time: = where += belongs", Should: "dW += that of each step"}
	firstMissing = Mistake{ID: "first-step-missing", Text: "the loop over the steps ends before the first in time", Should: "for t in reversed(range(T))"}
	turnedWrong  = Mistake{ID: "weights-not-transposed", Text: "what goes back to the state is made with weights that are not transposed", Should: "dprev_h = dz Whᵀ"}
)

var carried = Mistake{ID: "not-carried", Text: "what comes from later steps is not carried on to earlier ones", Should: "dh[t] = what comes down at t + what step t + 1 sends back"}

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
		s.fail("x is %s, prev_h %s: wanted (samples, inputs), or (samples, steps, inputs), and (samples, units)", npz.Shape(x), npz.Shape(h))
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
		s.fail("x is %s: at most %d steps and %d numbers are unrolled, save fewer samples and steps", npz.Shape(s.given.Arrays["x"].Shape), mostSteps, mostUnrolled)
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

package layer

import (
	"gorgonia.org/gorgonia"

	"actscope/graph"
)

func init() {
	register(Kind{
		Name: "char-rnn", Usage: "a recurrent network over characters: h = tanh(Wxh x + Whh h + bh), y = Why h + by, softmax, the loss summed over the steps",
		Inputs: []Input{
			{Name: "inputs", Aliases: "x", Constant: true}, {Name: "targets", Aliases: "y", Constant: true}, {Name: "hprev", Aliases: "prev_h h0 h_prev", Optional: true},
			{Name: "Wxh", Aliases: "wx wax u"}, {Name: "Whh", Aliases: "wh waa w"}, {Name: "Why", Aliases: "wya wy v"},
			{Name: "bh", Aliases: "b ba", Optional: true}, {Name: "by", Aliases: "c", Optional: true},
		},
		Mistakes: append(slopeMistakes[:len(slopeMistakes):len(slopeMistakes)], carried,
			Mistake{ID: "label-missing", Text: "the targets are not subtracted from the probabilities", Should: "dy = p; dy[target] -= 1"},
			Mistake{ID: "next-state-for-previous", Text: "the gradient of Whh is made with the state after the step", Should: "dWhh += dz hs[t-1]ᵀ"}),
		build: charRNN,
	})
}

// charRNN takes the weights as they multiply columns: Wxh (units, words), Whh (units, units), Why (words, units).
func charRNN(s *site) {
	shape := s.given.Arrays["Wxh"].Shape
	if len(shape) != 2 {
		s.fail("Wxh is %s, wanted units, words", Shape(shape))
		return
	}
	units, words := shape[0], shape[1]
	s.want("Whh", units, units)
	s.want("Why", words, units)
	steps := len(s.given.Arrays["inputs"].Values)
	if n := len(s.given.Arrays["targets"].Values); n != steps {
		s.fail("targets are %d, inputs %d", n, steps)
	}
	if steps > mostSteps || steps*(units+words) > mostUnrolled {
		s.fail("inputs are %d: at most %d steps and %d numbers are unrolled", steps, mostSteps, mostUnrolled)
	}
	inputs, targets := s.labels("inputs", steps, words), s.labels("targets", steps, words)
	if s.e.Err != nil {
		return
	}
	turned := func(name string, in, out int) *gorgonia.Node {
		return s.matrix(name, in, out, func(r, c int) int { return c*in + r })
	}
	wxh, whh, why := turned("Wxh", words, units), turned("Whh", units, units), turned("Why", units, words)
	h := s.filled(1, units, 0)
	if s.has("hprev") {
		h = s.row("hprev", units)
	}
	var total *gorgonia.Node
	for t := range steps {
		if s.makes("not-carried") && t > 0 {
			h = s.detach(h)
		}
		x := s.oneHot(inputs[t:t+1], words)
		sum := func(state *gorgonia.Node) *gorgonia.Node {
			return s.addBias(s.e.Add(s.e.MatMul(x, wxh), state), "bh", units)
		}
		z := sum(s.e.MatMul(h, whh))
		next := s.activate(graph.Tanh, z)
		if s.makes("next-state-for-previous") {
			z = s.backAs(z, s.e.Add(sum(s.e.MatMul(h, s.detach(whh))), s.e.MatMul(s.detach(next), whh)))
			next = s.activate(graph.Tanh, z)
		}
		h = next
		scores := s.addBias(s.e.MatMul(h, why), "by", words)
		p := s.e.Apply(graph.SoftmaxOutput.Expression, scores)
		terms := s.e.Neg(s.e.Mul(s.oneHot(targets[t:t+1], words), s.e.Log(p)))
		if s.makes("label-missing") {
			terms = s.backTimes(terms, scores, p)
		}
		loss := s.e.Sum(terms)
		if total == nil {
			total = loss
		} else {
			total = s.e.Add(total, loss)
		}
	}
	s.lose(total)
	s.understand(steps, "%d steps, %d words, %d units", steps, words, units)
}

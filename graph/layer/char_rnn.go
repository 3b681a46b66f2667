package layer

import (
	"gorgonia.org/gorgonia"

	"actscope/graph"
	"actscope/internal/npz"
)

func init() {
	register(Kind{
		Name: "char-rnn", Usage: "a recurrent network over characters: h = tanh(Wxh x + Whh h + bh), y = Why h + by, softmax, the loss summed over the steps",
		Inputs: []Input{
			{Name: "inputs", Aliases: "x", Constant: true}, {Name: "targets", Aliases: "y", Constant: true}, {Name: "hprev", Aliases: "prev_h h0 h_prev a0 a_prev", Optional: true, Usual: true},
			{Name: "Wxh", Aliases: "wx wax u"}, {Name: "Whh", Aliases: "wh waa w"}, {Name: "Why", Aliases: "wya wy v"},
			{Name: "bh", Aliases: "b ba", Optional: true, Usual: true}, {Name: "by", Aliases: "c", Optional: true, Usual: true},
		},
		Mistakes: append(slopeMistakes[:len(slopeMistakes):len(slopeMistakes)], carried, overwritten, firstMissing, turnedWrong,
			Mistake{ID: "input-for-target", Text: "1 is subtracted at the input, not at the target", Should: "dy = p; dy[target] -= 1"},
			Mistake{ID: "previous-state-for-output", Text: "the gradient of Why is made with the state before the step", Should: "dWhy += dy hs[t]ᵀ"},
			Mistake{ID: "label-missing", Text: "the targets are not subtracted from the probabilities", Should: "dy = p; dy[target] -= 1"},
			Mistake{ID: "next-state-for-previous", Text: "the gradient of Whh is made with the state after the step", Should: "dWhh += dz hs[t-1]ᵀ"}),
		build: charRNN,
	})
}

// charRNN takes the weights as they multiply columns: Wxh (units, words), Whh (units, units), Why (words, units).
func charRNN(s *site) {
	shape := s.given.Arrays["Wxh"].Shape
	if len(shape) != 2 {
		s.fail("Wxh is %s, wanted units, words", npz.Shape(shape))
		return
	}
	units, words := shape[0], shape[1]
	s.want("Whh", units, units)
	s.want("Why", words, units)
	steps := s.words("inputs", words)
	if n := s.words("targets", words); n != steps {
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
	type weights struct{ wxh, whh, why *gorgonia.Node }
	read := func() weights {
		return weights{turned("Wxh", words, units), turned("Whh", units, units), turned("Why", units, words)}
	}
	own := read()
	s.frozen = true
	constant := read()
	s.frozen = false
	h := s.filled(1, units, 0)
	if s.has("hprev") {
		h = s.row("hprev", units)
	}
	var total *gorgonia.Node
	for t := range steps {
		// of a step whose weights are constant, biases and all
		s.frozen = s.makes(overwritten.ID) && t > 0 || s.makes(firstMissing.ID) && t == 0 && steps > 1
		w := own
		if s.frozen {
			w = constant
		}
		if s.makes("not-carried") && t > 0 {
			h = s.detach(h)
		}
		x := s.oneHot(inputs[t:t+1], words)
		sum := func(state *gorgonia.Node) *gorgonia.Node {
			return s.addBias(s.e.Add(s.e.MatMul(x, w.wxh), state), "bh", units)
		}
		z := sum(s.product(h, w.whh, turnedWrong.ID))
		next := s.activate(graph.Tanh, z)
		if s.makes("next-state-for-previous") {
			z = s.backAs(z, s.e.Add(sum(s.e.MatMul(h, s.detach(w.whh))), s.e.MatMul(s.detach(next), w.whh)))
			next = s.activate(graph.Tanh, z)
		}
		before := h
		h = next
		scores := s.addBias(s.e.MatMul(h, w.why), "by", words)
		if s.makes("previous-state-for-output") {
			scores = s.backAs(scores, s.addBias(s.e.Add(s.e.MatMul(h, s.detach(w.why)), s.e.MatMul(s.detach(before), w.why)), "by", words))
		}
		p := s.e.Apply(graph.SoftmaxOutput.Expression, scores)
		terms := s.e.Neg(s.e.Mul(s.oneHot(targets[t:t+1], words), s.e.Log(p)))
		if s.makes("label-missing") {
			terms = s.backTimes(terms, scores, p)
		}
		if s.makes("input-for-target") {
			terms = s.backTimes(terms, scores, s.e.Sub(p, x))
		}
		loss := s.e.Sum(terms)
		if total == nil {
			total = loss
		} else {
			total = s.e.Add(total, loss)
		}
	}
	s.frozen = false
	s.lose(total)
	s.unrolled = steps
	s.understand(steps, "%d steps, %d words, %d units", steps, words, units)
}

// words is how many there are in an array of word numbers or of one-hot rows.
func (s *site) words(name string, classes int) int {
	a := s.given.Arrays[name]
	shape := a.Shape
	if n := len(shape); n == 3 && shape[n-1] == 1 {
		shape = shape[:n-1]
	}
	if len(shape) == 2 && shape[1] == classes && classes > 1 {
		return shape[0]
	}
	return len(a.Values)
}

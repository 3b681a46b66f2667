package layer

import (
	"gorgonia.org/gorgonia"

	"actscope/graph"
	"actscope/internal/npz"
)

func init() {
	register(
		Kind{
			Name: "affine", Usage: "out = x w + b, x flattened from its second axis on",
			Inputs: []Input{
				{Name: "x", Aliases: "input inputs a_prev"}, {Name: "w", Aliases: "weight weights theta"}, {Name: "b", Aliases: "bias", Optional: true, Usual: true},
				{Name: "dout", Aliases: "dz dy grad_out grad_output doutput upstream", Constant: true},
			},
			Mistakes: []Mistake{{ID: "weights-not-transposed", Text: "dx is made with w, which is not transposed on the way back", Should: "dx = dout wᵀ"}},
			variants: func(g Given) []Variant {
				return append(layouts(g), Variant{"columns,out-in,mean", "samples in columns, weights out × in, the gradients of weights and biases averaged over the samples"})
			},
			build: affine,
		},
		Kind{
			Name: "relu", Usage: "out = max(x, 0)",
			Inputs: []Input{{Name: "x", Aliases: "z input inputs cache"}, {Name: "dout", Aliases: "da dy grad_out grad_output doutput upstream", Constant: true}},
			Mistakes: []Mistake{
				{ID: "derivative-missing", Text: "what comes down is handed on as it is: the derivative is missing", Should: "dx = dout ∘ (x > 0)"},
				{ID: "derivative-is-activation", Text: "what comes down is multiplied by the output, not by the derivative", Should: "dx = dout ∘ (x > 0)"},
				{ID: "derivative-at-gradient", Text: "the derivative is taken at what comes down", Should: "dx = dout ∘ (x > 0)"},
				{ID: "derivative-at-kink", Text: "the derivative at exactly 0 is 1, that of the right-hand side", Should: "any number from 0 to 1 is a subgradient there; 0 is the usual one"},
				{ID: "derivative-of-other-side", Text: "the gradient passes where x is negative", Should: "dx = dout ∘ (x > 0)"},
			},
			build: rectify,
		},
		Kind{
			Name: "dropout", Usage: "out = x ∘ mask, the mask as saved, or over p or 1 - p where it has zeros and ones and the file has p",
			Inputs: []Input{{Name: "x", Aliases: "input inputs a"}, {Name: "mask", Aliases: "d drop_mask", Constant: true}, {Name: "p", Aliases: "keep_prob rate", Optional: true, Constant: true}, {Name: "dout", Aliases: "da dy grad_out grad_output doutput upstream", Constant: true}},
			Mistakes: []Mistake{
				{ID: "mask-missing", Text: "the mask is not applied on the way back", Should: "dx = dout ∘ mask"},
				{ID: "mask-twice", Text: "the mask is applied twice on the way back", Should: "dx = dout ∘ mask"},
				{ID: "scale-missing", Text: "the mask's scale is left out on the way back", Should: "dx = dout ∘ mask, scaled as in the forward pass"},
			},
			variants: dropoutScales, build: dropout,
		},
		Kind{
			Name: "embedding", Usage: "out = the rows W[x] of whole numbers x",
			Inputs:   []Input{{Name: "x", Aliases: "idx indices ids inputs", Constant: true}, {Name: "W", Aliases: "weight weights table embedding embeddings embed w_embed"}, {Name: "dout", Aliases: "dy grad_out grad_output doutput upstream", Constant: true}},
			Mistakes: []Mistake{{ID: "overwritten", Text: "the gradient of a row that is used several times is that of its last use only: = where += belongs", Should: "dW[x[i]] += dout[i] (numpy.add.at)"}},
			build:    embedding,
		},
	)
}

// layouts are the ways in which samples and weights may lie.
func layouts(Given) []Variant {
	return []Variant{
		{"", "samples in rows, weights in × out"}, {"columns,out-in", "samples in columns, weights out × in"},
		{"out-in", "samples in rows, weights out × in"}, {"columns", "samples in columns, weights in × out"},
	}
}

// samples are the (rows, width) of an array whose samples stand in rows or, as the variant says, in columns.
func (s *site) samples(name string, rows, width int) *gorgonia.Node {
	if !s.chose("columns") {
		s.want(name, rows, width)
		return s.rows(name, rows, width)
	}
	s.want(name, width, rows)
	return s.matrix(name, rows, width, func(r, c int) int { return c*rows + r })
}

// giveSamples hands on (rows, width) in the samples' layout.
func (s *site) giveSamples(name string, out *gorgonia.Node, rows, width int) {
	columns := s.chose("columns")
	if down := "d" + name; s.has(down) && columns {
		s.want(down, width, rows)
	} else if s.has(down) {
		s.want(down, rows, width)
	}
	s.give(name, out, func(i int) int {
		if columns {
			return i%width*rows + i/width
		}
		return i
	})
}

// weights are (in, out) of an array in either layout.
func (s *site) weights(name string, in, out int) *gorgonia.Node {
	if !s.chose("out-in") {
		s.want(name, in, out)
		return s.rows(name, in, out)
	}
	s.want(name, out, in)
	return s.matrix(name, in, out, func(r, c int) int { return c*in + r })
}

// sampleShape is the number of samples of an array and the width of one.
func (s *site) sampleShape(name string) (rows, width int) {
	a := s.given.Arrays[name]
	switch {
	case len(a.Shape) == 0:
		return 1, 1
	case len(a.Shape) == 1:
		return 1, a.Shape[0]
	case s.chose("columns") && len(a.Shape) > 2:
		s.fail("%s is %s: samples in columns are a matrix", name, npz.Shape(a.Shape))
	case s.chose("columns"):
		return a.Shape[1], a.Shape[0]
	}
	return a.Shape[0], size(a.Shape[1:])
}

func affine(s *site) {
	rows, in := s.sampleShape("x")
	w := s.given.Arrays["w"]
	if len(w.Values)%max(in, 1) != 0 || in == 0 {
		s.fail("w is %s, wanted %d inputs to its units", npz.Shape(w.Shape), in)
		return
	}
	out := len(w.Values) / in
	var x *gorgonia.Node
	if len(s.given.Arrays["x"].Shape) > 2 {
		x = s.rows("x", rows, in)
	} else {
		x = s.samples("x", rows, in)
	}
	matrix := s.weights("w", in, out)
	z := s.product(x, matrix, "weights-not-transposed")
	s.giveSamples("out", s.addBias(z, "b", out), rows, out)
	if s.chose("mean") {
		s.shares["w"], s.shares["b"] = 1/float64(rows), 1/float64(rows)
	}
	s.understand(rows, "%d rows, %d → %d", rows, in, out)
}

func rectify(s *site) {
	a := s.given.Arrays["x"]
	s.want("dout", a.Shape...)
	x := s.rows("x", 1, len(a.Values))
	out := s.e.Apply(graph.ReLU.Expression, x)
	down := s.given.Arrays["dout"].Values
	switch {
	case s.makes("derivative-missing"):
		out = s.backAs(out, x)
	case s.makes("derivative-is-activation"):
		out = s.backTimes(out, x, out)
	case s.makes("derivative-at-gradient"):
		out = s.backTimes(out, x, s.constant(1, len(a.Values), func(_, c int) float64 { return positive(down[c]) }))
	case s.makes("derivative-at-kink"):
		out = s.backTimes(out, x, s.constant(1, len(a.Values), func(_, c int) float64 { return 1 - positive(-a.Values[c]) }))
	case s.makes("derivative-of-other-side"):
		out = s.backTimes(out, x, s.constant(1, len(a.Values), func(_, c int) float64 { return positive(-a.Values[c]) }))
	}
	s.give("out", out, func(i int) int { return i })
	s.regionOf(func(put func(int)) {
		for _, v := range a.Values {
			put(int(positive(v)))
		}
	})
	s.understand(first(a.Shape), "entries %s", npz.Shape(a.Shape))
}

func positive(v float64) float64 {
	if v > 0 {
		return 1
	}
	return 0
}

// dropoutScales are how a mask of zeros and ones may be scaled where there is a p.
func dropoutScales(given Given) []Variant {
	if _, ok := given.Arrays["p"]; !ok {
		return nil
	}
	for _, v := range given.Arrays["mask"].Values {
		if v != 0 && v != 1 {
			return nil
		}
	}
	return []Variant{
		{"over-p", "out = x ∘ mask / p, p being the share that is kept"},
		{"over-1-p", "out = x ∘ mask / (1 - p), p being the share that is dropped"},
		{"", "out = x ∘ mask, not scaled"},
	}
}

func dropout(s *site) {
	a := s.given.Arrays["x"]
	s.want("mask", a.Shape...)
	s.want("dout", a.Shape...)
	p, scale := s.number("p", 1), 1.0
	switch {
	case s.chose("over-p"):
		scale = 1 / p
	case s.chose("over-1-p"):
		scale = 1 / (1 - p)
	}
	n := len(a.Values)
	x, mask := s.rows("x", 1, n), s.rows("mask", 1, n)
	factor := s.e.Mul(graph.Constant(scale), mask)
	out := s.e.Mul(x, factor)
	switch {
	case s.makes("mask-missing"):
		out = s.backAs(out, x)
	case s.makes("mask-twice"):
		out = s.backTimes(out, x, s.e.Mul(factor, factor))
	case s.makes("scale-missing"):
		saved := s.given.Arrays["mask"].Values
		out = s.backTimes(out, x, s.constant(1, n, func(_, c int) float64 { return positive(saved[c]) }))
	}
	s.give("out", out, func(i int) int { return i })
	s.understand(first(a.Shape), "entries %s", npz.Shape(a.Shape))
}

func embedding(s *site) {
	w := s.given.Arrays["W"]
	if len(w.Shape) != 2 {
		s.fail("W is %s, wanted a row to each word", npz.Shape(w.Shape))
		return
	}
	rows := len(s.given.Arrays["x"].Values)
	s.want("dout", append(append([]int{}, s.given.Arrays["x"].Shape...), w.Shape[1])...)
	indices := s.labels("x", rows, w.Shape[0])
	table := s.rows("W", w.Shape[0], w.Shape[1])
	out := s.e.MatMul(s.oneHot(indices, w.Shape[0]), table)
	if s.makes("overwritten") {
		last := make(map[int]int, rows)
		for i, word := range indices {
			last[word] = i
		}
		only := s.constant(rows, w.Shape[0], func(r, c int) float64 {
			if at, used := last[c]; used && at == r {
				return 1
			}
			return 0
		})
		out = s.backAs(out, s.e.MatMul(only, table))
	}
	s.give("out", out, func(i int) int { return i })
	s.understand(rows, "%d words of %d, %d numbers each", rows, w.Shape[0], w.Shape[1])
}

// first is the length of the first axis.
func first(shape []int) int {
	if len(shape) == 0 {
		return 1
	}
	return shape[0]
}

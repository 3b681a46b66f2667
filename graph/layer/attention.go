package layer

import (
	"fmt"
	"math"
	"strconv"

	"gorgonia.org/gorgonia"

	"actscope/graph"
	"actscope/internal/npz"
)

func init() {
	register(Kind{
		Name: "attention", Usage: "out = softmax(Q Kᵀ/√d + mask) V, for each sample by itself, and for each of num_heads heads; Q, K, V given, or x Wq, x Wk, x Wv, without biases",
		Inputs: []Input{
			{Name: "Q", Aliases: "query queries", Optional: true, Usual: true}, {Name: "K", Aliases: "key keys", Optional: true, Usual: true}, {Name: "V", Aliases: "value values", Optional: true, Usual: true},
			{Name: "x", Aliases: "input inputs", Optional: true}, {Name: "Wq", Optional: true}, {Name: "Wk", Optional: true}, {Name: "Wv", Optional: true}, {Name: "Wo", Optional: true},
			{Name: "num_heads", Aliases: "heads n_heads", Optional: true, Constant: true}, {Name: "mask", Optional: true, Constant: true}, {Name: "dout", Aliases: "dy grad_out grad_output doutput upstream", Constant: true},
		},
		Mistakes: []Mistake{
			{ID: "scale-missing", Text: "1/√d is left out on the way back", Should: "dQ = dS K/√d, dK = dSᵀ Q/√d"},
			{ID: "softmax-derivative-entry-by-entry", Text: "softmax's derivative is a(1 - a), entry by entry: the other positions are missing", Should: "dS = a ∘ (da - Σ a ∘ da)"},
			{ID: "softmax-sum-missing", Text: "softmax's derivative is a alone: the sum over the positions is missing", Should: "dS = a ∘ (da - Σ a ∘ da)"},
			{ID: "derivative-missing", Text: "softmax's derivative is missing", Should: "dS = a ∘ (da - Σ a ∘ da)"},
		},
		variants: attentionForms, build: attention,
	})
}

// attentionForms are what a mask may mean, and the two scales.
func attentionForms(given Given) []Variant {
	masks := []Variant{{"", ""}, {"causal", "each position sees those up to its own"}}
	if mask, ok := given.Arrays["mask"]; ok {
		masks = []Variant{{"keep", "a mask of 1 where a position is seen"}, {"drop", "a mask of 1 where a position is not seen"}, {"add", "a mask that is added"}}
		for _, v := range mask.Values {
			if v != 0 && v != 1 {
				masks = []Variant{{"add", "a mask that is added"}}
			}
		}
	}
	heads := []Variant{{"", ""}}
	if _, ok := given.Arrays["num_heads"]; !ok && len(given.Arrays["Wq"].Shape) == 2 {
		for _, n := range []int{2, 4, 8} {
			if given.Arrays["Wq"].Shape[1]%n == 0 {
				heads = append(heads, Variant{fmt.Sprintf("heads=%d", n), fmt.Sprintf("%d heads", n)})
			}
		}
	}
	return times(heads, times([]Variant{{"", "scores over √d"}, {"unscaled", "scores as they are"}}, masks))
}

// sequence is the sizes of an array of samples, positions and width, the samples left out or of several axes.
func (s *site) sequence(name string) (samples, length, width int) {
	shape := s.given.Arrays[name].Shape
	if len(shape) < 2 {
		s.fail("%s is %s, wanted (positions, width), or (samples, positions, width)", name, npz.Shape(shape))
		return 1, 1, 1
	}
	return size(shape[:len(shape)-2]), shape[len(shape)-2], shape[len(shape)-1]
}

func attention(s *site) {
	if !s.has("x") && !(s.has("Q") && s.has("K") && s.has("V")) {
		s.fail("there are neither Q, K and V nor x, Wq, Wk and Wv")
		return
	}
	if s.has("x") && !(s.has("Wq") && s.has("Wk") && s.has("Wv")) {
		s.fail("beside x there are Wq, Wk and Wv")
		return
	}
	var samples, queries, keys, depth, width, in int
	if s.has("x") {
		samples, queries, in = s.sequence("x")
		_, _, depth = s.sequence("Wq")
		_, _, width = s.sequence("Wv")
		keys = queries
		s.want("Wq", in, depth)
		s.want("Wk", in, depth)
		s.want("Wv", in, width)
	} else {
		samples, queries, depth = s.sequence("Q")
		_, keys, _ = s.sequence("K")
		_, _, width = s.sequence("V")
		shape := s.given.Arrays["Q"].Shape
		before := shape[:max(len(shape)-2, 0)]
		with := func(last ...int) []int { return append(append([]int{}, before...), last...) }
		s.want("K", with(keys, depth)...)
		s.want("V", with(keys, width)...)
	}
	if keys < 2 {
		s.fail("there is one position to attend to: its weight is 1 and nothing is left to check")
	}
	if samples > mostSteps || samples*queries*keys > mostUnrolled {
		s.fail("%d samples of %d × %d positions: at most %d samples and %d weights are checked, save fewer", samples, queries, keys, mostSteps, mostUnrolled)
	}
	if s.e.Err != nil {
		return
	}
	heads := s.heads(depth, width)
	if samples*heads > 8*mostSteps {
		s.fail("%d samples of %d heads: at most %d are checked, save fewer samples", samples, heads, 8*mostSteps)
	}
	if s.e.Err != nil {
		return
	}
	// part is head k of sample n, (length, width of a head), turned its transpose; weights have no samples
	part := func(name string, n, length, width, k int) *gorgonia.Node {
		return s.matrix(name, length, width/heads, func(r, c int) int { return (n*length+r)*width + k*(width/heads) + c })
	}
	turned := func(name string, n, length, width, k int) *gorgonia.Node {
		return s.matrix(name, width/heads, length, func(r, c int) int { return (n*length+c)*width + k*(width/heads) + r })
	}
	var wq, wkTurned, wv, wo []*gorgonia.Node // of each head
	out := width
	if s.has("x") {
		if s.has("Wo") {
			_, _, out = s.sequence("Wo")
			s.want("Wo", width, out)
		}
		for k := range heads {
			wq, wv = append(wq, part("Wq", 0, in, depth, k)), append(wv, part("Wv", 0, in, width, k))
			wkTurned = append(wkTurned, turned("Wk", 0, in, depth, k))
			if s.has("Wo") {
				own := width / heads
				wo = append(wo, s.matrix("Wo", own, out, func(r, c int) int { return (k*own+r)*out + c }))
			}
		}
	}
	if down := s.given.Arrays["dout"]; len(down.Values) != samples*queries*out {
		s.fail("dout is %s, wanted %d samples of %d × %d", npz.Shape(down.Shape), samples, queries, out)
		return
	}
	scale := graph.Constant(1 / math.Sqrt(float64(depth/heads)))
	attend := func(n, head int) *gorgonia.Node {
		var q, kTurned, v *gorgonia.Node
		if s.has("x") {
			x := s.tensor("x", []int{queries, in}, func(i int) int { return n*queries*in + i })
			q, v = s.e.MatMul(x, wq[head]), s.e.MatMul(x, wv[head])
			kTurned = s.e.MatMul(wkTurned[head], s.matrix("x", in, queries, func(r, c int) int { return (n*queries+c)*in + r }))
		} else {
			q, kTurned, v = part("Q", n, queries, depth, head), turned("K", n, keys, depth, head), part("V", n, keys, width, head)
		}
		scores := s.e.MatMul(q, kTurned)
		if !s.chose("unscaled") {
			raw := scores
			scores = s.e.Mul(scale, raw)
			if s.makes("scale-missing") {
				scores = s.backAs(scores, raw)
			}
		}
		if mask := s.mask(n, samples, queries, keys); mask != nil {
			scores = s.e.Add(scores, mask)
		}
		weights := s.e.Apply(graph.SoftmaxOutput.Expression, scores)
		switch {
		case s.makes("derivative-missing"):
			weights = s.backAs(weights, scores)
		case s.makes("softmax-derivative-entry-by-entry"):
			weights = s.backTimes(weights, scores, s.e.Mul(weights, s.e.Sub(graph.Constant(1), weights)))
		case s.makes("softmax-sum-missing"):
			weights = s.backTimes(weights, scores, weights)
		}
		return s.e.MatMul(weights, v)
	}
	for n := range samples {
		var sum *gorgonia.Node // over the heads
		for head := range heads {
			z := attend(n, head)
			if wo == nil { // heads side by side
				own := width / heads
				s.give("out", z, func(i int) int { return (n*queries+i/own)*width + head*own + i%own })
				continue
			}
			if z = s.e.MatMul(z, wo[head]); sum != nil {
				z = s.e.Add(sum, z)
			}
			sum = z
		}
		if sum != nil {
			s.give("out", sum, func(i int) int { return n*queries*out + i })
		}
	}
	s.understand(samples, "%d samples, %d queries of %d keys, width %d, %d heads", samples, queries, keys, depth, heads)
}

// heads are the file's or the variant's, which divide the widths.
func (s *site) heads(depth, width int) int {
	n := s.number("num_heads", 1)
	if v, err := strconv.Atoi(s.choice("heads=")); err == nil {
		n = float64(v)
	}
	if !(n >= 1 && n <= float64(min(depth, width))) || n != math.Trunc(n) || depth%int(n) != 0 || width%int(n) != 0 {
		s.fail("there are %v heads: wanted a whole number that divides the widths %d and %d", n, depth, width)
		return 1
	}
	return int(n)
}

// far is a score that no softmax sees.
const far = -1e9

// mask is what is added to the scores of sample n, nil for nothing.
func (s *site) mask(n, samples, queries, keys int) *gorgonia.Node {
	if s.chose("causal") {
		return s.constant(queries, keys, func(r, c int) float64 {
			if c > r {
				return far
			}
			return 0
		})
	}
	if !s.has("mask") {
		return nil
	}
	a := s.given.Arrays["mask"]
	one := queries * keys
	if len(a.Values) != one && len(a.Values) != samples*one {
		s.fail("mask is %s, wanted %d × %d, for all samples or for each", npz.Shape(a.Shape), queries, keys)
		return nil
	}
	return s.constant(queries, keys, func(r, c int) float64 {
		v := a.Values[(n*one+r*keys+c)%len(a.Values)]
		switch {
		case s.chose("add"):
			return max(v, far)
		case s.chose("drop") == (v == 1):
			return far
		}
		return 0
	})
}

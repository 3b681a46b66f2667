package layer

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gorgonia.org/gorgonia"

	"actscope/graph"
	"actscope/internal/npz"
)

var (
	normInputs = []Input{
		{Name: "x", Aliases: "input inputs z"}, {Name: "gamma", Aliases: "g gain weight scale", Optional: true, Usual: true}, {Name: "beta", Aliases: "shift b bias", Optional: true, Usual: true},
		{Name: "eps", Aliases: "epsilon", Optional: true, Usual: true, Constant: true}, {Name: "dout", Aliases: "dy dz grad_out grad_output doutput upstream", Constant: true},
	}
	normMistakes = []Mistake{
		{ID: "mean-and-variance-constant", Text: "mean and variance are taken as constants on the way back", Should: "dx = γ/(Mσ) (M dout - Σ dout - x̂ Σ dout x̂), sums over what is normalised, of M entries"},
		{ID: "mean-constant", Text: "the mean is taken as a constant on the way back", Should: "dx has the gradient through the mean too: - Σ dx̂ / (Mσ)"},
		{ID: "variance-constant", Text: "the variance is taken as a constant on the way back", Should: "dx has the gradient through the variance too: - x̂ Σ dx̂ x̂ / (Mσ)"},
		{ID: "gain-missing", Text: "γ is missing on the way back to x", Should: "dx̂ = dout ∘ γ"},
		{ID: "input-not-normalised", Text: "the gradient of γ is made with x, not with the normalised x", Should: "dγ = Σ dout ∘ x̂"},
	}
)

func init() {
	register(
		Kind{
			Name: "batch-norm", Usage: "out = γ (x - mean)/√(variance + eps) + β for each unit over the samples, for each channel over samples and pixels",
			Inputs: normInputs, Mistakes: normMistakes,
			variants: func(g Given) []Variant { return times(times(normAxes(g), variances), epsilons(g)) },
			build:    batchNorm,
		},
		Kind{
			Name: "group-norm", Usage: "out = γ (x - mean)/√(variance + eps) + β for each sample over G groups of channels and their pixels",
			Inputs:   append([]Input{{Name: "G", Aliases: "groups num_groups n_groups", Constant: true}}, normInputs...),
			Mistakes: normMistakes,
			variants: func(g Given) []Variant {
				return times([]Variant{{"", "channels before pixels"}, {"channels-last", "channels after pixels"}}, epsilons(g))
			},
			build: groupNorm,
		},
		Kind{
			Name: "layer-norm", Usage: "out = γ (x - mean)/√(variance + eps) + β for each sample over its last axes, those of γ",
			Inputs: normInputs, Mistakes: normMistakes,
			variants: func(g Given) []Variant {
				return times([]Variant{{"", ""}, {"columns", "samples in columns"}}, epsilons(g))
			},
			build: layerNorm,
		},
	)
}

// variances are the two usual ones: over N and over N - 1.
var variances = []Variant{{"", ""}, {"unbiased", "the variance over N - 1"}}

// times are all pairs of variants.
func times(a, b []Variant) []Variant {
	if len(b) == 0 {
		return a
	}
	var list []Variant
	for _, x := range a {
		for _, y := range b {
			list = append(list, Variant{strings.Trim(x.Name+","+y.Name, ","), strings.Trim(x.Text+", "+y.Text, ", ")})
		}
	}
	return list
}

// epsilons are the usual ones, where the file has none.
func epsilons(given Given) []Variant {
	if _, ok := given.Arrays["eps"]; ok {
		return nil
	}
	var list []Variant
	for _, e := range []string{"1e-5", "1e-8", "1e-6", "1e-3", "1e-7", "1e-12", "0", "1e-4", "1e-2"} {
		list = append(list, Variant{"eps=" + e, "eps " + e + ", the file has none"})
	}
	return list
}

// epsilon is the file's or the variant's.
func (s *site) epsilon() float64 {
	if v, err := strconv.ParseFloat(s.choice("eps="), 64); err == nil {
		return v
	}
	return s.number("eps", 1e-5)
}

// normAxes are the axes that may be those of the units: the second, the last, the first, as far as γ has their length.
func normAxes(given Given) []Variant {
	shape := given.Arrays["x"].Shape
	var list []Variant
	for _, axis := range []int{1, len(shape) - 1, 0} {
		gain, ok := given.Arrays["gamma"]
		name := fmt.Sprintf("axis=%d", axis)
		if axis < 0 || axis >= len(shape) || ok && len(gain.Values) != shape[axis] || slices.ContainsFunc(list, func(v Variant) bool { return v.Name == name }) {
			continue
		}
		text := "units on axis " + fmt.Sprint(axis)
		if axis == 1 {
			text = ""
		}
		list = append(list, Variant{name, text})
	}
	return list
}

func batchNorm(s *site) {
	shape := s.given.Arrays["x"].Shape
	axis, err := strconv.Atoi(s.choice("axis="))
	if err != nil || axis >= len(shape) {
		s.fail("x is %s, gamma %s: no axis of x has a number of gamma to each", npz.Shape(shape), npz.Shape(s.given.Arrays["gamma"].Shape))
		return
	}
	s.want("dout", shape...)
	units, inner := shape[axis], size(shape[axis+1:])
	rows := size(shape) / units
	at := func(r, c int) int { return (r/inner*units+c)*inner + r%inner }
	x := s.matrix("x", rows, units, at)
	normal, ones := s.normalise(x, rows)
	var gain, shift *gorgonia.Node
	if s.has("gamma") {
		gain = s.e.MatMul(ones, s.row("gamma", units))
	}
	if s.has("beta") {
		shift = s.e.MatMul(ones, s.row("beta", units))
	}
	s.give("out", s.scaleAndShift(x, normal, gain, shift), func(i int) int { return at(i/units, i%units) })
	s.understand(rows, "%d units over %d entries each, eps %g", units, rows, s.epsilon())
}

func layerNorm(s *site) {
	shape := s.given.Arrays["x"].Shape
	s.want("dout", shape...)
	if len(shape) == 0 {
		s.fail("x is one number")
		return
	}
	units := shape[len(shape)-1]
	if s.has("gamma") {
		units = len(s.given.Arrays["gamma"].Values)
	}
	if s.chose("columns") && (len(shape) != 2 || shape[0] != units) || units == 0 || size(shape)%units != 0 {
		s.fail("x is %s, gamma %s: x's last axes are not those of gamma", npz.Shape(shape), npz.Shape(s.given.Arrays["gamma"].Shape))
		return
	}
	rest, trailing := size(shape)/units, 1
	for i := len(shape) - 1; i >= 0 && trailing < units && !s.chose("columns"); i-- {
		trailing *= shape[i]
	}
	if !s.chose("columns") && trailing != units && units > 1 {
		s.fail("x is %s, gamma %s: x's last axes are not those of gamma", npz.Shape(shape), npz.Shape(s.given.Arrays["gamma"].Shape))
		return
	}
	at := func(unit, sample int) int {
		if s.chose("columns") {
			return unit*rest + sample
		}
		return sample*units + unit
	}
	x := s.matrix("x", units, rest, at)
	normal, _ := s.normalise(x, units)
	ones := s.filled(1, rest, 1)
	column := func(name string) *gorgonia.Node {
		if !s.has(name) {
			return nil
		}
		if len(s.given.Arrays[name].Values) != units {
			s.fail("%s is %s, wanted %d numbers", name, npz.Shape(s.given.Arrays[name].Shape), units)
		}
		return s.e.MatMul(s.rows(name, units, 1), ones)
	}
	s.give("out", s.scaleAndShift(x, normal, column("gamma"), column("beta")), func(i int) int { return at(i/rest, i%rest) })
	s.understand(rest, "%d samples over %d entries each, eps %g", rest, units, s.epsilon())
}

func groupNorm(s *site) {
	x := s.images("x")
	groups := s.number("G", 1)
	if !(groups >= 1) || groups != math.Trunc(groups) || groups > float64(x.channels) || x.channels%int(groups) != 0 {
		s.fail("G is %v: wanted a number of groups that divides the %d channels", groups, x.channels)
		return
	}
	s.want("dout", s.stored(x)...)
	pixels := x.height * x.width
	units := x.channels / int(groups) * pixels // of a group
	rest := x.samples * int(groups)
	place := s.place(x)
	at := func(r, c int) int { return place(c*units + r) }
	each := func(name string) *gorgonia.Node { // a number to each channel
		if !s.has(name) {
			return nil
		}
		if s.want(name, x.channels); s.e.Err != nil {
			return nil
		}
		return s.matrix(name, units, rest, func(r, c int) int { return (c*units + r) / pixels % x.channels })
	}
	in := s.matrix("x", units, rest, at)
	normal, _ := s.normalise(in, units)
	s.give("out", s.scaleAndShift(in, normal, each("gamma"), each("beta")), func(i int) int { return at(i/rest, i%rest) })
	s.understand(x.samples, "%d samples, %d groups of %d entries each, eps %g", x.samples, int(groups), units, s.epsilon())
}

// normalise gives the columns of x, which is (rows, any), mean 0 and variance 1; and (rows, 1) of ones.
func (s *site) normalise(x *gorgonia.Node, rows int) (normal, ones *gorgonia.Node) {
	average, ones := s.filled(1, rows, 1/float64(rows)), s.filled(rows, 1, 1)
	mean := s.e.MatMul(average, x)
	if s.makes("mean-constant") || s.makes("mean-and-variance-constant") {
		mean = s.detach(mean)
	}
	centred := s.e.Sub(x, s.e.MatMul(ones, mean))
	variance := s.e.MatMul(average, s.e.Mul(centred, centred))
	if s.chose("unbiased") {
		if rows < 2 {
			s.fail("one entry has no variance over N - 1")
		}
		variance = s.e.Mul(graph.Constant(float64(rows)/float64(max(rows-1, 1))), variance)
	}
	if s.makes("variance-constant") || s.makes("mean-and-variance-constant") {
		variance = s.detach(variance)
	}
	inverse := s.e.InverseRoot(s.e.Add(variance, graph.Constant(s.epsilon())))
	return s.e.Mul(centred, s.e.MatMul(ones, inverse)), ones
}

// scaleAndShift is γ x̂ + β, either of which may be nil for none.
func (s *site) scaleAndShift(x, normal, gain, shift *gorgonia.Node) *gorgonia.Node {
	out := normal
	if gain != nil {
		out = s.e.Mul(normal, gain)
		switch {
		case s.makes("gain-missing"):
			out = s.e.Add(s.e.Mul(s.detach(normal), gain), s.e.Sub(normal, s.detach(normal)))
		case s.makes("input-not-normalised"):
			product := s.e.Mul(s.detach(x), gain)
			out = s.e.Add(s.e.Mul(normal, s.detach(gain)), s.e.Sub(product, s.detach(product)))
		}
	}
	if shift != nil {
		out = s.e.Add(out, shift)
	}
	return out
}

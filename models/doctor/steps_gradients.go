package doctor

import (
	"slices"
	"strings"
)

// gradients checks the gradients of layer l's parameters, given the author's own a of the layer before and δ.
func (w *walk) gradients(l int) {
	lay := w.r.layers[l-1]
	d, a := w.dz[l], w.a[l-1]
	k := w.common
	covered := !w.open(meaning{deltaKind, l}) || w.has(deltaKind, l)
	if covered {
		k = w.carry
	}
	g := w.target(w.state, l).g
	right := func() (bool, bool) {
		return lay.gw == nil || w.matches(g, a.transposedTimes(d).v, k), lay.gb == nil || w.matches(lay.gb, w.sum(l, d), k)
	}
	// A δ that is not stored is what both arrays tell, if the textbook's gives neither.
	var inferred deviation
	if okW, okB := right(); !okW && !okB && !w.has(deltaKind, l) && lay.gw != nil && lay.gb != nil {
		for _, c := range w.deltas(l, covered) {
			if w.matches(lay.gb, w.biasesOf(l, c), k) && w.matches(g, w.weightsOf(l, c), k) && w.entries(g)+w.entries(lay.gb) > w.least() {
				inferred = c.deviation()
				w.dz[l] = c.matrix
				break
			}
		}
	}
	// The textbook's where the author's own are not what they should be.
	type pair struct {
		a, d matrix
		note string
	}
	pairs := []pair{{a, d, ""}}
	if w.anyWrong(l - 1) {
		pairs = append(pairs, pair{w.pure.a[l-1], d, " given what " + w.symbol(meaning{postKind, l - 1}) + " should be"})
	}
	if again, ok := w.again[l]; ok {
		for _, p := range slices.Clone(pairs) {
			note := " given what " + w.symbol(meaning{deltaKind, l}) + " should be"
			if p.note != "" {
				note = p.note + ", and" + strings.TrimPrefix(note, " given")
			}
			pairs = append(pairs, pair{p.a, again, note})
		}
	}
	if okW, okB := right(); okW && lay.gw != nil || okB && lay.gb != nil {
		pairs = pairs[:1] // what one array comes from, the other does, and what is sent down
		delete(w.again, l)
	}
	of := meaning{deltaKind, l}
	weightsGiven, biasesGiven := append(w.origin(meaning{postKind, l - 1}), w.origin(of)...), w.origin(of)
	add := func(name, formula string, stored []float64, given []string, of func(pair) []float64, others func() []made) {
		s := step{Step: Step{Name: name, Formula: name + " = " + scaledText(formula, k)}, stored: stored, of: meaning{gradientKind, l}, k: k, others: others}
		var once []string
		for _, g := range given {
			if !slices.Contains(once, g) {
				once = append(once, g)
			}
		}
		for _, p := range pairs {
			s.sources = append(s.sources, made{values: of(p), given: once, note: p.note})
		}
		w.check(s)
	}
	fromOther := func(list []made, may func(*candidate) bool, of func(*candidate) []float64) []made {
		if !inferred.none() {
			return append([]made{{deviation: inferred, values: of(w.newCandidate(l, w.dz[l], nil))}}, list...)
		}
		text := "it takes " + w.symbol(meaning{upKind, l}) + ", the derivative by a, for that by z"
		list = append(list, made{deviation: deviation{mistake: "derivative-missing", text: text}, values: of(w.newCandidate(l, w.upAt(l), nil))})
		for _, c := range w.deltas(l, covered) {
			if d := c.deviation(); len(c.faults) == 1 && may(c) {
				d.text = "it is made of another δ: " + d.text
				list = append(list, made{deviation: d, values: of(c)})
			}
		}
		return list
	}
	if lay.gw != nil {
		add(lay.wName, w.weightsText(l), g, weightsGiven, func(p pair) []float64 { return p.a.transposedTimes(p.d).v }, func() []made {
			var list []made
			if len(g) == len(lay.w.v) {
				for _, f := range w.weightFormulas(l, &candidate{matrix: d}, a.transposedTimes(d).v) {
					f.compute(lay.w.rows, lay.w.cols)
					list = append(list, made{deviation: f.deviation, values: f.values})
				}
			}
			may := func(c *candidate) bool { return w.mayFit(l, c, w.target(w.state, l), false) }
			return fromOther(list, may, func(c *candidate) []float64 { return w.weightsOf(l, c) })
		})
	}
	if lay.gb != nil {
		add(lay.bName, "Σ "+w.symbol(of)+" over the samples", lay.gb, biasesGiven, func(p pair) []float64 { return w.sum(l, p.d) }, func() []made {
			var list []made
			for _, f := range w.biasFormulas(l, d, w.sum(l, d)) {
				list = append(list, made{deviation: f.deviation, values: f.values})
			}
			return fromOther(list, func(*candidate) bool { return true }, func(c *candidate) []float64 { return w.biasesOf(l, c) })
		})
	}
}

// anew are candidates for a hidden layer that begins from the output's ∂loss/∂p.
func (w *walk) anew(l int, covered bool) []*candidate {
	if w.downs == nil {
		one, _ := w.outputs()
		for _, v := range one[1:] {
			w.downs = append(w.downs, down{matrix: v.matrix, fault: &fault{deviation: v.deviation}})
		}
	}
	var list []*candidate
	for _, c := range w.restarted(l) {
		if covered {
			w.multiply(l, c)
			c = w.newCandidate(l, c.scaled(w.scale), c.faults)
		}
		list = append(list, c)
	}
	return list
}

// deltas are deviating δ of layer l, from what the file has above it; scaled like the author's own, if it has any there.
func (w *walk) deltas(l int, covered bool) []*candidate {
	n := len(w.r.layers)
	var list []*candidate
	if l < n {
		list = append(list, w.sloped(l, nil, []variant{{deviation{}, w.da[l]}}, w.activations[l-1].Derivative)...)
		list = append(list, w.from(l, down{matrix: w.dz[l+1]})...)
		list = append(list, w.anew(l, covered)...)
	} else {
		scale := 1.0
		if covered {
			scale = w.scale
		}
		one, two := w.outputs()
		for _, v := range slices.Concat(one[1:], two) {
			list = append(list, w.newCandidate(l, v.scaled(scale), []fault{{deviation: v.deviation, layer: l}}))
		}
	}
	return slices.DeleteFunc(list, func(c *candidate) bool { return len(c.faults) == 0 })
}

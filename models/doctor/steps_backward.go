package doctor

import (
	"fmt"
	"math"
	"slices"

	"actscope/models/handcoded"
)

// up is ∂loss/∂p of the sum over the rows.
func (o objective) up(z, p, y matrix) matrix {
	d := o.base(z, p, y)
	switch o.Loss {
	case handcoded.Logits, handcoded.Article:
		for i, v := range p.v {
			d.v[i] = (v - y.v[i]) / (v * (1 - v))
		}
	case handcoded.Softmax:
		for i, v := range p.v {
			d.v[i] = -y.v[i] / v
		}
	case handcoded.SquaredError, handcoded.HalfSquaredError:
		for i, v := range p.v {
			d.v[i] = v - y.v[i]
			if o.Loss == handcoded.SquaredError {
				d.v[i] *= 2
			}
		}
	}
	return d
}

// through is ∂loss/∂z of the output, given ∂loss/∂p.
func (o objective) through(up, z, p matrix) matrix {
	if o.Loss != handcoded.Softmax {
		return up.by(z.each(o.outputSlope()))
	}
	d := zeros(z.rows, z.cols)
	for i := range z.rows {
		dot := 0.0
		for j, v := range up.row(i) {
			dot += v * p.row(i)[j]
		}
		for j, v := range up.row(i) {
			d.row(i)[j] = p.row(i)[j] * (v - dot)
		}
	}
	return d
}

// conventions finds out where the author divides by the rows, which is right in ∂loss/∂z and in the gradients of the
// parameters, and what factor all gradients have: those that leave the fewest steps to be called wrong.
func (w *walk) conventions() {
	n := len(w.r.layers)
	w.common = w.state.factor.value
	commons := []float64{w.common}
	if meant := 1 / w.meant.Divisor(w.r.rows(), w.r.outputs()); !w.same(w.common, meant) {
		commons = append(commons, meant)
	}
	// What the author's own ∂ begin with, relative to the sum over the rows.
	top := 0
	known, c := false, 1.0
	for l := n; l >= 1 && top == 0; l-- {
		for _, k := range []kind{deltaKind, upKind} {
			if m := (meaning{k, l}); w.has(k, l) && w.open(m) && !known && (k == deltaKind || l < n || w.has(deltaKind, n)) {
				top = l
				want := w.expected(m)
				if l == n && k == deltaKind {
					want = w.o.base(w.z[n], w.a[n], w.r.y)
				}
				if v, ok := w.fit(w.own[m][0].v, want.v); ok && v != 0 {
					known, c = true, v
				}
			}
		}
	}
	if top == 0 {
		w.scale, w.carry = 1, w.common
		return
	}
	var carries, above []float64 // the factors of gradients below there, and of those above it, which have all of it
	for l := n; l >= 1; l-- {
		lay := w.r.layers[l-1]
		for i, g := range [][]float64{w.target(w.state, l).g, lay.gb} {
			want := w.sum(l, w.dz[l])
			if i == 0 {
				want = w.a[l-1].transposedTimes(w.dz[l]).v
			}
			if k, ok := w.fit(g, want); largest(want) == 0 {
				continue
			} else if ok && k != 0 && l > top {
				above = append(above, k)
			} else if ok && k != 0 {
				carries = append(carries, k)
			}
		}
	}
	best := math.Inf(1)
	try := func(common, carry, cost float64) {
		for _, k := range carries {
			if !w.same(k, carry) {
				cost++
			}
		}
		for _, k := range above {
			if !w.same(k, common) {
				cost++
			}
		}
		if known && !w.same(c*carry, common) {
			cost++
		}
		if scale := common / carry; !slices.ContainsFunc(w.scales(), func(k float64) bool { return w.same(scale, k) }) {
			cost += 1.05
		}
		if cost < best {
			best, w.common, w.carry, w.scale = cost, common, carry, common/carry
		}
	}
	for i, common := range commons {
		extra := 0.01 * float64(i)
		if i == 0 && w.state.factor.reduction == "" && len(w.state.unexplained) > 0 {
			extra = 0.5
		}
		if known {
			try(common, common/c, extra)
		}
		try(common, 1, extra+0.02)
		try(common, common, extra+0.02)
		for _, k := range carries {
			try(common, k, extra+0.04)
		}
	}
}

// scaleOf is what a step's formula is multiplied with.
func (w *walk) scaleOf(m meaning) float64 {
	if w.open(m) {
		return w.scale
	}
	return 1
}

// backward checks ∂loss/∂a and ∂loss/∂z of layer l, after fixing what they are taken to be from there on.
func (w *walk) backward(l int) {
	w.da[l] = w.get(meaning{upKind, l})
	w.checkUp(l)
	w.dz[l] = w.get(meaning{deltaKind, l})
	m := meaning{deltaKind, l}
	n := len(w.r.layers)
	for _, s := range w.own[m] {
		k := w.scaleOf(m)
		sources := []made{{values: w.expected(m).v, given: w.before(m)}}
		if l == n && w.has(upKind, n) { // the scale of the two may differ
			k = 1
			base := w.o.base(w.z[n], w.a[n], w.r.y)
			if w.matches(s.v, base.v, w.scale) {
				sources = append(sources, made{values: base.scaled(w.scale).v, given: append(w.origin(meaning{postKind, n}), w.label.y)})
			}
			for _, ratio := range w.scales() {
				if w.wrong[meaning{upKind, n}] && w.matches(s.v, sources[0].values, ratio) {
					sources[0].values = matrix{1, len(s.v), sources[0].values}.scaled(ratio).v
					break
				}
			}
		}
		up := w.da[l]
		if l < n && w.wrong[meaning{upKind, l}] {
			up = w.expected(meaning{upKind, l})
			sources = append(sources, made{values: up.by(w.z[l].each(w.activations[l-1].Derivative)).v, given: append(w.before(meaning{upKind, l}), w.origin(meaning{preKind, l})...), note: fmt.Sprintf(" given what %s should be", w.symbol(meaning{upKind, l}))})
		}
		if l < n && (w.wrong[meaning{preKind, l}] || !w.has(preKind, l) && w.anyWrong(l)) {
			slope := w.pure.z[l].each(w.activations[l-1].Derivative)
			for _, up := range []matrix{w.da[l], up} {
				sources = append(sources, made{values: up.by(slope).v, given: w.origin(meaning{upKind, l}), note: fmt.Sprintf(" given z%d as the parameters make it", l)})
			}
		}
		formula := scaledText(w.deltaText(l), k)
		if l == n && !w.has(upKind, n) || w.open(m) {
			formula = scaledText(w.deltaText(l), w.scale)
		}
		right := w.check(step{Step: Step{Name: s.name, Formula: s.name + " = " + formula}, stored: s.v, of: m, sources: sources, k: k,
			others: func() []made { return w.otherDeltas(l) }})
		if last := &w.list[len(w.list)-1]; right && w.open(m) && !w.same(w.scale, w.common) {
			last.Sentence += "; it is " + multiplied("that of single rows", w.scale) + ", and the gradients of the parameters are " + multiplied("", w.carry)
		}
		if !right {
			if expected := w.expected(m).scaled(w.scaleOf(m)); w.same(k, w.scaleOf(m)) {
				w.again[l] = expected
			}
		}
	}
}

// multiplied says what a factor does to something.
func multiplied(what string, k float64) string {
	switch {
	case what != "" && math.Abs(k-1) < 1e-9:
		return what
	case what != "":
		what += ", "
	}
	if math.Abs(1/k-math.Round(1/k)) < 1e-9*math.Abs(1/k) {
		return fmt.Sprintf("%sdivided by %g", what, math.Round(1/k))
	}
	return fmt.Sprintf("%smultiplied by %.6g", what, k)
}

// scales are those that the author's ∂ may have where nothing tells which.
func (w *walk) scales() []float64 {
	list := []float64{w.common}
	for _, r := range reductions {
		list = append(list, 1/r.Divisor(w.r.rows(), w.r.outputs()))
	}
	return list
}

// checkUp checks ∂loss/∂a of layer l.
func (w *walk) checkUp(l int) {
	m := meaning{upKind, l}
	n := len(w.r.layers)
	for _, s := range w.own[m] {
		k := w.scaleOf(m)
		want := w.expected(m)
		if l == n || w.open(m) {
			for _, scale := range append(w.scales(), k) {
				if w.matches(s.v, want.v, scale) {
					k = scale
				}
			}
		}
		sources := []made{{values: want.v, given: w.before(m)}}
		if d, ok := w.again[l+1]; ok && l < n {
			sources = append(sources, made{values: d.times(w.r.layers[l].w.transposed()).v, given: w.before(meaning{deltaKind, l + 1}), note: fmt.Sprintf(" given what %s should be", w.symbol(meaning{deltaKind, l + 1}))})
		}
		w.check(step{Step: Step{Name: s.name, Formula: s.name + " = " + scaledText(w.upText(l), k)}, stored: s.v, of: m, sources: sources, k: k,
			others: func() []made { return w.otherUps(l, s.v, want) }})
	}
}

// otherUps are what ∂loss/∂a of layer l may be in place of the textbook's.
func (w *walk) otherUps(l int, stored []float64, want matrix) []made {
	var list []made
	n := len(w.r.layers)
	if l == n {
		p, y := w.a[n], w.r.y
		pair := func(mistake, text string, f func(p, y float64) float64) {
			m := zeros(p.rows, p.cols)
			for i, v := range p.v {
				m.v[i] = f(v, y.v[i])
			}
			list = append(list, made{deviation: deviation{mistake: mistake, text: text}, values: m.v})
		}
		pair("output-derivative-missing", "it is p - y, the derivative by z of a cross-entropy", func(p, y float64) float64 { return p - y })
		pair("label-added", "the target is added, not subtracted", func(p, y float64) float64 { return p + y })
		pair("label-missing", "the target is not subtracted", func(p, y float64) float64 { return p })
		pair("loss-term-sign", "the sign of the second term is reversed", func(p, y float64) float64 { return -y/p - (1-y)/(1-p) })
		pair("label-missing", "the term of the label 0 is missing: this is -y / p", func(p, y float64) float64 { return -y / p })
		pair("labels-flipped", "the labels 0 and 1 are exchanged", func(p, y float64) float64 { return (p - 1 + y) / (p * (1 - p)) })
		return slices.DeleteFunc(list, func(f made) bool { return w.matches(f.values, want.v, 1) })
	}
	d := w.dz[l+1]
	for _, v := range w.ups(max(l, 0), d)[1:] {
		list = append(list, made{deviation: v.deviation, values: v.v})
	}
	text := "it comes from " + w.symbol(meaning{upKind, l + 1}) + ", the derivative by a, not by z"
	list = append(list, made{deviation: deviation{mistake: "derivative-missing", text: text}, values: w.upAt(l + 1).times(w.r.layers[l].w.transposed()).v})
	above := w.r.layers[l]
	if len(above.gw) == len(above.w.v) {
		moved := d.times(matrix{above.w.rows, above.w.cols, above.gw}.transposed())
		rest := make([]float64, len(stored))
		for i, v := range stored {
			rest[i] = v - want.v[i]
		}
		if e, ok := w.fit(rest, moved.v); ok && e != 0 {
			sum := make([]float64, len(stored))
			for i, v := range want.v {
				sum[i] = v + e*moved.v[i]
			}
			list = append(list, made{deviation: deviation{mistake: "weights-after-update", text: "the W above has already been stepped when δ comes down through it"}, values: sum})
		}
	}
	return list
}

// upAt is ∂loss/∂a of layer l in the author's scale.
func (w *walk) upAt(l int) matrix {
	if l == len(w.r.layers) && !w.has(upKind, l) && w.has(deltaKind, l) {
		return w.da[l].scaled(w.scale)
	}
	return w.da[l]
}

// otherDeltas are what ∂loss/∂z of layer l may be in place of the textbook's.
func (w *walk) otherDeltas(l int) []made {
	n := len(w.r.layers)
	var list []made
	if l < n {
		for _, c := range w.deltas(l, !w.open(meaning{deltaKind, l})) {
			w.multiply(l, c)
			list = append(list, made{deviation: c.deviation(), values: c.v})
		}
		return list
	}
	if w.has(upKind, n) {
		for _, s := range slopes(w.z[n], w.a[n], w.o.outputSlope())[1:] {
			list = append(list, made{deviation: deviation{mistake: outputSlopeMistake(s.mistake, s.mistake), text: "for the output's derivative: " + s.text}, values: w.da[n].by(s.matrix).v})
		}
	}
	scale := 1.0
	if w.has(upKind, n) { // its check is at the scale 1
		scale = w.scale
	}
	one, two := w.outputs()
	for _, v := range slices.Concat(one[1:], two) {
		list = append(list, made{deviation: v.deviation, values: v.scaled(scale).v})
	}
	return list
}

// outputs are the variants of the output's δ, of one and of two deviations.
func (w *walk) outputs() (one, two []variant) {
	n := len(w.r.layers)
	var hidden func(float64) float64
	if n > 1 {
		hidden = w.activations[n-2].Derivative
	}
	return outputVariants(w.o, w.z[n], w.a[n], w.r.y, hidden)
}

package doctor

import (
	"fmt"
	"math"

	"actscope/graph"
	"actscope/models/handcoded"
)

// The name of what goes wrong before the backward pass.
const (
	forwardPass = "forward-pass"
	lossValue   = "loss-value"
)

// forward checks z and a of layer l.
func (w *walk) forward(l int) {
	m := meaning{preKind, l}
	for _, s := range w.own[m] {
		sources := []made{{values: w.r.affine(l, w.a[l-1]).v, given: w.before(m)}}
		if w.anyWrong(l) {
			sources = append(sources, made{values: w.pure.z[l].v, given: []string{w.label.x}, note: " given " + w.label.x + " and the parameters alone"})
		}
		if l == len(w.r.layers) && w.o.Loss == handcoded.Softmax && !w.matches(s.v, sources[0].values, 1) {
			if shifted := matched(s.matrix, matrix{s.rows, s.cols, sources[0].values}); w.matches(s.v, shifted, 1) {
				sources[0].values, sources[0].note = shifted, " but for a number for each row, which softmax takes out"
			}
		}
		w.check(step{Step: Step{Name: s.name, Formula: s.name + " = " + w.affineText(l)}, stored: s.v, of: m, sources: sources, k: 1, forward: forwardPass,
			others: func() []made { return w.otherAffine(l) }})
	}
	m.kind = postKind
	for _, s := range w.own[m] {
		name := w.o.outputName()
		if l < len(w.r.layers) {
			name = w.activations[l-1].Name
		}
		sources := []made{{values: w.activate(l, w.z[l]).v, given: w.before(m)}}
		if w.anyWrong(l) {
			sources = append(sources, made{values: w.pure.a[l].v, given: []string{w.label.x}, note: " given " + w.label.x + " and the parameters alone"})
		}
		w.check(step{Step: Step{Name: s.name, Formula: fmt.Sprintf("%s = %s(%s)", s.name, name, w.symbol(meaning{preKind, l}))}, stored: s.v, of: m, sources: sources, k: 1, forward: forwardPass,
			others: func() []made { return w.otherActivations(l, name) }})
	}
}

// anyWrong tells whether some z or a up to layer l is not what it should be.
func (w *walk) anyWrong(l int) bool {
	for m, wrong := range w.wrong {
		if wrong && m.layer <= l && (m.kind == preKind || m.kind == postKind) {
			return true
		}
	}
	return false
}

// matched is b with each row moved by a number to the mean of a's.
func matched(a, b matrix) []float64 {
	v := make([]float64, len(b.v))
	sa, sb := a.rowSums(), b.rowSums()
	for i := range v {
		r := i / b.cols
		v[i] = b.v[i] + (sa[r]-sb[r])/float64(b.cols)
	}
	return v
}

// otherAffine are what z of layer l may be in place of a W + b.
func (w *walk) otherAffine(l int) []made {
	lay, a := w.r.layers[l-1], w.a[l-1]
	var list []made
	bare := a.times(lay.w)
	add := func(text string, m matrix) {
		list = append(list, made{deviation: deviation{mistake: forwardPass, text: text}, values: m.v})
	}
	with := func(m matrix, sign float64) matrix {
		n := zeros(m.rows, m.cols)
		for i, v := range m.v {
			n.v[i] = v
			if lay.b != nil {
				n.v[i] += sign * lay.b[i%m.cols]
			}
		}
		return n
	}
	if lay.b != nil {
		add("the bias is missing", bare)
		add("the bias is subtracted", with(bare, -1))
		add("the bias is added twice", with(bare, 2))
	}
	if lay.w.rows == lay.w.cols {
		add("W is transposed", with(a.times(lay.w.transposed()), 1))
	}
	if l > 1 {
		add("it takes the layer's input before its activation, z for a", with(w.z[l-1].times(lay.w), 1))
	}
	for j := range w.a[:l-1] {
		if w.a[j].cols == lay.w.rows {
			add("it takes the input of another layer", with(w.a[j].times(lay.w), 1))
		}
	}
	for j, other := range w.r.layers {
		if j != l-1 && other.w.rows == lay.w.rows && other.w.cols == lay.w.cols {
			add("it takes another layer's W", with(a.times(other.w), 1))
		}
	}
	return list
}

// otherActivations are what a of layer l may be in place of its activation, by that one's name.
func (w *walk) otherActivations(l int, name string) []made {
	z := w.z[l]
	var list []made
	add := func(text string, m matrix) {
		list = append(list, made{deviation: deviation{mistake: forwardPass, text: text}, values: m.v})
	}
	add("the activation is missing", z)
	add("the activation is applied twice", w.activate(l, w.activate(l, z)))
	for _, a := range graph.Activations() {
		if a.Name != name {
			add("it is "+a.Name, z.each(a.Value))
		}
		if a.Name == name {
			add("it is the activation's derivative", z.each(a.Derivative))
		}
	}
	if l < len(w.r.layers) || z.cols > 1 || z.rows > 1 {
		softmax := func(z matrix) matrix {
			p := zeros(z.rows, z.cols)
			for i := range z.rows {
				handcoded.Objective{Loss: handcoded.Softmax}.Activate(p.row(i), z.row(i))
			}
			return p
		}
		if name != "softmax" && z.cols > 1 {
			add("it is a softmax", softmax(z))
		}
		add("it is a softmax over the rows instead of the units", softmax(z.transposed()).transposed())
		add("it is e^z, not divided by the sum", z.each(math.Exp))
	}
	return list
}

// checkLoss checks the file's loss against the mean, or another reduction, of the terms of its own p: that of which the
// gradients are, if these are of one.
func (w *walk) checkLoss() {
	if w.r.loss == nil {
		return
	}
	n, rows, outputs := len(w.r.layers), w.r.rows(), w.r.outputs()
	z, p, y := w.z[n], w.a[n], w.r.y
	meant := w.meant
	if w.options.Reduction == "" && w.state.factor.reduction != "" && !w.state.factor.negated {
		meant = w.state.factor.reduction
	}
	penalty := 0.0
	if w.state.hasPenalty {
		strength := w.state.penalty / (w.state.factor.value * meant.Divisor(rows, outputs))
		penalty = strength / 2 * w.squares(w.state)
	}
	terms, article := w.o.value(z, p, y, w.has(postKind, n)), 0.0
	sums := []float64{terms}
	if w.o.outputName() == "sigmoid" && !w.o.loss.AnyOutput() {
		for i, v := range z.v {
			article += handcoded.Reported(v, y.v[i])
		}
		sums = append(sums, article)
	}
	if w.has(postKind, n) && w.has(preKind, n) { // either may have been used
		sums = append(sums, w.o.value(z, p, y, false))
	}
	value := *w.r.loss
	is := func(sum float64, r handcoded.Reduction, k float64) bool {
		for _, extra := range []float64{0, penalty} {
			want := k*sum/r.Divisor(rows, outputs) + extra
			if math.Abs(value-want) <= w.tolerance.Absolute+w.relative*math.Abs(want) {
				return true
			}
		}
		return false
	}
	s := Step{
		Name: w.r.lossName, Residual: 1, Given: append(w.origin(meaning{postKind, n}), w.label.y),
		Formula: fmt.Sprintf("%s = %s of the %s of %s and %s", w.r.lossName, reductionText(meant, rows, outputs), w.o, w.symbol(meaning{postKind, n}), w.label.y),
	}
	want := terms/meant.Divisor(rows, outputs) + penalty
	off := math.Abs(value-want) / max(math.Abs(value), math.Abs(want), 1e-300)
	for _, sum := range sums {
		if is(sum, meant, 1) {
			s.Agrees, s.Residual, s.Sentence = true, min(off, w.relative), ""
			s.Sentence = s.Name + " is right" + w.givenOwn(s)
			w.list = append(w.list, s)
			return
		}
	}
	s.mistake, s.layer, s.Residual = lossValue, n, 0
	name := func() string {
		for _, k := range []float64{1, -1} {
			for _, r := range reductions {
				if is(terms, r, k) {
					text := fmt.Sprintf("%s is %s", s.Name, reductionText(r, rows, outputs))
					if k < 0 {
						text += ", negated"
					}
					switch {
					case r == meant:
						return text
					case meant == handcoded.Mean && r == handcoded.Sum:
						return fmt.Sprintf("%s: it lacks the mean, by which the gradients are divided", text)
					}
					return fmt.Sprintf("%s, where %s is meant", text, reductionText(meant, rows, outputs))
				}
			}
		}
		for _, r := range reductions {
			for _, f := range w.o.otherValues(z, p, y) {
				if is(f.values[0], r, 1) {
					return fmt.Sprintf("%s is not the %s: %s (%s)", s.Name, w.o, f.text, reductionText(r, rows, outputs))
				}
			}
		}
		s.mistake, s.Residual = "", off
		if math.IsNaN(off) || math.IsInf(off, 0) {
			s.Residual = 1
		}
		return fmt.Sprintf("%s is %.6g where %s is %.6g, and nothing that is looked for explains it", s.Name, value, reductionText(meant, rows, outputs), want)
	}
	s.Sentence = name()
	w.list = append(w.list, s)
}

// value is the sum of a loss's terms, of p itself if that is stored.
func (o objective) value(z, p, y matrix, byP bool) float64 {
	sum := 0.0
	entropy := o.Loss == handcoded.Logits || o.Loss == handcoded.Article
	for i := range z.rows {
		if !byP || !entropy && o.Loss != handcoded.Softmax {
			sum += o.Term(z.row(i), p.row(i), y.row(i))
			continue
		}
		for j, p := range p.row(i) {
			if y := y.row(i)[j]; y != 0 {
				sum -= y * math.Log(p)
			}
			if y := y.row(i)[j]; y != 1 && entropy {
				sum -= (1 - y) * math.Log(1-p)
			}
		}
	}
	return sum
}

// otherValues are sums that stand for a loss's by mistake.
func (o objective) otherValues(z, p, y matrix) []made {
	var list []made
	add := func(text string, f func(p, y float64) float64) {
		sum := 0.0
		for i, v := range p.v {
			sum += f(v, y.v[i])
		}
		list = append(list, made{deviation: deviation{mistake: lossValue, text: text}, values: []float64{sum}})
	}
	if o.Loss == handcoded.Logits || o.Loss == handcoded.Article {
		add("the terms of the label 0 are missing", func(p, y float64) float64 { return -y * math.Log(p) })
		add("the sign of the second term is reversed", func(p, y float64) float64 { return -y*math.Log(p) + (1-y)*math.Log(1-p) })
	}
	add("it is the squared error", func(p, y float64) float64 { return (p - y) * (p - y) })
	add("it is the absolute error", func(p, y float64) float64 { return math.Abs(p - y) })
	add("it is the sum of the errors", func(p, y float64) float64 { return p - y })
	for _, loss := range []graph.Loss{graph.Logits, graph.Softmax} {
		other := newObjective(loss, graph.Activation{})
		if other.Loss != o.Loss {
			list = append(list, made{deviation: deviation{mistake: lossValue, text: "it is the " + other.String()}, values: []float64{other.value(z, p, y, true)}})
		}
	}
	return list
}

package doctor

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"actscope/graph"
	"actscope/models/handcoded"
)

// deviation is a formula that is not the textbook's, by the catalogue's name; the zero value is the textbook's.
type deviation struct {
	mistake string
	text    string // what was done
	// formula is what stands in place of the textbook's part: see formulas.go. It is empty where nothing can be written.
	formula string
	of      part
}

func (d deviation) none() bool { return d.mistake == "" }

// variant is a matrix that a deviating formula gives.
type variant struct {
	deviation
	matrix
}

// distinct adds a variant unless an earlier one has the same numbers.
func distinct(list []variant, v variant) []variant {
	for _, o := range list {
		if alike(o.v, v.v) {
			return list
		}
	}
	for _, x := range v.v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return list
		}
	}
	return append(list, v)
}

// alike tells whether two arrays are equal but for rounding.
func alike(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i, v := range a {
		if math.Abs(v-b[i]) > 1e-12*(math.Abs(v)+math.Abs(b[i])) {
			return false
		}
	}
	return true
}

// slopes are what ∂loss/∂a may be multiplied with at a layer in place of f'(z), the textbook's first.
func slopes(z, a matrix, own func(float64) float64) []variant {
	list := []variant{{deviation{}, z.each(own)}}
	add := func(mistake, text, formula string, m matrix) {
		list = distinct(list, variant{deviation{mistake, text, formula, slopePart}, m})
	}
	add("derivative-missing", "the activation's derivative is missing", "1", z.each(func(float64) float64 { return 1 }))
	add("derivative-twice", "the activation's derivative is applied twice", "{f}'({z})²", z.each(func(v float64) float64 { return own(v) * own(v) }))
	add("derivative-at-post-activation", "the activation's derivative is taken at a instead of z", "{f}'({a})", a.each(own))
	for _, g := range slopesOfOutput {
		add("derivative-formula-at-pre-activation", "the derivative's formula "+g.formula+" is given z for a", "("+strings.ReplaceAll(g.formula, "a", "{z}")+")", z.each(g.of))
	}
	for _, other := range graph.Activations() {
		add("another-derivative", "the derivative is that of "+other.Name, other.Name+"'({z})", z.each(other.Derivative))
	}
	for _, g := range slopesOfOutput {
		add("another-derivative", "the derivative is "+g.formula, "("+strings.ReplaceAll(g.formula, "a", "{a}")+")", a.each(g.of))
	}
	add("another-derivative", "the derivative is sigmoid's, taken at a", "sigmoid'({a})", a.each(sigmoidSlope))
	add("another-derivative", "the derivative is tanh's, taken at a", "tanh'({a})", a.each(graph.Tanh.Derivative))
	add("derivative-at-kink", "the derivative at exactly z = 0 is that of the right-hand side", "{f}'({z}+)", z.each(func(v float64) float64 {
		if v == 0 {
			v = math.SmallestNonzeroFloat64
		}
		return own(v)
	}))
	add("derivative-is-activation", "the activation stands where its derivative should", "{a}", a)
	return list
}

// slopesOfOutput are derivatives as code writes them, in terms of a = f(z).
var slopesOfOutput = []struct {
	formula string
	of      func(a float64) float64
}{
	{"a(1 - a)", func(a float64) float64 { return a * (1 - a) }},
	{"1 - a²", func(a float64) float64 { return 1 - a*a }},
	{"1 - a", func(a float64) float64 { return 1 - a }},
	{"a > 0", func(a float64) float64 {
		if a > 0 {
			return 1
		}
		return 0
	}},
}

// outputVariants are what the output's δ may be, not yet reduced, the textbook's first.
func outputVariants(o objective, z, p, y matrix, hidden func(float64) float64) (list []variant, twice []variant) {
	textbook := o.base(z, p, y)
	list = []variant{{deviation{}, textbook}}
	add := func(mistake, text, formula string, m matrix) {
		list = distinct(list, variant{deviation{mistake, text, formula, outputPart}, m})
	}
	pair := func(a, b matrix, f func(a, b float64) float64) matrix {
		m := zeros(a.rows, a.cols)
		for i, v := range a.v {
			m.v[i] = f(v, b.v[i])
		}
		return m
	}
	difference := pair(p, y, func(p, y float64) float64 { return p - y })
	squared := o.loss.AnyOutput()
	entropy := o.Loss == handcoded.Logits || o.Loss == handcoded.Article
	ownSlope := z.each(o.outputSlope())
	two := 1.0
	if o.Loss == handcoded.SquaredError {
		two = 2
	}
	// As a product of ∂loss/∂p with a slope.
	byP, byPFormula, ownFormula := difference.scaled(two), "(p - y)", ""
	switch {
	case entropy:
		byPFormula = "(p - y) / (p(1 - p))"
	case squared && o.outputName() != "identity":
		ownFormula = "{f}'({z})"
	}
	switch {
	case squared:
		add("output-derivative-missing", "the derivative of the output's activation is missing", "(p - y)", byP)
	case entropy:
		byP = pair(difference, ownSlope, func(d, s float64) float64 { return d / s })
		add("output-derivative-missing", "p(1 - p) is missing: this is the derivative by p", "(p - y) / (p(1 - p))", byP)
		add("output-derivative-twice", "p(1 - p) is one too many under a cross-entropy", "(p - y) ∘ p(1 - p)", difference.by(ownSlope))
		add("squared-error", "it is that of the squared error", "2 (p - y) ∘ p(1 - p)", difference.by(ownSlope).scaled(2))
	case o.Loss == handcoded.Softmax:
		slope := p.each(func(p float64) float64 { return p * (1 - p) })
		add("output-derivative-twice", "p(1 - p) is one too many under a cross-entropy", "(p - y) ∘ p(1 - p)", difference.by(slope))
		add("softmax-jacobian-missing", "softmax's Jacobian is missing: this is -y/p", "-y / p", pair(p, y, func(p, y float64) float64 { return -y / p }))
		add("softmax-jacobian-diagonal", "softmax's Jacobian has its diagonal only: this is -y(1 - p)", "-y ∘ (1 - p)", pair(p, y, func(p, y float64) float64 { return -y * (1 - p) }))
		jacobian := zeros(z.rows, z.cols)
		for i := range z.rows {
			dot := 0.0
			for j, v := range difference.row(i) {
				dot += v * p.row(i)[j]
			}
			for j, v := range difference.row(i) {
				jacobian.row(i)[j] = p.row(i)[j] * (v - dot)
			}
		}
		add("output-derivative-twice", "softmax's Jacobian is one too many under a cross-entropy", "p ∘ ((p - y) - Σ (p - y) ∘ p)", jacobian)
		add("sigmoid-for-softmax", "it is of a sigmoid of each unit, not of a softmax", "(sigmoid({z}) - y)", pair(z, y, func(z, y float64) float64 { return handcoded.Sigmoid(z) - y }))
	}
	if o.Loss == handcoded.Hinge {
		add("margin-missing", "the hinge lacks its margin of 1", "", perceptron(z, y))
		softmax := handcoded.Objective{Loss: handcoded.Softmax}
		if z.cols > 1 {
			d := zeros(z.rows, z.cols)
			for i := range z.rows {
				q := make([]float64, z.cols)
				total, largest := 0.0, math.Inf(-1)
				for _, v := range z.row(i) {
					largest = max(largest, v)
				}
				for j, v := range z.row(i) {
					q[j] = math.Exp(v - largest)
					total += q[j]
				}
				for j := range q {
					q[j] /= total
				}
				softmax.Derivative(d.row(i), z.row(i), q, y.row(i))
			}
			add("cross-entropy", "it is that of a cross-entropy of a softmax", "(softmax({z}) - y)", d)
		}
	} else {
		unlabelled := p
		if squared {
			unlabelled = p.by(ownSlope).scaled(two)
		}
		add("label-missing", "the target is not subtracted", times("p", ownFormula), unlabelled)
		flipped := o.base(z, p, y.each(func(y float64) float64 { return 1 - y }))
		add("labels-flipped", "the labels 0 and 1 are exchanged", times("(p - (1 - y))", ownFormula), flipped)
		sum := pair(p, y, func(p, y float64) float64 { return p + y })
		if squared {
			sum = sum.by(ownSlope).scaled(two)
		}
		add("label-added", "the target is added, not subtracted", times("(p + y)", ownFormula), sum)
		add("output-sigmoid-missing", "the output's activation is missing: this is z - y", "({z} - y)", pair(z, y, func(z, y float64) float64 { return two * (z - y) }))
		if y.cols == 1 || entropy {
			add("hard-decision", "the target is compared with the class, 0 or 1, instead of p", map[float64]string{1: "([p > 0.5] - y)", 2: "1/2 ([p > 0.5] - y)"}[two], pair(p, y, func(p, y float64) float64 {
				if p > 0.5 {
					return 1 - y
				}
				return -y
			}))
		}
	}
	if entropy {
		wrongSign := pair(p, y, func(p, y float64) float64 { return -y/p - (1-y)/(1-p) })
		add("loss-term-sign", "the sign of the second term in the loss's derivative is reversed", "(-y / p - (1 - y) / (1 - p)) ∘ p(1 - p)", wrongSign.by(ownSlope))
		list, twice = productVariants(list, twice, wrongSign, "(-y / p - (1 - y) / (1 - p))", variant{deviation: deviation{mistake: "loss-term-sign", text: "the sign of the second term in the loss's derivative is reversed"}}, z, p, o, hidden)
	}
	if y.cols > 1 && o.OneHot(y.cols) {
		shifted := func(by int) matrix {
			s := zeros(y.rows, y.cols)
			for i := range y.rows {
				for j, v := range y.row(i) {
					s.row(i)[(j+by+y.cols)%y.cols] = v
				}
			}
			return s
		}
		add("classes-shifted", "the classes are shifted by one", times("(p - y of the class before)", ownFormula), o.base(z, p, shifted(1)))
		add("classes-shifted", "the classes are shifted by one", times("(p - y of the class behind)", ownFormula), o.base(z, p, shifted(-1)))
		if o.Loss == handcoded.Softmax {
			index := zeros(y.rows, y.cols)
			for i := range y.rows {
				class := 0.0
				for j, v := range y.row(i) {
					class += float64(j) * v
				}
				for j := range y.cols {
					index.row(i)[j] = p.row(i)[j] - class
				}
			}
			add("class-number-as-value", "the number of the class is subtracted from every output", "(p - number of the class)", index)
		}
	}
	// A slope in place of the output's, and one too many.
	if squared || entropy {
		list, twice = productVariants(list, twice, byP, byPFormula, variant{}, z, p, o, hidden)
	}
	for _, s := range slopes(z, p, o.outputSlope()) {
		if !squared || !s.none() {
			add(outputSlopeMistake(s.mistake, "output-slope-extra"), "it is multiplied once more: "+slopeText(s), times(times("(p - y)", ownFormula), cmp.Or(s.formula, "{f}'({z})")), textbook.by(s.matrix))
		}
	}
	if hidden != nil {
		add("hidden-derivative-at-output", "it is multiplied by the derivative of the hidden activation", times(times("(p - y)", ownFormula), "{h}'({z})"), textbook.by(z.each(hidden)))
	}
	return list, twice
}

// perceptron is the hinge's δ without the margin.
func perceptron(z, y matrix) matrix {
	d := zeros(z.rows, z.cols)
	for i := range z.rows {
		if z.cols == 1 {
			if sign := 2*y.v[i] - 1; -sign*z.v[i] > 0 {
				d.v[i] = -sign
			}
			continue
		}
		class := 0
		for j, v := range y.row(i) {
			if v == 1 {
				class = j
			}
		}
		for j, v := range z.row(i) {
			if j != class && v > z.row(i)[class] {
				d.row(i)[j]++
				d.row(i)[class]--
			}
		}
	}
	return d
}

// productVariants adds ∂loss/∂p times the slopes that are not the output's; with a deviation in the former the product has
// two and goes to twice.
func productVariants(list, twice []variant, byP matrix, byPFormula string, first variant, z, p matrix, o objective, hidden func(float64) float64) ([]variant, []variant) {
	all := slopes(z, p, o.outputSlope())
	if hidden != nil {
		all = distinct(all, variant{deviation{"hidden-derivative-at-output", "the derivative is that of the hidden activation", "{h}'({z})", slopePart}, z.each(hidden)})
	}
	for _, s := range all {
		if s.none() {
			continue
		}
		d := deviation{mistake: outputSlopeMistake(s.mistake, s.mistake), text: "for the output's derivative: " + slopeText(s), formula: times(byPFormula, s.formula), of: outputPart}
		if first.none() {
			list = distinct(list, variant{d, byP.by(s.matrix)})
		} else {
			d.mistake, d.text = first.mistake, first.text+"; "+d.text
			twice = distinct(twice, variant{d, byP.by(s.matrix)})
		}
	}
	return list, twice
}

// outputSlopeMistake is the name that a wrong slope has at the output.
func outputSlopeMistake(mistake, other string) string {
	switch mistake {
	case "derivative-missing":
		return "output-derivative-missing"
	case "derivative-twice", "":
		return "output-derivative-twice"
	}
	return other
}

func slopeText(s variant) string {
	if s.none() {
		return "the derivative of the output's activation"
	}
	return s.text
}

// formula is what a gradient's array may hold, given the layer's δ.
type formula struct {
	deviation
	values []float64
	// entry is the value for input i of unit j, of weights, whose values are not computed before they are asked for.
	entry func(i, j int) float64
}

// few are a target's few entries.
func (f *formula) few(n *target) []float64 {
	few := make([]float64, len(n.inputs))
	for k, i := range n.inputs {
		few[k] = f.entry(i, n.unit)
	}
	return few
}

func (f *formula) compute(in, out int) {
	if f.values != nil {
		return
	}
	f.values = make([]float64, in*out)
	for i := range in {
		for j := range out {
			f.values[i*out+j] = f.entry(i, j)
		}
	}
}

// weightFormulas are what gW of layer l may be made of, besides the textbook's aᵀδ, which is given.
func (t *trial) weightFormulas(l int, c *candidate, textbook []float64) []*formula {
	lay, d, a := t.r.layers[l-1], c.matrix, t.a[l-1]
	in, out, n := lay.w.rows, lay.w.cols, d.rows
	list := []*formula{}
	add := func(mistake, text, written string, entry func(i, j int) float64) {
		list = append(list, &formula{deviation: deviation{mistake, text, written, weights}, entry: entry})
	}
	product := func(a matrix) func(i, j int) float64 {
		return func(i, j int) (sum float64) {
			for r := range n {
				sum += a.v[r*a.cols+i] * d.v[r*out+j]
			}
			return sum
		}
	}
	if in > 1 && out > 1 {
		add("weight-gradient-transposed", "it is transposed", "("+t.outer(t.input(l), delta(l))+")ᵀ", func(i, j int) float64 {
			at := i*out + j
			return textbook[at%in*out+at/in]
		})
	}
	for j := range t.a {
		if j != l-1 && t.a[j].cols == in {
			text := "it takes the input of another layer"
			if j == l {
				text = "it takes the layer's own activation for its input"
			}
			add("input-of-another-layer", text, t.outer(t.input(j+1), delta(l)), product(t.a[j]))
		}
	}
	if l > 1 {
		add("input-before-activation", "it takes the layer's input before its activation, z for a", t.outer(fmt.Sprintf("z%d", l-1), delta(l)), product(t.z[l-1]))
	}
	if n == in {
		add("input-not-transposed", "the layer's input is not transposed", t.outer(t.input(l)+"ᵀ", delta(l)), product(a.transposed()))
	}
	sums := d.columnSums()
	if n > 1 {
		row := func(r int) func(i, j int) float64 {
			return func(i, j int) float64 { return a.row(r)[i] * d.row(r)[j] }
		}
		add("one-row-only", "only the last row counts", t.outer(t.input(l)+"[last]", delta(l)+"[last]"), row(n-1))
		add("one-row-only", "only the first row counts", t.outer(t.input(l)+"[first]", delta(l)+"[first]"), row(0))
		inputs := a.columnSums()
		add("batch-averaged-first", "input and δ are averaged over the batch before they are multiplied", t.outer("mean("+t.input(l)+")", "Σ "+delta(l)), func(i, j int) float64 {
			return inputs[i] * sums[j] / float64(n)
		})
	}
	add("weights-for-input", "it takes W for the layer's input", lay.parameter.Name+" ∘ Σ "+delta(l), func(i, j int) float64 { return lay.w.v[i*out+j] * sums[j] })
	return list
}

// biasFormulas are what gb may be besides the sum over the batch.
func (t *trial) biasFormulas(l int, d matrix, textbook []float64) []formula {
	lay := t.r.layers[l-1]
	n := d.rows
	list := []formula{}
	add := func(mistake, text, written string, values []float64) {
		if len(values) == len(lay.gb) && !alike(values, textbook) {
			list = append(list, formula{deviation: deviation{mistake, text, written, biases}, values: values})
		}
	}
	add("bias-not-summed", "it is δ itself, not summed over the batch", delta(l), d.v)
	if t.r.columns {
		add("bias-not-summed", "it is δ itself, not summed over the batch", delta(l), d.transposed().v)
	}
	add("bias-summed-over-units", "it is summed over the units instead of the batch", "Σ "+delta(l)+" over the units", d.rowSums())
	total := 0.0
	for _, v := range textbook {
		total += v
	}
	everything := make([]float64, len(lay.gb))
	for i := range everything {
		everything[i] = total
	}
	add("bias-summed-over-everything", "it is one sum over rows and units", "Σ "+delta(l)+" over samples and units", everything)
	if n > 1 {
		add("one-row-only", "only the last row counts", delta(l)+"[last]", d.row(n-1))
		add("one-row-only", "only the first row counts", delta(l)+"[first]", d.row(0))
	}
	return list
}

package doctor

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Step compares one array of the file with its formula, applied to the author's own arrays before it.
type Step struct {
	Name string `json:"name"` // the file's own
	// Formula is in the file's own names and layout; z1, a1, δ1 and p stand for what the file does not have.
	Formula string `json:"formula"`
	// Given are the arrays that it was computed from.
	Given    []string `json:"given"`
	Agrees   bool     `json:"agrees"`
	Sentence string   `json:"sentence"`
	// Residual is what the formula leaves of the array, or, where it does not agree, what the sentence leaves: the largest
	// difference, relative to the array's largest entry.
	Residual float64 `json:"residual"`

	layer   int
	mistake string // "" where nothing explains it
	cause   string // what was done otherwise, where it is more than a factor
}

// walk goes through a network in the order of computation. Its trial's z and a are the author's own where the file has
// them, else the textbook's of those before; so are da and dz, ∂loss/∂a and ∂loss/∂z by layer.
type walk struct {
	*trial
	pure   *trial // with the textbook's z and a throughout
	state  *state
	label  labels
	own    map[meaning][]*stored
	da, dz []matrix
	wrong  map[meaning]bool
	// again is dz by its formula where the author's own is wrong.
	again map[int]matrix
	// scale is that of the author's ∂ relative to those of the sum over the rows, carry what is left to the gradients of the
	// parameters to be multiplied with, common the product of both.
	scale, carry, common float64
	list                 []Step
}

// mostDeviating is up to how many entries deviations of a stored array are looked for in a large batch: some hundred arrays
// of that size are in memory together.
const mostDeviating = 1 << 19

// newWalk prepares the chain of a trial's network, given the intermediates.
func newWalk(t *trial, own []*stored) *walk {
	c := *t
	c.relative = max(t.relative, t.tolerance.Relative)
	c.slopes, c.solvers, c.candidate, c.downs, c.probed = nil, nil, map[*float64][]*candidate{}, nil, nil
	n := len(t.r.layers)
	c.z, c.a = make([]matrix, n+1), make([]matrix, n+1)
	c.z[0], c.a[0] = t.z[0], t.a[0]
	w := &walk{
		trial: &c, pure: t, own: map[meaning][]*stored{}, da: make([]matrix, n+1), dz: make([]matrix, n+1),
		wrong: map[meaning]bool{}, again: map[int]matrix{},
	}
	for _, s := range own {
		w.own[s.meaning] = append(w.own[s.meaning], s)
	}
	for l := 1; l <= n; l++ {
		c.z[l] = w.get(meaning{preKind, l})
		c.a[l] = w.get(meaning{postKind, l})
	}
	units := 0
	for _, z := range c.z[1:] {
		units = max(units, len(z.v))
	}
	if units <= mostDeviating {
		c.atLeast = 1
	}
	for l := n; l >= 1; l-- {
		w.da[l] = w.get(meaning{upKind, l})
		w.dz[l] = w.get(meaning{deltaKind, l})
	}
	return w
}

// has tells whether the file has an intermediate.
func (w *walk) has(k kind, l int) bool { return len(w.own[meaning{k, l}]) > 0 }

// get is the author's own array, or else the textbook's.
func (w *walk) get(m meaning) matrix {
	if own := w.own[m]; len(own) > 0 {
		return own[0].matrix
	}
	return w.expected(m)
}

// expected is what the textbook makes of the arrays before one; those of ∂ are of the sum over the rows if nothing above
// them is stored.
func (w *walk) expected(m meaning) matrix {
	n := len(w.r.layers)
	switch l := m.layer; {
	case m.kind == postKind && l == 0:
		return w.r.x
	case m.kind == preKind:
		return w.affine(l, w.a[l-1])
	case m.kind == postKind:
		return w.activate(l, w.z[l])
	case m.kind == upKind && l == n:
		return w.o.up(w.z[n], w.a[n], w.r.y)
	case m.kind == upKind:
		return w.dz[l+1].times(w.r.layers[l].w.transposed())
	case l == n && w.has(upKind, n) && !w.upRight():
		return w.o.through(w.da[n], w.z[n], w.a[n]).scaled(1 / w.outputScale())
	case l == n:
		return w.o.base(w.z[n], w.a[n], w.r.y)
	default:
		return w.da[l].by(w.z[l].each(w.activations[l-1].Derivative))
	}
}

// open tells ∂ above which the file has no ∂loss/∂z, so that their scale is the author's choice: between ∂loss/∂p and that
// of the output there may be a division, too.
func (w *walk) open(m meaning) bool {
	n := len(w.r.layers)
	if m.kind == preKind || m.kind == postKind {
		return false
	}
	for l := n; l > m.layer; l-- {
		if w.has(deltaKind, l) || l < n && w.has(upKind, l) {
			return false
		}
	}
	return m.kind == upKind || m.layer == n || !w.has(upKind, m.layer)
}

// upRight tells whether the author's ∂loss/∂p is right but for its scale; then p - y is more exact than what comes of it.
func (w *walk) upRight() bool {
	n := len(w.r.layers)
	k, ok := w.fit(w.da[n].v, w.o.up(w.z[n], w.a[n], w.r.y).v)
	return ok && k != 0 && !w.has(deltaKind, n)
}

// outputScale is that of an author's ∂loss/∂p of another formula where ∂loss/∂z of the output is not stored, else 1.
func (w *walk) outputScale() float64 {
	n := len(w.r.layers)
	if w.has(deltaKind, n) {
		return 1
	}
	// The division that makes a gradient of the output layer right.
	through, lay := w.o.through(w.da[n], w.z[n], w.a[n]), w.r.layers[n-1]
	for _, r := range reductions {
		k := 1 / r.Divisor(w.r.rows(), w.r.outputs())
		if w.state != nil && (w.matches(lay.gw, w.a[n-1].transposedTimes(through).v, w.state.factor.value/k) || w.matches(lay.gb, w.sum(n, through), w.state.factor.value/k)) {
			return k
		}
	}
	return 1
}

// score is how well an array fits a place: 2 by its formula, 1 but for a factor.
func (w *walk) score(s *stored) float64 {
	want := w.expected(s.meaning).v
	if w.matches(s.v, want, 1) {
		return 2
	}
	k, ok := w.fit(s.v, want)
	switch {
	case !ok || k == 0 || nonzero(s.v)-1 < w.least():
		return 0
	case w.open(s.meaning):
		return 2
	}
	return 1
}

// steps checks the stored arrays one by one; there are none for a file without intermediates. Where an explanation leaves
// arrays unexplained, what its gradients have in common is what the steps say.
func (e *explanation) steps(label labels, arrays []Array, n names) []Step {
	t := e.trial
	own, misshapen := t.recognise(arrays, n)
	if len(own)+len(misshapen) == 0 && t.r.loss == nil {
		return nil
	}
	w := newWalk(t, own)
	w.state, w.label = e.state, label
	layers := len(t.r.layers)
	for _, x := range w.own[meaning{postKind, 0}] {
		w.check(step{stored: x.v, Step: Step{Name: x.name, Formula: x.name + " = " + label.x}, sources: []made{{values: t.r.x.v, given: []string{label.x}}}, k: 1, of: x.meaning})
	}
	for l := 1; l <= layers; l++ {
		w.forward(l)
	}
	w.checkLoss()
	if len(own)+len(misshapen) == 0 { // a loss alone is told only where it is not right
		if len(w.list) == 0 || w.list[0].Agrees {
			return nil
		}
		return w.list
	}
	w.conventions()
	if meant := factors(t.meant, t.r.rows(), t.r.outputs())[0]; len(e.unexplained) > 0 && e.factor.reduction == "" && w.same(w.common, meant.value) {
		s := *e.state
		s.factor = meant
		e.state = &s
	}
	for l := layers; l >= 1; l-- {
		w.backward(l)
		w.gradients(l)
	}
	w.checkUp(0)
	return append(misshapen, w.list...)
}

// preferOwn prefers, among explanations with faults, those of networks that the stored intermediates fit.
func preferOwn(found []explanation, arrays []Array, n names) []explanation {
	if len(found[0].faults)+len(found[0].unexplained) == 0 || len(n.families(arrays)) == 0 {
		return found
	}
	misfits := map[*trial]int{}
	least := math.MaxInt
	for _, e := range found {
		if _, known := misfits[e.trial]; !known {
			own, _ := e.trial.recognise(arrays, n)
			w := newWalk(e.trial, own)
			count := 0
			for _, s := range own {
				if w.score(s) < 2 {
					count++
				}
			}
			misfits[e.trial], least = count, min(least, count)
		}
	}
	for i := range found {
		e := &found[i]
		s := *e.state
		s.cost += costOtherLoss * float64(misfits[e.trial]-least)
		e.state = &s
	}
	slices.SortStableFunc(found, func(a, b explanation) int { return cmp.Compare(a.cost, b.cost) })
	return found
}

// bySteps names the faults of a report by its steps, where the search left arrays unexplained.
func (t *trial) bySteps(e explanation, report *Report) {
	unexplained := slices.Clone(e.unexplained)
	var faults []Fault
	var told []Step
	for _, s := range report.Steps {
		if s.Agrees || s.mistake != "" {
			unexplained = slices.DeleteFunc(unexplained, func(name string) bool { return name == s.Name })
		}
		again := slices.ContainsFunc(told, func(o Step) bool { return s.cause != "" && o.cause == s.cause && o.layer == s.layer })
		causes := s.layer > 0 && s.mistake != lossValue       // faults of the gradients
		if !s.Agrees && s.mistake != "" && causes && !again { // a δ that is not stored shows in W and in b
			layer := s.layer
			told = append(told, s)
			faults = append(faults, Fault{Mistake: s.mistake, Layer: &layer, Sentence: s.Sentence, Should: s.Formula, Residual: s.Residual})
		}
	}
	if len(faults) == 0 || len(unexplained) == len(e.unexplained) {
		return
	}
	report.Diagnosis = append(slices.DeleteFunc(report.Diagnosis, func(f Fault) bool { return f.Layer != nil }), faults...)
	s := *e.state
	s.unexplained, s.recovered = unexplained, nil
	report.Remark = strings.TrimSuffix("the faults are those that the stored intermediates tell, step by step; "+t.remark(explanation{&s, t}, false), "; ")
}

// made is what a formula gives.
type made struct {
	deviation
	values []float64
	given  []string
	note   string // what is said of it where it agrees, in place of what is given
}

// step is what is compared with what.
type step struct {
	Step
	stored []float64
	of     meaning
	// sources are formulas of the textbook: of the author's own arrays, and of what these should be where they are wrong.
	sources []made
	k       float64 // what they are multiplied with
	// others are formulas that are not the textbook's.
	others func() []made
	// forward says what goes wrong there by a name of its own.
	forward string
}

// check compares an array with its formulas, and adds the step.
func (w *walk) check(s step) bool {
	n := s.Step
	n.Given, n.layer, n.Residual = s.sources[0].given, s.of.layer, 1
	want := s.sources[0].values
	_, right, _ := strings.Cut(n.Formula, " = ")
	finish := func(mistake, sentence string, f []float64, k float64) bool {
		n.mistake, n.Sentence = mistake, sentence
		if s.forward != "" && mistake != "" {
			n.mistake = s.forward
		}
		if f != nil {
			n.Residual = residual(s.stored, f, k)
		}
		w.list = append(w.list, n)
		w.wrong[s.of] = w.wrong[s.of] || !n.Agrees
		return n.Agrees
	}
	for _, f := range s.sources {
		if w.matches(s.stored, f.values, s.k) {
			n.Agrees, n.Given = true, f.given
			if f.note == "" {
				f.note = w.givenOwn(n)
			}
			return finish("", n.Name+" is right"+f.note, f.values, s.k)
		}
	}
	if len(s.stored) != len(want) {
		return finish("", fmt.Sprintf("%s is not %s, which has %d numbers", n.Name, right, len(want)), nil, 0)
	}
	entries := nonzero(s.stored)
	if k, ok := w.fit(s.stored, want); ok && !math.IsNaN(k) {
		d, _, ok := w.ratio(k/s.k, max(s.of.layer, 1), entries)
		if k == 0 {
			return finish(d.mistake, fmt.Sprintf("%s is zero, not %s", n.Name, right), want, 0)
		}
		if ok {
			return finish(d.mistake, fmt.Sprintf("%s is %s %s", n.Name, w.times(k/s.k), bracketed(right)), want, k)
		}
	}
	if s.others != nil && entries >= w.least() {
		others := s.others()
		text := func(f made) string { n.cause = f.text; return f.text }
		for _, f := range others {
			if w.matches(s.stored, f.values, s.k) {
				return finish(f.mistake, fmt.Sprintf("%s is not %s: %s", n.Name, right, text(f)), f.values, s.k)
			}
		}
		for _, f := range others {
			k, ok := w.fit(s.stored, f.values)
			if !ok || k == 0 {
				continue
			}
			if _, fitted, ok := w.ratio(k/s.k, max(s.of.layer, 1), entries); ok && entries-fitted > w.least() {
				return finish(f.mistake, fmt.Sprintf("%s is not %s: %s, and it is %s that", n.Name, right, text(f), w.times(k/s.k)), f.values, k)
			}
		}
	}
	off := apart(s.stored, matrix{1, len(want), want}.scaled(s.k).v)
	n.Residual = residual(s.stored, want, s.k)
	if math.IsInf(off, 0) || math.IsNaN(n.Residual) || math.IsInf(n.Residual, 0) {
		n.Residual = 1
		return finish("", fmt.Sprintf("%s is not %s: it is not finite", n.Name, right), nil, 0)
	}
	return finish("", fmt.Sprintf("%s is not %s, and nothing that is looked for explains it (off by up to %.3g, its largest entry being %.3g)", n.Name, right, off, largest(s.stored)), nil, 0)
}

// givenOwn names the intermediates among what a step was computed from.
func (w *walk) givenOwn(n Step) string {
	var names []string
	for _, g := range n.Given {
		for _, list := range w.own {
			if slices.ContainsFunc(list, func(s *stored) bool { return s.name == g }) {
				names = append(names, g)
				break
			}
		}
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return " given your " + names[0]
	}
	return " given your " + strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// times puts a factor into words.
func (w *walk) times(k float64) string {
	rows := float64(w.r.rows())
	switch {
	case w.same(k, 2):
		return "twice"
	case w.same(k, 0.5):
		return "half of"
	case rows > 1 && w.same(k, 1/rows):
		return fmt.Sprintf("1/%g of", rows)
	case rows > 1 && w.same(k, rows):
		return fmt.Sprintf("%g times", rows)
	}
	return fmt.Sprintf("%.6g times", k)
}

// bracketed is a formula that something is multiplied with.
func bracketed(formula string) string {
	if strings.Contains(formula, " + ") && !strings.HasPrefix(formula, "(") {
		return "(" + formula + ")"
	}
	return formula
}

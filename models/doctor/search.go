package doctor

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"actscope/graph"
	"actscope/models/handcoded"
	"actscope/models/handcoded/mistakes"
)

// Costs of an explanation's parts.
const (
	costDeviation   = 1
	costRepeated    = 0.15 // the same in a lower layer
	costUnlisted    = 1.25 // a factor that has no name
	costPenalty     = 0.5
	costUnexplained = 2.5 // an array
	// within is how much more an explanation may cost than the best and still be told.
	within = 0.3
)

// beam is how many states go on from layer to layer.
const beam = 40

// Part is what of a layer's gradients a fault is in.
type part string

const (
	whole   part = ""
	weights part = "W"
	biases  part = "b"
)

// fault is one thing that the author's code does otherwise than the textbook.
type fault struct {
	deviation
	layer  int
	part   part
	factor float64 // of faults that are one
	down   bool    // it is in what is sent down only
	own    bool    // it is in the layer's own gradients only
	// residual is what the fault leaves unexplained of the arrays of its layer, relative to their largest entries.
	residual float64
}

// trial is one reading under one objective with the hidden layers' activations.
type trial struct {
	r           *reading
	o           objective
	activations []graph.Activation // layer by layer
	options     Options
	meant       handcoded.Reduction
	l2          float64
	tolerance   mistakes.Tolerance
	// relative is how exactly a formula has to give an array, digits its decimal places.
	relative, digits float64

	z, a []matrix // from layer 1; a[0] = x
	// reference are the right gradients of the sum over rows: δ, Σaᵀδ, Σδ.
	delta  []matrix
	gw, gb [][]float64

	downs   []down      // that the output may send down beside its own
	slopes  [][]variant // of hidden layers, by layer
	solvers []*mat.QR   // of aᵀ, by layer
	// probed is the first entry of the gradient that mayFit saw last, with its unit and its size.
	probed     *float64
	probedUnit int
	probedMost float64
	candidate  map[*float64][]*candidate
	limit      float64 // states that cost more are dropped
	fits       int
}

// down is a δ that a layer sends down, with the fault that it is not the one of the layer's own gradients.
type down struct {
	matrix
	fault *fault
	// textbook says that the layer's own gradients come from another δ, this one being the textbook's.
	textbook bool
}

// candidate is a δ that a layer's own gradients may come from.
type candidate struct {
	matrix
	faults []fault
	b      []float64 // what the textbook makes of it for the biases

	// w is the same for the weights, nil until it is asked for; column is a column of it, which tells most candidates that
	// do not fit at a small part of the price.
	w, column            []float64
	unit                 int // of the column
	wFormulas, bFormulas []formula
	textbook             bool // see down
}

// state is an explanation of the layers from the output down to one.
type state struct {
	cost        float64
	factor      factor
	penalty     float64
	hasPenalty  bool
	faults      []fault
	unexplained []string
	recovered   []int // layers whose δ is recovered from the author's own gradient
	downs       []down
}

func (s *state) with(extra float64, faults ...fault) *state {
	n := *s
	n.faults = slices.Clone(s.faults)
	n.unexplained = slices.Clone(s.unexplained)
	n.recovered = slices.Clone(s.recovered)
	n.cost += extra
	for _, f := range faults {
		n.cost += s.price(f)
		n.faults = append(n.faults, f)
	}
	return &n
}

// price is what a fault adds to the state's cost.
func (s *state) price(f fault) float64 {
	for _, o := range s.faults {
		if o.mistake == f.mistake && o.text == f.text && o.part == f.part && o.layer != f.layer {
			return costRepeated
		}
	}
	if f.mistake == unlisted {
		return costUnlisted
	}
	return costDeviation
}

func newTrial(r *reading, o objective, activations []graph.Activation, options Options, tolerance mistakes.Tolerance) *trial {
	t := &trial{r: r, o: o, activations: activations, options: options, tolerance: tolerance, limit: math.Inf(1)}
	t.relative, t.digits = min(tolerance.Relative, 1e-7), 7
	if r.single {
		t.relative, t.digits = min(tolerance.Relative, 1e-4), 4
	}
	if options.L2 != nil {
		t.l2 = *options.L2
	}
	n := len(r.layers)
	t.a, t.z = []matrix{r.x}, []matrix{r.x}
	for l, lay := range r.layers {
		z := t.a[l].times(lay.w)
		if lay.b != nil {
			for i := range z.rows {
				for j := range z.row(i) {
					z.row(i)[j] += lay.b[j]
				}
			}
		}
		a := zeros(z.rows, z.cols)
		if l == n-1 {
			for i := range z.rows {
				o.Activate(a.row(i), z.row(i))
			}
		} else {
			a = z.each(activations[l].Value)
		}
		t.z, t.a = append(t.z, z), append(t.a, a)
	}
	t.delta = make([]matrix, n+1)
	t.gw, t.gb = make([][]float64, n+1), make([][]float64, n+1)
	t.delta[n] = o.base(t.z[n], t.a[n], r.y)
	for l := n; l >= 1; l-- {
		t.gw[l] = t.a[l-1].transposedTimes(t.delta[l]).v
		t.gb[l] = t.sum(l, t.delta[l])
		if l > 1 {
			t.delta[l-1] = t.delta[l].times(r.layers[l-1].w.transposed()).by(t.z[l-1].each(activations[l-2].Derivative))
		}
	}
	return t
}

// finite tells whether the passes are.
func (t *trial) finite() bool {
	for l := 1; l < len(t.gw); l++ {
		for _, v := range slices.Concat(t.z[l].v, t.gw[l], t.gb[l]) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return false
			}
		}
	}
	return true
}

// sum is the biases' gradient of layer l, given δ.
func (t *trial) sum(l int, d matrix) []float64 {
	sums := d.columnSums()
	if t.r.layers[l-1].shared {
		total := 0.0
		for _, v := range sums {
			total += v
		}
		return []float64{total}
	}
	return sums
}

// search finds the explanations that cost least, at most limit, the best first.
func (t *trial) search(ctx context.Context) ([]*state, error) {
	if s := t.textbook(); s != nil {
		return []*state{s}, nil
	}
	n := len(t.r.layers)
	var derivative func(float64) float64
	if n > 1 {
		derivative = t.activations[n-2].Derivative
	}
	variants, twice := outputVariants(t.o, t.z[n], t.a[n], t.r.y, derivative)
	if t.deviations() == 0 {
		variants, twice = variants[:min(len(variants), 4)], nil
	}
	var output []*candidate
	for i, v := range slices.Concat(variants, twice) {
		c := &candidate{matrix: v.matrix}
		if !v.none() {
			c.faults = []fault{{deviation: v.deviation, layer: n}}
			if i >= len(variants) { // two deviations, named together
				first, second, _ := strings.Cut(v.text, "; ")
				c.faults[0].text = first
				c.faults = append(c.faults, fault{deviation: deviation{"another-derivative", second}, layer: n})
			}
		}
		c.b = t.sum(n, c.matrix)
		output = append(output, c)
	}
	for _, v := range variants[1:] {
		t.downs = append(t.downs, down{matrix: v.matrix, fault: &fault{deviation: v.deviation, layer: n, down: true}})
	}

	var states []*state
	for _, f := range t.allFactors(output) {
		s := &state{factor: f, cost: f.cost}
		if t.l2 > 0 {
			s.penalty, s.hasPenalty = t.l2*f.value*t.meant.Divisor(t.r.rows(), t.r.outputs()), true
		}
		states = append(states, s)
		if t.options.L2 == nil {
			for _, mu := range t.penalties(s) {
				n := s.with(costPenalty)
				n.penalty, n.hasPenalty = mu, true
				states = append(states, n)
			}
		}
	}
	for l := n; l >= 1; l-- {
		var next []*state
		t.candidate = map[*float64][]*candidate{}
		for _, s := range states {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if l == n {
				next = append(next, t.explain(s, l, output)...)
				continue
			}
			var list []*candidate
			for _, d := range s.downs {
				list = append(list, t.from(l, d)...)
			}
			list = append(list, t.restarted(l)...)
			next = append(next, t.explain(s, l, list)...)
		}
		states = t.prune(next)
	}
	t.candidate, t.slopes, t.solvers = nil, nil, nil
	best := slices.MinFunc(states, func(a, b *state) int { return cmp.Compare(a.cost, b.cost) })
	states = slices.DeleteFunc(states, func(s *state) bool { return s.cost > best.cost+within+1e-9 })
	return states, nil
}

// penalties are the strengths of a penalty with which the textbook gives the weights' gradients of some layer.
func (t *trial) penalties(s *state) []float64 {
	var list []float64
	for l, lay := range t.r.layers {
		if len(lay.gw) != len(lay.w.v) || t.matches(lay.gw, t.gw[l+1], s.factor.value) || len(lay.gw)-1 < t.least() {
			continue
		}
		f, ok := t.fitPenalty(s, lay.gw, t.gw[l+1], lay.w.v)
		if ok && f.penalty != 0 && !slices.ContainsFunc(list, func(mu float64) bool { return t.same(f.penalty, mu) }) {
			list = append(list, f.penalty)
		}
	}
	return list
}

// textbook is the explanation of gradients that are right within the caller's tolerance, else nil.
func (t *trial) textbook() *state {
	f := factors(t.meant, t.r.rows(), t.r.outputs())[0]
	for l, lay := range t.r.layers {
		w, b := slices.Clone(t.gw[l+1]), slices.Clone(t.gb[l+1])
		for i := range w {
			w[i] = f.value*w[i] + t.l2*lay.w.v[i]
		}
		for i := range b {
			b[i] *= f.value
		}
		if lay.gw != nil && !t.tolerance.Agree(lay.gw, w) || lay.gb != nil && !t.tolerance.Agree(lay.gb, b) {
			return nil
		}
	}
	return &state{factor: f, penalty: t.l2, hasPenalty: t.l2 > 0}
}

// deviations is how many deviations of a layer's δ are tried together: fewer for batches whose matrices are large.
func (t *trial) deviations() int {
	most := 0
	for _, z := range t.z {
		most = max(most, len(z.v))
	}
	switch {
	case most <= 1<<16:
		return 2
	case most <= 1<<20:
		return 1
	}
	return 0
}

// prune keeps the cheapest states.
func (t *trial) prune(states []*state) []*state {
	slices.SortStableFunc(states, func(a, b *state) int { return cmp.Compare(a.cost, b.cost) })
	var kept []*state
	for i, s := range states {
		if len(kept) == beam || i > 0 && s.cost > t.limit+within {
			break
		}
		kept = append(kept, s)
	}
	return kept
}

// allFactors are the declared ones and those that the output's gradients, or two arrays under the textbook, have.
func (t *trial) allFactors(output []*candidate) []factor {
	list := factors(t.meant, t.r.rows(), t.r.outputs())
	if t.options.Reduction != "" {
		for i := range list[1:] {
			list[i+1].cost += costNotGiven
		}
	}
	declared := len(list)
	add := func(k float64) {
		if k == 0 || math.IsNaN(k) || math.IsInf(k, 0) || len(list) > declared+12 {
			return
		}
		if !slices.ContainsFunc(list, func(f factor) bool { return math.Abs(f.value-k) < 10*t.relative*math.Abs(k) }) {
			list = append(list, factor{value: k, cost: costUndeclared})
		}
	}
	shared := map[int]float64{}
	for l := 1; l < len(t.gw); l++ {
		lay := t.r.layers[l-1]
		for i, g := range [][]float64{lay.gw, lay.gb} {
			m := [][]float64{t.gw[l], t.gb[l]}[i]
			if k, ok := t.fit(g, m); ok && len(g) > t.least() {
				for _, o := range shared {
					if math.Abs(o-k) < 10*t.relative*math.Abs(k) {
						add(k)
					}
				}
				shared[2*l+i] = k
			}
		}
	}
	for _, i := range slices.Backward(slices.Sorted(maps.Keys(shared))) {
		add(shared[i])
	}
	last := t.r.layers[len(t.r.layers)-1]
	for _, c := range output {
		if k, ok := t.fitTextbook(len(t.r.layers), c, last.gw); ok && len(last.gw) > t.least() {
			if kb, ok := t.fit(last.gb, c.b); last.gb == nil || ok && math.Abs(kb-k) < 10*t.relative*math.Abs(k) {
				add(k)
			}
		}
	}
	return list
}

// least is how many entries beyond its coefficients a formula has to give.
func (t *trial) least() int {
	if t.r.single {
		return 2
	}
	return 1
}

// margin is how far entries may be from what a formula gives.
func (t *trial) margin(g []float64) float64 { return t.relative*largest(g) + 1e-300 }

// fit is the factor k with g = k m, if there is one.
func (t *trial) fit(g, m []float64) (k float64, ok bool) {
	if len(g) == 0 || len(g) != len(m) {
		return 0, false
	}
	at := 0
	for i, v := range m {
		if math.Abs(v) > math.Abs(m[at]) {
			at = i
		}
	}
	if m[at] == 0 {
		return 1, largest(g) == 0
	}
	k = g[at] / m[at]
	t.fits++
	return k, t.matches(g, m, k)
}

// matches tells whether g = k m.
func (t *trial) matches(g, m []float64, k float64) bool {
	if len(g) != len(m) {
		return false
	}
	margin := t.margin(g)
	for i, v := range g {
		if !(math.Abs(v-k*m[i]) <= margin) {
			return false
		}
	}
	return true
}

// residual is how far g is from k m, relative to its largest entry.
func residual(g, m []float64, k float64) float64 {
	most, off := largest(g), 0.0
	for i, v := range g {
		off = max(off, math.Abs(v-k*m[i]))
	}
	if most == 0 {
		return off
	}
	return off / most
}

// nonzero counts entries that are evidence.
func nonzero(g []float64) int {
	count := 0
	for _, v := range g {
		if v != 0 {
			count++
		}
	}
	return count
}

// largest is the largest absolute value, NaN if there is one among them.
func largest(values []float64) float64 {
	most := 0.0
	for _, v := range values {
		if a := math.Abs(v); a > most || math.IsNaN(a) {
			most = a
			if math.IsNaN(a) {
				break
			}
		}
	}
	return most
}

// from are the candidates for layer l's δ, given what the layer above sends down.
func (t *trial) from(l int, d down) []*candidate {
	if list, known := t.candidate[&d.v[0]]; known {
		return list
	}
	var first []fault
	if d.fault != nil {
		first = []fault{*d.fault}
	}
	if len(first) > t.deviations() {
		return nil
	}
	above := t.r.layers[l]
	derivative := t.activations[l-1].Derivative
	ups := []variant{{deviation{}, d.times(above.w.transposed())}}
	add := func(mistake, text string, m matrix) { ups = distinct(ups, variant{deviation{mistake, text}, m}) }
	if above.w.rows == above.w.cols {
		add("weights-not-transposed", "W is not transposed on the way down", d.times(above.w))
	}
	if d.cols == above.w.rows || d.cols == 1 {
		add("weights-missing", "δ comes down without W", d.broadcast(above.w.rows))
	}
	for other, lay := range t.r.layers {
		if other != l && lay.w.rows == above.w.rows && lay.w.cols == above.w.cols {
			add("weights-of-another-layer", "another layer's W is used on the way down", d.times(lay.w.transposed()))
		}
	}
	list := t.sloped(l, first, ups, derivative)
	for _, c := range list {
		c.textbook = d.textbook
	}
	t.candidate[&d.v[0]] = list
	return list
}

// slopesOf are the slopes of hidden layer l, the textbook's first.
func (t *trial) slopesOf(l int) []variant {
	if t.slopes == nil {
		t.slopes = make([][]variant, len(t.z))
	}
	if t.slopes[l] == nil && t.deviations() == 0 {
		t.slopes[l] = []variant{{deviation{}, t.z[l].each(t.activations[l-1].Derivative)}}
	}
	if t.slopes[l] == nil {
		t.slopes[l] = slopes(t.z[l], t.a[l], t.activations[l-1].Derivative)
	}
	return t.slopes[l]
}

// sloped are candidates of at most two deviations.
func (t *trial) sloped(l int, first []fault, ups []variant, derivative func(float64) float64) []*candidate {
	var list []*candidate
	for _, up := range ups {
		for _, s := range t.slopesOf(l) {
			faults := slices.Clone(first)
			if !up.none() {
				faults = append(faults, fault{deviation: up.deviation, layer: l})
			}
			if !s.none() {
				faults = append(faults, fault{deviation: s.deviation, layer: l})
			}
			if len(faults) > t.deviations() {
				continue
			}
			list = append(list, t.newCandidate(l, up.by(s.matrix), faults))
		}
		if up.none() && len(first) < t.deviations() {
			mask := up.each(derivative)
			list = append(list, t.newCandidate(l, up.by(mask), append(slices.Clone(first), fault{deviation: deviation{"derivative-at-gradient", "the activation's derivative is taken at the gradient that comes down"}, layer: l})))
		}
	}
	return list
}

func (t *trial) newCandidate(l int, m matrix, faults []fault) *candidate {
	return &candidate{matrix: m, faults: faults, b: t.sum(l, m)}
}

// weightsOf is what the textbook makes of a candidate for layer l's weights.
func (t *trial) weightsOf(l int, c *candidate) []float64 {
	if c.w == nil {
		c.w = t.a[l-1].transposedTimes(c.matrix).v
	}
	return c.w
}

// unit is the unit whose weights' gradient has the largest entry.
func unit(g []float64, units int) int {
	at, most := 0, 0.0
	for i, v := range g {
		if v := math.Abs(v); v > most {
			at, most = i%units, v
		}
	}
	return at
}

// column is what the textbook makes of δ for the weights of one unit.
func (t *trial) column(l int, delta matrix, unit int) []float64 {
	sums := make([]float64, t.a[l-1].cols)
	for r := range delta.rows {
		d := delta.row(r)[unit]
		for i, v := range t.a[l-1].row(r) {
			sums[i] += v * d
		}
	}
	return sums
}

// columnOf are the entries of one unit.
func columnOf(g []float64, units, unit int) []float64 {
	var list []float64
	for i := unit; i < len(g); i += units {
		list = append(list, g[i])
	}
	return list
}

// mayFit tells, by one column, whether g can be a multiple of what the textbook makes of a candidate for the weights, or,
// with the weights themselves, such a multiple and a penalty.
func (t *trial) mayFit(l int, c *candidate, g []float64, penalty bool) bool {
	lay := t.r.layers[l-1]
	in, out := lay.w.rows, lay.w.cols
	if c.w != nil || len(g) != in*out || in < 4 || out < 2 {
		return true
	}
	if t.probed != &g[0] {
		t.probed, t.probedUnit, t.probedMost = &g[0], unit(g, out), largest(g)
	}
	at, most := t.probedUnit, t.probedMost
	if c.column == nil || c.unit != at {
		c.column, c.unit = t.column(l, c.matrix, at), at
	}
	// The entries g, m and w of the column are linearly dependent: Gram-Schmidt leaves nothing of g.
	mm, mg, ww := 0.0, 0.0, 0.0
	rest, w := make([]float64, in), make([]float64, in)
	for i, m := range c.column {
		rest[i], w[i] = g[i*out+at], lay.w.v[i*out+at]
		mm += m * m
		mg += m * rest[i]
	}
	if mm == 0 {
		return true
	}
	mw := 0.0
	for i, m := range c.column {
		mw += m * w[i]
	}
	wg := 0.0
	for i, m := range c.column {
		rest[i] -= mg / mm * m
		w[i] -= mw / mm * m
		ww += w[i] * w[i]
		wg += w[i] * rest[i]
	}
	margin := (10*t.relative + 1e-9) * most
	for i, v := range rest {
		if penalty && ww > 0 {
			v -= wg / ww * w[i]
		}
		if !(math.Abs(v) <= margin) {
			return false
		}
	}
	return true
}

// fitTextbook is the factor with which g is what the textbook makes of a candidate for the weights.
func (t *trial) fitTextbook(l int, c *candidate, g []float64) (float64, bool) {
	if !t.mayFit(l, c, g, false) {
		return 0, false
	}
	return t.fit(g, t.weightsOf(l, c))
}

// restarted are candidates for a hidden layer that begins anew from the output's ∂loss/∂p.
func (t *trial) restarted(l int) []*candidate {
	if t.deviations() == 0 {
		return nil
	}
	n := len(t.r.layers)
	if list, known := t.candidate[&t.z[l].v[0]]; known {
		return list
	}
	var list []*candidate
	for _, d := range t.downs {
		if d.fault.mistake == "output-derivative-missing" && (d.cols == 1 || d.cols == t.z[l].cols) && l < n {
			up := variant{deviation{"hidden-from-output", "the layer starts from the derivative by the output, not from what the layer above sends down"}, d.broadcast(t.z[l].cols)}
			list = t.sloped(l, nil, []variant{up}, t.activations[l-1].Derivative)
			break
		}
	}
	t.candidate[&t.z[l].v[0]] = list
	return list
}

// fitted is one way in which an array comes from a candidate: k times a formula.
type fitted struct {
	deviation
	k     float64
	spare int // entries beyond the coefficients that were fitted
	zero  bool
	// residual is how far the array is from it, relative to its largest entry.
	residual float64
	// penalty is the μ of a penalty that this fit found.
	penalty    float64
	hasPenalty bool
}

// explain continues a state with all that may explain layer l.
func (t *trial) explain(s *state, l int, candidates []*candidate) []*state {
	lay := t.r.layers[l-1]
	base := candidates[0] // the textbook's, from the state's own δ
	var next []*state
	for _, c := range candidates {
		if len(c.faults) > 0 && s.cost+0.2 > t.limit+within {
			continue
		}
		// A δ that deviates has to give one of the arrays by the textbook.
		bs := t.fitBiases(s, l, c, len(c.faults) == 0)
		ws := t.fitWeights(s, l, c, len(c.faults) == 0 || bs != nil || lay.gb == nil)
		if bs == nil && ws != nil && len(c.faults) == 1 {
			bs = t.fitBiases(s, l, c, true)
		}
		if lay.gw != nil && ws == nil && lay.gb != nil && bs == nil {
			continue
		}
		next = t.combine(next, s, l, c, base, ws, bs)
		if c == base && len(ws)+len(bs) > 0 {
			// the textbook explains the layer: nothing else is looked for
			if slices.ContainsFunc(next, func(n *state) bool {
				return len(n.faults) == len(s.faults) && len(n.unexplained) == len(s.unexplained)
			}) {
				return next
			}
		}
	}
	next = append(next, t.separate(s, l, base, candidates)...)
	next = append(next, t.early(s, l, base)...)
	return append(next, t.unexplained(s, l, base)...)
}

// effective is the weights' gradient without the penalty that the state knows.
func (t *trial) effective(s *state, l int) []float64 {
	lay := t.r.layers[l-1]
	if !s.hasPenalty || len(lay.gw) != len(lay.w.v) {
		return lay.gw
	}
	g := make([]float64, len(lay.gw))
	for i, v := range lay.gw {
		g[i] = v - s.penalty*lay.w.v[i]
	}
	return g
}

// fitWeights are the ways in which layer l's weights' gradient comes from a candidate, by other formulas than the
// textbook's too if that is asked for.
func (t *trial) fitWeights(s *state, l int, c *candidate, formulas bool) []fitted {
	lay := t.r.layers[l-1]
	if lay.gw == nil {
		return nil
	}
	g := t.effective(s, l)
	var list []fitted
	if k, ok := t.fitTextbook(l, c, g); ok {
		list = append(list, fitted{k: k, spare: nonzero(g), zero: largest(c.w) == 0 || k == 0, residual: residual(g, c.w, k)})
		if len(g) > t.least() || t.same(k, s.factor.value) {
			return list
		}
	}
	if !s.hasPenalty && t.l2 == 0 && len(c.faults) <= 1 && len(g) == len(lay.w.v) && t.mayFit(l, c, g, true) {
		if f, ok := t.fitPenalty(s, g, t.weightsOf(l, c), lay.w.v); ok {
			list = append(list, f)
		}
	}
	if len(c.faults) > 1 || !formulas {
		return list
	}
	if c.wFormulas == nil {
		c.wFormulas = t.weightFormulas(l, c.matrix, t.weightsOf(l, c))
	}
	for _, f := range c.wFormulas {
		if k, ok := t.fit(g, f.values); ok && k != 0 {
			list = append(list, fitted{deviation: f.deviation, k: k, spare: nonzero(g), residual: residual(g, f.values, k)})
		}
	}
	return list
}

// fitPenalty fits k of the formula, the state's own factor first, and the penalty's μ.
func (t *trial) fitPenalty(s *state, g, m, w []float64) (fitted, bool) {
	if len(g)-1 >= t.least() {
		if f, ok := t.penaltyAt(s.factor.value, len(g)-1, g, m, w); ok {
			return f, true
		}
	}
	if len(g)-2 < t.least() {
		return fitted{}, false
	}
	mm, mw, ww, gm, gw := 0.0, 0.0, 0.0, 0.0, 0.0
	for i, v := range m {
		mm, mw, ww, gm, gw = mm+v*v, mw+v*w[i], ww+w[i]*w[i], gm+g[i]*v, gw+g[i]*w[i]
	}
	det := mm*ww - mw*mw
	if det < 1e-8*mm*ww {
		return fitted{}, false
	}
	return t.penaltyAt((gm*ww-gw*mw)/det, len(g)-2, g, m, w)
}

// penaltyAt fits the penalty's μ where k is known, with so many entries to spare.
func (t *trial) penaltyAt(k float64, spare int, g, m, w []float64) (fitted, bool) {
	ww, rw := 0.0, 0.0
	for i, v := range w {
		ww += v * v
		rw += (g[i] - k*m[i]) * v
	}
	mu := rw / ww
	margin := t.margin(g)
	if !(math.Abs(mu)*largest(w) > 10*margin) { // nothing is fitted
		return fitted{}, false
	}
	for i, v := range g {
		if !(math.Abs(v-k*m[i]-mu*w[i]) <= margin) {
			return fitted{}, false
		}
	}
	return fitted{k: k, spare: spare, penalty: mu, hasPenalty: true}, true
}

// fitBiases are the ways in which layer l's biases' gradient comes from a candidate.
func (t *trial) fitBiases(s *state, l int, c *candidate, formulas bool) []fitted {
	lay := t.r.layers[l-1]
	if lay.gb == nil {
		return nil
	}
	var list []fitted
	if k, ok := t.fit(lay.gb, c.b); ok {
		list = append(list, fitted{k: k, spare: nonzero(lay.gb), zero: largest(c.b) == 0 || k == 0, residual: residual(lay.gb, c.b, k)})
		if len(lay.gb) > t.least() || t.same(k, s.factor.value) {
			return list
		}
	}
	if len(c.faults) > 1 || !formulas {
		return list
	}
	if c.bFormulas == nil {
		c.bFormulas = t.biasFormulas(l, c.matrix, c.b)
	}
	for _, f := range c.bFormulas {
		if k, ok := t.fit(lay.gb, f.values); ok && k != 0 {
			list = append(list, fitted{deviation: f.deviation, k: k, spare: nonzero(lay.gb), residual: residual(lay.gb, f.values, k)})
		}
	}
	return list
}

// The names of factors.
const unlisted = "another-factor"

// ratio names a factor by which an array differs, if it has a name or the array's entries are enough to fit one. The
// second result says how many entries that took.
func (t *trial) ratio(k float64, l int, entries int) (deviation, int, bool) {
	n, units, outputs := float64(t.r.rows()), float64(t.r.layers[l-1].w.cols), float64(t.r.outputs())
	for _, f := range []struct {
		k             float64
		mistake, text string
	}{
		{0, "never-computed", "it is zero, as it was allocated"},
		{2, "factor-two", "a factor 2 too many"},
		{0.5, "factor-half", "a factor 1/2 too many"},
		{-1, "sign", "the sign is reversed"},
		{n, "sum-over-batch", "sum instead of mean over the batch"},
		{1 / n, "mean-twice", "divided by the number of rows once too often"},
		{units, "mean-over-units", "multiplied by the number of units"},
		{1 / units, "mean-over-units", "divided by the number of units"},
		{outputs, "sum-over-outputs", "multiplied by the number of outputs"},
		{1 / outputs, "mean-over-outputs", "divided by the number of outputs"},
	} {
		if math.Abs(k-f.k) <= 10*t.relative*math.Abs(f.k) {
			return deviation{f.mistake, f.text}, 0, true
		}
	}
	if entries-1 < t.least() {
		return deviation{}, 0, false
	}
	return deviation{unlisted, fmt.Sprintf("%.6g times what it should be", k)}, 1, true
}

// same tells equal factors.
func (t *trial) same(k, r float64) bool { return math.Abs(k-r) <= 10*t.relative*math.Abs(r) }

// combine adds the states in which layer l's own gradients come from a candidate.
func (t *trial) combine(next []*state, s *state, l int, c, base *candidate, ws, bs []fitted) []*state {
	lay := t.r.layers[l-1]
	r := s.factor.value
	none := []*fitted{nil}
	pointers := func(list []fitted) []*fitted {
		if list == nil {
			return none
		}
		var p []*fitted
		for i := range list {
			p = append(p, &list[i])
		}
		return p
	}
	for _, w := range pointers(ws) {
		for _, b := range pointers(bs) {
			evidence := 0
			for _, f := range []*fitted{w, b} {
				if f != nil && !f.zero {
					evidence += f.spare
				}
			}
			if len(c.faults) > 0 && (evidence < t.least() || float64(evidence)*t.digits < []float64{0, 4.5, 6}[len(c.faults)]) {
				continue
			}
			n := s.with(0, c.faults...)
			for i := range n.faults {
				n.faults[i].own = n.faults[i].own || c.textbook && n.faults[i].layer == l+1 && n.faults[i].factor == 0
			}
			if w != nil && w.hasPenalty {
				n.penalty, n.hasPenalty = w.penalty, true
				n.cost += costPenalty
			}
			missing := func(p part, g []float64, f *fitted, name string) bool {
				if g == nil || f != nil {
					return true
				}
				n.unexplained = append(n.unexplained, name)
				n.cost += costUnexplained
				return true
			}
			missing(weights, lay.gw, w, lay.wName)
			missing(biases, lay.gb, b, lay.bName)
			formulaFault := func(f *fitted, p part) {
				if f != nil && !f.none() {
					x := fault{deviation: f.deviation, layer: l, part: p}
					n.cost += s.price(x)
					n.faults = append(n.faults, x)
				}
			}
			formulaFault(w, weights)
			formulaFault(b, biases)
			// Factors beside the common one.
			ownFactor := func(n *state, f *fitted, p part, by float64) bool {
				if f == nil || f.zero && f.k != 0 || t.same(f.k, by) {
					return true
				}
				d, coefficients, ok := t.ratio(f.k/by, l, f.spare)
				if !ok || f.k != 0 && float64(f.spare-coefficients)*t.digits < 3.1 {
					return false
				}
				x := fault{deviation: d, layer: l, part: p, factor: f.k / by}
				n.cost += s.price(x)
				n.faults = append(n.faults, x)
				return true
			}
			finish := func(n *state, scale float64) {
				for i := len(s.faults); i < len(n.faults); i++ {
					for _, f := range []*fitted{w, b} {
						if f != nil && (n.faults[i].part == whole || (f == w) == (n.faults[i].part == weights)) {
							n.faults[i].residual = max(n.faults[i].residual, f.residual)
						}
					}
				}
				n.downs = t.sendDown(l, c, base, scale/r)
				next = append(next, n)
			}
			differs := func(f *fitted) bool { return f != nil && !(f.zero && f.k != 0) && !t.same(f.k, r) }
			wOff, bOff := differs(w), differs(b)
			if wOff && (bOff || b == nil) && w.k != 0 && (b == nil || t.same(b.k, w.k)) {
				d, coefficients, ok := t.ratio(w.k/r, l, w.spare)
				spare := w.spare - coefficients
				if b != nil {
					spare += b.spare
				}
				if !ok && b != nil && spare-1 >= t.least() {
					d, ok = deviation{unlisted, fmt.Sprintf("%.6g times what they should be", w.k/r)}, true
				}
				if ok && float64(spare)*t.digits >= 3.1 {
					x := fault{deviation: d, layer: l, factor: w.k / r}
					if l > 1 && l < len(t.r.layers) { // at the output that is a common factor
						finish(n.with(0, x), w.k)
					}
					finish(n.with(0.01, x), r)
				}
				continue
			}
			own := n.with(0)
			if ownFactor(own, w, weights, r) && ownFactor(own, b, biases, r) {
				finish(own, r)
			}
			// A factor on δ and another on one array.
			if wOff && bOff && w.k != 0 && b.k != 0 && l > 1 && l < len(t.r.layers) {
				for _, f := range []*fitted{w, b} {
					d, coefficients, ok := t.ratio(f.k/r, l, f.spare)
					if !ok || float64(f.spare-coefficients)*t.digits < 3.1 {
						continue
					}
					m := n.with(0, fault{deviation: d, layer: l, factor: f.k / r})
					if ownFactor(m, w, weights, f.k) && ownFactor(m, b, biases, f.k) {
						finish(m, f.k)
					}
				}
			}
			if (w != nil) != (b != nil) && (wOff || bOff) && l > 1 && l < len(t.r.layers) { // one array is unexplained or absent
				f := w
				if f == nil {
					f = b
				}
				if d, coefficients, ok := t.ratio(f.k/r, l, f.spare); ok && f.k != 0 && float64(f.spare-coefficients)*t.digits >= 3.1 {
					finish(n.with(0, fault{deviation: d, layer: l, factor: f.k / r}), f.k)
				}
			}
		}
	}
	return next
}

// sendDown is what the layer may send down: what its own gradients come from, or the textbook's, or another.
func (t *trial) sendDown(l int, c, base *candidate, scale float64) []down {
	if l == 1 {
		return nil
	}
	own := c.matrix
	if math.Abs(scale-1) > 1e-13 {
		own = own.scaled(scale)
	}
	list := []down{{matrix: own}}
	if c != base {
		list = append(list, down{matrix: base.matrix, textbook: true})
	}
	if l == len(t.r.layers) {
		for _, d := range t.downs {
			if &d.v[0] != &own.v[0] {
				list = append(list, d)
			}
		}
	}
	return list
}

// separate explains the two arrays of a layer by different δ, of which the textbook's is sent down.
func (t *trial) separate(s *state, l int, base *candidate, candidates []*candidate) []*state {
	lay := t.r.layers[l-1]
	if lay.gw == nil || lay.gb == nil {
		return nil
	}
	r := s.factor.value
	g := t.effective(s, l)
	var next []*state
	baseW := t.matches(g, t.weightsOf(l, base), r)
	baseB := t.matches(lay.gb, base.b, r)
	if baseW == baseB {
		return nil
	}
	for _, c := range candidates {
		if len(c.faults) != 1 || c.faults[0].down {
			continue
		}
		f := c.faults[0]
		if baseB && t.mayFit(l, c, g, false) && t.matches(g, t.weightsOf(l, c), r) && float64(len(g))*t.digits >= 4.5 {
			f.part = weights
		} else if baseW && t.matches(lay.gb, c.b, r) && float64(len(lay.gb))*t.digits >= 4.5 {
			f.part = biases
		} else {
			continue
		}
		n := s.with(0.05, f)
		n.downs = t.sendDown(l, base, base, 1)
		next = append(next, n)
	}
	return next
}

// early explains layer l by a W above it that was stepped before δ went down through it: W + η gW.
func (t *trial) early(s *state, l int, base *candidate) []*state {
	if l == len(t.r.layers) || len(s.downs) == 0 {
		return nil
	}
	lay, above := t.r.layers[l-1], t.r.layers[l]
	if len(above.gw) != len(above.w.v) || len(lay.gw) != len(lay.w.v) {
		return nil
	}
	g, r := t.effective(s, l), s.factor.value
	d := s.downs[0]
	step := matrix{above.w.rows, above.w.cols, above.gw}
	up, moved := d.times(above.w.transposed()), d.times(step.transposed())
	eta := func(g, m, second []float64) float64 {
		ss, rs := 0.0, 0.0
		for i, v := range second {
			ss += v * v
			rs += (g[i] - r*m[i]) * v
		}
		return rs / (r * ss)
	}
	var next []*state
	for _, slope := range t.slopesOf(l) {
		usual, extra := up.by(slope.matrix), moved.by(slope.matrix)
		try := func(e float64) {
			if e == 0 || math.IsNaN(e) || math.IsInf(e, 0) {
				return
			}
			m := zeros(usual.rows, usual.cols)
			for i, v := range usual.v {
				m.v[i] = v + e*extra.v[i]
			}
			faults := []fault{{deviation: deviation{"weights-after-update", "the W above has already been stepped when δ comes down through it"}, layer: l, factor: e}}
			if !slope.none() {
				faults = append(faults, fault{deviation: slope.deviation, layer: l})
			}
			c := t.newCandidate(l, m, faults)
			ws, bs := t.fitWeights(s, l, c, false), t.fitBiases(s, l, c, true)
			plain := func(list []fitted) bool {
				return len(list) > 0 && list[0].none() && !list[0].zero && !list[0].hasPenalty
			}
			if !plain(ws) || lay.gb != nil && !plain(bs) || nonzero(lay.gw)+nonzero(lay.gb)-1 < t.least()+len(faults) {
				return
			}
			next = t.combine(next, s, l, c, base, ws[:1], bs)
		}
		at := unit(g, lay.w.cols)
		try(eta(columnOf(g, lay.w.cols, at), t.column(l, usual, at), t.column(l, extra, at)))
		if len(lay.gb) > 1 && len(lay.gb) == len(base.b) {
			try(eta(lay.gb, t.sum(l, usual), t.sum(l, extra)))
		}
		if len(next) > 0 {
			break
		}
	}
	return next
}

// unexplained leaves layer l's arrays that the textbook does not give as they are, and goes on from the textbook's δ or,
// where the author's own gradient allows it, from the δ that it was made of.
func (t *trial) unexplained(s *state, l int, base *candidate) []*state {
	lay := t.r.layers[l-1]
	r := s.factor.value
	n := s.with(0)
	for _, a := range []struct {
		name string
		g, m []float64
	}{{lay.wName, t.effective(s, l), t.weightsOf(l, base)}, {lay.bName, lay.gb, base.b}} {
		if a.g != nil && !t.matches(a.g, a.m, r) {
			n.unexplained = append(n.unexplained, a.name)
			n.cost += costUnexplained
		}
	}
	n.downs = t.sendDown(l, base, base, 1)
	list := []*state{n}
	if d, ok := t.recover(s, l); ok && l > 1 && len(n.unexplained) > len(s.unexplained) {
		m := n.with(0.05)
		m.downs = []down{{matrix: d}}
		m.recovered = append(m.recovered, l)
		list = append(list, m)
	}
	return list
}

// recover solves aᵀδ = gW for δ, where the batch is no larger than the layer is wide; the biases have to agree.
func (t *trial) recover(s *state, l int) (matrix, bool) {
	lay, a := t.r.layers[l-1], t.a[l-1]
	if a.rows > a.cols || len(lay.gw) != len(lay.w.v) {
		return matrix{}, false
	}
	if t.solvers == nil {
		t.solvers = make([]*mat.QR, len(t.z))
	}
	if t.solvers[l] == nil {
		t.solvers[l] = &mat.QR{}
		t.solvers[l].Factorize(mat.NewDense(a.cols, a.rows, a.transposed().v))
	}
	qr := t.solvers[l]
	if qr.Cond() > 1e6 || math.IsNaN(qr.Cond()) {
		return matrix{}, false
	}
	var d mat.Dense
	if qr.SolveTo(&d, false, mat.NewDense(lay.w.rows, lay.w.cols, slices.Clone(t.effective(s, l)))) != nil {
		return matrix{}, false
	}
	found := matrix{a.rows, lay.w.cols, mat.DenseCopyOf(&d).RawMatrix().Data}.scaled(1 / s.factor.value)
	if !t.near(t.effective(s, l), a.transposedTimes(found).v, s.factor.value) {
		return matrix{}, false
	}
	if lay.gb != nil && !t.near(lay.gb, t.sum(l, found), s.factor.value) {
		return matrix{}, false
	}
	return found, true
}

// near is matches after a solution has lost digits.
func (t *trial) near(g, m []float64, k float64) bool {
	if len(g) != len(m) {
		return false
	}
	margin := 100 * t.margin(g)
	for i, v := range g {
		if !(math.Abs(v-k*m[i]) <= margin) {
			return false
		}
	}
	return true
}

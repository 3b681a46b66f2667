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

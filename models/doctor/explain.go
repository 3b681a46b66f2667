package doctor

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// explain continues a state with all that may explain layer l.
func (t *trial) explain(s *state, l int, candidates []*candidate) []*state {
	lay := t.r.layers[l-1]
	base := candidates[0] // the textbook's, from the state's own δ
	t.multiply(l, base)
	s = t.scoped(s, l, base)
	t.count(candidates)
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
	// An array that one number fits with a factor may also be left unexplained.
	pointers := func(list []fitted) []*fitted {
		var p []*fitted
		weak := true
		for i, f := range list {
			p = append(p, &list[i])
			weak = weak && !f.zero && !t.same(f.k, r) && !t.enough(f.spare, namedFactors)
		}
		if weak {
			p = append(p, nil)
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
			if !t.evident(c, w, b) {
				continue
			}
			n := s.with(0, c.faults...)
			for i := range n.faults {
				n.faults[i].own = n.faults[i].own || c.textbook && n.faults[i].layer == l+1 && n.faults[i].factor == 0
			}
			if w != nil && w.hasPenalty {
				n.penalty, n.hasPenalty = w.penalty, true
				n.cost += costPenalty
				for above := l + 1; above <= len(t.r.layers); above++ { // these were explained without one
					if x := t.r.layers[above-1]; x.gw != nil && !slices.Contains(n.unexplained, x.wName) {
						n.free(above)
					}
				}
				if len(n.unpenalised) > 0 && !t.evidentPenalty(n) {
					continue
				}
			}
			leave := func(g []float64, f *fitted, name string) {
				if g != nil && f == nil {
					n.unexplained = append(n.unexplained, name)
					n.cost += costUnexplained
				}
			}
			leave(lay.gw, w, lay.wName)
			leave(lay.gb, b, lay.bName)
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
				if !ok || f.k != 0 && !t.enough(f.spare-coefficients, namedFactors) {
					return false
				}
				x := fault{deviation: d, layer: l, part: p, factor: f.k / by}
				n.cost += s.price(x)
				n.faults = append(n.faults, x)
				return true
			}
			finish := func(n *state, scale float64) {
				if s.lost > 0 && len(n.faults) > len(s.faults) && float64(evidence)*t.digits < manyDigits {
					return // a mistake that is named by a δ that is only supposed
				}
				if evidence > 0 {
					n.lost = 0
				}
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
					d, ok = deviation{mistake: unlisted, text: fmt.Sprintf("%.6g times what they should be", w.k/r)}, true
				}
				if ok && t.enough(spare, namedFactors) {
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
					if !ok || !t.enough(f.spare-coefficients, namedFactors) {
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
				if d, coefficients, ok := t.ratio(f.k/r, l, f.spare); ok && f.k != 0 && t.enough(f.spare-coefficients, namedFactors) {
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
	goal := t.target(s, l)
	g := goal.g
	var next []*state
	baseW := t.matches(g, t.weightsOf(l, base), r)
	baseB := t.matches(t.biasGradient(s, l), base.b, r)
	if baseW == baseB {
		return nil
	}
	for _, c := range candidates {
		if len(c.faults) != 1 || c.faults[0].down {
			continue
		}
		f := c.faults[0]
		if baseB && t.mayFit(l, c, goal, false) && t.matches(g, t.weightsOf(l, c), r) && t.enough(t.entries(g), t.rivals[1]) {
			f.part = weights
		} else if baseW && t.mayFitBiases(l, c, goal) && t.matches(lay.gb, t.biasesOf(l, c), r) && t.enough(t.entries(lay.gb), t.rivals[1]) {
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
	goal, r := t.target(s, l), s.factor.value
	g := goal.g
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
		a, margin := t.a[l-1], (10*t.relative+1e-9)*goal.most
		may := dependent(goal.few, goal.fewOf(a, up, slope.matrix), goal.fewOf(a, moved, slope.matrix), margin)
		if !may && goal.units != nil && !dependent(goal.fewB, goal.fewSums(up, slope.matrix), goal.fewSums(moved, slope.matrix), (10*t.relative+1e-9)*largest(goal.fewB)) {
			continue
		}
		usual, extra := up.by(slope.matrix), moved.by(slope.matrix)
		try := func(g, first, second []float64) {
			e := eta(g, first, second)
			if e == 0 || math.IsNaN(e) || math.IsInf(e, 0) {
				return
			}
			margin := (10*t.relative + 1e-9) * largest(g)
			for i, v := range g {
				if !(math.Abs(v-r*(first[i]+e*second[i])) <= margin) {
					return
				}
			}
			m := zeros(usual.rows, usual.cols)
			for i, v := range usual.v {
				m.v[i] = v + e*extra.v[i]
			}
			faults := []fault{{deviation: deviation{mistake: "weights-after-update", text: "the W above has already been stepped when δ comes down through it"}, layer: l, factor: e}}
			if !slope.none() {
				faults = append(faults, fault{deviation: slope.deviation, layer: l})
			}
			c := t.newCandidate(l, m, faults)
			ws, bs := t.fitWeights(s, l, c, false), t.fitBiases(s, l, c, true)
			plain := func(list []fitted) bool {
				return len(list) > 0 && list[0].none() && !list[0].zero && !list[0].hasPenalty
			}
			if !plain(ws) || lay.gb != nil && !plain(bs) || t.entries(lay.gw)+t.entries(lay.gb)-1 < t.least()+len(faults) {
				return
			}
			next = t.combine(next, s, l, c, base, ws[:1], bs)
		}
		if may {
			try(columnOf(g, lay.w.cols, goal.unit), t.column(l, usual, goal.unit), t.column(l, extra, goal.unit))
		}
		if len(lay.gb) > 1 && len(lay.gb) == len(base.b) {
			try(lay.gb, t.sum(l, usual), t.sum(l, extra))
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
	}{{lay.wName, t.target(s, l).g, t.weightsOf(l, base)}, {lay.bName, t.biasGradient(s, l), base.b}} {
		if a.g != nil && !t.matches(a.g, a.m, r) {
			n.unexplained = append(n.unexplained, a.name)
			n.cost += costUnexplained
		}
	}
	n.downs = t.sendDown(l, base, base, 1)
	failed := n.unexplained[len(s.unexplained):]
	if s.lost > 0 && len(failed) > 0 {
		n.notJudged = maps.Clone(s.notJudged)
		if n.notJudged == nil {
			n.notJudged = map[string]int{}
		}
		for _, name := range failed {
			n.notJudged[name] = s.lost
		}
	}
	given := 0
	for _, g := range [][]float64{lay.gw, lay.gb} {
		if g != nil {
			given++
		}
	}
	switch {
	case len(failed) < given:
		n.lost = 0
	case given > 0 && s.lost == 0:
		n.lost = l
	}
	list := []*state{n}
	if l == 1 || len(n.unexplained) == len(s.unexplained) {
		return list
	}
	if d, ok := t.recover(s, l); ok {
		m := n.with(0.05)
		m.downs, m.lost, m.notJudged = []down{{matrix: d}}, 0, s.notJudged
		m.recovered = append(m.recovered, l)
		list = append(list, m)
	}
	return list
}

// recover solves aᵀδ = gW for δ, where the batch is no larger than the layer is wide; the biases have to agree.
func (t *trial) recover(s *state, l int) (matrix, bool) {
	n := t.target(s, l)
	if !n.solved {
		n.solved = true
		if d, ok := t.solve(n, l); ok {
			n.recovered = &d
		}
	}
	if n.recovered == nil {
		return matrix{}, false
	}
	return n.recovered.scaled(1 / s.factor.value), true
}

// solve is the δ that gives a target, the common factor in it.
func (t *trial) solve(n *target, l int) (matrix, bool) {
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
	if qr.SolveTo(&d, false, mat.NewDense(lay.w.rows, lay.w.cols, slices.Clone(n.g))) != nil {
		return matrix{}, false
	}
	found := matrix{a.rows, lay.w.cols, mat.DenseCopyOf(&d).RawMatrix().Data}
	return found, t.near(n.g, a.transposedTimes(found).v, 1) && (lay.gb == nil || t.near(lay.gb, t.sum(l, found), 1))
}

package doctor

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
	c.slopes, c.solvers, c.candidate, c.downs, c.targets, c.sizes = nil, nil, map[*float64][]*candidate{}, nil, nil, nil
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
		return w.r.affine(l, w.a[l-1])
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
	case !ok || k == 0 || w.entries(s.v)-1 < w.least():
		return 0
	case w.open(s.meaning):
		return 2
	}
	return 1
}

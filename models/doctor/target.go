package doctor

import (
	"cmp"
	"math"
	"slices"
)

// target is a layer's weights' gradient as the formulas have to give it, without the penalty that a state knows, and a few
// entries that tell most δ that do not give it at a small part of the price.
type target struct {
	g      []float64
	most   float64 // the largest absolute value
	unit   int     // the unit of the largest entry
	inputs []int   // of the unit's largest entries, in their order
	few    []float64
	fewW   []float64 // the weights there
	// units are those of the largest entries of the biases' gradient, fewB their entries; none where that is short.
	units []int
	fewB  []float64

	recovered *matrix // the δ that gives g times the common factor, nil where there is none or none was looked for
	solved    bool
}

// fewest is how many inputs a target's entries are taken from.
const fewest = 12

// targetKey names a target of a trial.
type targetKey struct {
	layer   int
	penalty float64
}

// target is layer l's gradient without the penalty that a state knows.
func (t *trial) target(s *state, l int) *target {
	lay := t.r.layers[l-1]
	key := targetKey{layer: l}
	if len(lay.gw) == len(lay.w.v) {
		key.penalty = s.weightPenalty(l)
	}
	if known, ok := t.targets[key]; ok {
		return known
	}
	g := lay.gw
	if key.penalty != 0 {
		g = make([]float64, len(lay.gw))
		for i, v := range lay.gw {
			g[i] = v - key.penalty*lay.w.v[i]
		}
	}
	n := &target{g: g, most: largest(g), unit: unit(g, lay.w.cols)}
	if in, out := lay.w.rows, lay.w.cols; len(g) == in*out {
		n.inputs = largestFew(columnOf(g, out, n.unit))
		n.few, n.fewW = n.pick(g, out), n.pick(lay.w.v, out)
	}
	if len(lay.gb) == lay.w.cols && len(lay.gb) > 2*fewest {
		n.units = largestFew(lay.gb)
		for _, u := range n.units {
			n.fewB = append(n.fewB, lay.gb[u])
		}
	}
	if t.targets == nil {
		t.targets = map[targetKey]*target{}
	}
	t.targets[key] = n
	return n
}

// largestFew are where the largest values are, in their order.
func largestFew(values []float64) []int {
	list := make([]int, len(values))
	for i := range list {
		list[i] = i
	}
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(math.Abs(values[b]), math.Abs(values[a])) })
	list = slices.Clone(list[:min(len(list), fewest)])
	slices.Sort(list)
	return list
}

// pick are the few entries of an array of the weights' size.
func (n *target) pick(values []float64, out int) []float64 {
	few := make([]float64, len(n.inputs))
	for i, in := range n.inputs {
		few[i] = values[in*out+n.unit]
	}
	return few
}

// fewOf are the few entries of what the textbook makes of δ = up ∘ slope for the weights.
func (n *target) fewOf(a, up, slope matrix) []float64 {
	few := make([]float64, len(n.inputs))
	for r := range up.rows {
		at := r*up.cols + n.unit
		d, row := up.v[at]*slope.v[at], a.row(r)
		for i, in := range n.inputs {
			few[i] += row[in] * d
		}
	}
	return few
}

// fewSums are the few entries of what the textbook makes of δ = up ∘ slope for the biases.
func (n *target) fewSums(up, slope matrix) []float64 {
	few := make([]float64, len(n.units))
	for r := range up.rows {
		up, slope := up.row(r), slope.row(r)
		for i, u := range n.units {
			few[i] += up[u] * slope[u]
		}
	}
	return few
}

// unit is the unit whose weights' gradient has the largest entry.
func unit(g []float64, units int) int {
	at, most := 0, 0.0
	for i, v := range g {
		if v := math.Abs(v); v > most {
			at, most = i, v
		}
	}
	return at % units
}

// column is what the textbook makes of δ for the weights of one unit.
func (t *trial) column(l int, delta matrix, unit int) []float64 {
	sums := make([]float64, t.a[l-1].cols)
	for r := range delta.rows {
		d := delta.v[r*delta.cols+unit]
		for i, v := range t.a[l-1].row(r) {
			sums[i] += v * d
		}
	}
	return sums
}

// columnOf are the entries of one unit.
func columnOf(g []float64, units, unit int) []float64 {
	list := make([]float64, 0, len(g)/units)
	for i := unit; i < len(g); i += units {
		list = append(list, g[i])
	}
	return list
}

// dependent tells whether g is, within a margin, a multiple of m, or of m and w if w is not nil: Gram-Schmidt leaves nothing.
func dependent(g, m, w []float64, margin float64) bool {
	mm, mg, mw := 0.0, 0.0, 0.0
	for i, v := range m {
		mm += v * v
		mg += v * g[i]
		if w != nil {
			mw += v * w[i]
		}
	}
	if mm == 0 {
		return true
	}
	ww, wg := 0.0, 0.0
	if w != nil {
		for i, v := range m {
			rest := w[i] - mw/mm*v
			ww += rest * rest
			wg += rest * (g[i] - mg/mm*v)
		}
	}
	for i, v := range m {
		rest := g[i] - mg/mm*v
		if ww > 0 {
			rest -= wg / ww * (w[i] - mw/mm*v)
		}
		if !(math.Abs(rest) <= margin) {
			return false
		}
	}
	return true
}

// mayFit tells, by a few entries and then by one unit's, whether a target can be a multiple of what the textbook makes of a
// candidate for the weights, or, with the weights themselves, such a multiple and a penalty.
func (t *trial) mayFit(l int, c *candidate, n *target, penalty bool) bool {
	lay := t.r.layers[l-1]
	in, out := lay.w.rows, lay.w.cols
	if len(n.g) != in*out || in < 4 || out < 2 {
		return true
	}
	margin := (10*t.relative + 1e-9) * n.most
	w := n.fewW
	if !penalty {
		w = nil
	}
	if c.w != nil {
		return dependent(n.few, n.pick(c.w, out), w, margin)
	}
	if in > 2*fewest && c.up.v != nil {
		if !dependent(n.few, n.fewOf(t.a[l-1], c.up, c.slope), w, margin) {
			return false
		}
	}
	t.multiply(l, c)
	if c.column == nil || c.unit != n.unit {
		c.column, c.unit = t.column(l, c.matrix, n.unit), n.unit
	}
	if penalty {
		w = columnOf(lay.w.v, out, n.unit)
	}
	return dependent(columnOf(n.g, out, n.unit), c.column, w, margin)
}

// mayFitBiases tells, by a few entries, whether the biases' gradient can be a multiple of what the textbook makes of a candidate.
func (t *trial) mayFitBiases(l int, c *candidate, n *target) bool {
	if c.b != nil || n.units == nil {
		return true
	}
	return dependent(n.fewB, n.fewSums(c.up, c.slope), nil, (10*t.relative+1e-9)*largest(n.fewB))
}

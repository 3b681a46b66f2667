package doctor

import (
	"fmt"
	"math"
)

// least is how many entries beyond its coefficients a formula has to give.
func (t *trial) least() int {
	if t.r.single {
		return 2
	}
	return 1
}

// margin is how far entries may be from what a formula gives.
func (t *trial) margin(g []float64) float64 {
	if len(g) < 256 {
		return t.relative*largest(g) + 1e-300
	}
	if t.sizes == nil {
		t.sizes = map[*float64]float64{}
	}
	most, known := t.sizes[&g[0]]
	if !known {
		most = largest(g)
		t.sizes[&g[0]] = most
	}
	return t.relative*most + 1e-300
}

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

// entries is how many numbers of full digits an array is worth as evidence: one far below the largest has fewer digits above
// the margin, and one below it none.
func (t *trial) entries(g []float64) int {
	margin, sum := t.margin(g), 0.0
	for _, v := range g {
		if v = math.Abs(v); v > margin {
			sum += min(1, math.Log10(v/margin)/t.digits)
		}
	}
	return int(math.Round(sum))
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

// weightsOf is what the textbook makes of a candidate for layer l's weights.
func (t *trial) weightsOf(l int, c *candidate) []float64 {
	if c.w == nil {
		t.multiply(l, c)
		c.w = t.a[l-1].transposedTimes(c.matrix).v
	}
	return c.w
}

// biasesOf is what the textbook makes of a candidate for layer l's biases.
func (t *trial) biasesOf(l int, c *candidate) []float64 {
	t.multiply(l, c)
	return c.b
}

// fitTextbook is the factor with which g is what the textbook makes of a candidate for the weights.
func (t *trial) fitTextbook(l int, c *candidate, n *target) (float64, bool) {
	if !t.mayFit(l, c, n, false) {
		return 0, false
	}
	return t.fit(n.g, t.weightsOf(l, c))
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

// fitWeights are the ways in which layer l's weights' gradient comes from a candidate, by other formulas than the
// textbook's too if that is asked for.
func (t *trial) fitWeights(s *state, l int, c *candidate, formulas bool) []fitted {
	lay := t.r.layers[l-1]
	if lay.gw == nil {
		return nil
	}
	n := t.target(s, l)
	g := n.g
	var list []fitted
	if k, ok := t.fitTextbook(l, c, n); ok {
		list = append(list, fitted{k: k, spare: t.entries(g), zero: largest(c.w) == 0 || k == 0, residual: residual(g, c.w, k)})
		if len(g) > t.least() || t.same(k, s.factor.value) {
			return list
		}
	}
	if !s.hasPenalty && t.l2 == 0 && len(c.faults) <= 1 && len(g) == len(lay.w.v) && t.mayFit(l, c, n, true) {
		if f, ok := t.fitPenalty(s, g, t.weightsOf(l, c), lay.w.v); ok {
			list = append(list, f)
		}
	}
	if len(c.faults) > 1 || !formulas || len(g) != len(lay.w.v) {
		return list
	}
	if c.wFormulas == nil {
		c.wFormulas = t.weightFormulas(l, c, t.weightsOf(l, c))
	}
	for _, f := range c.wFormulas {
		if lay.w.rows >= 4 && !dependent(n.few, f.few(n), nil, (10*t.relative+1e-9)*n.most) {
			continue
		}
		f.compute(lay.w.rows, lay.w.cols)
		if alike(f.values, c.w) {
			continue
		}
		if k, ok := t.fit(g, f.values); ok && k != 0 {
			list = append(list, fitted{deviation: f.deviation, k: k, spare: t.entries(g), residual: residual(g, f.values, k)})
		}
	}
	return list
}

// fitBiases are the ways in which layer l's biases' gradient comes from a candidate.
func (t *trial) fitBiases(s *state, l int, c *candidate, formulas bool) []fitted {
	lay := t.r.layers[l-1]
	if lay.gb == nil {
		return nil
	}
	var list []fitted
	if !t.mayFitBiases(l, c, t.target(s, l)) && (len(c.faults) > 1 || !formulas) {
		return nil
	}
	t.multiply(l, c)
	gb := t.biasGradient(s, l)
	if k, ok := t.fit(gb, c.b); ok {
		list = append(list, fitted{k: k, spare: t.entries(gb), zero: largest(c.b) == 0 || k == 0, residual: residual(gb, c.b, k)})
		if len(gb) > t.least() || t.same(k, s.factor.value) {
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
			list = append(list, fitted{deviation: f.deviation, k: k, spare: t.entries(lay.gb), residual: residual(lay.gb, f.values, k)})
		}
	}
	return list
}

// The name of a factor that has none, and how many have one; see ratio.
const (
	unlisted     = "another-factor"
	namedFactors = 10
)

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
			return deviation{mistake: f.mistake, text: f.text}, 0, true
		}
	}
	if entries-1 < t.least() {
		return deviation{}, 0, false
	}
	return deviation{mistake: unlisted, text: fmt.Sprintf("%.6g times what it should be", k)}, 1, true
}

// same tells equal factors.
func (t *trial) same(k, r float64) bool { return math.Abs(k-r) <= 10*t.relative*math.Abs(r) }

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

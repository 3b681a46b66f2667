package doctor

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// A penalty μ/2 Σ W² adds μ W to the weights' gradients: to those of all layers, or of some only, or to those of the biases too.

const (
	costScope     = 0.3 // of a penalty that some layers' weights are not under
	costBiasesToo = 0.2 // of one that biases are under
)

// weightPenalty is the μ of layer l's weights, biasPenalty that of its biases.
func (s *state) weightPenalty(l int) float64 {
	if !s.hasPenalty || slices.Contains(s.unpenalised, l) {
		return 0
	}
	return s.penalty
}

func (s *state) biasPenalty(l int) float64 {
	if !s.hasPenalty || !slices.Contains(s.biasesToo, l) {
		return 0
	}
	return s.penalty
}

// biasGradient is layer l's biases' gradient without the penalty that the state knows.
func (t *trial) biasGradient(s *state, l int) []float64 {
	lay, mu := t.r.layers[l-1], s.biasPenalty(l)
	if mu == 0 {
		return lay.gb
	}
	g := make([]float64, len(lay.gb))
	for i, v := range lay.gb {
		g[i] = v - mu*lay.b[i]
	}
	return g
}

// scoped is the state with layer l's weights freed of a penalty that was fitted, or its biases put under it, where that makes
// them the textbook's.
func (t *trial) scoped(s *state, l int, base *candidate) *state {
	if !s.hasPenalty || t.options.L2 != nil {
		return s
	}
	lay, r := t.r.layers[l-1], s.factor.value
	if len(lay.gw) == len(lay.w.v) && !t.matches(t.target(s, l).g, t.weightsOf(l, base), r) && t.matches(lay.gw, t.weightsOf(l, base), r) {
		n := s.with(0)
		n.free(l)
		if t.evidentPenalty(n) {
			s = n
		}
	}
	if len(lay.gb) == len(lay.b) && len(lay.gb) > 0 && largest(lay.b) > 0 && t.enough(t.entries(lay.gb), 1) && !t.matches(lay.gb, base.b, r) {
		n := s.with(0)
		if n.biasesToo = append(slices.Clone(n.biasesToo), l); len(n.biasesToo) == 1 {
			n.cost += costBiasesToo
		}
		if t.matches(t.biasGradient(n, l), base.b, r) {
			s = n
		}
	}
	return s
}

// free takes a layer's weights out of the penalty.
func (s *state) free(l int) {
	if s.unpenalised = append(slices.Clone(s.unpenalised), l); len(s.unpenalised) == 1 {
		s.cost += costScope
	}
}

// evidentPenalty tells whether the layers that are left under the penalty have entries enough to show it.
func (t *trial) evidentPenalty(s *state) bool {
	spare := 0
	for l, lay := range t.r.layers {
		if !slices.Contains(s.unpenalised, l+1) && len(lay.gw) == len(lay.w.v) {
			spare += max(0, t.entries(lay.gw)-1)
		}
	}
	return float64(spare)*t.digits >= manyDigits
}

// penalised are the file's names of what is under the penalty, nil where that is all weights and no biases.
func (t *trial) penalised(s *state) []string {
	if !s.hasPenalty || len(s.unpenalised)+len(s.biasesToo) == 0 {
		return nil
	}
	var list []string
	for l, lay := range t.r.layers {
		if !slices.Contains(s.unpenalised, l+1) {
			list = append(list, lay.parameter.Name)
		}
	}
	for l, lay := range t.r.layers {
		if slices.Contains(s.biasesToo, l+1) {
			list = append(list, cmp.Or(lay.bias.Name, "the biases in "+lay.parameter.Name))
		}
	}
	return list
}

// penaltyText says what a penalty of some parameters is on: W2 alone.
func (t *trial) penaltyText(s *state) string {
	list := t.penalised(s)
	if len(s.unpenalised) == 0 {
		return "the weights and " + strings.Join(list[len(t.r.layers):], ", ")
	}
	return strings.Join(list, ", ") + " alone"
}

// penaltyRemark says which penalty was found.
func (t *trial) penaltyRemark(e explanation) string {
	k := e.factor.value * t.meant.Divisor(t.r.rows(), t.r.outputs())
	if t.penalised(e.state) != nil {
		return fmt.Sprintf("the gradients of %s contain %.6g times the parameter, as of a penalty %.6g/2 on the sum of its squares; the others do not", strings.Join(t.penalised(e.state), ", "), e.penalty, e.penalty/k)
	}
	return fmt.Sprintf("the weights' gradients contain %.6g W, the gradient of a penalty %.6g/2 Σ W²", e.penalty, e.penalty/k)
}

// penalties are the strengths of a penalty with which the textbook gives the weights' gradients of some layer.
func (t *trial) penalties(s *state) []float64 {
	var list []float64
	for l, lay := range t.r.layers {
		if n := t.target(&state{}, l+1); len(lay.gw) == len(lay.w.v) && lay.w.rows >= 4 && !dependent(n.few, n.pick(t.gw[l+1], lay.w.cols), n.fewW, (10*t.relative+1e-9)*n.most) {
			continue
		}
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

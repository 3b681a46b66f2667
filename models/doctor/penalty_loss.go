package doctor

import (
	"fmt"
	"math"
	"slices"

	"actscope/models/handcoded"
)

// squares is Σ W² of the parameters that the state has under a penalty, of all weights where it has none.
func (t *trial) squares(s *state) float64 {
	sum := 0.0
	add := func(values []float64) {
		for _, v := range values {
			sum += v * v
		}
	}
	for l, lay := range t.r.layers {
		if !slices.Contains(s.unpenalised, l+1) {
			add(lay.w.v)
		}
		if slices.Contains(s.biasesToo, l+1) {
			add(lay.b)
		}
	}
	return sum
}

// isLoss tells whether the file's loss is a value, within the tolerance.
func (t *trial) isLoss(value float64) bool {
	return math.Abs(*t.r.loss-value) <= t.tolerance.Absolute+t.tolerance.Relative*math.Abs(value)
}

// declarePenalty takes the strength of the penalty from the file's loss, where this is not that of the objective alone, and
// some layer's gradient has the same penalty, or has it of a mean where the rest is of a sum.
func (t *trial) declarePenalty() {
	if t.r.loss == nil || t.options.L2 != nil {
		return
	}
	if _, ok := t.lossIs(); ok {
		return
	}
	rows, outputs := t.r.rows(), t.r.outputs()
	sum, _ := t.lossSum()
	square := t.squares(&state{})
	given := t.options.Reduction != ""
	for _, r := range reductions {
		// Strengths are those beside the sum, which the reduction divides.
		strength := 2 * (*t.r.loss*r.Divisor(rows, outputs) - sum) / square
		if !(strength > 0) || given && r != t.meant {
			continue
		}
		own := &state{factor: factors(r, rows, outputs)[0]}
		for l, lay := range t.r.layers {
			if len(lay.gw) != len(lay.w.v) {
				continue
			}
			f, ok := t.fitPenalty(own, lay.gw, t.gw[l+1], lay.w.v)
			if ok && f.k != 0 && (t.same(f.penalty/f.k, strength) || t.same(f.penalty/f.k, strength/float64(rows))) {
				t.meant = r
				t.l2 = strength / r.Divisor(rows, outputs)
				t.options.L2, t.lossPenalty = &t.l2, true
				return
			}
		}
	}
}

// lossAgrees tells whether the file's loss is that of the explanation with its penalty, under some reduction.
func (e explanation) lossAgrees() bool {
	t := e.trial
	if _, ok := t.lossIs(); ok || !e.hasPenalty {
		return ok
	}
	sum, _ := t.lossSum()
	with := sum + e.penalty/e.factor.value/2*t.squares(e.state)
	return slices.ContainsFunc(reductions, func(r handcoded.Reduction) bool {
		return t.isLoss(with / r.Divisor(t.r.rows(), t.r.outputs()))
	})
}

// otherPenalty says so where the penalty of the file's loss has another strength than that of all gradients.
func (t *trial) otherPenalty(e explanation) string {
	if t.r.loss == nil || !e.hasPenalty || e.lossAgrees() {
		return ""
	}
	sum, _ := t.lossSum()
	divisor := t.meant.Divisor(t.r.rows(), t.r.outputs())
	strength := 2 * (*t.r.loss*divisor - sum) / t.squares(e.state)
	ratio := e.penalty / e.factor.value / strength
	for _, k := range []float64{2, 0.5, float64(t.r.rows())} {
		if t.same(ratio, k) {
			return fmt.Sprintf("%s is right for the penalty %.6g/2 Σ W²: that of the gradients is %.6g times as strong, which is wrong in one of the two", t.r.lossName, strength/divisor, k)
		}
	}
	return ""
}

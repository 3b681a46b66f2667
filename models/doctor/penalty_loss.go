package doctor

import (
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
// some layer's gradient has the same penalty, or that times a factor by which people err.
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
		for _, f := range factors(r, rows, outputs) {
			for _, mu := range t.penalties(&state{factor: f}) {
				for _, off := range []float64{1, 2, 0.5, float64(rows), 1 / float64(rows)} {
					if t.same(mu, strength*f.value*off) {
						t.meant = r
						t.l2 = strength / r.Divisor(rows, outputs)
						t.options.L2, t.lossPenalty = &t.l2, true
						return
					}
				}
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

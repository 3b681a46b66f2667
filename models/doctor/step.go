package doctor

import (
	"context"
	"slices"
)

// rates are the learning rates that are tried where parameters may have been saved after a step; that of a saved update is -1.
var rates = []float64{-1, 1, 0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.005, 0.003, 0.001}

// beforeStep explains gradients that fit the parameters before a step, W = W₀ - rate g, where the file has those after it.
// It tries the trials of the explanations that cost least, and finds nothing where some layer's parameters have no gradient.
func beforeStep(ctx context.Context, found []explanation) ([]explanation, error) {
	var tried []*trial
	for _, e := range found {
		if slices.Contains(tried, e.trial) || len(tried) == 8 {
			continue
		}
		tried = append(tried, e.trial)
		for _, rate := range rates {
			r, ok := e.trial.r.before(rate)
			if !ok {
				return nil, nil
			}
			if !newForward(r, e.trial.o, e.trial.activations, e.trial.options, e.trial.tolerance).mayBeRight() {
				continue
			}
			t := newTrial(r, e.trial.o, e.trial.activations, e.trial.options, e.trial.tolerance)
			t.meant, t.rate = e.trial.meant, rate
			if !t.finite() || !t.proportional() {
				continue
			}
			states, err := t.search(ctx)
			if err != nil {
				return nil, err
			}
			var list []explanation
			for _, s := range states {
				list = append(list, explanation{s, t})
			}
			return list, nil
		}
	}
	return nil, nil
}

// before is the reading with the parameters before a step by a rate, if every layer's gradients are there.
func (r *reading) before(rate float64) (*reading, bool) {
	n := *r
	n.layers, n.passes = slices.Clone(r.layers), nil
	for l := range n.layers {
		lay := &n.layers[l]
		if len(lay.gw) != len(lay.w.v) || lay.shared || len(lay.gb) != len(lay.b) {
			return nil, false
		}
		w := zeros(lay.w.rows, lay.w.cols)
		for i, v := range lay.w.v {
			w.v[i] = v + rate*lay.gw[i]
		}
		lay.w, lay.b = w, slices.Clone(lay.b)
		for i := range lay.b {
			lay.b[i] += rate * lay.gb[i]
		}
	}
	return &n, true
}

// proportional tells whether all gradients are the textbook's times one factor, which more than one array of several
// entries has.
func (t *trial) proportional() bool {
	arrays, k := 0, 0.0
	for l, lay := range t.r.layers {
		for _, pair := range [][2][]float64{{lay.gw, t.gw[l+1]}, {lay.gb, t.gb[l+1]}} {
			if pair[0] == nil {
				continue
			}
			v, ok := t.fit(pair[0], pair[1])
			if !ok || k != 0 && !t.same(v, k) {
				return false
			}
			k = v
			if t.entries(pair[0]) > t.least() {
				arrays++
			}
		}
	}
	return arrays > 1
}

package doctor

import (
	"math"
	"slices"
)

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
	// up and slope are its factors, where it is a product that is not multiplied before it is asked for; see multiply.
	up, slope matrix
	b         []float64 // what the textbook makes of it for the biases

	// w is the same for the weights, nil until it is asked for; column is a column of it, which tells most candidates that
	// do not fit at a small part of the price.
	w, column []float64
	unit      int // of the column
	wFormulas []*formula
	bFormulas []formula
	textbook  bool // see down
}

// deviation is what the candidate's faults are together, by the first one's name.
func (c *candidate) deviation() deviation {
	d := c.faults[0].deviation
	for _, f := range c.faults[1:] {
		d.text += "; " + f.text
	}
	return d
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
	derivative := t.activations[l-1].Derivative
	ups := t.ups(l, d.matrix)
	list := t.sloped(l, first, ups, derivative)
	for _, c := range list {
		c.textbook = d.textbook
	}
	t.candidate[&d.v[0]] = list
	return list
}

// ups are what ∂loss/∂a of layer l may be made of, given the δ of the layer above, the textbook's first.
func (t *trial) ups(l int, d matrix) []variant {
	above := t.r.layers[l]
	ups := []variant{{deviation{}, d.times(above.w.transposed())}}
	add := func(mistake, text, formula string, m matrix) {
		ups = distinct(ups, variant{deviation{mistake, text, formula, upPart}, m})
	}
	if above.w.rows == above.w.cols {
		add("weights-not-transposed", "W is not transposed on the way down", t.sentThrough(l, above.parameter.Name+"ᵀ"), d.times(above.w))
	}
	if d.cols == above.w.rows || d.cols == 1 {
		add("weights-missing", "δ comes down without W", delta(l+1), d.broadcast(above.w.rows))
	}
	for other, lay := range t.r.layers {
		if other != l && lay.w.rows == above.w.rows && lay.w.cols == above.w.cols {
			add("weights-of-another-layer", "another layer's W is used on the way down", t.sentThrough(l, lay.parameter.Name), d.times(lay.w.transposed()))
		}
	}
	return ups
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
			list = append(list, &candidate{up: up.matrix, slope: s.matrix, faults: faults})
		}
		if up.none() && len(first) < t.deviations() {
			mask := up.each(derivative)
			list = append(list, &candidate{up: up.matrix, slope: mask, faults: append(slices.Clone(first), fault{deviation: deviation{"derivative-at-gradient", "the activation's derivative is taken at the gradient that comes down", "{f}'({up})", slopePart}, layer: l})})
		}
	}
	return list
}

// multiply makes the candidate's δ of its factors, and its sum for the biases.
func (t *trial) multiply(l int, c *candidate) {
	if c.b == nil {
		if c.v == nil {
			c.matrix = c.up.by(c.slope)
		}
		c.b = t.sum(l, c.matrix)
	}
}

func (t *trial) newCandidate(l int, m matrix, faults []fault) *candidate {
	return &candidate{matrix: m, faults: faults, b: t.sum(l, m)}
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
			up := variant{deviation{"hidden-from-output", "the layer starts from the derivative by the output, not from what the layer above sends down", t.scaled(d.fault.formula, 1), upPart}, d.broadcast(t.z[l].cols)}
			list = t.sloped(l, nil, []variant{up}, t.activations[l-1].Derivative)
			break
		}
	}
	t.candidate[&t.z[l].v[0]] = list
	return list
}

// sendDown is what the layer may send down: what its own gradients come from, or the textbook's, or another.
func (t *trial) sendDown(l int, c, base *candidate, scale float64) []down {
	if l == 1 {
		return nil
	}
	t.multiply(l, c)
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

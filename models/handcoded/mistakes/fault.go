package mistakes

import "slices"

// severalLayers is the layer of a fault that a loop repeats.
const severalLayers = 0

// fault is a mistake at its place: from the output down, the layers in at follow its rules, all others the textbook.
type fault struct {
	rules
	layer  int    // as reported: the only one in at, or severalLayers
	at     []int  // ascending
	detail string // which form of the mistake it is; may be empty

	// on is the forward pass that the faulty code went back through, nil for the problem's own.
	on *forward
	// free, if not nil, makes the fault from a number that nobody knows, such as a learning rate; the rest then only says
	// where.
	free func(k float64) (fault, error)
}

// top is the layer nearest to the output that the fault touches.
func (f fault) top() int { return f.at[len(f.at)-1] }

// penalises tells whether the fault has a penalty of its own at layer l.
func (f fault) penalises(l int) bool { return f.penalty != nil && slices.Contains(f.at, l) }

// rulesAt returns the formulas that the faulty code uses at layer l.
func (f fault) rulesAt(l int) rules {
	r := textbook()
	for _, at := range f.at {
		if at != l {
			continue
		}
		for _, replace := range []struct {
			rule   *step
			faulty step
		}{{&r.delta, f.delta}, {&r.weights, f.weights}, {&r.penalty, f.penalty}, {&r.biases, f.biases}, {&r.upstream, f.upstream}} {
			if replace.faulty != nil {
				*replace.rule = replace.faulty
			}
		}
	}
	return r
}

// placed returns the fault with rules r at each of the layers alone, at all of them, and at all hidden ones among them:
// loops run over the one or the other.
func (f *forward) placed(layers []int, detail string, r rules) []fault {
	var faults []fault
	for _, l := range layers {
		faults = append(faults, fault{rules: r, layer: l, at: []int{l}, detail: detail})
	}
	several := func(layers []int) {
		if len(layers) > 1 {
			faults = append(faults, fault{rules: r, layer: severalLayers, at: layers, detail: detail})
		}
	}
	several(layers)
	if last := len(layers) - 1; last >= 0 && layers[last] == f.layers {
		several(layers[:last])
	}
	return faults
}

// layersFrom returns the layers from first to last at which fits holds; a nil fits always does.
func layersFrom(first, last int, fits func(l int) bool) []int {
	var layers []int
	for l := first; l <= last; l++ {
		if fits == nil || fits(l) {
			layers = append(layers, l)
		}
	}
	return layers
}

// all, hidden and fed are the layers with parameters, those with an activation, and those whose δ goes further down.
func (f *forward) all() []int    { return layersFrom(1, f.layers, nil) }
func (f *forward) hidden() []int { return layersFrom(1, f.layers-1, nil) }
func (f *forward) fed() []int    { return layersFrom(2, f.layers, nil) }

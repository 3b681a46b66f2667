package foreign

import (
	"slices"

	"actscope/data"
	"actscope/graph"
)

// stretch is what stands between one affine map and the next: the points of one layer. Where no
// affine map stands at its begin, the layer's weights are the identity.
type stretch struct {
	dense  *point
	points []*point
}

// has says whether the stretch has a point of a kind.
func (s *stretch) has(kind kindOfPoint) bool {
	return slices.ContainsFunc(s.points, func(p *point) bool { return p.kind == kind })
}

// track lists the points from the input to out; beside a sum are the points that shortcuts come
// from.
func (w *walk) track(out *point) (points []*point, tapped map[*point]bool, err error) {
	tapped = make(map[*point]bool)
	for p := out; p != nil; p = p.source {
		if p.kind == sumPoint && p.other.number > p.source.number { // the longer branch is the later one
			p.source, p.other = p.other, p.source
		}
		points = append(points, p)
	}
	slices.Reverse(points)
	if points[0] != w.input {
		return nil, nil, w.refuse(points[len(points)-1].node, "the output does not depend on all inputs")
	}
	passed := make(map[*point]bool)
	for _, p := range points {
		if p.kind == sumPoint {
			if !passed[p.other] {
				return nil, nil, w.refuse(p.node, "it adds two branches, neither of which leads around the other: one of them has to hand on what came in, as a shortcut does")
			}
			tapped[p.other] = true
		}
		passed[p] = true
	}
	return points, tapped, nil
}

// stretches cuts the points at affine maps, and where a shortcut begins. Scales and shifts in front of
// everything are the file's scaling.
func (w *walk) stretches(points []*point, tapped map[*point]bool) (scaling []*point, all []*stretch, err error) {
	first := 1
	for first < len(points) && (points[first].kind == perUnitPoint || points[first].kind == batchPoint) {
		first++
	}
	for _, p := range points[:first] {
		if tapped[p] {
			first = 1 // a shortcut needs the input as it is
		}
	}
	if first == len(points) {
		first = 1
	}
	scaling = points[1:first]
	for i := first; i < len(points); i++ {
		p := points[i]
		if p.kind == densePoint {
			all = append(all, &stretch{dense: p})
			continue
		}
		if p.kind == softmaxPoint || p.kind == logSoftmaxPoint {
			if i < len(points)-1 {
				return nil, nil, w.refuse(p.node, "a softmax inside a network cannot be read: %s goes on with it", points[i+1].node.operator)
			}
			continue
		}
		once := p.kind == functionPoint || p.kind == layerPoint // a layer has room for one
		if len(all) == 0 || tapped[points[i-1]] || once && all[len(all)-1].has(p.kind) {
			all = append(all, &stretch{})
		}
		s := all[len(all)-1]
		s.points = append(s.points, p)
	}
	if !slices.ContainsFunc(all, func(s *stretch) bool { return s.dense != nil }) {
		return nil, nil, w.refuse(points[len(points)-1].node, "there is no affine map in front of it: a network of layers is read")
	}
	// The output layer has no parts.
	last := all[len(all)-1]
	cut := 0
	for i, p := range last.points {
		if p.kind == layerPoint || p.kind == sumPoint || p.kind == functionPoint && i < len(last.points)-1 {
			cut = i + 1
		}
	}
	for cut > 0 && cut < len(last.points) && last.points[cut].kind != functionPoint { // its scale and shift
		cut++
	}
	if cut > 0 {
		all = append(all, &stretch{points: last.points[cut:]})
		last.points = last.points[:cut]
	}
	return scaling, all, nil
}

// layers is the chain of layers that ends in a point.
func (w *walk) layers(out *point) (*chain, error) {
	points, tapped, err := w.track(out)
	if err != nil {
		return nil, err
	}
	scaling, stretches, err := w.stretches(points, tapped)
	if err != nil {
		return nil, err
	}
	c := &chain{inputs: w.input.units, final: NoFinal}
	handed := map[*point]int{w.input: 0}
	for i, s := range stretches {
		l, err := w.layer(c, s, i == len(stretches)-1, handed)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			if err := w.scale(c, l, scaling); err != nil {
				return nil, err
			}
		}
		c.layers = append(c.layers, *l)
		end := s.dense
		if len(s.points) > 0 {
			end = s.points[len(s.points)-1]
		}
		handed[end] = i + 1
	}
	last := &c.layers[len(c.layers)-1]
	switch {
	case out.kind == softmaxPoint:
		c.final = Softmax
	case out.kind == logSoftmaxPoint:
		c.final = LogSoftmax
	case last.activation.Name == graph.Sigmoid.Name:
		c.final, last.activation = Sigmoid, graph.Identity
	}
	if c.final == Softmax || c.final == LogSoftmax {
		if last.activation.Name != graph.Identity.Name {
			return nil, w.refuse(out.node, "it stands behind %s: it is read behind an affine map", last.activation.Name)
		}
	}
	return c, nil
}

// layer makes one layer of a stretch, the last one without parts.
func (w *walk) layer(c *chain, s *stretch, last bool, handed map[*point]int) (*layer, error) {
	l := &layer{activation: graph.Identity}
	number := len(c.layers) + 1
	if s.dense != nil {
		l.name, l.units, l.weights, l.bias = s.dense.name, s.dense.units, s.dense.weights, s.dense.shift
	} else {
		l.units = c.fanIn(number - 1)
		if err := w.spend(l.units * (l.units + 1)); err != nil {
			return nil, err
		}
		l.name = "layer " + spelling(float64(number))
		l.weights, l.bias = make([]float64, l.units*l.units), make([]float64, l.units)
		for u := range l.units {
			l.weights[u*l.units+u] = 1
		}
		w.note("layer %d has the identity for weights: in the file no affine map stands there", number)
	}
	after := false
	for _, p := range s.points {
		switch {
		case p.kind == functionPoint:
			l.activation, after = p.activation, true
		case p.kind == sumPoint:
			after = after || !s.has(functionPoint)
			l.parts = append(l.parts, part{Part: graph.Shortcut{Over: number - handed[p.other], Before: !after}})
		case p.kind == layerPoint:
			l.parts = append(l.parts, part{graph.LayerNorm{Epsilon: beside(p.epsilon), After: after}, map[string][]float64{"gain": p.gain, "shift": p.offset}})
		case p.kind == batchPoint && !last && p.epsilon > 0 && p.epsilon <= 1 && !l.owns("gain") && !s.has(layerPoint):
			l.parts = append(l.parts, part{graph.BatchNorm{Epsilon: beside(p.epsilon), After: after},
				map[string][]float64{"gain": p.gain, "shift": p.offset, "mean": p.mean, "variance": p.variance}})
		default:
			if err := w.affine(l, p, after); err != nil {
				return nil, err
			}
		}
	}
	return l, nil
}

// beside is the epsilon of a normalisation as graph has it: 0 is the usual one.
func beside(epsilon float64) float64 {
	if epsilon == 1e-5 {
		return 0
	}
	return epsilon
}

// owns says whether a part of the layer has an array of a name.
func (l *layer) owns(array string) bool {
	for _, p := range l.parts {
		if p.arrays[array] != nil {
			return true
		}
	}
	return false
}

// affine puts a scale and a shift of each unit into what stands before: the affine map or a
// normalisation. Where that cannot be it is a part of its own.
func (w *walk) affine(l *layer, p *point, after bool) error {
	if err := w.spend(2*p.units + len(l.weights)); err != nil {
		return err
	}
	scale, shift := p.affine()
	place := graph.BeforeActivation
	if after {
		place = graph.AfterActivation
	}
	var before *part
	for i := range l.parts {
		if l.parts[i].Place() == place {
			before = &l.parts[i]
		}
	}
	multiplied := func(values []float64, by, plus []float64) []float64 {
		out := make([]float64, len(values))
		for i, v := range values {
			out[i] = v * by[i%len(by)]
			if plus != nil {
				out[i] += plus[i]
			}
		}
		return out
	}
	switch {
	case before == nil && !after:
		l.weights, l.bias = multiplied(l.weights, scale, nil), multiplied(l.bias, scale, shift)
	case before != nil && before.arrays["gain"] != nil:
		before.arrays["gain"], before.arrays["shift"] = multiplied(before.arrays["gain"], scale, nil), multiplied(before.arrays["shift"], scale, shift)
	case before != nil && before.arrays["scale"] != nil:
		before.arrays["scale"], before.arrays["offset"] = multiplied(before.arrays["scale"], scale, nil), multiplied(before.arrays["offset"], scale, shift)
	case l.owns("scale"):
		return w.refuse(p.node, "a layer that is scaled before its shortcut and behind its activation cannot be read")
	default:
		l.parts = append(l.parts, part{graph.Affine{After: after}, map[string][]float64{"scale": scale, "offset": shift}})
	}
	return nil
}

// scale makes of the points in front of the first layer the file's scaling. A column that is
// multiplied by 0 is left to the weights.
func (w *walk) scale(c *chain, first *layer, points []*point) error {
	if len(points) == 0 {
		return nil
	}
	scale, shift, err := w.repeated(1, 0, c.inputs)
	if err != nil {
		return err
	}
	for _, p := range points {
		by, plus := p.affine()
		for j := range scale {
			scale[j], shift[j] = scale[j]*by[j], shift[j]*by[j]+plus[j]
		}
	}
	z := data.Standardiser{Mean: make([]float64, c.inputs), Scale: make([]float64, c.inputs)}
	sound := true
	for j := range scale {
		z.Mean[j], z.Scale[j] = -shift[j]/scale[j], 1/scale[j]
		sound = sound && isFinite(z.Mean[j]) && isFinite(z.Scale[j]) && z.Scale[j] != 0
	}
	if sound {
		c.scaling = z
		return nil
	}
	if err := w.spend(len(first.weights) + first.units); err != nil {
		return err
	}
	weights, bias := make([]float64, len(first.weights)), append([]float64(nil), first.bias...)
	for i, v := range first.weights {
		weights[i] = v * scale[i/first.units]
		bias[i%first.units] += v * shift[i/first.units]
	}
	first.weights, first.bias = weights, bias
	return nil
}

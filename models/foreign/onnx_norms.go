package foreign

func readBatchNorm(w *walk, n *onnxNode, in []*value) (*value, error) {
	s, err := w.signalAt(n, in, 0)
	if err != nil {
		return nil, err
	}
	if n.integer("training_mode", 0) != 0 {
		return nil, w.refuse(n, "it is in training mode: export the network after model.eval()")
	}
	if n.integer("spatial", 1) == 0 || len(s.dims) == 0 {
		return nil, w.refuse(n, "it has statistics for each place: for each channel they are read")
	}
	source, err := w.point(n, s)
	if err != nil {
		return nil, err
	}
	channels := s.dims[0]
	p := &point{kind: batchPoint, node: n, source: source, units: source.units, epsilon: decimal(n.float("epsilon", 1e-5))}
	for i, to := range []*[]float64{&p.gain, &p.offset, &p.mean, &p.variance} {
		v, err := w.vectorAt(n, in, i+1, channels)
		if err != nil {
			return nil, err
		}
		if channels < p.units { // a channel has several units
			if err := w.spend(p.units); err != nil {
				return nil, err
			}
			each := make([]float64, p.units)
			for u := range each {
				each[u] = v[u/(p.units/channels)]
			}
			v = each
		}
		*to = v
	}
	for u, v := range p.variance {
		if !(v+p.epsilon > 0) {
			return nil, w.refuse(n, "the variance of unit %d is %v, and epsilon %v", u, v, p.epsilon)
		}
	}
	return w.valueOf(w.add(p), s.dims)
}

func readLayerNorm(w *walk, n *onnxNode, in []*value) (*value, error) {
	s, err := w.signalAt(n, in, 0)
	if err != nil {
		return nil, err
	}
	axis := n.integer("axis", -1)
	if axis < 0 {
		axis += int64(len(s.dims)) + 1
	}
	if axis < 1 || axis > int64(len(s.dims)) || count(s.dims[axis-1:]) != count(s.dims) {
		return nil, w.refuse(n, "axis %d of rows of the shape %v: all units of a row are read", n.integer("axis", -1), s.dims)
	}
	source, err := w.point(n, s)
	if err != nil {
		return nil, err
	}
	p := &point{kind: layerPoint, node: n, source: source, units: source.units, epsilon: decimal(n.float("epsilon", 1e-5))}
	if p.gain, err = w.vectorAt(n, in, 1, p.units); err != nil {
		return nil, err
	}
	if len(in) > 2 && in[2] != nil {
		if p.offset, err = w.vectorAt(n, in, 2, p.units); err != nil {
			return nil, err
		}
	} else {
		if err := w.spend(p.units); err != nil {
			return nil, err
		}
		p.offset = make([]float64, p.units)
	}
	if p.epsilon == 0 {
		p.epsilon = leastEpsilon
	}
	if !(p.epsilon > 0 && p.epsilon <= 1) {
		return nil, w.refuse(n, "its epsilon is %v", p.epsilon)
	}
	return w.valueOf(w.add(p), s.dims)
}

// leastEpsilon takes the place of an epsilon of 0.
const leastEpsilon = 1e-300

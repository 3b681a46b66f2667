package foreign

func readMatMul(w *walk, n *onnxNode, in []*value) (*value, error) {
	if err := w.wants(n, in, 2); err != nil {
		return nil, err
	}
	if in[0].signal != nil && in[1].signal != nil {
		return nil, w.refuse(n, "it multiplies two branches, as attention does")
	}
	if in[1].constant == nil {
		return nil, w.refuse(n, "the weights stand in front of the input: it has to be rows × columns")
	}
	s, err := w.signalAt(n, in, 0)
	if err != nil {
		return nil, err
	}
	c, err := w.constantAt(n, in, 1, -1)
	if err != nil {
		return nil, err
	}
	var dims []int
	if len(s.dims) > 0 {
		dims = append(dims, s.dims[:len(s.dims)-1]...)
	}
	shape := c.shape
	switch len(shape) {
	case 1:
		shape = []int{shape[0], 1}
	case 2:
		dims = append(dims, shape[1])
	default:
		return nil, w.refuse(n, "its weights %s have the shape %v", n.inputs[1], c.shape)
	}
	if len(s.dims) == 0 || s.dims[len(s.dims)-1] != count(s.dims) {
		return nil, w.refuse(n, "it goes over the last of the axes %v: rows × columns are read", s.dims)
	}
	return w.dense(n, s, c, shape, c.values, nil, dims)
}

func readGemm(w *walk, n *onnxNode, in []*value) (*value, error) {
	if err := w.wants(n, in, 2); err != nil {
		return nil, err
	}
	if n.integer("transA", 0) != 0 || in[0].signal == nil {
		return nil, w.refuse(n, "the weights stand in front of the input: it has to be rows × columns")
	}
	s, err := w.signalAt(n, in, 0)
	if err != nil {
		return nil, err
	}
	c, err := w.constantAt(n, in, 1, 2)
	if err != nil {
		return nil, err
	}
	if len(s.dims) != 1 {
		return nil, w.refuse(n, "rows of the shape %v come in: rows × columns are read", s.dims)
	}
	shape, weights := c.shape, c.values
	alpha, beta := n.float("alpha", 1), n.float("beta", 1)
	if transposed := n.integer("transB", 0) != 0; transposed || alpha != 1 {
		if err := w.spend(len(weights)); err != nil {
			return nil, err
		}
		weights = make([]float64, len(c.values))
		if transposed {
			shape = []int{c.shape[1], c.shape[0]}
		}
		for i := range shape[0] {
			for u := range shape[1] {
				from := i*shape[1] + u
				if transposed {
					from = u*shape[0] + i
				}
				weights[i*shape[1]+u] = alpha * c.values[from]
			}
		}
	}
	dims := []int{shape[1]}
	if len(in) > 2 && in[2] != nil && in[2].constant == nil {
		return nil, w.refuse(n, "its input %s depends on the network's: it has to be fixed", n.inputs[2])
	}
	var bias []float64
	if len(in) > 2 && in[2] != nil && shape[1] > 0 {
		if bias, err = w.spread(n, in[2].constant, dims); err != nil {
			return nil, err
		}
		for u := range bias {
			bias[u] *= beta
		}
	}
	return w.dense(n, s, c, shape, weights, bias, dims)
}

// dense is an affine map with weights of the shape (fan-in, units).
func (w *walk) dense(n *onnxNode, s *signal, c *constant, shape []int, weights, bias []float64, dims []int) (*value, error) {
	source, err := w.point(n, s)
	if err != nil {
		return nil, err
	}
	if shape[0] != source.units || shape[1] < 1 {
		return nil, w.refuse(n, "its weights %s are %d × %d, and %d columns come in", n.inputs[1], shape[0], shape[1], source.units)
	}
	if err := w.spend(len(weights) + shape[1]); err != nil { // weights may be those of several layers
		return nil, err
	}
	if bias == nil {
		bias = make([]float64, shape[1])
	}
	name := c.name
	if name == "" {
		name = n.title()
	}
	return w.valueOf(w.add(&point{kind: densePoint, node: n, source: source, units: shape[1], name: name, weights: weights, shift: bias}), dims)
}

package foreign

import (
	"math"
	"slices"
	"strconv"
)

// readers are the operators that are more than element-wise, but for the statistics of rows.
var readers map[string]reader

// mlReaders are those of ai.onnx.ml.
var mlReaders map[string]reader

func init() {
	readers = map[string]reader{
		"ArgMax":             readArgMax,
		"BatchNormalization": readBatchNorm,
		"Cast":               readCast,
		"CastLike":           readSame,
		"Concat":             readConcat,
		"Constant":           refuseSignal,
		"ConstantOfShape":    refuseSignal,
		"Dropout":            readDropout,
		"Expand":             readReshape,
		"Flatten":            readReshape,
		"Gather":             readGather,
		"Gemm":               readGemm,
		"Identity":           readSame,
		"LayerNormalization": readLayerNorm,
		"LogSoftmax":         readSoftmax,
		"MatMul":             readMatMul,
		"Reshape":            readReshape,
		"Shape":              readShape,
		"Slice":              refuseSignal,
		"Softmax":            readSoftmax,
		"Squeeze":            readReshape,
		"Transpose":          readTranspose,
		"Unsqueeze":          readReshape,
	}
	mlReaders = map[string]reader{
		"ArrayFeatureExtractor": readGather,
		"Binarizer":             readBinarizer,
		"FeatureVectorizer":     readConcat,
		"LabelEncoder":          readLabelEncoder,
		"Scaler":                readScaler,
		"ZipMap":                readZipMap,
	}
}

func refuseSignal(w *walk, n *onnxNode, in []*value) (*value, error) {
	return nil, w.refuse(n, "it is read of constants only")
}

// signalAt is an input that depends on the network's.
func (w *walk) signalAt(n *onnxNode, in []*value, i int) (*signal, error) {
	if i >= len(in) || in[i] == nil {
		return nil, w.refuse(n, "its input %d is missing", i+1)
	}
	switch s := in[i].signal; {
	case s == nil && in[i].label != nil:
		return nil, w.refuse(n, "it goes on with the predicted class")
	case s == nil:
		return nil, w.refuse(n, "its input %s has to depend on the network's", n.inputs[i])
	case s.pair:
		return nil, w.refuse(n, "it goes on with the two probabilities")
	default:
		return s, nil
	}
}

// constantAt is an input that is fixed, of a shape of that many axes, any if rank is negative; nil
// where it is left out.
func (w *walk) constantAt(n *onnxNode, in []*value, i, rank int) (*constant, error) {
	if i >= len(in) || in[i] == nil {
		return nil, nil
	}
	c := in[i].constant
	if c == nil {
		return nil, w.refuse(n, "its input %s depends on the network's: it has to be fixed", n.inputs[i])
	}
	if c.texts != nil || rank >= 0 && len(c.shape) != rank {
		return nil, w.refuse(n, "its input %s has the shape %v", n.inputs[i], c.shape)
	}
	return c, nil
}

// vectorAt is an input of as many fixed numbers as there are units.
func (w *walk) vectorAt(n *onnxNode, in []*value, i, units int) ([]float64, error) {
	c, err := w.constantAt(n, in, i, -1)
	if err != nil {
		return nil, err
	}
	if c == nil {
		return nil, w.refuse(n, "its input %d is missing", i+1)
	}
	if len(c.values) != units {
		return nil, w.refuse(n, "its input %s has %d numbers for %d units", n.inputs[i], len(c.values), units)
	}
	return c.values, nil
}

func (w *walk) valueOf(p *point, dims []int) (*value, error) {
	s, err := w.signalOf(p, dims)
	if err != nil {
		return nil, err
	}
	return &value{signal: s}, nil
}

func readSame(w *walk, n *onnxNode, in []*value) (*value, error) {
	if err := w.wants(n, in, 1); err != nil {
		return nil, err
	}
	return in[0], nil
}

// readDropout does nothing, as dropout once the network is trained.
func readDropout(w *walk, n *onnxNode, in []*value) (*value, error) {
	if len(in) > 2 && in[2] != nil && in[2].constant != nil && total(in[2].constant.values) != 0 {
		w.note("%s is in training mode in the file: it was left out", n.title())
	}
	return readSame(w, n, in)
}

// readBinarizer is 1 above a threshold, else 0.
func readBinarizer(w *walk, n *onnxNode, in []*value) (*value, error) {
	if err := w.wants(n, in, 1); err != nil {
		return nil, err
	}
	threshold := &constant{values: []float64{n.float("threshold", 0)}}
	return w.elementwise(n, "Greater", simple["Greater"], []*value{in[0], {constant: threshold}})
}

// readCast leaves numbers as they are; what is cut to an integer is no longer what it was.
func readCast(w *walk, n *onnxNode, in []*value) (*value, error) {
	if err := w.wants(n, in, 1); err != nil {
		return nil, err
	}
	s := in[0].signal
	if s == nil || isFloating(n.integer("to", 0)) {
		return in[0], nil
	}
	if s.rows == nil && s.views[len(s.views)-1].f.steps() {
		return in[0], nil
	}
	return nil, w.refuse(n, "it cuts the fractions off")
}

// shape is a signal's, with rowCount for its rows.
func (s *signal) shape() []int { return append([]int{rowCount}, s.dims...) }

func readShape(w *walk, n *onnxNode, in []*value) (*value, error) {
	s, err := w.signalAt(n, in, 0)
	if err != nil {
		return nil, err
	}
	values := numbers(s.shape())
	values[0] = math.NaN() // stands for the number of rows
	return &value{constant: n.sizes(values)}, nil
}

// sizes is a shape as a constant, or the part of it that the node wants.
func (n *onnxNode) sizes(of []float64) *constant {
	of = slice(of, n.integer("start", 0), n.integer("end", math.MaxInt64))
	return &constant{shape: []int{len(of)}, values: of, whole: true}
}

// readReshape reads what gives the units of each row another shape.
func readReshape(w *walk, n *onnxNode, in []*value) (*value, error) {
	if err := w.wants(n, in, 1); err != nil {
		return nil, err
	}
	if in[0].label != nil {
		return in[0], nil
	}
	s := in[0].signal
	if s == nil {
		return nil, w.refuse(n, "its input %s has to depend on the network's", n.inputs[0])
	}
	if n.operator == "Expand" {
		return nil, w.refuse(n, "it repeats units")
	}
	if s.pair {
		return in[0], nil
	}
	shape, err := w.reshaped(n, s.shape())
	if err != nil {
		return nil, err
	}
	units := count(s.dims)
	if slices.Index(shape, rowCount) != 0 || count(shape[1:]) != units {
		return nil, w.refuse(n, "rows of the shape %v become %v: each row has to stay one", s.dims, readable(shape))
	}
	return w.shaped(s, shape[1:]), nil
}

// shaped is a signal with its units in another shape.
func (w *walk) shaped(s *signal, dims []int) *value {
	c := *s
	c.dims = dims
	return &value{signal: &c}
}

// readTranspose reads one that only moves axes of size 1.
func readTranspose(w *walk, n *onnxNode, in []*value) (*value, error) {
	s, err := w.signalAt(n, in, 0)
	if err != nil {
		return nil, err
	}
	shape := s.shape()
	a := n.attribute("perm")
	if a == nil || len(a.integers) != len(shape) || a.integers[0] != 0 {
		return nil, w.refuse(n, "it turns rows into columns")
	}
	var dims []int
	before := int64(-1)
	for _, axis := range a.integers[1:] {
		if axis < 1 || axis >= int64(len(shape)) {
			return nil, w.refuse(n, "perm is %v", a.integers)
		}
		dims = append(dims, shape[axis])
		if shape[axis] != 1 {
			if axis < before {
				return nil, w.refuse(n, "it changes the order of the units")
			}
			before = axis
		}
	}
	if count(dims) != count(s.dims) {
		return nil, w.refuse(n, "perm is %v", a.integers)
	}
	return w.shaped(s, dims), nil
}

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

// spread gives each unit its number of a constant, by NumPy's rule. The slice is its own.
func (w *walk) spread(n *onnxNode, c *constant, dims []int) ([]float64, error) {
	to := append([]int{1}, dims...)
	if c.texts != nil || len(c.shape) > len(to) {
		return nil, w.refuse(n, "a constant of the shape %v and rows of the shape %v do not fit each other", c.shape, dims)
	}
	for i, side := range c.shape {
		if side != 1 && side != to[len(to)-len(c.shape)+i] {
			return nil, w.refuse(n, "a constant of the shape %v and rows of the shape %v do not fit each other", c.shape, dims)
		}
	}
	out, err := w.picked(c, to, spreading(c.shape, to))
	if err != nil {
		return nil, err
	}
	for _, v := range out.values {
		switch {
		case isFinite(v):
		case c.name == "":
			return nil, w.refuse(n, "a constant is %v, or the number of rows", v)
		default:
			return nil, w.refuse(n, "its constant %s is %v", c.name, v)
		}
	}
	return out.values, nil
}

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

func readReduction(w *walk, n *onnxNode, in []*value) (*value, error) {
	s, err := w.signalAt(n, in, 0)
	if err != nil {
		return nil, err
	}
	out, err := w.reduce(n, s)
	return &value{signal: out}, err
}

func readSoftmax(w *walk, n *onnxNode, in []*value) (*value, error) {
	s, err := w.signalAt(n, in, 0)
	if err != nil {
		return nil, err
	}
	otherwise := int64(-1)
	if w.opset < 13 {
		otherwise = 1
	}
	axis, rank := n.integer("axis", otherwise), int64(len(s.dims))+1
	if axis < 0 {
		axis += rank
	}
	if axis < 1 || axis >= rank || (w.opset < 13 && axis != 1 || w.opset >= 13) && s.dims[axis-1] != count(s.dims) {
		return nil, w.refuse(n, "it goes over axis %d of rows of the shape %v: over all units of a row it is read", n.integer("axis", otherwise), s.dims)
	}
	source, err := w.point(n, s)
	if err != nil {
		return nil, err
	}
	kind := softmaxPoint
	if n.operator == "LogSoftmax" {
		kind = logSoftmaxPoint
	}
	return w.valueOf(w.add(&point{kind: kind, node: n, source: source, units: source.units}), s.dims)
}

// readScaler is (x - offset) scale.
func readScaler(w *walk, n *onnxNode, in []*value) (*value, error) {
	s, err := w.signalAt(n, in, 0)
	if err != nil {
		return nil, err
	}
	source, err := w.point(n, s)
	if err != nil {
		return nil, err
	}
	vector := func(name string, otherwise float64) (*constant, error) {
		a := n.attribute(name)
		if a == nil {
			return &constant{values: []float64{otherwise}}, nil
		}
		if len(a.floats) != 1 && len(a.floats) != source.units {
			return nil, w.refuse(n, "it has %d numbers in %s for %d columns", len(a.floats), name, source.units)
		}
		return &constant{shape: []int{len(a.floats)}, values: a.floats}, nil
	}
	offset, err := vector("offset", 0)
	if err != nil {
		return nil, err
	}
	scale, err := vector("scale", 1)
	if err != nil {
		return nil, err
	}
	first := &value{signal: s}
	for _, step := range []struct {
		operator string
		by       *constant
	}{{"Sub", offset}, {"Mul", scale}} {
		if first, err = w.elementwise(n, step.operator, simple[step.operator], []*value{first, {constant: step.by}}); err != nil {
			return nil, err
		}
	}
	return first, nil
}

func readArgMax(w *walk, n *onnxNode, in []*value) (*value, error) {
	if err := w.wants(n, in, 1); err != nil {
		return nil, err
	}
	s := in[0].signal
	if s == nil {
		return nil, w.refuse(n, "it goes on with the predicted class")
	}
	axis := n.integer("axis", 0)
	if axis < 0 {
		axis += int64(len(s.dims)) + 1
	}
	if axis < 1 || axis > int64(len(s.dims)) {
		return nil, w.refuse(n, "it goes over axis %d: over the classes it is read", n.integer("axis", 0))
	}
	return &value{label: &label{of: s, labels: s.labels}}, nil
}

// readGather reads the classes' names picked by their numbers; of columns it reads all, in order.
func readGather(w *walk, n *onnxNode, in []*value) (*value, error) {
	if err := w.wants(n, in, 2); err != nil {
		return nil, err
	}
	if c, l := in[0].constant, in[1].label; c != nil && l != nil {
		if err := w.spend(len(c.values)); err != nil {
			return nil, err
		}
		return &value{label: &label{of: l.of, labels: c.names()}}, nil
	}
	if s := in[0].signal; s != nil && in[1].constant != nil && n.operator == "ArrayFeatureExtractor" {
		columns, err := w.whole(n, 1)
		if err != nil {
			return nil, err
		}
		same := len(columns) == count(s.dims)
		for i, c := range columns {
			same = same && c == int64(i)
		}
		if same {
			return in[0], nil
		}
	}
	return nil, w.refuse(n, "it picks some of the columns")
}

// names are a constant's elements as classes are called.
func (c *constant) names() []string {
	if c.texts != nil {
		return c.texts
	}
	names := make([]string, len(c.values))
	for i, v := range c.values {
		names[i] = strconv.FormatFloat(v, 'f', -1, 64)
	}
	return names
}

// classNames are the classes of an attribute of strings or integers, nil where it is missing.
func (n *onnxNode) classNames(strings, integers string) []string {
	if a := n.attribute(strings); a != nil && len(a.texts) > 0 {
		return a.texts
	}
	var names []string
	if a := n.attribute(integers); a != nil {
		for _, v := range a.integers {
			names = append(names, strconv.FormatInt(v, 10))
		}
	}
	return names
}

func readZipMap(w *walk, n *onnxNode, in []*value) (*value, error) {
	if err := w.wants(n, in, 1); err != nil {
		return nil, err
	}
	if in[0].signal == nil {
		return nil, w.refuse(n, "its input has to be probabilities")
	}
	s := *in[0].signal
	s.labels = n.classNames("classlabels_strings", "classlabels_int64s")
	return &value{signal: &s}, nil
}

func readLabelEncoder(w *walk, n *onnxNode, in []*value) (*value, error) {
	if err := w.wants(n, in, 1); err != nil {
		return nil, err
	}
	l := in[0].label
	if l == nil {
		return nil, w.refuse(n, "it is read of the predicted class only")
	}
	keys, names := n.classNames("keys_strings", "keys_int64s"), n.classNames("values_strings", "values_int64s")
	if names == nil { // its first version has strings for 0, 1, ...
		names = n.classNames("classes_strings", "")
		for i := range names {
			keys = append(keys, strconv.Itoa(i))
		}
	}
	known, of := l.labels, make(map[string]string)
	for i, name := range names {
		if l.labels == nil {
			known = append(known, strconv.Itoa(i))
		}
		if i < len(keys) {
			of[keys[i]] = name
		}
	}
	made := make([]string, len(known))
	for i, k := range known {
		var has bool
		if made[i], has = of[k]; !has {
			return nil, w.refuse(n, "it has no name for class %s", k)
		}
	}
	return &value{label: &label{of: l.of, labels: made}}, nil
}

// readConcat reads inputs of one column each put side by side, and scikit-learn's 1 - p and p.
func readConcat(w *walk, n *onnxNode, in []*value) (*value, error) {
	if err := w.wants(n, in, max(len(in), 1)); err != nil {
		return nil, err
	}
	var signals []*signal
	for i := range in {
		s, err := w.signalAt(n, in, i)
		if err != nil {
			return nil, err
		}
		if axis := n.integer("axis", 1); s.rows != nil || len(s.dims) != 1 || axis != 1 && axis != -1 {
			return nil, w.refuse(n, "columns side by side are read")
		}
		signals = append(signals, s)
	}
	if len(signals) == 1 {
		return in[0], nil
	}
	if len(signals) == 2 && w.complement(signals[0], signals[1]) {
		s := *signals[1]
		s.pair, s.dims = true, []int{2}
		return &value{signal: &s}, nil
	}
	for i, s := range signals {
		p := s.itselfOf()
		if p == nil || p.kind != inputPoint || i >= len(w.inputNames) || len(signals) != len(w.inputNames) || w.values[w.inputNames[i]].signal.itselfOf() != p {
			return nil, w.refuse(n, "it puts branches side by side: the inputs, each one column and all in their order, are read so")
		}
	}
	w.input = w.add(&point{kind: inputPoint, units: len(signals)})
	return w.valueOf(w.input, []int{len(signals)})
}

// complement says whether a is 1 - b, a probability of one unit.
func (w *walk) complement(a, b *signal) bool {
	for _, x := range a.views {
		for _, y := range b.views {
			same := x.of == y.of && x.of.units == 1
			for i := 0; same && i < len(x.f.at); i++ {
				same = math.Abs(x.f.at[i]+y.f.at[i]-1) < 1e-12
			}
			if same {
				return true
			}
		}
	}
	return false
}

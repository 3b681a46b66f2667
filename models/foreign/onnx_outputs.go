package foreign

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"actscope/internal/input"
)

// output is the point that the file gives, and the classes' names.
func (w *walk) output() (*point, []string, error) {
	var found []string
	var out *point
	var labels []string
	var decided *label
	for _, o := range w.graph.outputs {
		v, err := w.get(o.name)
		if err != nil {
			if w.masks[o.name] {
				continue
			}
			return nil, nil, err
		}
		switch {
		case v.constant != nil:
			return nil, nil, input.Refuse("output "+o.name, "it is the same for every input")
		case v.label != nil:
			decided = v.label
		case v.signal.rows == nil && v.signal.views[len(v.signal.views)-1].f.steps():
			decided = &label{}
		default:
			s := *v.signal
			s.pair = false
			p, err := w.point(w.producers[o.name], &s)
			if err != nil {
				return nil, nil, err
			}
			if p != out {
				found = append(found, o.name)
			}
			out = p
			if s.labels != nil {
				labels = s.labels
			}
		}
	}
	switch {
	case len(found) > 1:
		return nil, nil, &input.Error{Key: "outputs " + strings.Join(found, ", "), Reason: "the network has several outputs", Advice: "export one of them"}
	case out == nil && decided != nil && decided.of != nil:
		s := *decided.of
		s.pair = false
		p, err := w.point(nil, &s)
		if err != nil {
			return nil, nil, err
		}
		out = p
		w.note("the file gives the predicted class only: what it is decided by was taken for the output")
	case out == nil && decided != nil:
		return nil, nil, input.Refuse("output "+w.graph.outputs[0].name, "it gives the predicted class only: export the probability or the logit")
	}
	if labels == nil && decided != nil {
		labels = decided.labels
	}
	return out, slices.Clone(labels), nil
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
	if a := n.attributes[strings]; a != nil && len(a.texts) > 0 {
		return a.texts
	}
	var names []string
	if a := n.attributes[integers]; a != nil {
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

// readBinarizer is 1 above a threshold, else 0.
func readBinarizer(w *walk, n *onnxNode, in []*value) (*value, error) {
	if err := w.wants(n, in, 1); err != nil {
		return nil, err
	}
	threshold := &constant{values: []float64{n.float("threshold", 0)}}
	return w.elementwise(n, "Greater", simple["Greater"], []*value{in[0], {constant: threshold}})
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

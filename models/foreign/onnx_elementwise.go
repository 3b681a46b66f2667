package foreign

import (
	"math"
	"slices"
)

// readElementwise reads an element-wise operator.
func readElementwise(w *walk, n *onnxNode, in []*value) (*value, error) {
	o, _ := n.operation()
	switch n.operator {
	case "Clip":
		return w.clip(n, in)
	case "Sum", "Mean", "Max", "Min":
		return w.ofMany(n, in)
	}
	if err := w.wants(n, in, o.operands); err != nil {
		return nil, err
	}
	return w.elementwise(n, n.operator, o, in[:o.operands])
}

// ofMany applies an operator of any number of operands to two at a time.
func (w *walk) ofMany(n *onnxNode, in []*value) (*value, error) {
	if err := w.wants(n, in, max(len(in), 1)); err != nil {
		return nil, err
	}
	operator := n.operator
	if operator == "Sum" || operator == "Mean" {
		operator = "Add"
	}
	out := in[0]
	for _, next := range in[1:] {
		var err error
		if out, err = w.elementwise(n, operator, simple[operator], []*value{out, next}); err != nil {
			return nil, err
		}
	}
	if n.operator == "Mean" {
		by := &constant{values: []float64{float64(len(in))}}
		return w.elementwise(n, "Div", simple["Div"], []*value{out, {constant: by}})
	}
	return out, nil
}

// clip is Clip with its bounds, which are attributes or inputs.
func (w *walk) clip(n *onnxNode, in []*value) (*value, error) {
	if err := w.wants(n, in, 1); err != nil {
		return nil, err
	}
	out := in[0]
	for i, side := range []struct {
		attribute, operator string
		none                float64
	}{{"min", "Max", math.Inf(-1)}, {"max", "Min", math.Inf(1)}} {
		bound := n.float(side.attribute, side.none)
		c, err := w.constantAt(n, in, i+1, -1)
		switch {
		case err != nil:
			return nil, err
		case c != nil && len(c.values) != 1:
			return nil, w.refuse(n, "its bound %s has the shape %v", n.inputs[i+1], c.shape)
		case c != nil:
			bound = c.values[0]
		}
		if math.Abs(bound) >= math.MaxFloat32 && (bound < 0) == (i == 0) {
			continue
		}
		by := &constant{values: []float64{bound}}
		if out, err = w.elementwise(n, side.operator, simple[side.operator], []*value{out, {constant: by}}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// elementwise applies an operation of that operator's name to operands.
func (w *walk) elementwise(n *onnxNode, operator string, o operation, operands []*value) (*value, error) {
	var signals []*signal
	var constants []*constant
	statistics := false
	for _, v := range operands {
		switch {
		case v.label != nil:
			return nil, w.refuse(n, "it goes on with the predicted class")
		case v.constant != nil:
			if v.constant.texts != nil {
				return nil, w.refuse(n, "of strings it cannot be computed")
			}
			constants = append(constants, v.constant)
		case v.signal.pair:
			return nil, w.refuse(n, "it goes on with the two probabilities")
		default:
			signals = append(signals, v.signal)
			statistics = statistics || v.signal.rows != nil
		}
	}
	if len(signals) == 0 {
		c, err := w.folded(n, operator, o, constants)
		return &value{constant: c}, err
	}
	dims, err := w.together(n, signals, statistics)
	if err != nil {
		return nil, err
	}
	var s *signal
	switch {
	case statistics:
		for _, c := range constants { // one number of a row times one of each unit
			if len(c.shape) > len(dims)+1 {
				return nil, w.refuse(n, "a constant of the shape %v and rows of the shape %v do not fit each other", c.shape, dims)
			}
			if len(c.shape) <= len(dims) {
				if dims, err = w.broadcast(n, dims, c.shape); err != nil {
					return nil, err
				}
			}
		}
		s, err = w.overRows(n, o, operands, dims)
	case len(signals) > 1:
		s, err = w.combined(n, operator, o, operands, signals, dims)
	case len(constants) == 1 && (operator == "Add" || operator == "Mul" || operator == "Sub" || operator == "Div" && operands[0].signal != nil):
		s, err = w.scaled(n, operator, o, operands, signals[0], constants[0])
	case operator == "Log" && signals[0].itselfOf() != nil && signals[0].itselfOf().kind == softmaxPoint:
		p := signals[0].itselfOf()
		s, err = w.signalOf(w.add(&point{kind: logSoftmaxPoint, node: n, source: p.source, units: p.units}), dims)
	default:
		s, err = w.viewed(n, operator, o, operands, signals, dims)
	}
	if err != nil {
		return nil, err
	}
	return &value{signal: s}, nil
}

// together is the shape of rows that signals become; only statistics may be of another.
func (w *walk) together(n *onnxNode, signals []*signal, statistics bool) ([]int, error) {
	dims := signals[0].dims
	for _, s := range signals[1:] {
		if slices.Equal(s.dims, dims) {
			continue
		}
		if !statistics || len(s.dims) != len(dims) {
			return nil, w.refuse(n, "rows of the shapes %v and %v come in", dims, s.dims)
		}
		var err error
		if dims, err = w.broadcast(n, dims, s.dims); err != nil {
			return nil, err
		}
	}
	return dims, nil
}

// same says whether all numbers of a constant are one, and which.
func (c *constant) same() (float64, bool) {
	for _, v := range c.values {
		if v != c.values[0] {
			return 0, false
		}
	}
	return append(c.values, math.NaN())[0], len(c.values) > 0
}

// scaled adds a constant to a signal, or multiplies it by one.
func (w *walk) scaled(n *onnxNode, operator string, o operation, operands []*value, s *signal, c *constant) (*signal, error) {
	by, err := w.spread(n, c, s.dims)
	if err != nil {
		return nil, err
	}
	source := s.itselfOf()
	if _, same := c.same(); source == nil && same {
		return w.viewed(n, operator, o, operands, []*signal{s}, s.dims)
	}
	if source == nil {
		if source, err = w.point(n, s); err != nil {
			return nil, err
		}
	}
	scale, shift, err := w.repeated(1, 0, source.units)
	if err != nil {
		return nil, err
	}
	nothing := true
	for u := range scale {
		switch {
		case operator == "Add":
			shift[u] = by[u]
		case operator == "Mul":
			scale[u] = by[u]
		case operator == "Div":
			scale[u] = 1 / by[u]
		case operands[0].signal != nil:
			shift[u] = -by[u]
		default:
			scale[u], shift[u] = -1, by[u]
		}
		if !isFinite(scale[u]) || !isFinite(shift[u]) {
			return nil, w.refuse(n, "it divides unit %d by %v", u, by[u])
		}
		nothing = nothing && scale[u] == 1 && shift[u] == 0
	}
	if nothing {
		return s, nil
	}
	p := w.perUnit(n, source, scale, shift)
	p.single = len(c.shape) == 0 || len(c.values) == 1 && source.units > 1
	return w.signalOf(p, s.dims)
}

// viewed applies an operation to all views of signals that are of one point.
func (w *walk) viewed(n *onnxNode, operator string, o operation, operands []*value, signals []*signal, dims []int) (*signal, error) {
	out := &signal{dims: dims, node: n}
	for _, v := range signals[0].views {
		functions := make([]*function, len(operands))
		all := true
		for i, operand := range operands {
			if c := operand.constant; c != nil {
				if _, err := w.spread(n, c, dims); err != nil {
					return nil, err
				}
				number, same := c.same()
				if !same {
					return nil, w.refuse(n, "its constant %s differs from unit to unit: one for all is read", n.inputs[min(i, len(n.inputs)-1)])
				}
				functions[i] = fixed(number)
				continue
			}
			at := slices.IndexFunc(operand.signal.views, func(other view) bool { return other.of == v.of })
			if at < 0 {
				all = false
				break
			}
			functions[i] = operand.signal.views[at].f
		}
		if !all {
			continue
		}
		f, err := w.compose(o, functions)
		if err != nil {
			return nil, err
		}
		out.views = append(out.views, view{v.of, f})
	}
	if len(out.views) == 0 {
		return nil, nil
	}
	return out, nil
}

// fixed is a constant as a function.
func fixed(v float64) *function {
	f := &function{at: make([]float64, len(probes())), text: inFormula(v)}
	for i := range f.at {
		f.at[i] = v
	}
	return f
}

// combined applies an operation to several signals: as a function of what they have in common, or
// as the sum that a shortcut is.
func (w *walk) combined(n *onnxNode, operator string, o operation, operands []*value, signals []*signal, dims []int) (*signal, error) {
	s, err := w.viewed(n, operator, o, operands, signals, dims)
	if s != nil || err != nil {
		return s, err
	}
	if operator != "Add" && operator != "Sub" {
		return nil, w.refuse(n, "it combines two branches that are no functions of one layer: two branches can be added, as shortcuts are")
	}
	var points []*point
	for _, s := range signals {
		p, err := w.point(n, s)
		if err != nil {
			return nil, err
		}
		points = append(points, p)
	}
	if operator == "Sub" {
		scale, shift, err := w.repeated(-1, 0, points[1].units)
		if err != nil {
			return nil, err
		}
		points[1] = w.perUnit(n, points[1], scale, shift)
	}
	return w.signalOf(w.add(&point{kind: sumPoint, node: n, source: points[0], other: points[1], units: points[0].units}), dims)
}

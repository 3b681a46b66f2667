package foreign

import (
	"math"
	"slices"
)

// fold computes a node whose inputs are constants.
func (w *walk) fold(n *onnxNode, in []*value) (*constant, error) {
	c := make([]*constant, len(in))
	texts := false
	for i, v := range in {
		if v != nil {
			c[i], texts = v.constant, texts || v.constant.texts != nil
		}
	}
	if n.operator == "Constant" {
		return w.foldConstant(n)
	}
	if err := w.wants(n, in, 1); err != nil {
		return nil, err
	}
	if texts && !slices.Contains([]string{"Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze"}, n.operator) {
		return nil, w.refuse(n, "of strings it cannot be computed")
	}
	first := *c[0]
	switch n.operator {
	case "Identity", "Dropout", "CastLike":
		return &first, nil
	case "Cast":
		return w.foldCast(n, &first)
	case "Reshape", "Flatten", "Squeeze", "Unsqueeze":
		shape, err := w.reshaped(n, first.shape)
		if err != nil {
			return nil, err
		}
		if count(shape) != count(first.shape) {
			return nil, w.refuse(n, "the shape %v does not become %v", first.shape, shape)
		}
		first.shape = shape
		return &first, nil
	case "Transpose":
		return w.foldTranspose(n, &first)
	case "Shape":
		return n.sizes(numbers(first.shape)), nil
	case "Gather":
		return w.foldGather(n, &first)
	case "Slice":
		return w.foldSlice(n, &first)
	case "Concat":
		return w.foldConcat(n, c)
	case "ConstantOfShape", "Expand":
		return w.foldFilled(n, &first)
	}
	if _, is := n.operation(); is {
		v, err := readElementwise(w, n, in)
		if err != nil {
			return nil, err
		}
		return v.constant, nil
	}
	return nil, w.refuse(n, "of constants alone it cannot be computed")
}

func numbers[T int | int64](of []T) []float64 {
	out := make([]float64, len(of))
	for i, v := range of {
		out[i] = float64(v)
	}
	return out
}

func (w *walk) foldConstant(n *onnxNode) (*constant, error) {
	for _, name := range []string{"value", "value_float", "value_floats", "value_int", "value_ints", "value_string", "value_strings"} {
		a := n.attributes[name]
		if a == nil {
			continue
		}
		switch name {
		case "value":
			if a.tensor == nil {
				return nil, w.refuse(n, "it has no value")
			}
			return w.decode(a.tensor, n.title())
		case "value_float":
			return &constant{name: n.title(), values: []float64{a.float}}, nil
		case "value_floats":
			return &constant{name: n.title(), shape: []int{len(a.floats)}, values: a.floats}, nil
		case "value_int":
			return &constant{name: n.title(), values: []float64{float64(a.integer)}, whole: true}, nil
		case "value_ints":
			return &constant{name: n.title(), shape: []int{len(a.integers)}, values: numbers(a.integers), whole: true}, nil
		case "value_string":
			return &constant{name: n.title(), texts: []string{a.text}}, nil
		default:
			return &constant{name: n.title(), shape: []int{len(a.texts)}, texts: a.texts}, nil
		}
	}
	return nil, w.refuse(n, "it has no value that can be read")
}

func (w *walk) foldCast(n *onnxNode, c *constant) (*constant, error) {
	kind := n.integer("to", 0)
	if _, known := onnxKinds[kind]; !known {
		return nil, w.refuse(n, "to type %d it cannot be computed", kind)
	}
	if err := w.spend(len(c.values)); err != nil {
		return nil, err
	}
	c.values, c.whole = slices.Clone(c.values), !isFloating(kind)
	for i, v := range c.values {
		switch {
		case kind == 9:
			c.values[i] = truth(v != 0)
		case c.whole:
			c.values[i] = math.Trunc(v)
		case kind == 1:
			c.values[i] = float64(float32(v))
		}
	}
	return c, nil
}

func (w *walk) foldTranspose(n *onnxNode, c *constant) (*constant, error) {
	order := make([]int, len(c.shape))
	if a := n.attributes["perm"]; a == nil {
		for i := range order {
			order[i] = len(order) - 1 - i
		}
	} else {
		if len(a.integers) != len(order) {
			return nil, w.refuse(n, "perm %v is not for the shape %v", a.integers, c.shape)
		}
		used := make([]bool, len(order))
		for i, axis := range a.integers {
			if axis < 0 || axis >= int64(len(order)) || used[axis] {
				return nil, w.refuse(n, "perm is %v", a.integers)
			}
			order[i], used[axis] = int(axis), true
		}
	}
	shape := make([]int, len(order))
	for i, axis := range order {
		shape[i] = c.shape[axis]
	}
	return w.picked(c, shape, func(index []int) int {
		at := 0
		for axis, side := range c.shape {
			at = at*side + index[slices.Index(order, axis)]
		}
		return at
	})
}

func (w *walk) foldGather(n *onnxNode, c *constant) (*constant, error) {
	at, err := w.whole(n, 1)
	if err != nil {
		return nil, err
	}
	shape := w.values[n.inputs[1]].constant.shape
	if n.integer("axis", 0) != 0 || len(c.shape) != 1 {
		return nil, w.refuse(n, "of the shape %v it cannot be computed", c.shape)
	}
	if err := w.spend(len(at)); err != nil {
		return nil, err
	}
	out := &constant{shape: shape, whole: c.whole}
	for _, i := range at {
		if i < 0 {
			i += int64(len(c.values))
		}
		if i < 0 || i >= int64(len(c.values)) {
			return nil, w.refuse(n, "index %d of %d", i, len(c.values))
		}
		out.values = append(out.values, c.values[i])
	}
	return out, nil
}

func (w *walk) foldSlice(n *onnxNode, c *constant) (*constant, error) {
	bounds := make(map[string][]int64)
	for i, name := range []string{"starts", "ends", "axes", "steps"} {
		if a := n.attributes[name]; a != nil {
			bounds[name] = a.integers
		} else if len(n.inputs) > i+1 && n.inputs[i+1] != "" {
			v, err := w.whole(n, i+1)
			if err != nil {
				return nil, err
			}
			bounds[name] = v
		}
	}
	first := func(name string, otherwise int64) int64 {
		if len(bounds[name]) == 0 {
			return otherwise
		}
		return bounds[name][0]
	}
	if len(c.shape) != 1 || len(bounds["starts"]) != 1 || len(bounds["ends"]) != 1 || first("axes", 0) != 0 || first("steps", 1) != 1 {
		return nil, w.refuse(n, "of the shape %v it cannot be computed", c.shape)
	}
	values := slice(c.values, bounds["starts"][0], bounds["ends"][0])
	return &constant{shape: []int{len(values)}, values: values, whole: c.whole}, nil
}

// slice is Python's values[from:to].
func slice(values []float64, from, to int64) []float64 {
	size := int64(len(values))
	clamp := func(v int64) int64 {
		if v < 0 {
			v += size
		}
		return max(0, min(size, v))
	}
	return values[clamp(from):max(clamp(from), clamp(to))]
}

func (w *walk) foldConcat(n *onnxNode, c []*constant) (*constant, error) {
	out := &constant{whole: true}
	for _, each := range c {
		if each == nil || len(each.shape) != 1 {
			return nil, w.refuse(n, "of constants that are no vectors it cannot be computed")
		}
		if err := w.spend(len(each.values)); err != nil {
			return nil, err
		}
		out.values, out.whole = append(out.values, each.values...), out.whole && each.whole
	}
	out.shape = []int{len(out.values)}
	return out, nil
}

// foldFilled is ConstantOfShape, of the number 0 or another, and Expand.
func (w *walk) foldFilled(n *onnxNode, c *constant) (*constant, error) {
	from, number := &constant{values: []float64{0}}, 0
	if n.operator == "Expand" {
		from, number = c, 1
	} else if a := n.attributes["value"]; a != nil && a.tensor != nil {
		var err error
		if from, err = w.decode(a.tensor, n.title()); err != nil {
			return nil, err
		}
	}
	sizes, err := w.whole(n, number)
	if err != nil {
		return nil, err
	}
	shape := make([]int, len(sizes))
	for i, side := range sizes {
		if side == rowCount { // each row has the same
			side = 1
		}
		if side < 0 || side > math.MaxInt32 {
			return nil, w.refuse(n, "the shape is %v", sizes)
		}
		shape[i] = int(side)
	}
	shape, err = w.broadcast(n, from.shape, shape)
	if err != nil {
		return nil, err
	}
	return w.picked(from, shape, spreading(from.shape, shape))
}

// folded is an element-wise operation of constants.
func (w *walk) folded(n *onnxNode, operator string, o operation, operands []*constant) (*constant, error) {
	shape, whole, name := []int{}, true, ""
	var err error
	for _, c := range operands {
		if shape, err = w.broadcast(n, shape, c.shape); err != nil {
			return nil, err
		}
		whole = whole && c.whole
		if name == "" {
			name = c.name
		}
	}
	spread := make([]*constant, len(operands))
	for i, c := range operands {
		if spread[i], err = w.picked(c, shape, spreading(c.shape, shape)); err != nil {
			return nil, err
		}
	}
	out, x := spread[0], make([]float64, len(operands))
	for i := range out.values {
		for j := range spread {
			x[j] = spread[j].values[i]
		}
		out.values[i] = o.of(x)
		if whole && operator == "Div" {
			out.values[i] = math.Trunc(out.values[i])
		}
	}
	out.whole, out.name = whole, name
	return out, nil
}

package foreign

import (
	"math"
	"slices"
)

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
	a := n.attributes["perm"]
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

// reshaped is the shape that a node gives a tensor; a number of rows is [rowCount].
func (w *walk) reshaped(n *onnxNode, shape []int) ([]int, error) {
	out, err := w.reshape(n, shape)
	if len(out) > maxRank {
		return nil, w.refuse(n, "it makes %d axes", len(out))
	}
	return out, err
}

// maxRank bounds the axes of tensors.
const maxRank = 16

func (w *walk) reshape(n *onnxNode, shape []int) ([]int, error) {
	rank := len(shape)
	switch n.operator {
	case "Flatten":
		axis := n.integer("axis", 1)
		if axis < 0 {
			axis += int64(rank)
		}
		if axis < 0 || axis > int64(rank) {
			return nil, w.refuse(n, "axis %d of the shape %v", axis, readable(shape))
		}
		left, right := 1, 1
		for i, side := range shape {
			switch {
			case i >= int(axis):
				right *= side
			case side == rowCount || left == rowCount:
				if left != 1 && left != rowCount || side != 1 && side != rowCount {
					return nil, w.refuse(n, "it mixes rows")
				}
				left = rowCount
			default:
				left *= side
			}
		}
		return []int{left, right}, nil
	case "Squeeze":
		axes, err := w.axes(n, 1)
		if err != nil {
			return nil, err
		}
		drop := make(map[int]bool)
		for _, a := range axes {
			if a < 0 {
				a += int64(rank)
			}
			if a < 0 || a >= int64(rank) || shape[a] != 1 {
				return nil, w.refuse(n, "axes %v of the shape %v", axes, readable(shape))
			}
			drop[int(a)] = true
		}
		var out []int
		for i, side := range shape {
			if !drop[i] && (len(axes) > 0 || side != 1) {
				out = append(out, side)
			}
		}
		return out, nil
	case "Unsqueeze":
		axes, err := w.axes(n, 1)
		if err != nil {
			return nil, err
		}
		if len(axes) > maxRank {
			return nil, w.refuse(n, "axes %v of the shape %v", axes, readable(shape))
		}
		out := make([]int, rank+len(axes))
		for _, a := range axes {
			if a < 0 {
				a += int64(len(out))
			}
			if a < 0 || a >= int64(len(out)) || out[a] != 0 {
				return nil, w.refuse(n, "axes %v of the shape %v", axes, readable(shape))
			}
			out[a] = 1
		}
		rest := shape
		for i := range out {
			if out[i] == 0 {
				out[i], rest = rest[0], rest[1:]
			}
		}
		return out, nil
	}
	sizes, err := w.whole(n, 1)
	if err != nil {
		return nil, err
	}
	out, free, known := make([]int, len(sizes)), -1, 1
	if rank > 0 && shape[0] == rowCount && len(sizes) > 0 && sizes[0] > 0 && int(sizes[0]) == w.batch { // the batch is fixed
		sizes[0] = rowCount
	}
	for i, side := range sizes {
		switch {
		case side == 0 && n.integer("allowzero", 0) == 0:
			if i >= rank {
				return nil, w.refuse(n, "the shape %v does not become %v", readable(shape), readable(sizes))
			}
			out[i] = shape[i]
		case side == -1 && free < 0:
			free = i
			continue
		case side == rowCount:
			out[i] = rowCount
		case side < 0 || side > math.MaxInt32:
			return nil, w.refuse(n, "the shape %v does not become %v", readable(shape), readable(sizes))
		default:
			out[i] = int(side)
		}
		if out[i] != rowCount {
			if known > math.MaxInt32 {
				return nil, w.refuse(n, "the shape %v does not become %v", readable(shape), readable(sizes))
			}
			known *= out[i]
		}
	}
	if free < 0 {
		return out, nil
	}
	total, rows := 1, false
	for _, side := range shape {
		if side == rowCount {
			rows = true
		} else {
			total *= side
		}
	}
	if known == 0 || total%known != 0 {
		return nil, w.refuse(n, "the shape %v does not become %v", readable(shape), readable(sizes))
	}
	out[free] = total / known
	if rows && !slices.Contains(out, rowCount) {
		if out[free] != 1 {
			return nil, w.refuse(n, "the shape %v becomes %v, which mixes rows", readable(shape), readable(sizes))
		}
		out[free] = rowCount
	}
	return out, nil
}

// readable writes a shape with -1 for the number of rows.
func readable[T int | int64](shape []T) []T {
	out := slices.Clone(shape)
	for i, side := range out {
		if int64(side) == rowCount {
			out[i] = -1
		}
	}
	return out
}

// broadcast is the shape that two become by NumPy's rule.
func (w *walk) broadcast(n *onnxNode, a, b []int) ([]int, error) {
	if len(a) < len(b) {
		a, b = b, a
	}
	shape := slices.Clone(a)
	for i, side := range b {
		at := len(a) - len(b) + i
		switch {
		case shape[at] == side || side == 1:
		case shape[at] == 1:
			shape[at] = side
		default:
			return nil, w.refuse(n, "the shapes %v and %v do not fit each other", a, b)
		}
	}
	return shape, nil
}

// spreading gives the place in a tensor of one shape for an index of a shape that it is spread to.
func spreading(from, to []int) func(index []int) int {
	return func(index []int) int {
		at := 0
		for axis, side := range from {
			at *= side
			if side > 1 {
				at += index[len(to)-len(from)+axis]
			}
		}
		return at
	}
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

// picked makes a constant of a shape whose number at an index is c's at a place.
func (w *walk) picked(c *constant, shape []int, place func(index []int) int) (*constant, error) {
	n := count(shape)
	if n < 0 {
		n = math.MaxInt32
	}
	if err := w.spend(n * max(len(shape), 1)); err != nil {
		return nil, err
	}
	out := &constant{name: c.name, shape: shape, values: make([]float64, n), whole: c.whole}
	index := make([]int, len(shape))
	for i := range out.values {
		out.values[i] = c.values[place(index)]
		for axis := len(index) - 1; axis >= 0; axis-- {
			if index[axis]++; index[axis] < shape[axis] {
				break
			}
			index[axis] = 0
		}
	}
	return out, nil
}

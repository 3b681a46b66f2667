package foreign

import (
	"fmt"
	"math"

	"actscope/internal/input"
)

// readInputs makes the graph's inputs points.
func (w *walk) readInputs(nodes []*onnxNode) error {
	needed := make(map[string]bool)
	for _, n := range nodes {
		for _, name := range n.inputs {
			needed[name] = true
		}
	}
	for _, o := range w.graph.outputs {
		needed[o.name] = true
	}
	given := make(map[string]bool)
	for _, v := range w.graph.inputs {
		given[v.name] = true
	}
	for _, n := range nodes {
		for _, name := range n.inputs {
			if name == "" || given[name] || w.initializers[name] != nil || w.producers[name] != nil {
				continue
			}
			if w.graph.sparse {
				return w.refuse(n, "no node gives its input %s; sparse tensors are not read", name)
			}
			return w.refuse(n, "no node, input or initializer gives its input %s", name)
		}
	}
	if len(w.graph.outputs) == 0 {
		return input.Refuse("", "the graph has no output")
	}
	var inputs []onnxValue
	seen := make(map[string]bool)
	for _, v := range w.graph.inputs {
		if w.initializers[v.name] != nil || !needed[v.name] { // old files list weights, too
			continue
		}
		if seen[v.name] || w.producers[v.name] != nil {
			return input.Refuse("input "+v.name, "another tensor has this name")
		}
		seen[v.name] = true
		inputs = append(inputs, v)
	}
	if len(inputs) == 0 {
		return input.Refuse("", "the output does not depend on an input")
	}
	var names []string
	for _, v := range inputs {
		names = append(names, v.name)
		p, dims, err := w.readInput(v, nodes)
		if err != nil {
			return err
		}
		if len(inputs) > 1 && p.units != 1 {
			return &input.Error{Key: "input " + v.name, Reason: fmt.Sprintf("the network has %d inputs, and this one has %d columns", len(inputs), p.units), Advice: "one input is read, or several of one column each"}
		}
		s, err := w.signalOf(p, dims)
		if err != nil {
			return err
		}
		w.values[v.name], w.input = &value{signal: s}, p
	}
	if len(inputs) > 1 {
		w.input, w.inputNames = nil, names
	}
	return nil
}

// readInput makes one input a point.
func (w *walk) readInput(v onnxValue, nodes []*onnxNode) (*point, []int, error) {
	refuse := func(format string, args ...any) (*point, []int, error) {
		return nil, nil, input.Refuse("input "+v.name, format, args...)
	}
	switch {
	case !v.tensor:
		return refuse("it is no tensor")
	case v.kind == onnxString:
		return refuse("it takes strings: numbers are read")
	case !v.hasShape:
		v.shape = []int64{-1, -1}
	case len(v.shape) < 2:
		return refuse("its shape is %v: rows × columns are read", v.shape)
	}
	if rows := v.shape[0]; rows > 0 && w.batch == 0 {
		w.batch = int(min(rows, math.MaxInt32))
		w.note("the batch is fixed at %d in the file; any number of rows is run", rows)
	}
	var dims []int
	for _, d := range v.shape[1:] {
		if d < 1 && len(v.shape) == 2 {
			d = w.columns(nodes)
		}
		if d < 1 {
			return refuse("its number of columns is not fixed")
		}
		if d > 1<<31-1 {
			return refuse("it has %d columns", d)
		}
		dims = append(dims, int(d))
	}
	units := count(dims)
	if units < 0 {
		return refuse("its shape is %v", v.shape)
	}
	if err := w.spend(units); err != nil {
		return nil, nil, err
	}
	return w.add(&point{kind: inputPoint, units: units}), dims, nil
}

// columns is the fan-in of the first affine map, where the file does not say how many columns it
// takes; 0 where that is not known either.
func (w *walk) columns(nodes []*onnxNode) int64 {
	for _, n := range nodes {
		if n.operator != "MatMul" && n.operator != "Gemm" || len(n.inputs) < 2 {
			continue
		}
		if shape := w.shapeOf(n.inputs[1]); len(shape) == 2 {
			if n.integer("transB", 0) != 0 {
				return shape[1]
			}
			return shape[0]
		}
	}
	return 0
}

// shapeOf is the shape of a tensor that the file has, nil for others.
func (w *walk) shapeOf(name string) []int64 {
	if t := w.initializers[name]; t != nil {
		return t.shape
	}
	n := w.producers[name]
	if n == nil {
		return nil
	}
	if a := n.attributes["value"]; n.operator == "Constant" && a != nil && a.tensor != nil {
		return a.tensor.shape
	}
	if len(n.inputs) == 1 && (n.operator == "Transpose" || n.operator == "Identity" || n.operator == "Cast") {
		if t := w.initializers[n.inputs[0]]; t != nil && n.operator == "Transpose" && len(t.shape) == 2 {
			return []int64{t.shape[1], t.shape[0]}
		} else if t != nil {
			return t.shape
		}
	}
	return nil
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
		a := n.attributes[name]
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

package foreign

import (
	"actscope/internal/input"
)

// readGraphs is the advice for what cannot be read.
const readGraphs = "what is read is one chain of affine maps (Gemm, MatMul and Add) with element-wise activations, batch and layer normalisations, dropout, shortcuts, scaling of the inputs, and a Sigmoid or Softmax at the end"

// refuse is an error about a node.
func (w *walk) refuse(n *onnxNode, format string, args ...any) error {
	if n == nil {
		return input.Refuse("", format, args...)
	}
	e := input.Refuse("node "+n.title(), n.operator+": "+format, args...)
	e.Advice = readGraphs
	return e
}

// title is a node's name, or that of its output.
func (n *onnxNode) title() string {
	if n.name != "" {
		return n.name
	}
	for _, o := range n.outputs {
		if o != "" {
			return o
		}
	}
	return n.operator
}

func (n *onnxNode) float(name string, otherwise float64) float64 {
	if a := n.attributes[name]; a != nil {
		return a.float
	}
	return otherwise
}

func (n *onnxNode) integer(name string, otherwise int64) int64 {
	if a := n.attributes[name]; a != nil {
		return a.integer
	}
	return otherwise
}

func (n *onnxNode) text(name, otherwise string) string {
	if a := n.attributes[name]; a != nil {
		return a.text
	}
	return otherwise
}

// operation is what an element-wise operator computes.
func (n *onnxNode) operation() (operation, bool) {
	if o, is := simple[n.operator]; is {
		return o, true
	}
	if with := withAttributes[n.operator]; with != nil {
		return with(n), true
	}
	return operation{}, n.operator == "Clip" || n.operator == "Sum" || n.operator == "Mean"
}

// wants refuses a node with fewer inputs.
func (w *walk) wants(n *onnxNode, in []*value, least int) error {
	for i := range least {
		if i >= len(in) || in[i] == nil {
			return w.refuse(n, "it has %d inputs, and needs %d", len(in), least)
		}
	}
	return nil
}

// axes are those of a node: its attribute, or its input of that number.
func (w *walk) axes(n *onnxNode, number int) ([]int64, error) {
	if a := n.attributes["axes"]; a != nil {
		return a.integers, nil
	}
	if number >= len(n.inputs) || n.inputs[number] == "" {
		return nil, nil
	}
	return w.whole(n, number)
}

// whole are the integers of a constant input, NaN, which stands for the number of rows, as -1.
func (w *walk) whole(n *onnxNode, number int) ([]int64, error) {
	if number >= len(n.inputs) || n.inputs[number] == "" {
		return nil, w.refuse(n, "its input %d is missing", number+1)
	}
	v, err := w.get(n.inputs[number])
	if err != nil {
		return nil, err
	}
	if v.constant == nil || v.constant.texts != nil {
		return nil, w.refuse(n, "its input %s depends on the network's: it has to be fixed", n.inputs[number])
	}
	if err := w.spend(len(v.constant.values)); err != nil {
		return nil, err
	}
	var whole []int64
	for _, x := range v.constant.values {
		switch {
		case x != x:
			whole = append(whole, rowCount)
		case x < -1<<53 || x > 1<<53:
			whole = append(whole, 1<<53)
		default:
			whole = append(whole, int64(x))
		}
	}
	return whole, nil
}

// rowCount stands for the number of rows among sizes.
const rowCount = -1 << 60

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

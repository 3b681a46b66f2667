package machine

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// walker collects the nodes that outputs need.
type walker struct {
	any    bool                // dtypes and names, as the tape takes them
	graph  *gorgonia.ExprGraph // with an index that is right
	order  []*node             // operands before those who use them
	byNode map[*gorgonia.Node]*node
	open   map[*gorgonia.Node]bool   // visits that have not returned
	inputs map[string]*gorgonia.Node // by name
}

// walk lists what the outputs need in topological order, operands first.
func walk(g *gorgonia.ExprGraph, outputs gorgonia.Nodes, o options) ([]*node, map[*gorgonia.Node]*node, error) {
	w := &walker{
		any:    o.whole,
		graph:  indexed(g),
		byNode: make(map[*gorgonia.Node]*node),
		open:   make(map[*gorgonia.Node]bool),
		inputs: make(map[string]*gorgonia.Node),
	}
	for i, source := range outputs {
		if source == nil || (source.Graph() != g && !o.whole) {
			return nil, nil, fmt.Errorf("machine: output %d is not a node of this graph", i)
		}
		if err := w.visit(source); err != nil {
			return nil, nil, err
		}
		w.byNode[source].output = true
	}
	return w.order, w.byNode, nil
}

// indexed gives the graph an index of its own: Gorgonia's is stale after a rewrite
// that removed nodes, and its own walks do not return from a cycle.
func indexed(g *gorgonia.ExprGraph) *gorgonia.ExprGraph {
	if all := g.AllNodes(); len(all) > 1 { // a single one would be taken for a root
		return g.Subgraph(slices.Clone(all)...) // a clone, because it gets sorted
	}
	return g
}

func (w *walker) visit(source *gorgonia.Node) error {
	if w.byNode[source] != nil {
		return nil
	}
	fail := func(err error) error { return &NodeError{Node: nameOf(source), Err: err} }
	if w.open[source] {
		return fail(ErrCycle)
	}
	w.open[source] = true
	defer delete(w.open, source)

	if found, ok := w.graph.Node(source.ID()).(*gorgonia.Node); !ok || found != source {
		return fail(ErrRemoved)
	}
	n := &node{source: source, offset: -1}
	for operands := w.graph.From(source.ID()); operands.Next(); {
		operand, ok := operands.Node().(*gorgonia.Node)
		if !ok {
			return fail(ErrRemoved)
		}
		if err := w.visit(operand); err != nil {
			return err
		}
		n.in = append(n.in, w.byNode[operand])
	}
	var err error
	if n.dtype, err = dtypeOfNode(source, w.any); err != nil {
		return fail(err)
	}
	n.operator = identify(source.Op())
	n.shape = source.Shape()
	if n.size = extents(n.shape); n.size == 0 || (n.shape.IsScalar() && !source.IsScalar()) {
		return fail(fmt.Errorf("%w: %v holds no numbers", ErrShape, n.shape))
	}
	if n.operator.class == input && !w.any {
		if err := w.claim(source); err != nil {
			return fail(err)
		}
	}
	w.order = append(w.order, n)
	w.byNode[source] = n
	return nil
}

// claim reports an input whose name another one has. (Two of one name and one shape
// are a single node already: Gorgonia merges them.)
func (w *walker) claim(source *gorgonia.Node) error {
	other := w.inputs[source.Name()]
	if other != nil {
		return fmt.Errorf("%w: inputs of shapes %v and %v share it", ErrName, other.Shape(), source.Shape())
	}
	w.inputs[source.Name()] = source
	return nil
}

// dtypeOfNode is the dtype of a node's values. Statements such as Read have none; others
// than float64 are refused unless any will do.
func dtypeOfNode(source *gorgonia.Node, anyDtype bool) (dtype tensor.Dtype, err error) {
	if source.Type() == nil {
		return dtype, fmt.Errorf("%w: a statement has no value; ask for the node that it reads", ErrDtype)
	}
	defer func() { // Dtype panics for types without one
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrDtype, r)
		}
	}()
	if dtype = source.Dtype(); dtype != tensor.Float64 && !anyDtype {
		return dtype, fmt.Errorf("%w %v: only float64 runs here; NewVM takes others", ErrDtype, dtype)
	}
	return dtype, nil
}

// box decides in which of Gorgonia's two floating-point types kernels compute, the one that
// most nodes have, and leaves all other values to operators' own Do.
func box(nodes []*node) (native tensor.Dtype) {
	double, single := 0, 0
	for _, n := range nodes {
		switch n.dtype {
		case tensor.Float64:
			double++
		case tensor.Float32:
			single++
		}
	}
	native = tensor.Float64
	if single > double {
		native = tensor.Float32
	}
	for _, n := range nodes {
		n.boxed = n.dtype != native
		if n.operator.class == input || n.operator.class == constant {
			continue
		}
		if n.boxed || slices.ContainsFunc(n.in, func(arg *node) bool { return arg.boxed }) {
			n.operator.class = opaque
		}
	}
	return native
}

package machine

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// node is the planner's view of a node of the graph.
type node struct {
	source   *gorgonia.Node
	index    int // in topological order
	operator operator
	in       []*node
	shape    tensor.Shape
	size     int // entries, 1 for a scalar

	users  []*node // those that need it, once for each operand that it is
	output bool    // asked for by the caller

	folded []float64 // the value of a constant, nil for any other node
	twin   *node     // the node whose memory this one shares, nil if it has its own
	step   *step     // what computes it, nil if nothing has to

	binding *inputBinding // of an input
	buffer  *buffer
	offset  int    // of its memory in the arena, -1 if it has none there
	reason  string // why better kernels were not taken
}

// buffer is a value's memory. Kernels hold the buffer rather than the slice, so
// that binding an input to other memory is one assignment.
type buffer struct{ data []float64 }

// owner is the node whose memory holds n's value.
func (n *node) owner() *node {
	for n.twin != nil {
		n = n.twin
	}
	return n
}

// private reports whether only one node needs n, so that its value may stay inside
// that node's kernel.
func (n *node) private() bool { return len(n.users) == 1 && !n.output && !n.isConstant() }

// is reports whether n is computed by the named operator of a class.
func (n *node) is(c class, name string) bool {
	return n.operator.class == c && n.operator.name == name && !n.isConstant()
}

func (n *node) isConstant() bool { return n.folded != nil }

// uniform reports whether n is a constant with one value at every entry.
func (n *node) uniform() bool {
	if len(n.folded) == 0 {
		return false
	}
	for _, x := range n.folded {
		if x != n.folded[0] {
			return false
		}
	}
	return true
}

// walk lists what the outputs need in topological order, operands first.
func walk(g *gorgonia.ExprGraph, outputs gorgonia.Nodes) ([]*node, map[*gorgonia.Node]*node, error) {
	for i, n := range outputs {
		if n == nil || n.Graph() != g {
			return nil, nil, fmt.Errorf("machine: output %d is not a node of this graph", i)
		}
	}
	children := newAdjacency(g)
	const (
		unseen = iota
		open
		done
	)
	var (
		order  []*node
		byNode = make(map[*gorgonia.Node]*node)
		state  = make(map[*gorgonia.Node]int)
		names  = make(map[string]*gorgonia.Node)
		visit  func(source *gorgonia.Node) error
	)
	visit = func(source *gorgonia.Node) error {
		switch state[source] {
		case open:
			return &NodeError{Node: source.Name(), Err: ErrCycle}
		case done:
			return nil
		}
		state[source] = open
		operands, err := children.of(source)
		if err != nil {
			return err
		}
		for _, operand := range operands {
			if err := visit(operand); err != nil {
				return err
			}
		}
		if err := checkDtype(source); err != nil {
			return &NodeError{Node: source.Name(), Err: err}
		}
		n := &node{source: source, operator: identify(source.Op()), shape: source.Shape(), offset: -1}
		if n.size = extents(n.shape); n.size == 0 || (n.shape.IsScalar() && !source.IsScalar()) {
			return &NodeError{Node: source.Name(), Err: fmt.Errorf("%w: %v holds no numbers", ErrShape, n.shape)}
		}
		if n.operator.class == input {
			if other, used := names[source.Name()]; used && other != source {
				return &NodeError{Node: source.Name(), Err: fmt.Errorf("%w: inputs of shapes %v and %v share it", ErrName, other.Shape(), source.Shape())}
			}
			names[source.Name()] = source
		}
		for _, operand := range operands {
			n.in = append(n.in, byNode[operand])
		}
		state[source] = done
		byNode[source] = n
		n.index = len(order)
		order = append(order, n)
		return nil
	}
	for _, source := range outputs {
		if err := visit(source); err != nil {
			return nil, nil, err
		}
		byNode[source].output = true
	}
	return order, byNode, nil
}

// adjacency looks up operands.
type adjacency struct{ graph *gorgonia.ExprGraph }

// newAdjacency gives the graph an index of its own: Gorgonia's is stale after a
// rewrite that removed nodes, and its own walks do not return from a cycle.
func newAdjacency(g *gorgonia.ExprGraph) adjacency {
	if all := g.AllNodes(); len(all) > 1 { // one node would be taken for a root
		return adjacency{g.Subgraph(slices.Clone(all)...)} // a clone, because it gets sorted
	}
	return adjacency{g}
}

func (a adjacency) of(n *gorgonia.Node) ([]*gorgonia.Node, error) {
	if found, ok := a.graph.Node(n.ID()).(*gorgonia.Node); !ok || found != n {
		return nil, &NodeError{Node: n.Name(), Err: ErrRemoved}
	}
	var operands []*gorgonia.Node
	for children := a.graph.From(n.ID()); children.Next(); {
		if child, ok := children.Node().(*gorgonia.Node); ok {
			operands = append(operands, child)
		}
	}
	return operands, nil
}

// checkDtype reports nodes whose values are not float64: other number types,
// booleans, and statements such as Read, which have no value.
func checkDtype(source *gorgonia.Node) (err error) {
	if source.Type() == nil {
		return fmt.Errorf("%w: a statement has no value; ask for the node that it reads", ErrDtype)
	}
	defer func() { // Dtype panics for types without one
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrDtype, r)
		}
	}()
	if dtype := source.Dtype(); dtype != tensor.Float64 {
		return fmt.Errorf("%w %v: only float64 runs here", ErrDtype, dtype)
	}
	return nil
}

var layerSuffix = regexp.MustCompile(`^[A-Za-z]+[-_]?([0-9]+)$`)

// layer is the number that ends n's name or that of the nearest operand with one.
func (n *node) layer() int {
	seen := map[*node]bool{n: true}
	for queue := []*node{n}; len(queue) > 0; queue = queue[1:] {
		if match := layerSuffix.FindStringSubmatch(queue[0].source.Name()); match != nil {
			if layer, err := strconv.Atoi(match[1]); err == nil {
				return layer
			}
		}
		for _, child := range queue[0].in {
			if !seen[child] {
				seen[child] = true
				queue = append(queue, child)
			}
		}
	}
	return 0
}

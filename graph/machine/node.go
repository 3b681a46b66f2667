package machine

import (
	"math"
	"regexp"
	"strconv"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// node is the planner's view of a node of the graph.
type node struct {
	source   *gorgonia.Node
	operator operator
	in       []*node
	shape    tensor.Shape
	size     int // entries, 1 for a scalar
	dtype    tensor.Dtype
	boxed    bool // its value is not of the plan's numbers: operators hand it on as it is

	users  []*node // those that need it, once for each operand that it is
	output bool    // asked for by the caller

	folded []float64 // the value of a constant, nil for any other node
	twin   *node     // the node whose memory this one shares, nil if it has its own
	step   *step     // what computes it, nil if nothing has to

	offset int    // of its memory in the arena, -1 if it has none there
	reason string // why better kernels were not taken
}

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

// uniform reports whether n is a constant with the same bits at every entry.
func (n *node) uniform() bool {
	for _, x := range n.folded {
		if math.Float64bits(x) != math.Float64bits(n.folded[0]) {
			return false
		}
	}
	return n.isConstant()
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

package machine

import (
	"strings"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// planner turns nodes into steps.
type planner struct {
	graph   *gorgonia.ExprGraph
	options options
	nodes   []*node
	byNode  map[*gorgonia.Node]*node
	steps   []*step // in order of execution

	arenaSize int // in entries
}

// rules propose a step that computes a node, or nil where they do not apply, in
// order of preference.
var rules = []struct {
	fuses   bool
	propose func(n *node) *step
}{
	{true, fuseRectified},
	{true, fuseAffine},
	{true, fuseLogistic},
	{true, fuseScaled},
	{true, fuseGate},
	{true, fuseGateFrom},
	{true, fuseTripleProduct},
	{true, fuseWeightedSum},
	{true, fuseResidualSum},
	{true, fuseCrossEntropy},
	{true, fuseConvolution},
	{true, fuseImageSlope},
	{true, fuseWeightSlope},
	{false, singleKernel},
	{false, ownApply},
}

func newPlanner(g *gorgonia.ExprGraph, outputs gorgonia.Nodes, o options) (*planner, error) {
	nodes, byNode, err := walk(g, outputs, o)
	if err != nil {
		return nil, err
	}
	if box(nodes) == tensor.Float32 {
		o.precision = Single
	}
	p := &planner{graph: g, options: o, nodes: nodes, byNode: byNode}
	if err := fold(nodes); err != nil {
		return nil, err
	}
	findUsers(nodes)
	for _, output := range outputs {
		p.produce(byNode[output])
	}
	p.layOut()
	return p, nil
}

// produce finds the step for n and for what it needs, operands first.
func (p *planner) produce(n *node) {
	if n.step != nil || n.twin != nil || n.isConstant() || n.operator.class == input || (n.operator.class == constant && n.boxed) {
		return
	}
	if sharesMemory(n) && !p.options.generic {
		p.produce(n.in[0])
		// An output does not share with an input, whose memory is the caller's, nor with
		// another output, for a solver clears one gradient before it reads the next.
		if owner := n.in[0].owner(); !n.output || (owner.operator.class != input && !owner.output) {
			n.twin = n.in[0]
			return
		}
	}
	s := p.choose(n)
	for _, out := range s.outs {
		out.step = s
	}
	for _, arg := range s.args {
		p.produce(arg.node)
	}
	p.steps = append(p.steps, s)
}

// sharesMemory reports whether n is its first operand under another shape.
func sharesMemory(n *node) bool {
	switch n.operator.class {
	case reshape, repeat, slice:
		return n.size == n.in[0].size
	}
	return false
}

// choose takes the first proposal that is certified.
func (p *planner) choose(n *node) *step {
	if p.options.generic {
		n.reason = "as asked for"
		return opaqueStep(n)
	}
	var reasons []string
	for _, r := range rules {
		if r.fuses && p.options.unfused {
			continue
		}
		s := r.propose(n)
		if s == nil {
			continue
		}
		reason := s.certify(p.options.certification, p.options.precision)
		if reason == "" {
			n.reason = strings.Join(reasons, "; ")
			return s
		}
		reasons = append(reasons, reason)
	}
	if len(reasons) == 0 {
		reasons = append(reasons, "no kernel")
	}
	n.reason = strings.Join(reasons, "; ")
	return opaqueStep(n)
}

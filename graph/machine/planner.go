package machine

import (
	"fmt"

	"gorgonia.org/gorgonia"
)

// planner turns nodes into steps.
type planner struct {
	options options
	nodes   []*node
	byNode  map[*gorgonia.Node]*node
	steps   []*step // in order of execution

	arena []float64
}

// rule proposes a step that computes n, or nil where it does not apply.
type rule struct {
	name    string
	propose func(p *planner, n *node) *step
}

// rules in order of preference; each proposal is certified before it is adopted.
var rules = []rule{
	{"affine", func(_ *planner, n *node) *step { return fuseAffine(n) }},
	{"single", func(_ *planner, n *node) *step { return singleKernel(n) }},
	{"apply", func(_ *planner, n *node) *step { return ownApply(n) }},
}

func newPlanner(g *gorgonia.ExprGraph, outputs gorgonia.Nodes, o options) (*planner, error) {
	nodes, byNode, err := walk(g, outputs)
	if err != nil {
		return nil, err
	}
	p := &planner{options: o, nodes: nodes, byNode: byNode}
	if err := fold(nodes); err != nil {
		return nil, err
	}
	countUses(nodes)
	for _, output := range outputs {
		p.produce(byNode[output])
	}
	p.layOut()
	return p, nil
}

// produce finds the step for n and for what it needs, operands first.
func (p *planner) produce(n *node) {
	if n.step != nil || n.twin != nil || n.isConstant() || n.operator.class == input {
		return
	}
	if sharesMemory(n) {
		n.twin = n.in[0]
		p.produce(n.twin)
		return
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
	case reshape, repeat:
		return n.size == n.in[0].size
	}
	return false
}

func (p *planner) choose(n *node) *step {
	for _, r := range rules {
		s := r.propose(p, n)
		if s == nil {
			continue
		}
		return s
	}
	if n.reason == "" {
		n.reason = fmt.Sprintf("no kernel for %v", n.source.Op())
	}
	return opaqueStep(n)
}

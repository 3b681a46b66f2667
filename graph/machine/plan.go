package machine

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"gorgonia.org/gorgonia"
)

// Decision is what the planner did with a node.
type Decision int

const (
	// Pruned: no output needs the node.
	Pruned Decision = iota
	// Input: it is read from outside.
	Input
	// Folded: it was computed once, when planning.
	Folded
	// Aliased: it is the memory of its operand under another shape.
	Aliased
	// Fused: it is computed inside another node's kernel and has no memory.
	Fused
	// Kernel: it is computed by a kernel.
	Kernel
	// Opaque: it is computed by its operator's own Do.
	Opaque
)

var decisionNames = [...]string{"pruned", "input", "folded", "aliased", "fused", "kernel", "opaque"}

func (d Decision) String() string {
	if d < 0 || int(d) >= len(decisionNames) {
		return fmt.Sprintf("Decision(%d)", int(d))
	}
	return decisionNames[d]
}

// Plan tells what the planner made of a graph.
type Plan struct {
	// Nodes are all nodes of the graph: first those that are part of the plan, in
	// an order in which they can be computed, then the pruned ones.
	Nodes []PlannedNode
	// Steps is the number of kernel calls of a run, Opaque how many of them are
	// operators' own.
	Steps, Opaque int
	// Warnings are what the graph may not be meant to compute.
	Warnings []string
	// Arena is the memory of all intermediate results, in bytes.
	Arena int
}

// PlannedNode is one node of a plan.
type PlannedNode struct {
	Name     string // in the graph
	Operator string // as it calls itself, "" for an input
	Shape    []int
	Output   bool // asked for by the caller
	Decision Decision
	// Kernel is what computes the node, or the node that it is fused into.
	Kernel string
	// Into is the node whose kernel a fused node is part of, or whose memory an
	// aliased one shares.
	Into string
	// Step is the place of the kernel in a run, from 1; 0 for a node without one.
	Step int
	// Reason is why better kernels were not taken, if any were proposed.
	Reason string
	// Offset and Size are the place in the arena, in entries; Offset is -1 for a
	// node without one.
	Offset, Size int
}

// Plan describes what the planner decided, node by node.
func (m *Machine) Plan() Plan { return m.planner.describe() }

// describe writes down the finished plan.
func (p *planner) describe() Plan {
	into := make(map[*node]*step)
	number := make(map[*step]int)
	plan := Plan{Steps: len(p.steps), Arena: p.options.precision.bytes() * p.arenaSize}
	for i, s := range p.steps {
		number[s] = i + 1
		if s.opaque {
			plan.Opaque++
		}
		for _, n := range s.covers {
			into[n] = s
		}
	}
	for _, n := range p.nodes {
		d := PlannedNode{
			Name: n.source.Name(), Shape: n.shape, Output: n.output,
			Reason: n.reason, Offset: n.offset, Size: n.size,
		}
		if n.operator.class != input {
			d.Operator = n.operator.name
		}
		switch s := into[n]; {
		case n.operator.class == input:
			d.Decision = Input
		case n.isConstant():
			d.Decision = Folded
		case n.twin != nil:
			d.Decision, d.Into, d.Offset = Aliased, n.twin.source.Name(), n.owner().offset
		case n.step != nil:
			d.Decision, d.Kernel, d.Step = Kernel, n.step.kernel, number[n.step]
			if n.step.opaque {
				d.Decision = Opaque
			}
		case s != nil:
			d.Decision, d.Kernel, d.Into, d.Step = Fused, s.kernel, s.outs[0].source.Name(), number[s]
		}
		plan.Nodes = append(plan.Nodes, d)
	}
	for _, n := range p.nodes {
		if strings.HasPrefix(n.operator.name, "Softmax{") && strings.HasSuffix(n.operator.name, ", true}()") {
			plan.Warnings = append(plan.Warnings, fmt.Sprintf("node %s is the logarithm of a softmax; where Log was called on a SoftMax, Gorgonia turned the SoftMax's own node into this (its issue 569), also for others that use it: call LogSoftMax beside SoftMax instead", nameOf(n.source)))
		}
	}
	for _, source := range p.graph.AllNodes() {
		if p.byNode[source] == nil {
			plan.Nodes = append(plan.Nodes, prunedNode(source))
		}
	}
	return plan
}

func prunedNode(source *gorgonia.Node) PlannedNode {
	d := PlannedNode{Name: source.Name(), Offset: -1}
	if source.Type() != nil { // statements have neither type nor shape
		d.Shape = source.Shape()
	}
	if op := source.Op(); op != nil {
		d.Operator = op.String()
	}
	return d
}

// String is a table, one line for each node.
func (p Plan) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "node\tshape\tdecision\tstep\tkernel\tinto\tmemory\treason")
	for _, n := range p.Nodes {
		name := n.Name
		if n.Output {
			name += " *"
		}
		step, memory := "", ""
		if n.Step > 0 {
			step = fmt.Sprint(n.Step)
		}
		if n.Offset >= 0 {
			memory = fmt.Sprintf("%d+%d", n.Offset, n.Size)
		}
		fmt.Fprintf(w, "%s\t%v\t%v\t%s\t%s\t%s\t%s\t%s\n", name, n.Shape, n.Decision, step, n.Kernel, n.Into, memory, n.Reason)
	}
	w.Flush()
	for _, warning := range p.Warnings {
		fmt.Fprintln(&b, warning)
	}
	fmt.Fprintf(&b, "%d steps, %d of them by the operator's own Do; %d bytes for intermediate results; * is an output\n", p.Steps, p.Opaque, p.Arena)
	return b.String()
}

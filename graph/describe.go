package graph

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"

	"actscope/graph/machine"
)

// Role is what a node of a program's graph is for.
type Role string

// The roles of nodes. Most have none: they are steps of formulas.
const (
	RoleInput     Role = "input"     // x and y, and what parts of layers read
	RoleParameter Role = "parameter" // W1, b1, ...
	RolePre       Role = "pre-activation"
	RolePost      Role = "post-activation"
	RoleObjective Role = "objective"
	RoleReported  Role = "reported loss"
	RoleGradient  Role = "gradient"
)

// NodeDescription is one node of a program's graph.
type NodeDescription struct {
	// ID counts from 0 in the order in which Gorgonia made the nodes.
	ID int `json:"id"`
	// Name is that of an input, a parameter or a stage; Operator what computes the
	// node, "" for those that are given.
	Name     string `json:"name,omitempty"`
	Operator string `json:"operator,omitempty"`
	// Shape is empty for a scalar.
	Shape []int `json:"shape"`
	// Operands are the IDs of the nodes that it is computed from, in order.
	Operands []int `json:"operands"`
	Role     Role  `json:"role,omitempty"`
	// Of is the parameter whose gradient the node is.
	Of string `json:"of,omitempty"`
	// Captured says that hooks see the node's values.
	Captured bool `json:"captured,omitempty"`
}

// Describe lists the nodes of the program's graph, as Gorgonia has it.
func (p *Program) Describe() []NodeDescription {
	roles := p.roles()
	all := p.source.AllNodes()
	ids := make(map[*gorgonia.Node]int, len(all))
	for i, n := range all {
		ids[n] = i
	}
	descriptions := make([]NodeDescription, len(all))
	for i, n := range all {
		d := roles[n]
		d.ID, d.Shape = i, append([]int{}, n.Shape()...)
		if op := n.Op(); op != nil {
			d.Operator = op.String()
		} else if d.Name == "" {
			d.Name = n.Name()
		}
		d.Operands = []int{}
		for operands := p.source.From(n.ID()); operands.Next(); {
			d.Operands = append(d.Operands, ids[operands.Node().(*gorgonia.Node)])
		}
		descriptions[i] = d
	}
	return descriptions
}

// roles marks the nodes that mean something by themselves.
func (p *Program) roles() map[*gorgonia.Node]NodeDescription {
	roles := make(map[*gorgonia.Node]NodeDescription)
	for _, n := range p.source.AllNodes() {
		if n.Op() == nil {
			role := RoleInput
			if slices.Contains(p.parameters, n.Name()) {
				role = RoleParameter
			}
			roles[n] = NodeDescription{Name: n.Name(), Role: role}
		}
	}
	for l := range p.architecture.Layers {
		post, pre := Point{l + 1, PostActivation}, Point{l + 1, PreActivation}
		roles[p.stages[post]] = NodeDescription{Name: post.String(), Role: RolePost}
		roles[p.stages[pre]] = NodeDescription{Name: pre.String(), Role: RolePre} // the same node after the identity
	}
	for _, n := range p.computed.captured {
		d := roles[n]
		d.Captured = true
		roles[n] = d
	}
	if p.computed.objective != nil {
		roles[p.computed.reported] = NodeDescription{Name: "reported", Role: RoleReported}
		roles[p.computed.objective] = NodeDescription{Name: "objective", Role: RoleObjective} // they may be one
	}
	for i, n := range p.computed.gradients {
		roles[n] = NodeDescription{Name: "grad_" + p.parameters[i], Role: RoleGradient, Of: p.parameters[i]}
	}
	return roles
}

// Plan tells what the planned machine made of the graph; a program on the tape has
// none.
func (p *Program) Plan() (machine.Plan, error) {
	m, ok := p.machine.(*planned)
	if !ok {
		return machine.Plan{}, fmt.Errorf("network: a program on the tape has no plan")
	}
	return m.machine.Plan(), nil
}

package machine

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"gorgonia.org/gorgonia"
)

// NewVM plans a whole graph, or a subgraph, to stand where gorgonia.NewTapeMachine(g) stood.
// What it keeps is found: the values of roots, the gradients of inputs, and what gorgonia.Read
// watches, which is filled in each run as the tape fills it. Other nodes are computed as far
// as these need them; their Value is a [NotKept] that says so, unless [KeepAll] is given.
//
// Graphs of float32 run in float32; booleans, integers and what else is not of the graph's
// floating-point type go through operators' own Do. Results may be NaN or infinite.
//
// Errors are those of [New], and [ErrNoGradient] for one of [Learnables] without a gradient.
func NewVM(g *gorgonia.ExprGraph, opts ...Option) (*Machine, error) {
	if g == nil || len(g.AllNodes()) == 0 {
		return nil, errors.New("machine: nothing to run: the graph has no nodes")
	}
	o := options{certification: Cached, finite: true}
	for _, option := range opts {
		option(&o)
	}
	o.whole = true
	f := find(g)
	for i, n := range o.learnables {
		if n == nil || !f.member[n] {
			return nil, fmt.Errorf("machine: learnable %d (%s) is not a node of this graph", i, nameOf(n))
		}
		if d := n.Deriv(); d == nil || !f.member[d] {
			return nil, &NodeError{Node: nameOf(n), Err: fmt.Errorf("%w: ask gorgonia.Grad for it before the machine is made", ErrNoGradient)}
		}
	}
	for i, w := range o.watches {
		if w.of == nil || !f.member[w.of] || w.call == nil {
			return nil, fmt.Errorf("machine: watch %d (%s) is not of a node of this graph by a function", i, nameOf(w.of))
		}
	}
	outputs := f.outputs(o)
	if len(outputs) == 0 {
		return nil, errors.New("machine: nothing to run: the graph has statements only")
	}
	m, err := newMachine(g, outputs, o)
	if err != nil {
		return nil, err
	}
	m.reads, m.modes = f.reads, f.modes
	if err := m.begin(); err != nil {
		return nil, err
	}
	for _, n := range f.nodes {
		if planned := m.planner.byNode[n]; (planned == nil || !planned.output) && n.Op() != nil && n.Value() == nil {
			if err := gorgonia.UnsafeLet(n, NotKept{n}); err != nil {
				return nil, &NodeError{Node: nameOf(n), Err: err}
			}
			m.marked = append(m.marked, n)
		}
	}
	return m, nil
}

// findings are the nodes of a graph by their roles.
type findings struct {
	nodes  gorgonia.Nodes // without statements
	member map[*gorgonia.Node]bool
	users  map[*gorgonia.Node]gorgonia.Nodes
	reads  []read
	modes  []gorgonia.TrainModeOp
}

// read is a statement that wants the value of a node.
type read struct {
	of   *gorgonia.Node
	into *gorgonia.Value
}

// fill does what the tape does: it copies into the value that is there, if one is.
func (r read) fill() error {
	v := r.of.Value()
	if *r.into != nil {
		_, err := gorgonia.Copy(*r.into, v)
		return err
	}
	v, err := gorgonia.CloneValue(v)
	if err != nil {
		return err
	}
	*r.into = v
	return nil
}

func find(g *gorgonia.ExprGraph) *findings {
	f := &findings{member: make(map[*gorgonia.Node]bool), users: make(map[*gorgonia.Node]gorgonia.Nodes)}
	for _, n := range g.AllNodes() {
		f.member[n] = true
	}
	index := indexed(g)
	for _, n := range g.AllNodes() {
		var operands gorgonia.Nodes
		for all := index.From(n.ID()); all != nil && all.Next(); {
			if operand, ok := all.Node().(*gorgonia.Node); ok {
				operands = append(operands, operand)
			}
		}
		if into, isRead := readsInto(n.Op()); isRead && len(operands) == 1 {
			f.reads = append(f.reads, read{operands[0], into})
		}
		if n.Type() == nil {
			continue // a statement
		}
		f.nodes = append(f.nodes, n)
		for _, operand := range operands {
			f.users[operand] = append(f.users[operand], n)
		}
		if op, ok := n.Op().(gorgonia.TrainModeOp); ok {
			f.modes = append(f.modes, op)
		}
	}
	return f
}

// readsInto is where the operator of gorgonia.Read, which Gorgonia does not export, wants a
// value to be put.
func readsInto(op gorgonia.Op) (into *gorgonia.Value, ok bool) {
	v := reflect.ValueOf(op)
	if op == nil || v.Kind() != reflect.Struct || v.Type().Name() != "readOp" || v.NumField() != 1 {
		return nil, false
	}
	if v.Field(0).Type() != reflect.TypeFor[*gorgonia.Value]() {
		return nil, false
	}
	return (*gorgonia.Value)(v.Field(0).UnsafePointer()), true
}

// outputs are the nodes to keep.
func (f *findings) outputs(o options) gorgonia.Nodes {
	keep := make(map[*gorgonia.Node]bool)
	for _, r := range f.reads {
		keep[r.of] = true
	}
	for _, w := range o.watches {
		keep[w.of] = true
	}
	for _, n := range o.learnables {
		keep[n], keep[n.Deriv()] = true, true
	}
	for _, n := range f.nodes {
		d := n.Deriv()
		switch {
		case d == nil || !f.member[d]:
		case n.Op() == nil:
			keep[d] = true
		case n.IsScalar() && identify(d.Op()).class == constant:
			keep[n] = true // a cost, which gorgonia.Grad began with
		}
	}
	slices.SortFunc(f.nodes, func(a, b *gorgonia.Node) int { return cmp.Compare(a.ID(), b.ID()) })
	dead := make(map[*gorgonia.Node]bool)
	var outputs gorgonia.Nodes
	for i := len(f.nodes) - 1; i >= 0; i-- { // users stand behind what they use
		n := f.nodes[i]
		unused := !slices.ContainsFunc(f.users[n], func(user *gorgonia.Node) bool { return !dead[user] })
		dead[n] = unused && !keep[n] && isLeftover(n)
		if o.keepAll || keep[n] || (unused && !dead[n]) {
			outputs = append(outputs, n)
		}
	}
	slices.Reverse(outputs)
	if len(outputs) == 0 { // leftovers only: somebody wants them
		return f.nodes
	}
	return outputs
}

// isLeftover reports whether n came about as gorgonia.Grad made another gradient: that of
// the data, say, beside that of the weights. The tape computes these, too.
func isLeftover(n *gorgonia.Node) bool {
	group := reflect.ValueOf(n).Elem().FieldByName("group")
	if !group.IsValid() || group.Kind() != reflect.String {
		return false
	}
	if name := group.String(); name != "gradients" && name != "undifferentiated nodes" {
		return false
	}
	for _, of := range n.DerivOf() {
		if of.Op() == nil {
			return false
		}
	}
	return true
}

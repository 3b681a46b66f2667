package machine

import (
	"fmt"

	"gorgonia.org/gorgonia"
)

// Let is gorgonia.Let for a node of the machine's graph, as the tape has it.
func (m *Machine) Let(n *gorgonia.Node, be any) error {
	if n == nil || m.planner.graph.Node(n.ID()) != any(n) {
		return &NodeError{Node: nameOf(n), Err: fmt.Errorf("%w as one of this graph", ErrUnknown)}
	}
	if err := gorgonia.Let(n, be); err != nil {
		return &NodeError{Node: nameOf(n), Err: err}
	}
	return nil
}

// Set gives the input the value that another node has after a run, as the tape has it: a
// parameter the value of its update, say. The value is copied.
func (m *Machine) Set(input, from *gorgonia.Node) error {
	v, err := m.Value(from)
	if err != nil {
		return err
	}
	if v, err = gorgonia.CloneValue(v); err != nil {
		return &NodeError{Node: nameOf(from), Err: err}
	}
	return m.Let(input, v)
}

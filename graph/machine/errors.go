package machine

import (
	"errors"
	"fmt"
	"strings"
)

// What can be wrong with a graph, an input or a call; test for them with errors.Is.
var (
	// ErrClosed is the answer of a closed machine.
	ErrClosed = errors.New("machine: closed")
	// ErrBusy is the answer to a second goroutine.
	ErrBusy = errors.New("machine: in use by another goroutine")

	// ErrDtype: a value that is not of the dtype that is wanted.
	ErrDtype = errors.New("unsupported dtype")
	// ErrUnbound: an input without a value.
	ErrUnbound = errors.New("no value is bound")
	// ErrShape: a value of another shape than its node's.
	ErrShape = errors.New("wrong shape")
	// ErrName: two different inputs of one name.
	ErrName = errors.New("name is used twice")
	// ErrCycle: a node that depends on itself.
	ErrCycle = errors.New("node depends on itself")
	// ErrRemoved: a node that other nodes use and that is no longer in the graph.
	ErrRemoved = errors.New("node was removed from the graph")
	// ErrUnknown: a node that is not part of the plan, or not in the role asked for.
	ErrUnknown = errors.New("not in the plan")
	// ErrNonFinite: a NaN or an infinity.
	ErrNonFinite = errors.New("not finite")
	// ErrNoGradient: a learnable that gorgonia.Grad was not asked about.
	ErrNoGradient = errors.New("no gradient")
	// ErrNotKept: a node that the plan computes in passing, or not at all.
	ErrNotKept = errors.New("value is not kept")
	// ErrOperator: an operator whose own Do failed.
	ErrOperator = errors.New("operator failed")
)

// NodeError says at which node of the graph something went wrong.
type NodeError struct {
	// Node is the node's name in the graph.
	Node string
	// Layer is the layer of the network that the node belongs to, told by the
	// number that ends its name ("W2", "z2") or the name of the nearest operand
	// that has one; 0 if there is none.
	Layer int
	// Step counts the runs of the machine, from 1; 0 while planning or binding.
	Step int
	// Err wraps one of the Err variables.
	Err error
}

func (e *NodeError) Error() string {
	var where strings.Builder
	fmt.Fprintf(&where, "machine: node %s", e.Node)
	if e.Layer > 0 {
		fmt.Fprintf(&where, ", layer %d", e.Layer)
	}
	if e.Step > 0 {
		fmt.Fprintf(&where, ", step %d", e.Step)
	}
	return fmt.Sprintf("%s: %v", &where, e.Err)
}

// Unwrap returns Err.
func (e *NodeError) Unwrap() error { return e.Err }

package graph

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"

	"actscope/graph/machine"
)

// Stage is one of the two tensors of a layer.
type Stage int

const (
	// PreActivation is z, what the activation is applied to: a W + b, normalised where
	// the layer does that.
	PreActivation Stage = iota
	// PostActivation is what the layer hands on: φ(z), after dropout and with the
	// shortcut where the layer has them.
	PostActivation
)

// Point names one stage of one layer; layers count from 1 and the output layer
// is the last.
type Point struct {
	Layer int
	Stage Stage
}

// String is "z2" for the pre-activation of layer 2, "a2" for its post-activation.
func (p Point) String() string {
	if p.Stage == PreActivation {
		return fmt.Sprintf("z%d", p.Layer)
	}
	return fmt.Sprintf("a%d", p.Layer)
}

// checkPoint reports a point that the network does not have.
func (a Architecture) checkPoint(p Point) error {
	if p.Layer < 1 || p.Layer > len(a.Layers) || (p.Stage != PreActivation && p.Stage != PostActivation) {
		return fmt.Errorf("network: no stage %v: there are layers 1 to %d, each with a pre- and a post-activation", p, len(a.Layers))
	}
	return nil
}

// Capture is a read-only view of the tensor at one point, (Rows, Units). It is
// valid until the call that received it returns: copy what you keep.
type Capture struct {
	Point
	// FirstRow is the index of row 0 in what is evaluated, for evaluations that
	// run in several pieces.
	FirstRow int
	// Rows and Units are the tensor's shape.
	Rows, Units int

	values []float64
}

// At is the value of unit in row, both from 0.
func (c Capture) At(row, unit int) float64 { return c.values[row*c.Units+unit] }

// Copy returns the values, row-major, in memory of the caller's own.
func (c Capture) Copy() []float64 {
	out := make([]float64, c.Rows*c.Units)
	c.CopyTo(out)
	return out
}

// CopyTo writes the values, row-major, to the first Rows × Units entries of dst.
func (c Capture) CopyTo(dst []float64) { copy(dst, c.values[:c.Rows*c.Units]) }

// HookFunc sees a capture; an error stops the run that it comes from.
type HookFunc func(Capture) error

// Hooks is an ordered set of hooks on the points of a network. The zero value is
// an empty set; it is not for concurrent use.
type Hooks struct{ hooks []*Hook }

// Hook is one registration in a set of hooks.
type Hook struct {
	point Point
	call  HookFunc
	owner *Hooks

	node *gorgonia.Node // instead of a point
	see  NodeHookFunc

	removed bool
}

// Add registers f at a point of the network; hooks are called in this order.
func (h *Hooks) Add(a Architecture, at Point, f HookFunc) (*Hook, error) {
	if err := a.checkPoint(at); err != nil {
		return nil, err
	}
	if f == nil {
		return nil, fmt.Errorf("network: nil hook at %v", at)
	}
	hook := &Hook{point: at, call: f, owner: h}
	h.hooks = append(h.hooks, hook)
	return hook, nil
}

// Remove takes the hook out of its set; removing it again does nothing. A hook
// may remove itself, or others, while it is called.
func (h *Hook) Remove() {
	h.removed = true
	h.owner.hooks = slices.DeleteFunc(slices.Clone(h.owner.hooks), func(other *Hook) bool { return other == h })
}

// Points lists the points that have hooks, each once, in order of registration:
// what to name to [Compile] so that [Hooks.Call] can be served.
func (h *Hooks) Points() []Point {
	var points []Point
	for _, hook := range h.hooks {
		if hook.node == nil && !slices.Contains(points, hook.point) {
			points = append(points, hook.point)
		}
	}
	return points
}

// Call hands the captures of the program's last run to the hooks, in order of
// registration, and stops at the first error. firstRow is where the program's
// rows begin in what is evaluated.
func (h *Hooks) Call(p *Program, firstRow int) error {
	for _, hook := range h.hooks {
		if hook.removed || hook.node != nil {
			continue
		}
		c, err := p.Capture(hook.point)
		if err != nil {
			return err
		}
		c.FirstRow = firstRow
		if err := hook.call(c); err != nil {
			return fmt.Errorf("hook at %v: %w", hook.point, err)
		}
	}
	return nil
}

// NodeHookFunc sees the value of a node of any Gorgonia graph after a run. The value is valid
// until the call returns, and not to be written to; an error ends the run.
type NodeHookFunc func(n *gorgonia.Node, value gorgonia.Value) error

// AddNode registers f at a node of any Gorgonia graph; [Hooks.Watches] puts the set to work.
func (h *Hooks) AddNode(n *gorgonia.Node, f NodeHookFunc) (*Hook, error) {
	if n == nil || n.Type() == nil {
		return nil, fmt.Errorf("network: a hook needs a node that has a value")
	}
	if f == nil {
		return nil, fmt.Errorf("network: nil hook at %s", n.Name())
	}
	hook := &Hook{node: n, see: f, owner: h}
	h.hooks = append(h.hooks, hook)
	return hook, nil
}

// Watches are what to give to [machine.NewVM] so that each of its runs calls the hooks on
// nodes, those on one node in order of registration, nodes in the order of their first
// hooks. Hooks that such nodes get later are called, too.
func (h *Hooks) Watches() []machine.Option {
	var options []machine.Option
	seen := make(map[*gorgonia.Node]bool)
	for _, hook := range h.hooks {
		if hook.node == nil || seen[hook.node] {
			continue
		}
		n := hook.node
		seen[n] = true
		options = append(options, machine.Watch(n, func(v gorgonia.Value) error {
			for _, hook := range h.hooks {
				if hook.node != n || hook.removed {
					continue
				}
				if err := hook.see(n, v); err != nil {
					return fmt.Errorf("hook at %s: %w", n.Name(), err)
				}
			}
			return nil
		}))
	}
	return options
}

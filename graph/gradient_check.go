package graph

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"actscope/graph/machine"
	"actscope/internal/differences"
)

// GradientCheck holds the gradients of a loss, as gorgonia.Grad derives them,
// against finite differences of the loss itself.
type GradientCheck struct {
	// Nodes are in the order in which they were named.
	Nodes []NodeCheck
}

// NodeCheck is the part of a [GradientCheck] about one node.
type NodeCheck struct {
	// Name is the node's.
	Name string
	// Entries is how many the node's value has; Kinks of them were left out,
	// because the loss has no derivative there.
	Entries, Kinks int
	// MaxAbs is the largest difference, MaxRel the same relative to the largest
	// entry of the gradient (0 where both are 0).
	MaxAbs, MaxRel float64
	// Index is the entry (row-major) where the difference is largest, and Autodiff
	// and Difference what the two say there.
	Index                int
	Autodiff, Difference float64
	// Uncertainty is the largest error that the differences admit of themselves: a
	// disagreement below it says nothing.
	Uncertainty float64
}

// Err is nil where every gradient agrees with its differences to absolute +
// relative × its largest entry, else an error that names each that does not.
func (c *GradientCheck) Err(absolute, relative float64) error {
	var wrong []error
	for _, n := range c.Nodes {
		largest := 0.0
		if n.MaxRel > 0 {
			largest = n.MaxAbs / n.MaxRel
		}
		if !(n.MaxAbs <= absolute+relative*largest) {
			wrong = append(wrong, fmt.Errorf("gradient of %s[%d] is %v by autodiff, %v by differences: off by %.3g", n.Name, n.Index, n.Autodiff, n.Difference, n.MaxAbs))
		}
	}
	return errors.Join(wrong...)
}

// CheckGradient differentiates a scalar loss with respect to input nodes, once by
// gorgonia.Grad and once by finite differences of the loss. The inputs must be
// bound to float64 tensors; their entries are changed while the check runs and
// put back.
//
// Where gorgonia.Grad was asked about this loss and these inputs before, it is the
// gradients in the graph that are checked. Where it was asked about others, Gorgonia
// cannot differentiate the graph once more, and what the loss needs is built anew.
// Otherwise the gradient's nodes stay in the graph. It may be called inside of
// [machine.Construct].
func CheckGradient(loss *gorgonia.Node, wrt ...*gorgonia.Node) (*GradientCheck, error) {
	if loss == nil || !loss.IsScalar() {
		return nil, errors.New("gradient check: the loss must be a scalar node")
	}
	values := make([][]float64, len(wrt))
	for i, n := range wrt {
		t, ok := n.Value().(*tensor.Dense)
		if !ok || t.Dtype() != tensor.Float64 || t.RequiresIterator() {
			return nil, fmt.Errorf("gradient check: %s is not bound to a contiguous float64 tensor", n.Name())
		}
		values[i] = t.Float64s()
	}
	names := make([]string, len(wrt))
	for i, n := range wrt {
		names[i] = n.Name()
	}
	var gradients gorgonia.Nodes
	err := machine.Construct(func() (err error) {
		if gradients = knownGradients(loss, wrt); gradients != nil {
			return nil
		}
		if wasDifferentiated(loss.Graph()) {
			if loss, wrt, err = rebuilt(loss, wrt); err != nil {
				return err
			}
		}
		gradients, err = gorgonia.Grad(loss, wrt...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("gradient check: %w", err)
	}
	exact, err := newPlanned(loss.Graph(), append(gorgonia.Nodes{loss}, gradients...), Double)
	if err != nil {
		return nil, fmt.Errorf("gradient check: %w", err)
	}
	defer exact.close()
	if err := exact.run(); err != nil {
		return nil, fmt.Errorf("gradient check: %w", err)
	}
	forward, err := newPlanned(loss.Graph(), gorgonia.Nodes{loss}, Double)
	if err != nil {
		return nil, fmt.Errorf("gradient check: %w", err)
	}
	defer forward.close()

	check := &GradientCheck{}
	var failed error
	lossAt := func() (float64, uint64) {
		if err := forward.run(); err != nil && failed == nil {
			failed = err
		}
		return forward.values(0)[0], 0
	}
	for i := range wrt {
		estimates := differences.Gradient(lossAt, values[i])
		if failed != nil {
			return nil, fmt.Errorf("gradient check: differences of %s: %w", names[i], failed)
		}
		check.Nodes = append(check.Nodes, checkNode(names[i], exact.values(1+i), estimates))
	}
	return check, nil
}

// checkNode compares one gradient with its estimates.
func checkNode(name string, gradient []float64, estimates []differences.Estimate) NodeCheck {
	c := NodeCheck{Name: name, Entries: len(gradient)}
	largest := 0.0
	for i, e := range estimates {
		largest = math.Max(largest, math.Abs(gradient[i]))
		if e.Kink {
			c.Kinks++
			continue
		}
		c.Uncertainty = math.Max(c.Uncertainty, e.Error)
		if d := math.Abs(gradient[i] - e.Value); d > c.MaxAbs || math.IsNaN(d) {
			c.MaxAbs, c.Index, c.Autodiff, c.Difference = d, i, gradient[i], e.Value
		}
	}
	if c.MaxAbs != 0 {
		c.MaxRel = c.MaxAbs / largest
	}
	return c
}

// knownGradients are those of the loss that are in the graph already, nil unless all are.
func knownGradients(loss *gorgonia.Node, wrt gorgonia.Nodes) gorgonia.Nodes {
	if !beganAt(loss) {
		return nil
	}
	for _, n := range loss.Graph().AllNodes() {
		if n != loss && n.IsScalar() && n.Op() != nil && beganAt(n) {
			return nil // of which loss they are is not to be known
		}
	}
	var gradients gorgonia.Nodes
	for _, n := range wrt {
		if n.Deriv() == nil {
			return nil
		}
		gradients = append(gradients, n.Deriv())
	}
	return gradients
}

// beganAt reports whether n has the derivative 1, as a loss has.
func beganAt(n *gorgonia.Node) bool {
	d := n.Deriv()
	if d == nil || d.Op() == nil || len(d.Op().String()) < 5 || d.Op().String()[:5] != "const" {
		return false
	}
	one, ok := d.Value().(*gorgonia.F64)
	return ok && *one == 1
}

func wasDifferentiated(g *gorgonia.ExprGraph) bool {
	return slices.ContainsFunc(g.AllNodes(), func(n *gorgonia.Node) bool { return n.Deriv() != nil })
}

// rebuilt is the loss with what it needs in a graph of its own. Inputs share their values,
// and get names of which no two are alike.
func rebuilt(loss *gorgonia.Node, wrt gorgonia.Nodes) (*gorgonia.Node, gorgonia.Nodes, error) {
	// An index of its own: Gorgonia's is stale where nodes were removed.
	index := loss.Graph().Subgraph(slices.Clone(loss.Graph().AllNodes())...)
	g := gorgonia.NewGraph()
	copies := make(map[*gorgonia.Node]*gorgonia.Node)
	var visit func(n *gorgonia.Node) (*gorgonia.Node, error)
	visit = func(n *gorgonia.Node) (*gorgonia.Node, error) {
		if done := copies[n]; done != nil {
			return done, nil
		}
		var operands gorgonia.Nodes
		for all := index.From(n.ID()); all != nil && all.Next(); {
			operand, err := visit(all.Node().(*gorgonia.Node))
			if err != nil {
				return nil, err
			}
			operands = append(operands, operand)
		}
		made, err := (*gorgonia.Node)(nil), error(nil)
		switch {
		case n.Op() == nil:
			options := []gorgonia.NodeConsOpt{gorgonia.In(g), gorgonia.WithType(n.Type()), gorgonia.WithShape(n.Shape()...), gorgonia.WithName(fmt.Sprint(n.Name(), " ", n.ID()))}
			if v := n.Value(); v != nil {
				options = append(options, gorgonia.WithValue(v))
			}
			made = gorgonia.NewUniqueNode(options...)
		case len(operands) == 0: // a constant
			made = g.AddNode(gorgonia.NewConstant(n.Value(), gorgonia.WithName(fmt.Sprint(n.Name(), " ", n.ID()))))
		default:
			made, err = gorgonia.ApplyOp(n.Op(), operands...)
		}
		copies[n] = made
		return made, err
	}
	copied, err := visit(loss)
	if err != nil {
		return nil, nil, err
	}
	inputs := make(gorgonia.Nodes, len(wrt))
	for i, n := range wrt {
		if inputs[i] = copies[n]; inputs[i] == nil {
			return nil, nil, fmt.Errorf("the loss does not depend on %s", n.Name())
		}
	}
	return copied, inputs, nil
}

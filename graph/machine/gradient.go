package machine

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"actscope/graph/machine/kernel"
)

// gradient is the memory in which a solver finds the gradient of a node and clears it. It is
// not that of the gradient's own node where that one belongs to several learnables, is a
// constant, or has to be added up.
type gradient[T kernel.Float] struct {
	of   *gorgonia.Node
	from *buffer[T]
	node *node // the gradient's
	adds bool  // to what is there, as the tape does for gorgonia.BindDualValues

	value  gorgonia.Value // that Grad of the node was, and its memory
	double []float64
	single []float32
}

// gradientsOf lists those that a plan has to deliver.
func gradientsOf[T kernel.Float](p *planner, m *memory[T]) []*gradient[T] {
	var gradients []*gradient[T]
	learnable := make(map[*gorgonia.Node]bool)
	for _, n := range p.options.learnables {
		learnable[n] = true
	}
	for _, d := range p.nodes {
		if !d.output || d.boxed {
			continue
		}
		var of gorgonia.Nodes
		inputs := 0
		for _, n := range d.source.DerivOf() {
			if n.Deriv() != d.source || of.Contains(n) {
				continue
			}
			of = append(of, n)
			if n.Op() == nil {
				inputs++
			}
		}
		for _, n := range of {
			adds := learnable[n] || (p.options.learns && len(learnable) == 0 && n.Op() == nil)
			if adds || (n.Op() == nil && (inputs > 1 || d.isConstant())) {
				gradients = append(gradients, &gradient[T]{of: n, from: m.buffers[d], node: d, adds: adds})
			}
		}
	}
	return gradients
}

// deliver hands the result of a run over.
func (g *gradient[T]) deliver() error {
	if now, err := g.of.Grad(); err != nil || now == nil || now != g.value {
		if err := g.attach(now); err != nil {
			return &NodeError{Node: nameOf(g.of), Err: fmt.Errorf("its gradient: %w", err)}
		}
	}
	switch {
	case g.double != nil && g.adds:
		accumulate(g.double, g.from.data)
	case g.double != nil:
		convert(g.double, g.from.data)
	case g.single != nil && g.adds:
		accumulate(g.single, g.from.data)
	case g.single != nil:
		convert(g.single, g.from.data)
	}
	return nil
}

func accumulate[D, S kernel.Float](dst []D, src []S) {
	if same, ok := any(src).([]D); ok {
		kernel.Add(dst, dst, same)
		return
	}
	src = src[:len(dst)]
	for i, x := range src {
		dst[i] += D(x)
	}
}

// attach takes over the memory that the node has for its gradient, or gives it some.
func (g *gradient[T]) attach(now gorgonia.Value) error {
	if deriv := g.of.Deriv(); now == nil || (deriv != nil && now == deriv.Value()) {
		value := g.of.Value()
		if value == nil {
			return nil // it is bound by memory: nobody can ask it for a gradient
		}
		size := extents(value.Shape())
		if size != g.node.size {
			return fmt.Errorf("%w: %v for a value of shape %v", ErrShape, g.node.shape, value.Shape())
		}
		switch value.Dtype() {
		case tensor.Float64:
			now = valueOf(value.Shape(), make([]float64, size))
		case tensor.Float32:
			now = valueOf(value.Shape(), make([]float32, size))
		default:
			return fmt.Errorf("%w %v", ErrDtype, value.Dtype())
		}
		if err := giveGradient(g.of, now); err != nil {
			return err
		}
	}
	var ok bool
	if g.double, g.single, ok = memoryOf(now); !ok || len(g.double)+len(g.single) != g.node.size {
		return fmt.Errorf("%w: it has %T of shape %v for it", ErrShape, now, now.Shape())
	}
	g.value = now
	return nil
}

// giveGradient makes value what Grad of the node returns.
func giveGradient(n *gorgonia.Node, value gorgonia.Value) (err error) {
	defer func() { // WithGrad panics over what it does not take
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrShape, r)
		}
	}()
	gorgonia.WithGrad(value)(n)
	return nil
}

package machine

import (
	"gorgonia.org/tensor"

	"actscope/graph/machine/kernel"
)

// sizing is how to compute a product whose factors have the shapes that shape gives.
type sizing func(shape func(*node) tensor.Shape) kernel.Multiplication

// planProduct chooses how to compute the product node multiply; ok is false unless both
// factors are matrices.
func planProduct(multiply *node) (planned kernel.Multiplication, resized sizing, ok bool) {
	op := multiply.operator
	if op.class != product || len(multiply.in[0].shape) != 2 || len(multiply.in[1].shape) != 2 {
		return kernel.Multiplication{}, nil, false
	}
	a, b := multiply.in[0], multiply.in[1]
	dimensions := func(x, y []int) (rows, inner, columns int) {
		rows, inner, columns = x[0], x[1], y[1]
		if op.transA {
			rows, inner = x[1], x[0]
		}
		if op.transB {
			columns = y[0]
		}
		return rows, inner, columns
	}
	rows, inner, columns := dimensions(a.shape, b.shape)
	planned = kernel.Multiply(rows, inner, columns, op.transA, op.transB)
	return planned, func(shape func(*node) tensor.Shape) kernel.Multiplication {
		return planned.Resized(dimensions(shape(a), shape(b)))
	}, true
}

// productStep multiplies the operands of the product node; out is that node or, if
// there is a bias, the sum of it and the bias row, whose repetition is elided.
func productStep(name string, out, multiply, bias *node, elided ...*node) *step {
	planned, resized, ok := planProduct(multiply)
	if !ok {
		return nil
	}
	s := &step{
		kernel: name + ", " + planned.Method(),
		outs:   []*node{out},
		args:   []operand{{node: multiply.in[0]}, {node: multiply.in[1]}},
		covers: []*node{multiply},
	}
	if bias != nil {
		s.args = append(s.args, operand{node: bias})
		s.covers = append(append(s.covers, elided...), out)
	}
	s.calls = calls{bindProduct[float64](s, resized), bindProduct[float32](s, resized)}
	return s
}

// bindProduct binds the result of s, or the two results, of which the last may be
// rectified: see fuseRectified.
func bindProduct[T kernel.Float](s *step, resized sizing) func(binding[T]) func() {
	return func(bind binding[T]) func() {
		parts := productParts[T](resized(bind.shape))
		dst, left, right := bind.out[0], bind.in[0], bind.in[1]
		row, relu := new(buffer[T]), new(buffer[T])
		if len(bind.in) > 2 {
			row = bind.in[2]
		}
		if s.outs[len(s.outs)-1].is(mapping, "relu") {
			relu = bind.out[len(bind.out)-1]
		}
		return callEach(parts, func(p *kernel.Product[T]) {
			p.RunRectified(dst.data, relu.data, left.data, right.data, row.data)
		})
	}
}

// productParts are the parts of a product, as many as are worth it.
func productParts[T kernel.Float](m kernel.Multiplication) []*kernel.Product[T] {
	return kernel.NewProductParts[T](m, partsOf(m.Multiplications(), m.Multiplications()))
}

// callEach is a call that runs the parts of a product side by side.
func callEach[T kernel.Float](parts []*kernel.Product[T], run func(*kernel.Product[T])) func() {
	if p := parts[0]; len(parts) == 1 {
		return func() { run(p) }
	}
	return callInParts(len(parts), len(parts), func(part, _, _ int) { run(parts[part]) })
}

// vectorStep is the step of a product with a vector: of a matrix, of its transpose, or of
// two vectors. Vectors are rows of one, or columns of one for the left factor of a ⊗ b.
func vectorStep(n *node) *step {
	a, b := n.in[0], n.in[1]
	if len(b.shape) != 1 {
		return nil
	}
	var dimensions func(a, b []int) (rows, inner, columns int)
	var transB bool
	args := []operand{{node: b}, {node: a}} // bᵀ·op(A)
	switch name := n.operator.name; {
	case name == "a ⊗ b" && len(a.shape) == 1:
		args = []operand{{node: a}, {node: b}}
		dimensions = func(a, b []int) (rows, inner, columns int) { return a[0], 1, b[0] }
	case name == "a ⋅ b" && len(a.shape) == 1:
		transB = true
		dimensions = func(a, _ []int) (rows, inner, columns int) { return 1, a[0], 1 }
	case name == "A × b" && len(a.shape) == 2:
		transB = true
		dimensions = func(a, _ []int) (rows, inner, columns int) { return 1, a[1], a[0] }
	case name == "Aᵀ × b" && len(a.shape) == 2:
		dimensions = func(a, _ []int) (rows, inner, columns int) { return 1, a[0], a[1] }
	default:
		return nil
	}
	rows, inner, columns := dimensions(a.shape, b.shape)
	planned := kernel.Multiply(rows, inner, columns, false, transB)
	resized := func(shape func(*node) tensor.Shape) kernel.Multiplication {
		return planned.Resized(dimensions(shape(a), shape(b)))
	}
	s := &step{kernel: "product, " + planned.Method(), outs: []*node{n}, args: args, covers: []*node{n}}
	s.calls = calls{bindProduct[float64](s, resized), bindProduct[float32](s, resized)}
	return s
}

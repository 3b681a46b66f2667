package machine

import "actscope/graph/machine/kernel"

// productStep multiplies the operands of the product node; out is that node or, if
// there is a bias, the sum of it and the bias row, whose repetition is elided.
func productStep(name string, out, multiply, bias *node, elided ...*node) *step {
	a, b := multiply.in[0], multiply.in[1]
	if len(a.shape) != 2 || len(b.shape) != 2 {
		return nil
	}
	op := multiply.operator
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
	planned := kernel.Multiply(rows, inner, columns, op.transA, op.transB)

	s := &step{
		kernel: name + ", " + planned.Method(),
		outs:   []*node{out},
		args:   []operand{{node: a}, {node: b}},
		covers: []*node{multiply},
	}
	if bias != nil {
		s.args = append(s.args, operand{node: bias})
		s.covers = append(append(s.covers, elided...), out)
	}
	resized := func(x, y []int) kernel.Multiplication { return planned.Resized(dimensions(x, y)) }
	s.calls = calls{bindProduct[float64](a, b, resized), bindProduct[float32](a, b, resized)}
	return s
}

func bindProduct[T kernel.Float](a, b *node, resized func(a, b []int) kernel.Multiplication) func(binding[T]) func() {
	return func(bind binding[T]) func() {
		p := kernel.NewProduct[T](resized(bind.shape(a), bind.shape(b)))
		dst, left, right := bind.out[0], bind.in[0], bind.in[1]
		row := new(buffer[T])
		if len(bind.in) > 2 {
			row = bind.in[2]
		}
		return func() { p.Run(dst.data, left.data, right.data, row.data) }
	}
}

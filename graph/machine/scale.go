package machine

import "actscope/graph/machine/kernel"

// fuseScaled recognises a·b ⊙ step(z) and a·b ⊙ (c ⊙ d): the gradient that comes back
// through a layer and then a rectifier or a sigmoid.
func fuseScaled(n *node) *step {
	scaling := fuseGate(n)
	if scaling == nil {
		scaling = fuseTripleProduct(n)
	}
	if scaling == nil {
		return nil
	}
	multiply := scaling.args[0].node
	planned, resized, ok := planProduct(multiply)
	if !ok || !multiply.private() {
		return nil
	}
	return &step{
		kernel: "product, " + planned.Method() + ", " + scaling.kernel,
		outs:   scaling.outs,
		args:   append([]operand{{node: multiply.in[0]}, {node: multiply.in[1]}}, scaling.args[1:]...),
		covers: append([]*node{multiply}, scaling.covers...),
		calls:  calls{bindScaled[float64](resized), bindScaled[float32](resized)},
	}
}

func bindScaled[T kernel.Float](resized sizing) func(binding[T]) func() {
	return func(bind binding[T]) func() {
		parts := productParts[T](resized(bind.shape))
		dst, left, right, slope, factor := bind.out[0], bind.in[0], bind.in[1], bind.in[2], new(buffer[T])
		if len(bind.in) > 3 {
			factor = bind.in[3]
		}
		return callEach(parts, func(p *kernel.Product[T]) {
			p.RunScaled(dst.data, left.data, right.data, slope.data, factor.data)
		})
	}
}

package machine

import (
	"slices"

	"actscope/graph/machine/kernel"
)

// singleKernel is the step of one known operator by a kernel of its own.
func singleKernel(n *node) *step {
	switch n.operator.class {
	case binary:
		return binaryStep(n)
	case unary:
		return unaryStep(n, n.operator.name, unaryKernels[n.operator.name])
	case mapping:
		if k, known := mappingKernels[n.operator.name]; known {
			return unaryStep(n, n.operator.name, k)
		}
	case rowwise:
		return rowStep(n)
	case product:
		return productStep("product", n, n, nil)
	case vectors:
		return vectorStep(n)
	case unfold, foldBack, pool, poolSlope:
		return windowStep(n)
	case slice:
		return sliceStep(n)
	case sliceSlope:
		return sliceSlopeStep(n)
	case concat:
		return concatStep(n)
	case randomly:
		return dropoutStep(n)
	case dropoutSlope:
		return dropoutSlopeStep(n)
	case softmax, softmaxSlope:
		return softmaxStep(n)
	case sum:
		return sumStep(n)
	case repeat:
		return repeatStep(n)
	case transpose:
		return transposeStep(n)
	case reshape:
		return unaryStep(n, "copy", unaryKernel{duplicate[float64], duplicate[float32], exact})
	}
	return nil
}

func duplicate[T kernel.Float](dst, src []T) { copy(dst, src) }

// ownApply is the step of an [Elementwise] by its Apply, or of a [Pairwise] by its
// ApplyPairs.
func ownApply(n *node) *step {
	if op, ok := n.source.Op().(Pairwise); ok {
		return pairStep(n, op)
	}
	op, ok := n.source.Op().(Elementwise)
	if !ok {
		return nil
	}
	s := unaryStep(n, n.operator.name+" (Apply)", unaryKernel{double: op.Apply, fidelity: exact})
	s.calls.single = func(b binding[float32]) func() { // by way of float64
		dst, src := b.out[0], b.in[0]
		wide := make([]float64, len(dst.data))
		return func() {
			convert(wide, src.data)
			op.Apply(wide, wide)
			convert(dst.data, wide)
		}
	}
	return s
}

func pairStep(n *node, op Pairwise) *step {
	if n.in[0].size != n.size || n.in[1].size != n.size {
		return nil
	}
	args := []operand{{node: n.in[0]}, {node: n.in[1]}}
	s := elementwiseStep(n.operator.name+" (ApplyPairs)", n, args, []*node{n}, entrywise{double: onTwo(op.ApplyPairs)})
	s.calls.single = func(b binding[float32]) func() { // by way of float64
		dst, x, y := b.out[0], b.in[0], b.in[1]
		wideX, wideY := make([]float64, len(dst.data)), make([]float64, len(dst.data))
		return func() {
			convert(wideX, x.data)
			convert(wideY, y.data)
			op.ApplyPairs(wideX, wideX, wideY)
			convert(dst.data, wideX)
		}
	}
	return s
}

func unaryStep(n *node, name string, k unaryKernel) *step {
	s := elementwiseStep(name, n, []operand{{node: n.in[0]}}, []*node{n}, entrywise{onOne(k.double), onOne(k.single)})
	s.fidelity = k.fidelity
	return s
}

func onOne[T kernel.Float](run func(dst, src []T)) func([]T, []*buffer[T]) {
	return func(dst []T, src []*buffer[T]) { run(dst, src[0].data) }
}

func onTwo[T kernel.Float](run func(dst, a, b []T)) func([]T, []*buffer[T]) {
	return func(dst []T, src []*buffer[T]) { run(dst, src[0].data, src[1].data) }
}

// binaryStep lets scalars, uniform constants and repetitions of a scalar enter the
// kernel as one value. Gorgonia divides tensors by zero in its own way, always to
// +Inf; division here is that of IEEE 754, and zero divisors are not compared.
func binaryStep(n *node) *step {
	k := binaryKernels[n.operator.name]
	var args []operand
	var covers []*node
	for i, arg := range n.in {
		scalar, elided := broadcastScalar(arg)
		scalar.divisor = n.operator.name == "÷" && i == 1
		args = append(args, scalar)
		for _, e := range elided {
			if !slices.Contains(covers, e) {
				covers = append(covers, e)
			}
		}
	}
	for _, arg := range args {
		if !arg.scalar && arg.size != 1 && arg.size != n.size {
			return nil
		}
	}
	return elementwiseStep(n.operator.name, n, args, append(covers, n), entrywise{onTwo(k.double), onTwo(k.single)})
}

// broadcastScalar follows repetitions and reshapes of arg down to a scalar, if
// there is one; elided are the nodes that then need no value, operands first.
func broadcastScalar(arg *node) (scalar operand, elided []*node) {
	if arg.uniform() {
		return operand{node: arg, scalar: true}, nil
	}
	base := arg
	for !base.isConstant() && (base.operator.class == repeat || base.operator.class == reshape) {
		elided = append(elided, base)
		base = base.in[0]
	}
	if base == arg || base.size != 1 {
		return operand{node: arg}, nil
	}
	slices.Reverse(elided)
	return operand{node: base}, elided
}

// sumStep sums over axes; neighbouring ones form one axis of the row-major array.
func sumStep(n *node) *step {
	axes := slices.Clone(n.operator.axes)
	slices.Sort(axes)
	if axes = slices.Compact(axes); axes[0] < 0 || axes[len(axes)-1] >= len(n.in[0].shape) {
		return nil
	}
	return &step{
		kernel: "sum", outs: []*node{n}, args: []operand{{node: n.in[0]}}, covers: []*node{n},
		calls: calls{bindSum[float64](n.in[0], axes), bindSum[float32](n.in[0], axes)},
	}
}

// bindSum sums over one group of neighbouring axes after the other, from the last on.
func bindSum[T kernel.Float](arg *node, axes []int) func(binding[T]) func() {
	return func(b binding[T]) func() {
		shape, left := b.shape(arg).Clone(), axes
		dst, src := b.out[0], b.in[0]
		sum := func() {}
		for len(left) > 0 {
			last := left[len(left)-1]
			first := last
			for left = left[:len(left)-1]; len(left) > 0 && left[len(left)-1] == first-1; left = left[:len(left)-1] {
				first--
			}
			axis, inner := extents(shape[first:last+1]), extents(shape[last+1:])
			for i := first; i <= last; i++ {
				shape[i] = 1
			}
			before, from, to := sum, src, dst
			if len(left) > 0 {
				to = &buffer[T]{data: make([]T, extents(shape))}
			}
			src = to
			sum = func() {
				before()
				kernel.Sum(to.data, from.data, axis, inner)
			}
		}
		return sum
	}
}

func repeatStep(n *node) *step {
	return &step{
		kernel: "repeat", outs: []*node{n}, args: []operand{{node: n.in[0]}}, covers: []*node{n}, fidelity: exact,
		calls: calls{bindRepeat[float64](n), bindRepeat[float32](n)},
	}
}

func bindRepeat[T kernel.Float](n *node) func(binding[T]) func() {
	arg, axis := n.in[0], n.operator.axes[0]
	return func(b binding[T]) func() {
		shape := b.shape(arg)
		inner := 1
		if axis < len(shape) {
			inner = extents(shape[axis+1:])
		}
		times := extents(b.shape(n)) / extents(shape)
		dst, src := b.out[0], b.in[0]
		return func() { kernel.Repeat(dst.data, src.data, inner, times) }
	}
}

func transposeStep(n *node) *step {
	seen := make([]bool, len(n.in[0].shape))
	for _, axis := range n.operator.axes {
		if axis < 0 || axis >= len(seen) || seen[axis] {
			return nil
		}
		seen[axis] = true
	}
	if len(n.operator.axes) != len(seen) || len(seen) < 2 || len(seen) > 8 {
		return nil
	}
	return &step{
		kernel: "transpose", outs: []*node{n}, args: []operand{{node: n.in[0]}}, covers: []*node{n}, fidelity: exact,
		calls: calls{bindTranspose[float64](n), bindTranspose[float32](n)},
	}
}

func bindTranspose[T kernel.Float](n *node) func(binding[T]) func() {
	return func(b binding[T]) func() {
		p := kernel.Permute(b.shape(n.in[0]), n.operator.axes)
		dst, src := b.out[0], b.in[0]
		return func() { kernel.Permuted(p, dst.data, src.data) }
	}
}

// extents is the number of entries that the given axes span, 1 for none.
func extents(axes []int) int {
	n := 1
	for _, d := range axes {
		n *= d
	}
	return n
}

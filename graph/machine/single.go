package machine

import (
	"math"
	"slices"

	"actscope/graph/machine/kernel"
)

// binaryKernels are Gorgonia's entry-by-entry operators of two operands.
var binaryKernels = map[string]struct {
	run        func(dst, a, b []float64)
	comparison bool
}{
	"+":  {run: kernel.Add[float64]},
	"-":  {run: kernel.Sub[float64]},
	"⊙":  {run: kernel.Mul[float64]},
	"÷":  {run: kernel.Div[float64]},
	"^":  {run: kernel.Zip[float64](math.Pow)},
	"<":  {run: kernel.Zip[float64](func(x, y float64) float64 { return indicator(x < y) }), comparison: true},
	">":  {run: kernel.Zip[float64](func(x, y float64) float64 { return indicator(x > y) }), comparison: true},
	"<=": {run: kernel.Zip[float64](func(x, y float64) float64 { return indicator(x <= y) }), comparison: true},
	">=": {run: kernel.Zip[float64](func(x, y float64) float64 { return indicator(x >= y) }), comparison: true},
	"==": {run: kernel.Zip[float64](func(x, y float64) float64 { return indicator(x == y) }), comparison: true},
	"!=": {run: kernel.Zip[float64](func(x, y float64) float64 { return indicator(x != y) }), comparison: true},
}

// unaryKernels are Gorgonia's entry-by-entry operators of one operand, with its
// clamps: its sigmoid is 1 above 19, its softplus is x above 16.
var unaryKernels = map[string]func(dst, src []float64){
	"neg":     kernel.Neg[float64],
	"square":  kernel.Square[float64],
	"abs":     kernel.Map[float64](math.Abs),
	"ceil":    kernel.Map[float64](math.Ceil),
	"floor":   kernel.Map[float64](math.Floor),
	"sin":     kernel.Map[float64](math.Sin),
	"cos":     kernel.Map[float64](math.Cos),
	"exp":     kernel.Map[float64](math.Exp),
	"ln":      kernel.Map[float64](math.Log),
	"log2":    kernel.Map[float64](math.Log2),
	"sqrt":    kernel.Map[float64](math.Sqrt),
	"inv":     kernel.Map[float64](func(x float64) float64 { return 1 / x }),
	"invSqrt": kernel.Map[float64](func(x float64) float64 { return 1 / math.Sqrt(x) }),
	"cube":    kernel.Map[float64](func(x float64) float64 { return x * x * x }),
	"tanh":    kernel.Map[float64](math.Tanh),
	"log1p":   kernel.Map[float64](math.Log1p),
	"expm1":   kernel.Map[float64](math.Expm1),
	"sign": kernel.Map[float64](func(x float64) float64 { // of a tensor; a scalar's sign(0) is 1
		switch {
		case x < 0:
			return -1
		case x > 0:
			return 1
		}
		return x
	}),
	"sigmoid": kernel.Map[float64](func(x float64) float64 {
		switch {
		case x < -709:
			return 0
		case x > 19:
			return 1
		}
		return 1 / (1 + math.Exp(-x))
	}),
	"softplus": kernel.Map[float64](func(x float64) float64 {
		switch {
		case x < -708:
			return 0
		case x > 16:
			return x
		}
		return math.Log1p(math.Exp(x))
	}),
}

// mappingKernels may replace the Apply of an [Elementwise] of that name.
var mappingKernels = map[string]func(dst, src []float64){
	"sigmoid":  func(dst, src []float64) { kernel.Logistic(dst, nil, nil, src) },
	"softplus": func(dst, src []float64) { kernel.Logistic(nil, nil, dst, src) },
	"relu":     kernel.ReLU,
	"step":     kernel.Step,
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// singleKernel is the step of one known operator by a kernel of its own.
func singleKernel(n *node) *step {
	switch n.operator.class {
	case binary:
		return binaryStep(n)
	case unary:
		return unaryStep(n, n.operator.name, unaryKernels[n.operator.name])
	case mapping:
		if run := mappingKernels[n.operator.name]; run != nil {
			return unaryStep(n, n.operator.name, run)
		}
	case product:
		return productStep("product", n, n, nil)
	case sum:
		return sumStep(n)
	case repeat:
		return repeatStep(n)
	case transpose:
		return transposeStep(n)
	case reshape:
		return unaryStep(n, "copy", func(dst, src []float64) { copy(dst, src) })
	}
	return nil
}

// ownApply is the step of an [Elementwise] by its Apply.
func ownApply(n *node) *step {
	if op, ok := n.source.Op().(Elementwise); ok {
		return unaryStep(n, n.operator.name+" (Apply)", op.Apply)
	}
	return nil
}

func unaryStep(n *node, name string, run func(dst, src []float64)) *step {
	return elementwiseStep(name, n, []operand{{node: n.in[0]}}, []*node{n}, func(dst []float64, src []*buffer) {
		run(dst, src[0].data)
	})
}

// binaryStep lets scalars, uniform constants and repetitions of a scalar enter the
// kernel as one value. Gorgonia divides tensors by zero in its own way, always to
// +Inf; division here is that of IEEE 754, and zero divisors are not compared.
func binaryStep(n *node) *step {
	run := binaryKernels[n.operator.name].run
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
	return elementwiseStep(n.operator.name, n, args, append(covers, n), func(dst []float64, src []*buffer) {
		run(dst, src[0].data, src[1].data)
	})
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

// sumStep sums over neighbouring axes, which form one axis of the row-major array.
func sumStep(n *node) *step {
	axes := slices.Clone(n.operator.axes)
	slices.Sort(axes)
	for i := range axes {
		if axes[i] != axes[0]+i || axes[i] >= len(n.in[0].shape) {
			return nil
		}
	}
	first, last := axes[0], axes[len(axes)-1]
	arg := n.in[0]
	return &step{
		kernel: "sum", outs: []*node{n}, args: []operand{{node: arg}}, covers: []*node{n},
		bind: func(b binding) func() {
			shape := b.shape(arg)
			axis, inner := extents(shape[first:last+1]), extents(shape[last+1:])
			dst, src := b.out[0], b.in[0]
			return func() { kernel.Sum(dst.data, src.data, axis, inner) }
		},
	}
}

func repeatStep(n *node) *step {
	arg, axis := n.in[0], n.operator.axes[0]
	return &step{
		kernel: "repeat", outs: []*node{n}, args: []operand{{node: arg}}, covers: []*node{n}, exact: true,
		bind: func(b binding) func() {
			shape := b.shape(arg)
			inner := 1
			if axis < len(shape) {
				inner = extents(shape[axis+1:])
			}
			times := extents(b.shape(n)) / extents(shape)
			dst, src := b.out[0], b.in[0]
			return func() { kernel.Repeat(dst.data, src.data, inner, times) }
		},
	}
}

func transposeStep(n *node) *step {
	if !slices.Equal(n.operator.axes, []int{1, 0}) {
		return nil
	}
	arg := n.in[0]
	return &step{
		kernel: "transpose", outs: []*node{n}, args: []operand{{node: arg}}, covers: []*node{n}, exact: true,
		bind: func(b binding) func() {
			columns := b.shape(arg)[1]
			dst, src := b.out[0], b.in[0]
			return func() { kernel.Transpose(dst.data, src.data, columns) }
		},
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

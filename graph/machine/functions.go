package machine

import (
	"math"

	"actscope/graph/machine/kernel"
)

// binaryKernel is one of Gorgonia's entry-by-entry operators of two operands.
type binaryKernel struct {
	double     func(dst, a, b []float64)
	single     func(dst, a, b []float32)
	comparison bool
}

var binaryKernels = map[string]binaryKernel{
	"+":  {double: kernel.Add[float64], single: kernel.Add[float32]},
	"-":  {double: kernel.Sub[float64], single: kernel.Sub[float32]},
	"⊙":  {double: kernel.Mul[float64], single: kernel.Mul[float32]},
	"÷":  {double: kernel.Div[float64], single: kernel.Div[float32]},
	"^":  {double: kernel.Zip[float64](math.Pow), single: kernel.Zip[float32](math.Pow)},
	"<":  {kernel.Less[float64], kernel.Less[float32], true},
	">":  {kernel.Greater[float64], kernel.Greater[float32], true},
	"<=": {kernel.AtMost[float64], kernel.AtMost[float32], true},
	">=": {kernel.AtLeast[float64], kernel.AtLeast[float32], true},
	"==": comparison(func(x, y float64) bool { return x == y }),
	"!=": comparison(func(x, y float64) bool { return x != y }),
}

func comparison(holds func(x, y float64) bool) binaryKernel {
	indicator := func(x, y float64) float64 {
		if holds(x, y) {
			return 1
		}
		return 0
	}
	return binaryKernel{kernel.Zip[float64](indicator), kernel.Zip[float32](indicator), true}
}

// unaryKernel is an entry-by-entry operator of one operand.
type unaryKernel struct {
	double   func(dst, src []float64)
	single   func(dst, src []float32)
	fidelity fidelity
}

// pointwise is the kernel of a function without a faster one.
func pointwise(f func(x float64) float64) unaryKernel {
	return unaryKernel{kernel.Map[float64](f), kernel.Map[float32](f), exact}
}

// vectorised is the kernel of a function of package math that the set in use computes by
// vectors. The portable kernels do as Gorgonia does, bit for bit.
func vectorised(double func(dst, src []float64), single func(dst, src []float32), f func(x float64) float64) unaryKernel {
	if kernel.Set() == kernel.Portable {
		return pointwise(f)
	}
	return unaryKernel{double, single, elementary}
}

// unaryKernels are Gorgonia's, with its clamps: its sigmoid is 1 above 19, its
// softplus is x above 16.
var unaryKernels = map[string]unaryKernel{
	"neg":     {kernel.Neg[float64], kernel.Neg[float32], exact},
	"square":  {kernel.Square[float64], kernel.Square[float32], exact},
	"abs":     pointwise(math.Abs),
	"ceil":    pointwise(math.Ceil),
	"floor":   pointwise(math.Floor),
	"sin":     pointwise(math.Sin),
	"cos":     pointwise(math.Cos),
	"exp":     vectorised(kernel.Exp[float64], kernel.Exp[float32], math.Exp),
	"ln":      vectorised(kernel.Log[float64], kernel.Log[float32], math.Log),
	"log2":    pointwise(math.Log2),
	"sqrt":    pointwise(math.Sqrt),
	"inv":     pointwise(func(x float64) float64 { return 1 / x }),
	"invSqrt": pointwise(func(x float64) float64 { return 1 / math.Sqrt(x) }),
	"cube":    pointwise(func(x float64) float64 { return x * x * x }),
	"tanh":    vectorised(kernel.Tanh[float64], kernel.Tanh[float32], math.Tanh),
	"log1p":   pointwise(math.Log1p),
	"expm1":   pointwise(math.Expm1),
	"sign": pointwise(func(x float64) float64 { // of a tensor; a scalar's sign(0) is 1
		switch {
		case x < 0:
			return -1
		case x > 0:
			return 1
		}
		return x
	}),
	"sigmoid": pointwise(func(x float64) float64 {
		switch {
		case x < -709:
			return 0
		case x > 19:
			return 1
		}
		return 1 / (1 + math.Exp(-x))
	}),
	"softplus": pointwise(func(x float64) float64 {
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
var mappingKernels = map[string]unaryKernel{
	"sigmoid":  {sigmoid[float64], sigmoid[float32], elementary},
	"softplus": {softplus[float64], softplus[float32], elementary},
	"relu":     {kernel.ReLU[float64], kernel.ReLU[float32], exact},
	"step":     {kernel.Step[float64], kernel.Step[float32], exact},
	"tanh":     {kernel.Tanh[float64], kernel.Tanh[float32], elementary},
	"exp":      {kernel.Exp[float64], kernel.Exp[float32], elementary},
	"log":      {kernel.Log[float64], kernel.Log[float32], elementary},

	"normal":         {kernel.Normal[float64], kernel.Normal[float32], elementary},
	"normal-density": {kernel.NormalDensity[float64], kernel.NormalDensity[float32], elementary},

	"exp-below":   {kernel.ExpBelow[float64], kernel.ExpBelow[float32], elementary},
	"expm1-below": {kernel.Expm1Below[float64], kernel.Expm1Below[float32], elementary},
}

func sigmoid[T kernel.Float](dst, src []T)  { kernel.Logistic(dst, nil, nil, src) }
func softplus[T kernel.Float](dst, src []T) { kernel.Logistic(nil, nil, dst, src) }

package machine_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"actscope/graph/machine"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// operands are inputs of several shapes for formulas.
type operands struct {
	a, b     *gorgonia.Node // (3, 4)
	w        *gorgonia.Node // (4, 5)
	row      *gorgonia.Node // (1, 4)
	column   *gorgonia.Node // (3, 1)
	u, v     *gorgonia.Node // 4, 3
	cube     *gorgonia.Node // (2, 3, 4)
	other    *gorgonia.Node // (2, 4, 3)
	scalar   *gorgonia.Node
	positive *gorgonia.Node // (3, 4), entries above 0
}

func newOperands(g *gorgonia.ExprGraph, seed uint64) operands {
	rng := rand.New(rand.NewPCG(seed, 2))
	input := func(name string, shape ...int) *gorgonia.Node {
		size := 1
		for _, d := range shape {
			size *= d
		}
		data := normal(rng, size)
		return gorgonia.NewTensor(g, tensor.Float64, len(shape), gorgonia.WithShape(shape...), gorgonia.WithName(name),
			gorgonia.WithValue(tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data))))
	}
	o := operands{
		a: input("a", 3, 4), b: input("b", 3, 4), w: input("w", 4, 5), row: input("row", 1, 4), column: input("column", 3, 1),
		u: input("u", 4), v: input("v", 3), cube: input("cube", 2, 3, 4), other: input("other", 2, 4, 3),
		scalar: gorgonia.NewScalar(g, tensor.Float64, gorgonia.WithName("scalar"), gorgonia.WithValue(rng.Float64())),
	}
	positive := normal(rng, 12)
	for i, x := range positive {
		positive[i] = x*x + 0.1
	}
	o.positive = matrix(g, "positive", 3, 4, positive)
	return o
}

// formulas are expressions outside multilayer perceptrons.
var formulas = map[string]func(o operands) (*gorgonia.Node, error){
	"softmax":             func(o operands) (*gorgonia.Node, error) { return gorgonia.SoftMax(o.a) },
	"maximum of rows":     func(o operands) (*gorgonia.Node, error) { return gorgonia.Max(o.a, 1) },
	"maximum":             func(o operands) (*gorgonia.Node, error) { return gorgonia.Max(o.a) },
	"minimum of two":      func(o operands) (*gorgonia.Node, error) { return gorgonia.MinBetween(o.a, o.b) },
	"rectifier":           func(o operands) (*gorgonia.Node, error) { return gorgonia.Rectify(o.a) },
	"mish":                func(o operands) (*gorgonia.Node, error) { return gorgonia.Mish(o.a) },
	"slice":               func(o operands) (*gorgonia.Node, error) { return gorgonia.Slice(o.a, gorgonia.S(1, 3)) },
	"one row":             func(o operands) (*gorgonia.Node, error) { return gorgonia.Slice(o.a, gorgonia.S(1)) },
	"concatenation":       func(o operands) (*gorgonia.Node, error) { return gorgonia.Concat(0, o.a, o.row, o.b) },
	"transpose":           func(o operands) (*gorgonia.Node, error) { return gorgonia.Transpose(o.a, 1, 0) },
	"transpose of a cube": func(o operands) (*gorgonia.Node, error) { return gorgonia.Transpose(o.cube, 2, 0, 1) },
	"reshape":             func(o operands) (*gorgonia.Node, error) { return gorgonia.Reshape(o.a, tensor.Shape{2, 6}) },
	"reshaped sum": func(o operands) (*gorgonia.Node, error) {
		return gorgonia.Reshape(plus(o.a, o.b), tensor.Shape{2, 6})
	},
	"matrix times vector": func(o operands) (*gorgonia.Node, error) { return gorgonia.Mul(o.a, o.u) },
	"vector times matrix": func(o operands) (*gorgonia.Node, error) { return gorgonia.Mul(o.v, o.a) },
	"inner product":       func(o operands) (*gorgonia.Node, error) { return gorgonia.Mul(o.u, o.u) },
	"outer product":       func(o operands) (*gorgonia.Node, error) { return gorgonia.OuterProd(o.u, o.v) },
	"batched product":     func(o operands) (*gorgonia.Node, error) { return gorgonia.BatchedMatMul(o.cube, o.other) },
	"contraction": func(o operands) (*gorgonia.Node, error) {
		return gorgonia.Tensordot([]int{1}, []int{0}, o.a, o.w)
	},
	"sum of a cube, front":  func(o operands) (*gorgonia.Node, error) { return gorgonia.Sum(o.cube, 0) },
	"sum of a cube, middle": func(o operands) (*gorgonia.Node, error) { return gorgonia.Sum(o.cube, 1) },
	"sum of a cube, back":   func(o operands) (*gorgonia.Node, error) { return gorgonia.Sum(o.cube, 2) },
	"sum of a cube":         func(o operands) (*gorgonia.Node, error) { return gorgonia.Sum(o.cube) },
	"norm":                  func(o operands) (*gorgonia.Node, error) { return gorgonia.Norm(o.a, 0, 2) },
	"power":                 func(o operands) (*gorgonia.Node, error) { return gorgonia.Pow(o.positive, gorgonia.NewConstant(1.5)) },
	"power of entries":      func(o operands) (*gorgonia.Node, error) { return gorgonia.Pow(o.positive, o.b) },
	"logarithms": func(o operands) (*gorgonia.Node, error) {
		return gorgonia.Add(must(gorgonia.Log(o.positive)), must(gorgonia.Log2(o.positive)))
	},
	"roots": func(o operands) (*gorgonia.Node, error) {
		return gorgonia.HadamardProd(must(gorgonia.Sqrt(o.positive)), must(gorgonia.InverseSqrt(o.positive)))
	},
	"waves": func(o operands) (*gorgonia.Node, error) {
		return gorgonia.HadamardProd(must(gorgonia.Sin(o.a)), must(gorgonia.Cos(o.b)))
	},
	"magnitude": func(o operands) (*gorgonia.Node, error) { return gorgonia.Abs(o.a) },
	"exponential": func(o operands) (*gorgonia.Node, error) {
		return gorgonia.Sub(must(gorgonia.Exp(o.a)), gorgonia.NewConstant(1.0))
	},
	"comparison": func(o operands) (*gorgonia.Node, error) {
		return gorgonia.HadamardProd(o.a, must(gorgonia.Gt(o.a, o.b, true)))
	},
	"scalar comparison": func(o operands) (*gorgonia.Node, error) {
		return gorgonia.HadamardProd(o.a, must(gorgonia.Lte(o.a, o.scalar, true)))
	},
	"quotient":        func(o operands) (*gorgonia.Node, error) { return gorgonia.HadamardDiv(o.a, o.positive) },
	"scalar quotient": func(o operands) (*gorgonia.Node, error) { return gorgonia.HadamardDiv(o.scalar, o.positive) },
	"scalar arithmetic": func(o operands) (*gorgonia.Node, error) {
		return gorgonia.Sub(must(gorgonia.Square(o.scalar)), gorgonia.NewConstant(3.0))
	},
	"broadcast row": func(o operands) (*gorgonia.Node, error) {
		return gorgonia.BroadcastHadamardProd(o.a, o.row, nil, []byte{0})
	},
	"broadcast column":   func(o operands) (*gorgonia.Node, error) { return gorgonia.BroadcastSub(o.a, o.column, nil, []byte{1}) },
	"broadcast left":     func(o operands) (*gorgonia.Node, error) { return gorgonia.BroadcastAdd(o.row, o.a, []byte{0}, nil) },
	"product with a row": func(o operands) (*gorgonia.Node, error) { return gorgonia.Mul(o.row, o.w) },
	"weighted": func(o operands) (*gorgonia.Node, error) {
		return plus(times(gorgonia.NewConstant(2.0), o.a), times(o.b, gorgonia.NewConstant(-3.0))), nil
	},
	"an input": func(o operands) (*gorgonia.Node, error) { return o.a, nil },
	"mean of nothing else": func(o operands) (*gorgonia.Node, error) {
		return gorgonia.Mean(must(gorgonia.Exp(must(gorgonia.Neg(must(gorgonia.Square(o.a)))))))
	},
}

// gradientOf adds the gradient of the formula's sum, where Gorgonia can take it.
func gradientOf(n *gorgonia.Node, inputs gorgonia.Nodes) (gradients gorgonia.Nodes) {
	defer func() {
		if recover() != nil { // Gorgonia has no gradient for it
			gradients = nil
		}
	}()
	total := n
	if !n.IsScalar() {
		total = must(gorgonia.Sum(must(gorgonia.Square(n))))
	}
	for _, input := range inputs {
		if g, err := gorgonia.Grad(total, input); err == nil {
			gradients = append(gradients, g...)
		}
	}
	return gradients
}

func TestFormulasAgreeWithTapeMachine(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(formulas)) {
		t.Run(name, func(t *testing.T) {
			make := func(withGradient bool) (g *gorgonia.ExprGraph, outputs gorgonia.Nodes) {
				err := machine.Construct(func() error {
					g = gorgonia.NewGraph()
					o := newOperands(g, 5)
					n, err := formulas[name](o)
					if outputs = (gorgonia.Nodes{n}); err == nil && withGradient {
						outputs = append(outputs, gradientOf(n, gorgonia.Nodes{o.a})...)
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				return g, outputs
			}
			for _, withGradient := range []bool{false, true} {
				reference, wanted := make(withGradient)
				want, err := tryTape(reference, wanted)
				if err != nil {
					t.Fatalf("TapeMachine: %v", err)
				}
				for _, option := range []machine.Option{machine.Certify(machine.Always), machine.Unfused(), machine.Generic()} {
					g, outputs := make(withGradient)
					m := plan(t, g, outputs, option)
					run(t, m)
					for i, output := range outputs {
						compare(t, output, values(t, m, output), want[i], 1e-13*largest(want))
					}
				}
			}
		})
	}
}

package graph

import (
	"fmt"
	"hash"
	"hash/fnv"

	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"actscope/graph/machine/elementary"
)

// The operators that Gorgonia lacks or has wrong: its sigmoid is exactly 1 above
// 19, its softplus is x above 16, its rectifier has derivative 1 at 0, and its
// tanh takes 1 - tanh², which is 0 above 19, for the derivative.
var (
	sigmoidOp  = &elementwise{name: "sigmoid", at: elementary.Sigmoid}
	softplusOp = &elementwise{name: "softplus", at: elementary.Softplus}
	tanhOp     = &elementwise{name: "tanh", at: elementary.Tanh}
	reluOp     = &elementwise{name: "relu", at: relu}
	stepOp     = &elementwise{name: "step", at: step}
)

// The slopes refer to the operators themselves, which a composite literal may not.
func init() {
	sigmoidOp.slope = func(in, out *gorgonia.Node) (*gorgonia.Node, error) { // σ(x) σ(-x)
		var e Expression
		slope := e.Mul(out, e.Apply(sigmoidOp.node, e.Neg(in)))
		return slope, e.Err
	}
	softplusOp.slope = func(in, _ *gorgonia.Node) (*gorgonia.Node, error) { return sigmoidOp.node(in) }
	tanhOp.slope = func(in, _ *gorgonia.Node) (*gorgonia.Node, error) { // 4 σ(2x) σ(-2x)
		var e Expression
		double := e.Add(in, in)
		rising, falling := e.Apply(sigmoidOp.node, double), e.Apply(sigmoidOp.node, e.Neg(double))
		slope := e.Mul(Constant(4), e.Mul(rising, falling))
		return slope, e.Err
	}
	reluOp.slope = func(in, _ *gorgonia.Node) (*gorgonia.Node, error) { return stepOp.node(in) }
}

func relu(x float64) float64 {
	if x > 0 || x != x {
		return x
	}
	return 0
}

// step is 1 for x > 0, else 0: the derivative of relu with its value 0 at 0.
func step(x float64) float64 {
	if x > 0 {
		return 1
	}
	return 0
}

// elementwise is a Gorgonia operator that maps each entry of its one operand by
// a function of that entry alone.
type elementwise struct {
	name string
	at   func(x float64) float64
	// slope builds d out/d in as a node; nil for an operator without a gradient.
	slope func(in, out *gorgonia.Node) (*gorgonia.Node, error)
}

var (
	_ gorgonia.SDOp            = (*elementwise)(nil)
	_ gorgonia.UsePreallocDoer = (*elementwise)(nil)
)

// node applies the operator to x.
func (e *elementwise) node(x *gorgonia.Node) (*gorgonia.Node, error) {
	return gorgonia.ApplyOp(e, x)
}

// Apply maps src into dst, which have one length and may be the same slice.
func (e *elementwise) Apply(dst, src []float64) {
	for i, x := range src {
		dst[i] = e.at(x)
	}
}

func (e *elementwise) Arity() int { return 1 }

func (e *elementwise) Type() hm.Type {
	a := hm.TypeVariable('a')
	return hm.NewFnType(a, a)
}

func (e *elementwise) InferShape(operands ...gorgonia.DimSizer) (tensor.Shape, error) {
	shape, ok := operands[0].(tensor.Shape)
	if !ok {
		return nil, fmt.Errorf("graph: %s: operand of unknown shape (%T)", e.name, operands[0])
	}
	return shape.Clone(), nil
}

func (e *elementwise) Do(operands ...gorgonia.Value) (gorgonia.Value, error) {
	switch x := operands[0].(type) {
	case *tensor.Dense:
		if x.Dtype() != tensor.Float64 {
			return nil, fmt.Errorf("graph: %s: %v is not float64", e.name, x.Dtype())
		}
		return e.UsePreallocDo(tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(x.Shape()...)), x)
	case *gorgonia.F64:
		return gorgonia.NewF64(e.at(float64(*x))), nil
	}
	return nil, fmt.Errorf("graph: %s: cannot map a %T", e.name, operands[0])
}

func (e *elementwise) UsePreallocDo(into gorgonia.Value, operands ...gorgonia.Value) (gorgonia.Value, error) {
	out, isDense := into.(*tensor.Dense)
	in, alike := operands[0].(*tensor.Dense)
	if !isDense || !alike || out.Dtype() != tensor.Float64 || in.Dtype() != tensor.Float64 || out.Size() != in.Size() {
		return e.Do(operands...)
	}
	e.Apply(out.Float64s(), in.Float64s())
	return out, nil
}

func (e *elementwise) ReturnsPtr() bool      { return true }
func (e *elementwise) CallsExtern() bool     { return false }
func (e *elementwise) OverwritesInput() int  { return -1 }
func (e *elementwise) WriteHash(h hash.Hash) { fmt.Fprintf(h, "actscope/%s", e.name) }
func (e *elementwise) String() string        { return e.name }

func (e *elementwise) Hashcode() uint32 {
	h := fnv.New32a()
	e.WriteHash(h)
	return h.Sum32()
}

func (e *elementwise) DiffWRT(int) []bool { return []bool{e.slope != nil} }

func (e *elementwise) SymDiff(in gorgonia.Nodes, out, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	if e.slope == nil {
		return nil, fmt.Errorf("graph: %s has no gradient", e.name)
	}
	slope, err := e.slope(in[0], out)
	if err != nil {
		return nil, fmt.Errorf("graph: gradient of %s: %w", e.name, err)
	}
	product, err := gorgonia.HadamardProd(grad, slope)
	if err != nil {
		return nil, fmt.Errorf("graph: gradient of %s: %w", e.name, err)
	}
	return gorgonia.Nodes{product}, nil
}

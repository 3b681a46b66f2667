package machine_test

import (
	"fmt"
	"hash"
	"hash/fnv"
	"math"

	"actscope/graph/machine"
	"actscope/graph/machine/elementary"

	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// mapping is an operator outside Gorgonia, as package graph defines them: the
// planner sees only its String and the Elementwise interface.
type mapping struct {
	name  string
	salt  string // of the hash
	at    func(x float64) float64
	slope func(in, out *gorgonia.Node) *gorgonia.Node
}

var _ machine.Elementwise = (*mapping)(nil)

var (
	sigmoid  = &mapping{name: "sigmoid", at: elementary.Sigmoid}
	softplus = &mapping{name: "softplus", at: elementary.Softplus}
	relu     = &mapping{name: "relu", at: func(x float64) float64 {
		if x > 0 || x != x {
			return x
		}
		return 0
	}}
	step = &mapping{name: "step", at: func(x float64) float64 {
		if x > 0 {
			return 1
		}
		return 0
	}}
	tanh = &mapping{name: "tanh", at: elementary.Tanh}
	erf  = &mapping{name: "erf", at: math.Erf}
)

func init() {
	sigmoid.slope = func(in, out *gorgonia.Node) *gorgonia.Node {
		return times(out, apply(sigmoid, neg(in)))
	}
	softplus.slope = func(in, _ *gorgonia.Node) *gorgonia.Node { return apply(sigmoid, in) }
	relu.slope = func(in, _ *gorgonia.Node) *gorgonia.Node { return apply(step, in) }
	tanh.slope = func(in, _ *gorgonia.Node) *gorgonia.Node {
		double := plus(in, in)
		return times(gorgonia.NewConstant(4.0), times(apply(sigmoid, double), apply(sigmoid, neg(double))))
	}
	erf.slope = func(in, _ *gorgonia.Node) *gorgonia.Node {
		return times(gorgonia.NewConstant(2/math.Sqrt(math.Pi)), must(gorgonia.Exp(neg(must(gorgonia.Square(in))))))
	}
}

func must(n *gorgonia.Node, err error) *gorgonia.Node { return gorgonia.Must(n, err) }

func apply(op gorgonia.Op, x *gorgonia.Node) *gorgonia.Node { return must(gorgonia.ApplyOp(op, x)) }
func neg(x *gorgonia.Node) *gorgonia.Node                   { return must(gorgonia.Neg(x)) }
func plus(x, y *gorgonia.Node) *gorgonia.Node               { return must(gorgonia.Add(x, y)) }
func minus(x, y *gorgonia.Node) *gorgonia.Node              { return must(gorgonia.Sub(x, y)) }
func times(x, y *gorgonia.Node) *gorgonia.Node              { return must(gorgonia.HadamardProd(x, y)) }

func (o *mapping) Apply(dst, src []float64) {
	for i, x := range src {
		dst[i] = o.at(x)
	}
}

func (o *mapping) Arity() int { return 1 }

func (o *mapping) Type() hm.Type {
	a := hm.TypeVariable('a')
	return hm.NewFnType(a, a)
}

func (o *mapping) InferShape(ds ...gorgonia.DimSizer) (tensor.Shape, error) {
	return ds[0].(tensor.Shape).Clone(), nil
}

func (o *mapping) Do(vs ...gorgonia.Value) (gorgonia.Value, error) {
	switch x := vs[0].(type) {
	case *tensor.Dense:
		out := tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(x.Shape()...))
		o.Apply(out.Float64s(), x.Float64s())
		return out, nil
	case *gorgonia.F64:
		return gorgonia.NewF64(o.at(float64(*x))), nil
	}
	return nil, fmt.Errorf("%s of %T", o.name, vs[0])
}

func (o *mapping) ReturnsPtr() bool      { return true }
func (o *mapping) CallsExtern() bool     { return false }
func (o *mapping) OverwritesInput() int  { return -1 }
func (o *mapping) WriteHash(h hash.Hash) { fmt.Fprint(h, o.name, o.salt) }
func (o *mapping) String() string        { return o.name }
func (o *mapping) DiffWRT(int) []bool    { return []bool{true} }

func (o *mapping) Hashcode() uint32 {
	h := fnv.New32a()
	o.WriteHash(h)
	return h.Sum32()
}

func (o *mapping) SymDiff(in gorgonia.Nodes, out, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	return gorgonia.Nodes{times(grad, o.slope(in[0], out))}, nil
}

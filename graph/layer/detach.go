package layer

import (
	"fmt"
	"hash"
	"hash/fnv"

	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"actscope/graph"
)

// detachOp hands on its operand, and a gradient of 0 back: what others call stop_gradient. Mistakes of a way back are made with
// it, the way forward staying as it is.
type detachOp struct{}

var _ gorgonia.SDOp = detachOp{}

// detach is a value without a past.
func (s *site) detach(x *gorgonia.Node) *gorgonia.Node {
	return s.e.Apply(func(x *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.ApplyOp(detachOp{}, x) }, x)
}

// backAs has the value of the first node and the gradients of the second.
func (s *site) backAs(value, gradient *gorgonia.Node) *gorgonia.Node {
	return s.e.Add(s.detach(value), s.e.Sub(gradient, s.detach(gradient)))
}

// backTimes is a function of z with a given slope on the way back.
func (s *site) backTimes(value, z, slope *gorgonia.Node) *gorgonia.Node {
	return s.backAs(value, s.e.Mul(z, s.detach(slope)))
}

// product is x w, for the mistake of a way back to x with w, which is square, not transposed.
func (s *site) product(x, w *gorgonia.Node, mistake string) *gorgonia.Node {
	z := s.e.MatMul(x, w)
	if !s.makes(mistake) || s.e.Err != nil {
		return z
	}
	if !w.Shape().Eq(tensor.Shape{w.Shape()[1], w.Shape()[0]}) {
		s.fail("w is not square")
		return nil
	}
	turned := s.e.Apply(func(w *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Transpose(w) }, s.detach(w))
	return s.backAs(z, s.e.Add(s.e.MatMul(s.detach(x), w), s.e.MatMul(x, turned)))
}

// Mistakes with an activation's derivative.
var slopeMistakes = []Mistake{
	{ID: "derivative-formula-at-pre-activation", Text: "the activation's derivative, written for its output, is given the pre-activation", Should: "the derivative at the activation's output: 1 - h² of tanh, s(1 - s) of sigmoid"},
	{ID: "derivative-missing", Text: "the activation's derivative is missing", Should: "what comes down times 1 - h² of tanh, s(1 - s) of sigmoid"},
	{ID: "derivative-at-post-activation", Text: "the activation's derivative is taken at its output instead of the pre-activation", Should: "the derivative at the pre-activation"},
	{ID: "derivative-of-sigmoid", Text: "the derivative of tanh is that of sigmoid, h(1 - h)", Should: "1 - h²"},
	{ID: "derivative-incomplete", Text: "the derivative is 1 - h: of tanh the square is missing, of sigmoid the factor h", Should: "1 - h² of tanh, s(1 - s) of sigmoid"},
	{ID: "derivative-twice", Text: "the activation's derivative is applied twice", Should: "the derivative, once"},
}

// activate is an activation with its derivative as the mistakes want it: tanh or sigmoid, whose derivatives code writes in
// terms of their output.
func (s *site) activate(a graph.Activation, z *gorgonia.Node) *gorgonia.Node {
	out := s.e.Apply(a.Expression, z)
	slope := func(of *gorgonia.Node) *gorgonia.Node { // as written for the output
		if a.Name == graph.Tanh.Name {
			return s.e.Sub(graph.Constant(1), s.e.Mul(of, of))
		}
		return s.e.Mul(of, s.e.Sub(graph.Constant(1), of))
	}
	switch {
	case s.makes("derivative-formula-at-pre-activation"):
		return s.backTimes(out, z, slope(z))
	case s.makes("derivative-missing"):
		return s.backAs(out, z)
	case s.makes("derivative-of-sigmoid") && a.Name == graph.Tanh.Name:
		return s.backTimes(out, z, s.e.Mul(out, s.e.Sub(graph.Constant(1), out)))
	case s.makes("derivative-incomplete"):
		return s.backTimes(out, z, s.e.Sub(graph.Constant(1), out))
	case s.makes("derivative-at-post-activation"):
		return s.backTimes(out, z, slope(s.e.Apply(a.Expression, out)))
	case s.makes("derivative-twice"):
		return s.backTimes(out, z, s.e.Mul(slope(out), slope(out)))
	}
	return out
}

func (detachOp) Arity() int { return 1 }

func (detachOp) Type() hm.Type {
	a := hm.TypeVariable('a')
	return hm.NewFnType(a, a)
}

func (detachOp) InferShape(operands ...gorgonia.DimSizer) (tensor.Shape, error) {
	shape, ok := operands[0].(tensor.Shape)
	if !ok {
		return nil, fmt.Errorf("layer: detach: operand of unknown shape (%T)", operands[0])
	}
	return shape.Clone(), nil
}

func (detachOp) Do(operands ...gorgonia.Value) (gorgonia.Value, error) {
	return gorgonia.CloneValue(operands[0])
}

func (detachOp) ReturnsPtr() bool      { return true }
func (detachOp) CallsExtern() bool     { return false }
func (detachOp) OverwritesInput() int  { return -1 }
func (detachOp) WriteHash(h hash.Hash) { fmt.Fprint(h, "actscope/detach") }
func (detachOp) String() string        { return "detach" }

func (d detachOp) Hashcode() uint32 {
	h := fnv.New32a()
	d.WriteHash(h)
	return h.Sum32()
}

func (detachOp) DiffWRT(int) []bool { return []bool{true} }

// SymDiff hands 0 back, not nothing: Gorgonia refuses to derive by what nothing leads to.
func (detachOp) SymDiff(_ gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	var e graph.Expression
	none := e.Mul(graph.Constant(0), grad)
	return gorgonia.Nodes{none}, e.Err
}

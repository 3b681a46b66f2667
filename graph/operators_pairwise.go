package graph

import (
	"fmt"
	"hash"
	"hash/fnv"

	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"actscope/graph/machine"
)

// pairwise is a Gorgonia operator that maps the entries of two operands of one shape,
// pair by pair.
type pairwise struct {
	name string
	f    func(x, y float64) float64
	// slopes build d out/d x and d out/d y as nodes; nil for an operator without a gradient.
	slopes func(x, y *gorgonia.Node) (toX, toY *gorgonia.Node, err error)
}

var (
	_ gorgonia.SDOp    = (*pairwise)(nil)
	_ machine.Pairwise = (*pairwise)(nil)
)

// node applies the operator to x and y.
func (p *pairwise) node(x, y *gorgonia.Node) (*gorgonia.Node, error) {
	return gorgonia.ApplyOp(p, x, y)
}

// ApplyPairs maps x and y into dst, which have one length; dst may be one of them.
func (p *pairwise) ApplyPairs(dst, x, y []float64) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = p.f(x[i], y[i])
	}
}

func (p *pairwise) Arity() int { return 2 }

func (p *pairwise) Type() hm.Type {
	a := hm.TypeVariable('a')
	return hm.NewFnType(a, a, a)
}

func (p *pairwise) InferShape(operands ...gorgonia.DimSizer) (tensor.Shape, error) {
	shape, ok := operands[0].(tensor.Shape)
	if !ok {
		return nil, fmt.Errorf("graph: %s: operand of unknown shape (%T)", p.name, operands[0])
	}
	return shape.Clone(), nil
}

func (p *pairwise) Do(operands ...gorgonia.Value) (gorgonia.Value, error) {
	x, isDense := operands[0].(*tensor.Dense)
	y, alike := operands[1].(*tensor.Dense)
	if !isDense || !alike || x.Dtype() != tensor.Float64 || y.Dtype() != tensor.Float64 || x.Size() != y.Size() {
		return nil, fmt.Errorf("graph: %s: cannot map a %T and a %T", p.name, operands[0], operands[1])
	}
	out := tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(x.Shape()...))
	p.ApplyPairs(out.Float64s(), x.Float64s(), y.Float64s())
	return out, nil
}

func (p *pairwise) ReturnsPtr() bool      { return true }
func (p *pairwise) CallsExtern() bool     { return false }
func (p *pairwise) OverwritesInput() int  { return -1 }
func (p *pairwise) WriteHash(h hash.Hash) { fmt.Fprintf(h, "actscope/%s", p.name) }
func (p *pairwise) String() string        { return p.name }

func (p *pairwise) Hashcode() uint32 {
	h := fnv.New32a()
	p.WriteHash(h)
	return h.Sum32()
}

func (p *pairwise) DiffWRT(int) []bool { return []bool{p.slopes != nil, p.slopes != nil} }

func (p *pairwise) SymDiff(in gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	if p.slopes == nil {
		return nil, fmt.Errorf("graph: %s has no gradient", p.name)
	}
	toX, toY, err := p.slopes(in[0], in[1])
	if err != nil {
		return nil, fmt.Errorf("graph: gradient of %s: %w", p.name, err)
	}
	e := Expression{}
	products := gorgonia.Nodes{e.Mul(grad, toX), e.Mul(grad, toY)}
	return products, e.Err
}

package graph

import (
	"fmt"
	"hash"
	"hash/fnv"
	"math"

	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"actscope/graph/machine/elementary"
)

// rowwise is a Gorgonia operator that maps the rows of one or two matrices of one shape to
// those of a third, each row by itself.
type rowwise struct {
	name     string
	operands int
	at       func(dst []float64, rows [][]float64)
	// adjoint builds the gradient with respect to the first operand; nil for an operator
	// without one.
	adjoint func(in, grad *gorgonia.Node) (*gorgonia.Node, error)
}

var _ gorgonia.SDOp = (*rowwise)(nil)

var (
	// logOddsOp is ln Σ_{i≠j} e^{z_i} - z_j of each entry of each row: for p = softmax(z) the
	// logarithm of (1-p_j)/p_j, the odds against j.
	logOddsOp = &rowwise{name: "log-odds", operands: 1, at: logOdds}
	// logOddsAdjointOp is, of a gradient g and z, Σ_{j≠i} g_j e^{z_i} / Σ_{m≠j} e^{z_m} - g_i.
	logOddsAdjointOp = &rowwise{name: "log-odds-adjoint", operands: 2, at: logOddsAdjoint}
)

func init() {
	logOddsOp.adjoint = func(in, grad *gorgonia.Node) (*gorgonia.Node, error) {
		return gorgonia.ApplyOp(logOddsAdjointOp, grad, in)
	}
}

func logOdds(dst []float64, rows [][]float64) {
	z := rows[0]
	for j := range z {
		largest, sum := othersOf(z, j)
		dst[j] = largest - z[j] + elementary.Log(sum)
	}
}

func logOddsAdjoint(dst []float64, rows [][]float64) {
	g, z := rows[0], rows[1]
	clear(dst)
	for j := range z {
		largest, sum := othersOf(z, j)
		dst[j] -= g[j]
		for i := range z {
			if i != j {
				dst[i] += g[j] * decay(z[i], largest) / sum
			}
		}
	}
}

// othersOf is the largest entry of a row but the one at j, and Σ e^{z_i - largest} over these.
func othersOf(z []float64, j int) (largest, sum float64) {
	largest = math.Inf(-1)
	for i, x := range z {
		if i != j && x > largest {
			largest = x
		}
	}
	for i, x := range z {
		if i != j {
			sum += decay(x, largest)
		}
	}
	return largest, sum
}

// decay is e^{x - largest}, 1 also for equal infinities.
func decay(x, largest float64) float64 {
	if x == largest {
		return 1
	}
	return elementary.Exp(x - largest)
}

// node applies the operator to one operand.
func (r *rowwise) node(x *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.ApplyOp(r, x) }

func (r *rowwise) Arity() int { return r.operands }

func (r *rowwise) Type() hm.Type {
	matrix := gorgonia.TensorType{Dims: 2, Of: hm.TypeVariable('a')}
	types := []hm.Type{matrix}
	for range r.operands {
		types = append(types, matrix)
	}
	return hm.NewFnType(types...)
}

func (r *rowwise) InferShape(operands ...gorgonia.DimSizer) (tensor.Shape, error) {
	shape, ok := operands[0].(tensor.Shape)
	if !ok {
		return nil, fmt.Errorf("graph: %s: operand of unknown shape (%T)", r.name, operands[0])
	}
	return shape.Clone(), nil
}

func (r *rowwise) Do(operands ...gorgonia.Value) (gorgonia.Value, error) {
	var all [][]float64
	var shape tensor.Shape
	for _, v := range operands {
		x, isDense := v.(*tensor.Dense)
		if !isDense || x.Dtype() != tensor.Float64 || x.Dims() != 2 || (shape != nil && !x.Shape().Eq(shape)) {
			return nil, fmt.Errorf("graph: %s: cannot map the rows of a %T", r.name, v)
		}
		shape, all = x.Shape(), append(all, x.Float64s())
	}
	out := tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(shape...))
	for dst, columns := out.Float64s(), shape[1]; len(dst) > 0; dst = dst[columns:] {
		rows := make([][]float64, len(all))
		for i := range all {
			rows[i], all[i] = all[i][:columns], all[i][columns:]
		}
		r.at(dst[:columns], rows)
	}
	return out, nil
}

func (r *rowwise) ReturnsPtr() bool      { return true }
func (r *rowwise) CallsExtern() bool     { return false }
func (r *rowwise) OverwritesInput() int  { return -1 }
func (r *rowwise) WriteHash(h hash.Hash) { fmt.Fprintf(h, "actscope/%s", r.name) }
func (r *rowwise) String() string        { return r.name }

func (r *rowwise) Hashcode() uint32 {
	h := fnv.New32a()
	r.WriteHash(h)
	return h.Sum32()
}

func (r *rowwise) DiffWRT(inputs int) []bool {
	with := make([]bool, inputs)
	with[0] = r.adjoint != nil
	return with
}

func (r *rowwise) SymDiff(in gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	if r.adjoint == nil {
		return nil, fmt.Errorf("graph: %s has no gradient", r.name)
	}
	back, err := r.adjoint(in[0], grad)
	if err != nil {
		return nil, fmt.Errorf("graph: gradient of %s: %w", r.name, err)
	}
	return gorgonia.Nodes{back}, nil
}

package machine

import "actscope/graph/machine/kernel"

// rowKernel is an operator that maps the rows of matrices of the result's shape, each row by
// itself. Its kernel gets memory for one row, besides.
type rowKernel struct {
	operands int
	double   func(dst []float64, src []*buffer[float64], row []float64)
	single   func(dst []float32, src []*buffer[float32], row []float32)
}

// rowKernels may replace operators outside Gorgonia of these names.
var rowKernels = map[string]rowKernel{
	"log-odds":         {1, logOdds[float64], logOdds[float32]},
	"log-odds-adjoint": {2, logOddsAdjoint[float64], logOddsAdjoint[float32]},
}

func logOdds[T kernel.Float](dst []T, src []*buffer[T], row []T) {
	kernel.LogOdds(dst, src[0].data, len(row))
}

func logOddsAdjoint[T kernel.Float](dst []T, src []*buffer[T], row []T) {
	kernel.LogOddsAdjoint(dst, src[0].data, src[1].data, row)
}

func rowStep(n *node) *step {
	k := rowKernels[n.operator.name]
	if len(n.in) != k.operands || len(n.shape) != 2 {
		return nil
	}
	s := &step{
		kernel: n.operator.name, outs: []*node{n}, covers: []*node{n},
		calls: calls{bindRows(n, k.double), bindRows(n, k.single)},
	}
	for _, arg := range n.in {
		if !arg.shape.Eq(n.shape) {
			return nil
		}
		s.args = append(s.args, operand{node: arg})
	}
	return s
}

func bindRows[T kernel.Float](n *node, run func(dst []T, src []*buffer[T], row []T)) func(binding[T]) func() {
	return func(b binding[T]) func() {
		dst, src, row := b.out[0], b.in, make([]T, b.shape(n)[1])
		return func() { run(dst.data, src, row) }
	}
}

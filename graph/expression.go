package graph

import "gorgonia.org/gorgonia"

// expression builds a formula node by node and keeps the first error, so that a
// formula reads as one: after an error every further construction is skipped.
type expression struct{ err error }

// apply is f(x).
func (e *expression) apply(f func(*gorgonia.Node) (*gorgonia.Node, error), x *gorgonia.Node) *gorgonia.Node {
	if e.err != nil {
		return nil
	}
	var out *gorgonia.Node
	out, e.err = f(x)
	return out
}

// combine is f(x, y), entry by entry; either may be a scalar constant.
func (e *expression) combine(f func(x, y *gorgonia.Node) (*gorgonia.Node, error), x, y *gorgonia.Node) *gorgonia.Node {
	if e.err != nil {
		return nil
	}
	var out *gorgonia.Node
	out, e.err = f(x, y)
	return out
}

func (e *expression) neg(x *gorgonia.Node) *gorgonia.Node { return e.apply(gorgonia.Neg, x) }
func (e *expression) log(x *gorgonia.Node) *gorgonia.Node { return e.apply(gorgonia.Log, x) }

func (e *expression) mean(x *gorgonia.Node) *gorgonia.Node {
	return e.apply(func(x *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Mean(x) }, x)
}

func (e *expression) add(x, y *gorgonia.Node) *gorgonia.Node { return e.combine(gorgonia.Add, x, y) }
func (e *expression) sub(x, y *gorgonia.Node) *gorgonia.Node { return e.combine(gorgonia.Sub, x, y) }

// mul is the product entry by entry.
func (e *expression) mul(x, y *gorgonia.Node) *gorgonia.Node {
	return e.combine(gorgonia.HadamardProd, x, y)
}

// matmul is the matrix product.
func (e *expression) matmul(x, y *gorgonia.Node) *gorgonia.Node {
	return e.combine(gorgonia.Mul, x, y)
}

// addRow adds the (1, n) row b to every row of the (m, n) matrix x. Gorgonia's
// Reshape and Add can write into the bias; broadcasting a (1, n) matrix does not.
func (e *expression) addRow(x, b *gorgonia.Node) *gorgonia.Node {
	return e.combine(func(x, b *gorgonia.Node) (*gorgonia.Node, error) {
		return gorgonia.BroadcastAdd(x, b, nil, []byte{0})
	}, x, b)
}

// constant is a scalar constant. Constants merge by printed value, so only
// scalars are safe.
func constant(v float64) *gorgonia.Node { return gorgonia.NewConstant(v) }

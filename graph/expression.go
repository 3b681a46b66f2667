package graph

import "gorgonia.org/gorgonia"

// Expression builds a formula node by node and keeps the first error, so that a formula
// reads as one: after an error every further construction is skipped.
type Expression struct{ Err error }

// Apply is f(x).
func (e *Expression) Apply(f func(*gorgonia.Node) (*gorgonia.Node, error), x *gorgonia.Node) *gorgonia.Node {
	if e.Err != nil {
		return nil
	}
	var out *gorgonia.Node
	out, e.Err = f(x)
	return out
}

// Combine is f(x, y), entry by entry; either may be a scalar constant.
func (e *Expression) Combine(f func(x, y *gorgonia.Node) (*gorgonia.Node, error), x, y *gorgonia.Node) *gorgonia.Node {
	if e.Err != nil {
		return nil
	}
	var out *gorgonia.Node
	out, e.Err = f(x, y)
	return out
}

// Neg is -x.
func (e *Expression) Neg(x *gorgonia.Node) *gorgonia.Node { return e.Apply(gorgonia.Neg, x) }

// Log is the natural logarithm of every entry.
func (e *Expression) Log(x *gorgonia.Node) *gorgonia.Node { return e.Apply(gorgonia.Log, x) }

// InverseRoot is 1/√x of every entry.
func (e *Expression) InverseRoot(x *gorgonia.Node) *gorgonia.Node {
	return e.Apply(inverseRootOp.node, x)
}

// Mean is the mean of all entries, a scalar.
func (e *Expression) Mean(x *gorgonia.Node) *gorgonia.Node {
	return e.Apply(func(x *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Mean(x) }, x)
}

// Sum is the sum of all entries, a scalar.
func (e *Expression) Sum(x *gorgonia.Node) *gorgonia.Node {
	return e.Apply(func(x *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Sum(x) }, x)
}

// Add is x + y, either of which may be a scalar constant.
func (e *Expression) Add(x, y *gorgonia.Node) *gorgonia.Node { return e.Combine(gorgonia.Add, x, y) }

// Sub is x - y, either of which may be a scalar constant.
func (e *Expression) Sub(x, y *gorgonia.Node) *gorgonia.Node { return e.Combine(gorgonia.Sub, x, y) }

// Mul is the product entry by entry.
func (e *Expression) Mul(x, y *gorgonia.Node) *gorgonia.Node {
	return e.Combine(gorgonia.HadamardProd, x, y)
}

// MatMul is the matrix product.
func (e *Expression) MatMul(x, y *gorgonia.Node) *gorgonia.Node {
	return e.Combine(gorgonia.Mul, x, y)
}

// AddRow adds the (1, n) row b to every row of the (m, n) matrix x. Gorgonia's
// Reshape and Add can write into the bias; broadcasting a (1, n) matrix does not.
func (e *Expression) AddRow(x, b *gorgonia.Node) *gorgonia.Node {
	return e.Combine(func(x, b *gorgonia.Node) (*gorgonia.Node, error) {
		return gorgonia.BroadcastAdd(x, b, nil, []byte{0})
	}, x, b)
}

// Constant is a scalar constant. Constants merge by printed value, so only
// scalars are safe.
func Constant(v float64) *gorgonia.Node { return gorgonia.NewConstant(v) }

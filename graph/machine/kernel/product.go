package kernel

// Product computes dst = op(a)·op(b), where op(a) is rows × inner and op(b)
// inner × columns; bias, if not nil, is a row that is added to each row of dst.
// Each entry is a sum over inner in ascending order, starting at 0; the bias
// comes last.
type Product struct {
	rows, inner, columns int
	transA, transB       bool
}

// NewProduct prepares products of one shape. With transA, a is stored
// inner × rows, and with transB, b is stored columns × inner.
func NewProduct(rows, inner, columns int, transA, transB bool) *Product {
	return &Product{rows: rows, inner: inner, columns: columns, transA: transA, transB: transB}
}

// Run computes dst; it overlaps with no operand.
func (p *Product) Run(dst, a, b, bias []float64) {
	strideA, stepA := p.inner, 1
	if p.transA {
		strideA, stepA = 1, p.rows
	}
	stepB, strideB := p.columns, 1
	if p.transB {
		stepB, strideB = 1, p.inner
	}
	for i := range p.rows {
		row := dst[i*p.columns : (i+1)*p.columns]
		for j := range row {
			total := 0.0
			for k := range p.inner {
				total += float64(a[i*strideA+k*stepA] * b[k*stepB+j*strideB])
			}
			if bias != nil {
				total += bias[j]
			}
			row[j] = total
		}
	}
}

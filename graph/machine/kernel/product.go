package kernel

// Product computes dst = op(a)·op(b), where op(a) is rows × inner and op(b)
// inner × columns; bias, if not nil, is a row that is added to each row of dst.
// Every entry is a sum over inner in ascending order, starting at 0, with the bias
// last: the method is chosen by speed and does not change a bit of the result,
// except that a BLAS has an order of its own.
type Product struct {
	rows, inner, columns int
	transA, transB       bool
	method               method
	scratch              []float64    // op(b) where b is stored transposed
	panels               [][4]float64 // b in panels of four columns
}

// method is a way to multiply.
type method int

const (
	plain    method = iota // three loops
	outer                  // inner = 1: a column times a row
	dots                   // columns = 1: one inner product for each row
	tiled                  // small b: tiles of 2 × 4 in registers
	rowwise                // each row of dst is a combination of the rows of b
	gathered               // a transposed: the same, with columns of a for weights
	library                // matrix product of a BLAS
)

var methodNames = [...]string{"plain", "outer", "dots", "tiled", "rowwise", "gathered", "library"}

// libraryProduct multiplies by the matrix product of a BLAS; nil if there is none
// that is faster than the other methods. The build tag openblas sets it.
var libraryProduct func(p *Product, dst, a, b []float64)

// NewProduct prepares products of one shape. With transA, a is stored
// inner × rows, and with transB, b is stored columns × inner.
func NewProduct(rows, inner, columns int, transA, transB bool) *Product {
	p := &Product{rows: rows, inner: inner, columns: columns, transA: transA, transB: transB}
	p.method = p.choose()
	p.allocate()
	return p
}

// Resized is a product of another shape that runs by p's method, so that small
// examples can certify the method of a large product.
func (p *Product) Resized(rows, inner, columns int) *Product {
	if rows == p.rows && inner == p.inner && columns == p.columns {
		return p
	}
	q := &Product{rows: rows, inner: inner, columns: columns, transA: p.transA, transB: p.transB, method: p.method}
	q.allocate()
	return q
}

// Method names the way in which p multiplies.
func (p *Product) Method() string { return methodNames[p.method] }

// The smallest sizes, in multiplications, at which a method pays. A call of
// combineRows costs about 25 ns, of a library behind cgo about 300 ns.
const (
	rowwiseMin  = 128  // for each row
	gatheredMin = 96   // for each row
	libraryMin  = 2048 // for the whole product
)

func (p *Product) choose() method {
	switch {
	case libraryProduct != nil && min(p.rows, p.inner, p.columns) >= 4 && p.rows*p.inner*p.columns >= libraryMin:
		return library
	case p.inner == 1:
		return outer
	case p.columns == 1 && !p.transA:
		return dots
	case p.transA && p.transB:
		return plain
	case p.transA:
		if p.inner*p.columns < gatheredMin && p.inner*p.rows < gatheredMin {
			return plain
		}
		return gathered
	case p.inner*p.columns >= rowwiseMin:
		return rowwise
	}
	return tiled
}

func (p *Product) allocate() {
	switch p.method {
	case tiled:
		p.panels = make([][4]float64, (p.columns+3)/4*p.inner)
	case rowwise:
		if p.transB {
			p.scratch = make([]float64, p.inner*p.columns)
		}
	}
}

// Run computes dst, which overlaps with no operand.
func (p *Product) Run(dst, a, b, bias []float64) {
	switch p.method {
	case dots:
		p.runDots(dst, a, b, bias)
		return
	case tiled:
		p.runTiled(dst, a, b, bias)
		return
	case plain:
		p.runPlain(dst, a, b)
	case outer:
		p.runOuter(dst, a, b)
	case rowwise:
		p.runRowwise(dst, a, b)
	case gathered:
		p.runGathered(dst, a, b)
	case library:
		libraryProduct(p, dst, a, b)
	}
	if bias != nil {
		addRow(dst, bias)
	}
}

// addRow adds row to each row of dst.
func addRow(dst, row []float64) {
	for n := len(row); len(dst) >= n; dst = dst[n:] {
		line := dst[:len(row)]
		for j, x := range row {
			line[j] += x
		}
	}
}

func (p *Product) runPlain(dst, a, b []float64) {
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
			row[j] = total
		}
	}
}

func (p *Product) runOuter(dst, a, b []float64) {
	n := p.columns
	for i, x := range a[:p.rows] {
		row, b := dst[i*n:(i+1)*n], b[:n]
		for len(b) >= 4 && len(row) >= 4 {
			d, y := (*[4]float64)(row), (*[4]float64)(b)
			d[0] = 0 + x*y[0] // a sum of one term: never -0
			d[1] = 0 + x*y[1]
			d[2] = 0 + x*y[2]
			d[3] = 0 + x*y[3]
			row, b = row[4:], b[4:]
		}
		for j, y := range b {
			row[j] = 0 + x*y
		}
	}
}

func (p *Product) runDots(dst, a, b, bias []float64) {
	n := p.inner
	shift := 0.0
	if bias != nil {
		shift = bias[0]
	}
	b = b[:n]
	i := 0
	for ; i+4 <= p.rows; i += 4 {
		// Four rows at a time, because one sum waits for its own last addition.
		a0, a1, a2, a3 := a[i*n:][:len(b)], a[(i+1)*n:][:len(b)], a[(i+2)*n:][:len(b)], a[(i+3)*n:][:len(b)]
		var s0, s1, s2, s3 float64
		for k, y := range b {
			s0 += float64(a0[k] * y)
			s1 += float64(a1[k] * y)
			s2 += float64(a2[k] * y)
			s3 += float64(a3[k] * y)
		}
		*(*[4]float64)(dst[i:]) = [4]float64{s0 + shift, s1 + shift, s2 + shift, s3 + shift}
	}
	for ; i < p.rows; i++ {
		row := a[i*n:][:len(b)]
		s := 0.0
		for k, y := range b {
			s += float64(row[k] * y)
		}
		dst[i] = s + shift
	}
}

// runRowwise computes row i of dst as the sum of the rows of b weighted by row i
// of a.
func (p *Product) runRowwise(dst, a, b []float64) {
	if p.transB {
		Transpose(p.scratch, b, p.inner)
		b = p.scratch
	}
	n := p.columns
	block := max(4, blockEntries/n)
	for k := 0; k < p.inner; k += block {
		// A block of b stays in the cache while all rows pass.
		height := min(block, p.inner-k)
		for i := range p.rows {
			combineRows(dst[i*n:(i+1)*n], b[k*n:(k+height)*n], height, n, a[i*p.inner+k:], 1, k > 0)
		}
	}
}

// runGathered is runRowwise for an a that is stored transposed.
func (p *Product) runGathered(dst, a, b []float64) {
	n := p.columns
	if n == 1 {
		combineRows(dst[:p.rows], a, p.inner, p.rows, b, 1, false)
		return
	}
	block := max(4, blockEntries/n)
	for k := 0; k < p.inner; k += block {
		height := min(block, p.inner-k)
		for i := range p.rows {
			combineRows(dst[i*n:(i+1)*n], b[k*n:(k+height)*n], height, n, a[k*p.rows+i:], p.rows, k > 0)
		}
	}
}

// blockEntries is how much of b is worked through at a time: 256 KiB, half of a
// usual second-level cache.
const blockEntries = 1 << 15

package kernel

import "unsafe"

// Multiplication is a shape of matrix products dst = op(a)·op(b), where op(a) is
// rows × inner and op(b) inner × columns, and the way to compute them.
type Multiplication struct {
	rows, inner, columns int
	transA, transB       bool // a is stored inner × rows, b columns × inner
	method               method
	blocks               blocking // of the method packed
}

// blocking is how large the parts are that a packed product copies: height rows of a,
// depth terms of each sum, width columns of b.
type blocking struct{ height, depth, width int }

// method is a way to multiply.
type method int

const (
	plain    method = iota // three loops
	outer                  // inner = 1: a column times a row
	dots                   // columns = 1: one inner product for each row
	tiled                  // small b: tiles of 2 × 4 in registers
	rowwise                // each row of dst is a combination of the rows of b
	gathered               // a transposed: the same, with columns of a for weights
	direct                 // vectors that read the factors where they are
	packed                 // vectors that read copies of their parts, which stay in the caches
	library                // matrix product of a BLAS
)

var methodNames = [...]string{"plain", "outer", "dots", "tiled", "rowwise", "gathered", "direct", "packed", "library"}

// Multiply chooses how to compute products of a shape. With transA, a is stored
// inner × rows, and with transB, b is stored columns × inner.
func Multiply(rows, inner, columns int, transA, transB bool) Multiplication {
	m := Multiplication{rows: rows, inner: inner, columns: columns, transA: transA, transB: transB, blocks: wholeBlocks}
	m.method = m.choose()
	return m
}

// Resized is the same method for another shape, so that small examples can certify the
// method of a large product. They get small blocks, to have more than one.
func (m Multiplication) Resized(rows, inner, columns int) Multiplication {
	if rows != m.rows || inner != m.inner || columns != m.columns {
		m.rows, m.inner, m.columns, m.blocks = rows, inner, columns, smallBlocks
	}
	return m
}

var (
	// A panel of 12 columns and 256 terms takes most of a usual first-level cache, a
	// block of a most of the second-level one.
	wholeBlocks = blocking{height: 96, depth: 256, width: 480}
	smallBlocks = blocking{height: 6, depth: 5, width: 14}
)

// Multiplications is how many a product takes.
func (m Multiplication) Multiplications() int { return m.rows * m.inner * m.columns }

// Method names the way to multiply.
func (m Multiplication) Method() string { return methodNames[m.method] }

// The smallest sizes, in multiplications, at which a method pays. A call of
// combineRows costs about 25 ns, of a library behind cgo about 300 ns.
const (
	rowwiseMin        = 128     // for each row
	gatheredMin       = 96      // for each row
	libraryMin        = 2048    // for the whole product
	libraryVectorsMin = 1 << 24 // for the whole product: with wider vectors a BLAS may win
)

func (m Multiplication) choose() method {
	least := libraryMin
	if vectors {
		least = libraryVectorsMin
	}
	switch {
	case hasLibrary && min(m.rows, m.inner, m.columns) >= 4 && m.rows*m.inner*m.columns >= least:
		return library
	case vectors:
		return m.chooseVectors()
	case m.inner == 1:
		return outer
	case m.columns == 1 && !m.transA:
		return dots
	case m.transA && m.transB:
		return plain
	case m.transA:
		if m.inner*m.columns < gatheredMin && m.inner*m.rows < gatheredMin {
			return plain
		}
		return gathered
	case m.inner*m.columns >= rowwiseMin:
		return rowwise
	}
	return tiled
}

// Product computes the products of a [Multiplication] with memory of its own, for one
// goroutine at a time.
//
// Every entry is a sum over inner in ascending order, starting at 0. The portable set
// rounds each term before it is added, the set avx2 does not. The bias is added last.
// Within a set the method is chosen by speed and does not change a bit of the result,
// so that a row has the same result in whatever block of rows it comes, except that a
// BLAS has an order of its own.
type Product[T Float] struct {
	Multiplication
	run     productFunc[T]
	scratch []T    // op(b) where b is stored transposed
	panels  [][4]T // b in panels of four columns
}

// NewProductParts makes products that together compute what that of [NewProduct] does, bit for
// bit, and may do so side by side: each has some columns. They are one unless the method is
// packed, and at most as many as asked for.
func NewProductParts[T Float](m Multiplication, parts int) []*Product[T] {
	if m.method != packed || parts < 2 {
		return []*Product[T]{NewProduct[T](m)}
	}
	parts = min(parts, (m.columns+partColumns-1)/partColumns)
	var all []*Product[T]
	for i := range parts {
		p := &Product[T]{Multiplication: m}
		p.run = newBlocks[T](m, i*m.columns/parts, (i+1)*m.columns/parts).run
		all = append(all, p)
	}
	return all
}

// partColumns is the width of the parts that a product is cut into at most: the last of them may be
// begun only, and then all are somewhat narrower.
const partColumns = 96

// NewProduct makes the memory that products need.
func NewProduct[T Float](m Multiplication) *Product[T] {
	p := &Product[T]{Multiplication: m}
	switch m.method {
	case plain:
		p.run = finished(m, p.runPlain)
	case outer:
		p.run = finished(m, p.runOuter)
	case dots:
		p.run = biased(m, p.runDots)
	case tiled:
		p.panels = make([][4]T, (p.columns+3)/4*p.inner)
		p.run = biased(m, p.runTiled)
	case rowwise:
		if p.transB {
			p.scratch = make([]T, p.inner*p.columns)
		}
		p.run = finished(m, p.runRowwise)
	case gathered:
		p.run = finished(m, p.runGathered)
	case direct, packed:
		p.run = newVectorProduct[T](m)
	case library:
		p.run = finished(m, p.runLibrary)
	}
	return p
}

// Run computes dst, which overlaps with no operand; bias, if not nil, is a row that is
// added to each row of dst.
func (p *Product[T]) Run(dst, a, b, bias []T) { p.RunRectified(dst, nil, a, b, bias) }

// RunRectified also computes relu = max(0, dst), as [ReLU] does, unless relu is nil. It
// may be dst, which is then rectified.
func (p *Product[T]) RunRectified(dst, relu, a, b, bias []T) {
	p.compute(dst, a, b, finish[T]{bias: first(bias, p.columns), relu: first(relu, p.rows*p.columns)})
}

// RunScaled computes dst = op(a)·op(b) ⊙ (slope ⊙ factor), or, where factor is nil,
// op(a)·op(b) ⊙ step(slope), as [TripleProduct] and [Gate] do; dst overlaps with none of
// them.
func (p *Product[T]) RunScaled(dst, a, b, slope, factor []T) {
	size := p.rows * p.columns
	p.compute(dst, a, b, finish[T]{slope: first(slope, size), factor: first(factor, size)})
}

func (p *Product[T]) compute(dst, a, b []T, f finish[T]) {
	p.run(first(dst, p.rows*p.columns), first(a, p.rows*p.inner), first(b, p.inner*p.columns), f)
}

// first is where x begins, nil if x is; it has at least n entries.
func first[T Float](x []T, n int) *T {
	if x == nil {
		return nil
	}
	return unsafe.SliceData(x[:n])
}

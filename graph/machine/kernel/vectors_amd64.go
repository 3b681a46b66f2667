package kernel

import "unsafe"

// vectorBytes is the size of a vector.
const vectorBytes = 32

// wideKernels do the same as the kernels of the same names with vectors of AVX-512.
type wideKernels[T Float] struct {
	panels  [4]panelKernel[T]
	copy    func(rows int, dst, src *T, srcRow int)
	filters [5]filterKernel[T]
}

// vectorKernels are the assembly for products in one precision. Its strides are in bytes.
type vectorKernels[T Float] struct {
	lanes     int
	panels    [4]panelKernel[T] // by width in vectors
	part      func(rows, inner int, a *T, aRow, aStep int, b *T, bRow int, dst *T, dstRow int, bias, relu, slope, factor *T, resume, columns int)
	dots      func(rows, inner int, a *T, aRow int, b, dst, bias *T)
	transpose func(rows, columns int, dst *T, dstRow int, src *T, srcRow int)
	copy      func(rows int, dst, src *T, srcRow int)
	filters   [4]filterKernel[T] // by width in vectors
	wide      wideKernels[T]
}

type panelKernel[T Float] func(rows, inner int, a *T, aRow, aStep int, b *T, bRow int, dst *T, dstRow int, bias, relu, slope, factor *T, resume int)

var doubles = vectorKernels[float64]{
	lanes:     4,
	panels:    [...]panelKernel[float64]{nil, panel4F64, panel8F64, panel12F64},
	part:      panelPartF64,
	dots:      dotsF64,
	transpose: transposeStripsF64,
	copy:      copyPanelF64,
	filters:   [...]filterKernel[float64]{nil, filters4F64, filters8F64, filters12F64},
	wide: wideKernels[float64]{
		panels:  [...]panelKernel[float64]{nil, panel8WideF64, panel16WideF64, panel24WideF64},
		copy:    copyPanelWideF64,
		filters: [...]filterKernel[float64]{nil, filters8WideF64, filters16WideF64, filters24WideF64, filters32WideF64},
	},
}

var singles = vectorKernels[float32]{
	lanes:     8,
	panels:    [...]panelKernel[float32]{nil, panel8F32, panel16F32, panel24F32},
	part:      panelPartF32,
	dots:      dotsF32,
	transpose: transposeStripsF32,
	copy:      copyPanelF32,
	filters:   [...]filterKernel[float32]{nil, filters8F32, filters16F32, filters24F32},
	wide: wideKernels[float32]{
		panels:  [...]panelKernel[float32]{nil, panel16WideF32, panel32WideF32, panel48WideF32},
		copy:    copyPanelWideF32,
		filters: [...]filterKernel[float32]{nil, filters16WideF32, filters32WideF32, filters48WideF32, filters64WideF32},
	},
}

func kernelsOf[T Float]() *vectorKernels[T] {
	if k, ok := any(&doubles).(*vectorKernels[T]); ok {
		return k
	}
	return any(&singles).(*vectorKernels[T])
}

// size is that of a number.
func (k *vectorKernels[T]) size() int { return vectorBytes / k.lanes }

// matrix is a matrix, or the part of one that begins with these entries: entry i, j is at
// i·row + j·step.
type matrix[T Float] struct {
	entries   []T
	row, step int
}

func (m matrix[T]) from(i, j int) matrix[T] {
	m.entries = m.entries[i*m.row+j*m.step:]
	return m
}

// panel is some neighbouring columns of b, from column first on, and the kernel that
// multiplies with them.
type panel[T Float] struct {
	first, columns int
	multiply       panelKernel[T]
}

// fewRows are so few that a second call takes longer than AVX-512 saves.
const fewRows = 16

// cut cuts columns into as few panels as possible. Four vectors are better two and
// two than three and one. Vectors of AVX-512, two in one, come first, unless few rows pass
// by three vectors that AVX2 takes in one call.
func (k *vectorKernels[T]) cut(rows, columns int) []panel[T] {
	var panels []panel[T]
	for first := 0; first < columns; {
		left := columns - first
		p := panel[T]{first, left, nil}
		switch vectors, pairs := left/k.lanes, left/(2*k.lanes); {
		case vectors == 3 && rows < fewRows:
			p.columns, p.multiply = 3*k.lanes, k.panels[3]
		case wide && pairs == 4:
			p.columns, p.multiply = 4*k.lanes, k.wide.panels[2]
		case wide && pairs > 0:
			p.columns, p.multiply = min(pairs, 3)*2*k.lanes, k.wide.panels[min(pairs, 3)]
		case vectors == 0:
			p.multiply = func(rows, inner int, a *T, aRow, aStep int, b *T, bRow int, dst *T, dstRow int, bias, relu, slope, factor *T, resume int) {
				k.part(rows, inner, a, aRow, aStep, b, bRow, dst, dstRow, bias, relu, slope, factor, resume, left)
			}
		case vectors == 4:
			p.columns, p.multiply = 2*k.lanes, k.panels[2]
		default:
			p.columns, p.multiply = min(vectors, 3)*k.lanes, k.panels[min(vectors, 3)]
		}
		panels = append(panels, p)
		first += p.columns
	}
	return panels
}

// multiplier computes dst = a·b + bias panel by panel, where the factors lie. Many rows
// pass in blocks that stay in the second-level cache while all panels come by.
type multiplier[T Float] struct {
	rows, inner, columns      int
	height                    int // of a block
	row                       int // from one row of a to the next, in entries
	aRow, aStep, bRow, dstRow int // in bytes
	panels                    []panel[T]
}

// A block of a has 16384 entries, or 16 rows if those are more.
const (
	leastHeight = 16
	leftEntries = 1 << 14
)

// newMultiplier multiplies an a of the given strides, in entries, with a b whose rows
// follow each other.
func (k *vectorKernels[T]) newMultiplier(rows, inner, columns, row, step int) *multiplier[T] {
	size := k.size()
	return &multiplier[T]{
		rows: rows, inner: inner, columns: columns, height: max(leastHeight, leftEntries/inner&^3), row: row,
		aRow: size * row, aStep: size * step, bRow: size * columns, dstRow: size * columns,
		panels: k.cut(rows, columns),
	}
}

// function is the way to multiply: for small matrices one call of assembly.
func (m *multiplier[T]) function() productFunc[T] {
	if len(m.panels) > 1 || m.rows > m.height {
		return m.multiply
	}
	rows, inner, aRow, aStep, bRow, dstRow, multiply := m.rows, m.inner, m.aRow, m.aStep, m.bRow, m.dstRow, m.panels[0].multiply
	return func(dst, a, b *T, f finish[T]) {
		multiply(rows, inner, a, aRow, aStep, b, bRow, dst, dstRow, f.bias, f.relu, f.slope, f.factor, 0)
	}
}

func (m *multiplier[T]) multiply(dst, a, b *T, f finish[T]) {
	for i := 0; i < m.rows; i += m.height {
		height := min(m.height, m.rows-i)
		left := offset(a, i*m.row)
		for j := range m.panels {
			p := &m.panels[j]
			entry := i*m.columns + p.first
			f := f.at(entry, p.first)
			p.multiply(height, m.inner, left, m.aRow, m.aStep, offset(b, p.first), m.bRow, offset(dst, entry), m.dstRow, f.bias, f.relu, f.slope, f.factor, 0)
		}
	}
}

// column is how to compute dst = a·b + bias for one column b, where the rows of a follow
// each other.
func (k *vectorKernels[T]) column(rows, inner int) productFunc[T] {
	row, dots := k.size()*inner, k.dots
	rest := 0 // rows that do not fill a vector
	if rows > k.lanes {
		rest = rows % k.lanes
	}
	// They are computed in one vector, with others that are computed for the second time.
	whole, first := rows-rest, max(0, rows-k.lanes)
	return func(dst, a, b *T, f finish[T]) {
		dots(whole, inner, a, row, b, dst, f.bias)
		if rest > 0 {
			dots(rows-first, inner, offset(a, first*inner), row, b, offset(dst, first), f.bias)
		}
		f.afterBias(unsafe.Slice(dst, rows))
	}
}

// transposed writes the transpose of src, rows × columns, into dst.
func (k *vectorKernels[T]) transposed(rows, columns int, dst, src matrix[T]) {
	if rows < k.lanes {
		for i := range rows {
			for j := range columns {
				dst.entries[j*dst.row+i] = src.entries[i*src.row+j]
			}
		}
		return
	}
	size := k.size()
	k.transpose(rows, columns, unsafe.SliceData(dst.entries), size*dst.row, unsafe.SliceData(src.entries), size*src.row)
	if rows%k.lanes != 0 { // the last rows in one strip, some of them for the second time
		dst, src = dst.from(0, rows-k.lanes), src.from(rows-k.lanes, 0)
		k.transpose(k.lanes, columns, unsafe.SliceData(dst.entries), size*dst.row, unsafe.SliceData(src.entries), size*src.row)
	}
}

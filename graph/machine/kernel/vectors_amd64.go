package kernel

import "unsafe"

// vectorBytes is the size of a vector.
const vectorBytes = 32

type panelFunc[T Float] func(rows, inner int, a *T, aRow, aStep int, b *T, bRow int, dst *T, dstRow int, bias *T, resume int)

// vectorKernels are the assembly for products in one precision. Its strides are in bytes,
// those of the methods in entries.
type vectorKernels[T Float] struct {
	lanes     int
	panels    [4]panelFunc[T] // by width in vectors
	part      func(rows, inner int, a *T, aRow, aStep int, b *T, bRow int, dst *T, dstRow int, bias *T, resume, columns int)
	dots      func(rows, inner int, a *T, aRow int, b, dst, bias *T)
	transpose func(columns int, dst *T, dstRow int, src *T, srcRow int)
	copy      func(rows int, dst, src *T, srcRow int)
}

var doubles = vectorKernels[float64]{
	lanes:     4,
	panels:    [...]panelFunc[float64]{nil, panel4F64, panel8F64, panel12F64},
	part:      panelPartF64,
	dots:      dotsF64,
	transpose: transposeStripF64,
	copy:      copyPanelF64,
}

var singles = vectorKernels[float32]{
	lanes:     8,
	panels:    [...]panelFunc[float32]{nil, panel8F32, panel16F32, panel24F32},
	part:      panelPartF32,
	dots:      dotsF32,
	transpose: transposeStripF32,
	copy:      copyPanelF32,
}

func kernelsOf[T Float]() *vectorKernels[T] {
	if k, ok := any(&doubles).(*vectorKernels[T]); ok {
		return k
	}
	return any(&singles).(*vectorKernels[T])
}

// matrix is some of the entries of a matrix: entry i, j is at i·row + j·step.
type matrix[T Float] struct {
	entries   []T
	row, step int
}

func (m matrix[T]) from(i, j int) matrix[T] {
	m.entries = m.entries[min(i*m.row+j*m.step, len(m.entries)):]
	return m
}

// panelWidth is how many columns the next panel of so many should have. Four vectors are
// better two and two than three and one.
func (k *vectorKernels[T]) panelWidth(columns int) int {
	switch vectors := columns / k.lanes; vectors {
	case 0:
		return columns
	case 1, 2, 3:
		return vectors * k.lanes
	case 4:
		return 2 * k.lanes
	}
	return 3 * k.lanes
}

// panel computes one panel of dst, of a width that panelWidth gives.
func (k *vectorKernels[T]) panel(rows, inner, columns int, a, b, dst matrix[T], bias []T, resume bool) {
	size := vectorBytes / k.lanes
	resumes := 0
	if resume {
		resumes = 1
	}
	pa, pb, pd := unsafe.SliceData(a.entries), unsafe.SliceData(b.entries), unsafe.SliceData(dst.entries)
	if columns < k.lanes {
		k.part(rows, inner, pa, size*a.row, size*a.step, pb, size*b.row, pd, size*dst.row, unsafe.SliceData(bias), resumes, columns)
		return
	}
	k.panels[columns/k.lanes](rows, inner, pa, size*a.row, size*a.step, pb, size*b.row, pd, size*dst.row, unsafe.SliceData(bias), resumes)
}

// multiply computes dst = a·b + bias, panel by panel.
func (k *vectorKernels[T]) multiply(rows, inner, columns int, a, b, dst matrix[T], bias []T) {
	for j := 0; j < columns; {
		width := k.panelWidth(columns - j)
		shift := bias
		if bias != nil {
			shift = bias[j : j+width]
		}
		k.panel(rows, inner, width, a, b.from(0, j), dst.from(0, j), shift, false)
		j += width
	}
}

// column computes dst = a·b + bias for one column b; the rows of a follow each other.
func (k *vectorKernels[T]) column(rows, inner int, a, b, dst, bias []T) {
	size := vectorBytes / k.lanes
	whole := rows - rows%k.lanes
	if whole < rows && whole > 0 {
		// The last rows in one vector, some of them for the second time.
		first := rows - k.lanes
		k.dots(k.lanes, inner, unsafe.SliceData(a[first*inner:]), size*inner, unsafe.SliceData(b), unsafe.SliceData(dst[first:]), unsafe.SliceData(bias))
		rows = whole
	}
	k.dots(rows, inner, unsafe.SliceData(a), size*inner, unsafe.SliceData(b), unsafe.SliceData(dst), unsafe.SliceData(bias))
}

// transposed writes the transpose of src, rows × columns, into dst.
func (k *vectorKernels[T]) transposed(rows, columns int, dst, src matrix[T]) {
	size := vectorBytes / k.lanes
	if rows < k.lanes {
		for i := range rows {
			for j := range columns {
				dst.entries[j*dst.row+i] = src.entries[i*src.row+j]
			}
		}
		return
	}
	for i := 0; i < rows; i += k.lanes {
		strip := min(i, rows-k.lanes) // the last one may overlap
		k.transpose(columns, unsafe.SliceData(dst.from(0, strip).entries), size*dst.row, unsafe.SliceData(src.from(strip, 0).entries), size*src.row)
	}
}

// copied copies a panel of src, row after row.
func (k *vectorKernels[T]) copied(rows, columns int, dst []T, src matrix[T]) {
	size := vectorBytes / k.lanes
	if columns == 3*k.lanes {
		k.copy(rows, unsafe.SliceData(dst), unsafe.SliceData(src.entries), size*src.row)
		return
	}
	for i := range rows {
		copy(dst[i*columns:(i+1)*columns], src.entries[i*src.row:])
	}
}

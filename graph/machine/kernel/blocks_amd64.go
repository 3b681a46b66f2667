package kernel

import "unsafe"

// blocks multiplies large matrices block by block. Each block of b is copied, so that
// each panel of it lies in one piece and stays in the first-level cache while all rows
// pass; so is each block of a that is stored transposed.
type blocks[T Float] struct {
	Multiplication
	*vectorKernels[T]
	blocking
	from, to int           // the columns to compute
	panels   [2][]panel[T] // of a block of full width, and of the last one
	a, b     []T
}

func newBlocks[T Float](m Multiplication, from, to int) *blocks[T] {
	p := &blocks[T]{Multiplication: m, vectorKernels: kernelsOf[T](), from: from, to: to, blocking: blocking{
		height: min(m.blocks.height, m.rows),
		depth:  min(m.blocks.depth, m.inner),
		width:  min(m.blocks.width, to-from),
	}}
	p.panels = [2][]panel[T]{p.cut(m.rows, p.width), p.cut(m.rows, (to-from)%p.width)}
	p.b = make([]T, p.depth*p.width)
	if m.transA {
		p.a = make([]T, p.height*p.depth)
	}
	return p
}

func (p *blocks[T]) run(dst, left, right *T, f finish[T]) {
	a, b := unsafe.Slice(left, p.rows*p.inner), unsafe.Slice(right, p.inner*p.columns)
	for j := p.from; j < p.to; j += p.width {
		panels := p.panels[0]
		if p.to-j < p.width {
			panels = p.panels[1]
		}
		for k := 0; k < p.inner; k += p.depth {
			depth := min(p.depth, p.inner-k)
			p.copyRight(panels, b, k, depth, j)
			ending := f
			if k+depth < p.inner { // the sums go on
				ending = finish[T]{}
			}
			for i := 0; i < p.rows; i += p.height {
				height := min(p.height, p.rows-i)
				left := p.left(a, i, height, k, depth)
				p.block(panels, i, j, height, depth, left, dst, ending, k > 0)
			}
		}
	}
}

// block multiplies a with the block of b that is copied, and has the result begin at entry
// i, j of dst.
func (p *blocks[T]) block(panels []panel[T], i, j, height, depth int, a matrix[T], dst *T, f finish[T], resume bool) {
	size, resumes := p.size(), 0
	if resume {
		resumes = 1
	}
	for n := range panels {
		panel := &panels[n]
		entry := i*p.columns + j + panel.first
		f := f.at(entry, j+panel.first)
		panel.multiply(height, depth, unsafe.SliceData(a.entries), size*a.row, size*a.step, &p.b[panel.first*depth], size*panel.columns,
			offset(dst, entry), size*p.columns, f.bias, f.relu, f.slope, f.factor, resumes)
	}
}

// copyRight copies a block of op(b), panel after panel.
func (p *blocks[T]) copyRight(panels []panel[T], b []T, k, depth, j int) {
	for i := range panels {
		panel := &panels[i]
		to := p.b[panel.first*depth:]
		if p.transB {
			p.transposed(panel.columns, depth, matrix[T]{to, panel.columns, 1}, matrix[T]{b, p.inner, 1}.from(j+panel.first, k))
		} else {
			p.copied(depth, panel.columns, to, matrix[T]{b, p.columns, 1}.from(k, j+panel.first))
		}
	}
}

// copied copies a panel of src, row after row.
func (p *blocks[T]) copied(rows, columns int, dst []T, src matrix[T]) {
	switch {
	case columns == 3*p.lanes:
		p.copy(rows, unsafe.SliceData(dst), unsafe.SliceData(src.entries), p.size()*src.row)
		return
	case columns == 6*p.lanes && wide:
		p.wide.copy(rows, unsafe.SliceData(dst), unsafe.SliceData(src.entries), p.size()*src.row)
		return
	}
	for i := range rows {
		copy(dst[i*columns:(i+1)*columns], src.entries[i*src.row:])
	}
}

// left is a block of op(a).
func (p *blocks[T]) left(a []T, i, height, k, depth int) matrix[T] {
	if !p.transA {
		return matrix[T]{a, p.inner, 1}.from(i, k)
	}
	block := matrix[T]{p.a, depth, 1}
	p.transposed(depth, height, block, matrix[T]{a, p.rows, 1}.from(k, i))
	return block
}

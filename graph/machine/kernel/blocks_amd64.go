package kernel

// blocks multiplies large matrices block by block. Each block of b is copied, so that each panel of it lies
// in one piece and stays in the first-level cache while all rows pass; so is each block
// of a that is stored transposed.
type blocks[T Float] struct {
	Multiplication
	*vectorKernels[T]
	blocking
	a, b []T
}

func newBlocks[T Float](m Multiplication) *blocks[T] {
	p := &blocks[T]{Multiplication: m, vectorKernels: kernelsOf[T](), blocking: blocking{
		height: min(m.blocks.height, m.rows),
		depth:  max(1, min(m.blocks.depth, m.inner)),
		width:  min(m.blocks.width, m.columns),
	}}
	p.b = make([]T, p.depth*p.width)
	if m.transA {
		p.a = make([]T, p.height*p.depth)
	}
	return p
}

func (p *blocks[T]) run(dst, a, b, bias []T) {
	for j := 0; j < p.columns; j += p.width {
		width := min(p.width, p.columns-j)
		var shift []T
		for k := 0; k == 0 || k < p.inner; k += p.depth { // once even without a term
			depth := min(p.depth, p.inner-k)
			if bias != nil && k+depth == p.inner {
				shift = bias[j : j+width]
			}
			p.copyRight(b, k, depth, j, width)
			for i := 0; i < p.rows; i += p.height {
				height := min(p.height, p.rows-i)
				left := p.left(a, i, height, k, depth)
				p.block(height, depth, width, left, matrix[T]{dst, p.columns, 1}.from(i, j), shift, k > 0)
			}
		}
	}
}

// block multiplies with the block of b that is copied.
func (p *blocks[T]) block(height, depth, width int, a, dst matrix[T], bias []T, resume bool) {
	for j := 0; j < width; {
		w := p.panelWidth(width - j)
		shift := bias
		if bias != nil {
			shift = bias[j : j+w]
		}
		p.panel(height, depth, w, a, matrix[T]{p.b[j*depth:], w, 1}, dst.from(0, j), shift, resume)
		j += w
	}
}

// copyRight copies a block of op(b), panel after panel.
func (p *blocks[T]) copyRight(b []T, k, depth, j, width int) {
	for c := 0; c < width; {
		w := p.panelWidth(width - c)
		panel := matrix[T]{p.b[c*depth:], w, 1}
		if p.transB {
			p.transposed(w, depth, panel, matrix[T]{b, p.inner, 1}.from(j+c, k))
		} else {
			p.copied(depth, w, panel.entries, matrix[T]{b, p.columns, 1}.from(k, j+c))
		}
		c += w
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

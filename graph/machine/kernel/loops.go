package kernel

func (p *Product[T]) runPlain(dst, a, b []T) {
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
			total := T(0)
			for k := range p.inner {
				total += T(a[i*strideA+k*stepA] * b[k*stepB+j*strideB])
			}
			row[j] = total
		}
	}
}

func (p *Product[T]) runOuter(dst, a, b []T) {
	n := p.columns
	for i, x := range a[:p.rows] {
		row, b := dst[i*n:(i+1)*n], b[:n]
		for len(b) >= 4 && len(row) >= 4 {
			d, y := (*[4]T)(row), (*[4]T)(b)
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

func (p *Product[T]) runDots(dst, a, b, bias []T) {
	n := p.inner
	shift := T(0)
	if bias != nil {
		shift = bias[0]
	}
	b = b[:n]
	i := 0
	for ; i+4 <= p.rows; i += 4 {
		// Four rows at a time, because one sum waits for its own last addition.
		a0, a1, a2, a3 := a[i*n:][:len(b)], a[(i+1)*n:][:len(b)], a[(i+2)*n:][:len(b)], a[(i+3)*n:][:len(b)]
		var s0, s1, s2, s3 T
		for k, y := range b {
			s0 += T(a0[k] * y)
			s1 += T(a1[k] * y)
			s2 += T(a2[k] * y)
			s3 += T(a3[k] * y)
		}
		*(*[4]T)(dst[i:]) = [4]T{s0 + shift, s1 + shift, s2 + shift, s3 + shift}
	}
	for ; i < p.rows; i++ {
		row := a[i*n:][:len(b)]
		s := T(0)
		for k, y := range b {
			s += T(row[k] * y)
		}
		dst[i] = s + shift
	}
}

// runRowwise computes row i of dst as the sum of the rows of b weighted by row i
// of a.
func (p *Product[T]) runRowwise(dst, a, b []T) {
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
func (p *Product[T]) runGathered(dst, a, b []T) {
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

package kernel

// runTiled multiplies by tiles of two rows and four columns, whose eight sums stay
// in registers; b is first copied into panels of four columns, padded with zeros.
func (p *Product[T]) runTiled(dst, a, b, bias []T) {
	p.pack(b)
	n := p.columns
	for j := 0; j < n; j += 4 {
		panel := p.panels[j/4*p.inner : (j/4+1)*p.inner]
		var shift [4]T
		if bias != nil {
			copy(shift[:], bias[j:])
		}
		if j+4 <= n {
			tileColumns(dst[j:], a, panel, &shift, p.rows, n)
			continue
		}
		// A narrower panel: four columns are computed, and the padding is dropped.
		var sums [8]T
		for i := 0; i < p.rows; i += 2 {
			height := min(2, p.rows-i)
			tileColumns(sums[:], a[i*p.inner:], panel, &shift, height, 4)
			for r := range height {
				copy(dst[(i+r)*n+j:(i+r+1)*n], sums[r*4:])
			}
		}
	}
}

func (p *Product[T]) pack(b []T) {
	for j := 0; j < p.columns; j += 4 {
		panel := p.panels[j/4*p.inner : (j/4+1)*p.inner]
		switch width := min(4, p.columns-j); {
		case p.transB:
			for c := range width {
				column := b[(j+c)*p.inner:][:len(panel)]
				for k, x := range column {
					panel[k][c] = x
				}
			}
		case width == 4:
			for k := range panel {
				panel[k] = [4]T(b[k*p.columns+j:])
			}
		default:
			for k := range panel {
				copy(panel[k][:width], b[k*p.columns+j:])
			}
		}
	}
}

// tileColumns multiplies rows rows of a, as long as the panel, with the panel, adds
// shift to each and writes the four columns to dst, whose rows are stride apart.
func tileColumns[T Float](dst, a []T, panel [][4]T, shift *[4]T, rows, stride int) {
	inner := len(panel)
	for ; rows >= 2; rows -= 2 {
		a0, a1 := a[:len(panel)], a[inner:][:len(panel)]
		var u0, u1, u2, u3, l0, l1, l2, l3 T
		for k := range panel {
			w, x, y := &panel[k], a0[k], a1[k]
			u0 += T(x * w[0])
			u1 += T(x * w[1])
			u2 += T(x * w[2])
			u3 += T(x * w[3])
			l0 += T(y * w[0])
			l1 += T(y * w[1])
			l2 += T(y * w[2])
			l3 += T(y * w[3])
		}
		upper, lower := (*[4]T)(dst), (*[4]T)(dst[stride:])
		upper[0], upper[1], upper[2], upper[3] = u0+shift[0], u1+shift[1], u2+shift[2], u3+shift[3]
		lower[0], lower[1], lower[2], lower[3] = l0+shift[0], l1+shift[1], l2+shift[2], l3+shift[3]
		if rows == 2 {
			return
		}
		a, dst = a[2*inner:], dst[2*stride:]
	}
	a0 := a[:len(panel)]
	var s0, s1, s2, s3 T
	for k := range panel {
		w, x := &panel[k], a0[k]
		s0 += T(x * w[0])
		s1 += T(x * w[1])
		s2 += T(x * w[2])
		s3 += T(x * w[3])
	}
	sums := (*[4]T)(dst)
	sums[0], sums[1], sums[2], sums[3] = s0+shift[0], s1+shift[1], s2+shift[2], s3+shift[3]
}

package kernel

// runTiled multiplies by tiles of one row and four columns, whose sums stay in
// registers, as those of a larger tile do not; b is first copied into panels of four
// columns, padded with zeros.
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
		var sums [4]T
		for i := range p.rows {
			tileColumns(sums[:], a[i*p.inner:], panel, &shift, 1, 4)
			copy(dst[i*n+j:(i+1)*n], sums[:])
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

// tileColumns multiplies a number of rows of a, as long as the panel, with the panel, adds
// shift to each and writes the four columns to dst, whose rows are stride apart.
func tileColumns[T Float](dst, a []T, panel [][4]T, shift *[4]T, rows, stride int) {
	for {
		row := a[:len(panel)]
		var s0, s1, s2, s3 T
		for k := range panel {
			w, x := &panel[k], row[k]
			s0 += T(x * w[0])
			s1 += T(x * w[1])
			s2 += T(x * w[2])
			s3 += T(x * w[3])
		}
		sums := (*[4]T)(dst)
		sums[0], sums[1], sums[2], sums[3] = s0+shift[0], s1+shift[1], s2+shift[2], s3+shift[3]
		if rows--; rows == 0 {
			return
		}
		a, dst = a[len(panel):], dst[stride:]
	}
}

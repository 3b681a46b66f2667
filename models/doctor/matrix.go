package doctor

// matrix is rows × cols in row-major order.
type matrix struct {
	rows, cols int
	v          []float64
}

func zeros(rows, cols int) matrix { return matrix{rows, cols, make([]float64, rows*cols)} }

func (m matrix) row(i int) []float64 { return m.v[i*m.cols : (i+1)*m.cols] }

// times is m n.
func (m matrix) times(n matrix) matrix {
	p := zeros(m.rows, n.cols)
	for i := range m.rows {
		into := p.row(i)
		for k, s := range m.row(i) {
			for j, v := range n.row(k) {
				into[j] += s * v
			}
		}
	}
	return p
}

// transposedTimes is mᵀ n.
func (m matrix) transposedTimes(n matrix) matrix {
	p := zeros(m.cols, n.cols)
	for r := range m.rows {
		right := n.row(r)
		for i, s := range m.row(r) {
			if s == 0 {
				continue
			}
			into := p.row(i)
			for j, v := range right {
				into[j] += s * v
			}
		}
	}
	return p
}

func (m matrix) transposed() matrix {
	t := zeros(m.cols, m.rows)
	for i := range m.rows {
		for j, v := range m.row(i) {
			t.v[j*m.rows+i] = v
		}
	}
	return t
}

// columnSums is the sum of the rows.
func (m matrix) columnSums() []float64 {
	sums := make([]float64, m.cols)
	for i := range m.rows {
		for j, v := range m.row(i) {
			sums[j] += v
		}
	}
	return sums
}

// rowSums is the sum of each row.
func (m matrix) rowSums() []float64 {
	sums := make([]float64, m.rows)
	for i := range m.rows {
		for _, v := range m.row(i) {
			sums[i] += v
		}
	}
	return sums
}

// each is f of every entry.
func (m matrix) each(f func(float64) float64) matrix {
	n := zeros(m.rows, m.cols)
	for i, v := range m.v {
		n.v[i] = f(v)
	}
	return n
}

// by is the product entry by entry.
func (m matrix) by(o matrix) matrix {
	n := zeros(m.rows, m.cols)
	for i, v := range m.v {
		n.v[i] = v * o.v[i]
	}
	return n
}

func (m matrix) scaled(s float64) matrix { return m.each(func(v float64) float64 { return s * v }) }

// broadcast repeats a single column.
func (m matrix) broadcast(cols int) matrix {
	if m.cols == cols {
		return m
	}
	n := zeros(m.rows, cols)
	for i := range m.rows {
		for j := range cols {
			n.v[i*cols+j] = m.v[i]
		}
	}
	return n
}

package kernel

// Add computes dst = a + b.
func Add(dst, a, b []float64) {
	switch n := len(dst); {
	case len(a) == n && len(b) == n:
		a, b := a[:n], b[:n]
		for i := range dst {
			dst[i] = a[i] + b[i]
		}
	case len(a) == n:
		a, y := a[:n], b[0]
		for i := range dst {
			dst[i] = a[i] + y
		}
	case len(b) == n:
		x, b := a[0], b[:n]
		for i := range dst {
			dst[i] = x + b[i]
		}
	default:
		fill(dst, a[0]+b[0])
	}
}

// Sub computes dst = a - b.
func Sub(dst, a, b []float64) {
	switch n := len(dst); {
	case len(a) == n && len(b) == n:
		a, b := a[:n], b[:n]
		for i := range dst {
			dst[i] = a[i] - b[i]
		}
	case len(a) == n:
		a, y := a[:n], b[0]
		for i := range dst {
			dst[i] = a[i] - y
		}
	case len(b) == n:
		x, b := a[0], b[:n]
		for i := range dst {
			dst[i] = x - b[i]
		}
	default:
		fill(dst, a[0]-b[0])
	}
}

// Mul computes dst = a ⊙ b, entry by entry.
func Mul(dst, a, b []float64) {
	switch n := len(dst); {
	case len(a) == n && len(b) == n:
		a, b := a[:n], b[:n]
		for i := range dst {
			dst[i] = a[i] * b[i]
		}
	case len(a) == n:
		a, y := a[:n], b[0]
		for i := range dst {
			dst[i] = a[i] * y
		}
	case len(b) == n:
		x, b := a[0], b[:n]
		for i := range dst {
			dst[i] = x * b[i]
		}
	default:
		fill(dst, a[0]*b[0])
	}
}

// Div computes dst = a ÷ b, entry by entry.
func Div(dst, a, b []float64) {
	switch n := len(dst); {
	case len(a) == n && len(b) == n:
		a, b := a[:n], b[:n]
		for i := range dst {
			dst[i] = a[i] / b[i]
		}
	case len(a) == n:
		a, y := a[:n], b[0]
		for i := range dst {
			dst[i] = a[i] / y
		}
	case len(b) == n:
		x, b := a[0], b[:n]
		for i := range dst {
			dst[i] = x / b[i]
		}
	default:
		fill(dst, a[0]/b[0])
	}
}

// Zip returns the kernel dst = f(a, b), entry by entry.
func Zip(f func(x, y float64) float64) func(dst, a, b []float64) {
	return func(dst, a, b []float64) {
		strideA, strideB := 1, 1
		if len(a) == 1 {
			strideA = 0
		}
		if len(b) == 1 {
			strideB = 0
		}
		for i := range dst {
			dst[i] = f(a[i*strideA], b[i*strideB])
		}
	}
}

// Map returns the kernel dst = f(src), entry by entry.
func Map(f func(x float64) float64) func(dst, src []float64) {
	return func(dst, src []float64) {
		src = src[:len(dst)]
		for i, x := range src {
			dst[i] = f(x)
		}
	}
}

// Neg computes dst = -src.
func Neg(dst, src []float64) {
	src = src[:len(dst)]
	for i, x := range src {
		dst[i] = -x
	}
}

// Square computes dst = src ⊙ src.
func Square(dst, src []float64) {
	src = src[:len(dst)]
	for i, x := range src {
		dst[i] = x * x
	}
}

func fill(dst []float64, value float64) {
	for i := range dst {
		dst[i] = value
	}
}

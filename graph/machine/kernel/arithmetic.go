package kernel

// Add computes dst = a + b.
func Add[T Float](dst, a, b []T) {
	if l := loopsFor(dst); l != nil {
		switch n := len(dst); {
		case len(a) == n && len(b) == n:
			onTwo(l.add, dst, a, b)
		case len(a) == n:
			onNumber(l.addNumber, dst, a, b[0])
		case len(b) == n:
			onNumber(l.addNumber, dst, b, a[0])
		default:
			fill(dst, a[0]+b[0])
		}
		return
	}
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
func Sub[T Float](dst, a, b []T) {
	if l := loopsFor(dst); l != nil {
		switch n := len(dst); {
		case len(a) == n && len(b) == n:
			onTwo(l.sub, dst, a, b)
		case len(a) == n:
			onNumber(l.addNumber, dst, a, -b[0])
		case len(b) == n:
			onNumber(l.subFrom, dst, b, a[0])
		default:
			fill(dst, a[0]-b[0])
		}
		return
	}
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
func Mul[T Float](dst, a, b []T) {
	if l := loopsFor(dst); l != nil {
		switch n := len(dst); {
		case len(a) == n && len(b) == n:
			onTwo(l.mul, dst, a, b)
		case len(a) == n:
			onNumber(l.mulNumber, dst, a, b[0])
		case len(b) == n:
			onNumber(l.mulNumber, dst, b, a[0])
		default:
			fill(dst, a[0]*b[0])
		}
		return
	}
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
func Div[T Float](dst, a, b []T) {
	if l := loopsFor(dst); l != nil {
		switch n := len(dst); {
		case len(a) == n && len(b) == n:
			onTwo(l.div, dst, a, b)
		case len(a) == n:
			onNumber(l.divNumber, dst, a, b[0])
		case len(b) == n:
			onNumber(l.divInto, dst, b, a[0])
		default:
			fill(dst, a[0]/b[0])
		}
		return
	}
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

// Zip returns the kernel dst = f(a, b), entry by entry, rounded to T.
func Zip[T Float](f func(x, y float64) float64) func(dst, a, b []T) {
	return func(dst, a, b []T) {
		strideA, strideB := 1, 1
		if len(a) == 1 {
			strideA = 0
		}
		if len(b) == 1 {
			strideB = 0
		}
		for i := range dst {
			dst[i] = T(f(float64(a[i*strideA]), float64(b[i*strideB])))
		}
	}
}

// Map returns the kernel dst = f(src), entry by entry, rounded to T.
func Map[T Float](f func(x float64) float64) func(dst, src []T) {
	return func(dst, src []T) { mapped(dst, src, f) }
}

// mapped computes dst = f(src).
func mapped[T Float](dst, src []T, f func(x float64) float64) {
	src = src[:len(dst)]
	for i, x := range src {
		dst[i] = T(f(float64(x)))
	}
}

// Neg computes dst = -src.
func Neg[T Float](dst, src []T) {
	if l := loopsFor(dst); l != nil {
		on(l.neg, dst, src)
		return
	}
	src = src[:len(dst)]
	for i, x := range src {
		dst[i] = -x
	}
}

// Square computes dst = src ⊙ src.
func Square[T Float](dst, src []T) {
	if l := loopsFor(dst); l != nil {
		on(l.square, dst, src)
		return
	}
	src = src[:len(dst)]
	for i, x := range src {
		dst[i] = x * x
	}
}

func fill[T Float](dst []T, value T) {
	for i := range dst {
		dst[i] = value
	}
}

package kernel

// Less is 1 where a < b and 0 elsewhere. Operands of one entry stand for all.
func Less[T Float](dst, a, b []T) { Greater(dst, b, a) }

// AtMost is 1 where a ≤ b and 0 elsewhere. Operands of one entry stand for all.
func AtMost[T Float](dst, a, b []T) { AtLeast(dst, b, a) }

// Greater is 1 where a > b and 0 elsewhere. Operands of one entry stand for all.
func Greater[T Float](dst, a, b []T) {
	compare(dst, a, b, func(x, y T) T {
		if x > y {
			return 1
		}
		return 0
	})
}

// AtLeast is 1 where a ≥ b and 0 elsewhere. Operands of one entry stand for all.
func AtLeast[T Float](dst, a, b []T) {
	compare(dst, a, b, func(x, y T) T {
		if x >= y {
			return 1
		}
		return 0
	})
}

func compare[T Float](dst, a, b []T, at func(x, y T) T) {
	switch {
	case len(a) == 1 && len(b) == 1:
		x := at(a[0], b[0])
		for i := range dst {
			dst[i] = x
		}
	case len(a) == len(dst) && len(b) == 1 && len(dst) > 1:
		y := b[0]
		for i, x := range a {
			dst[i] = at(x, y)
		}
	case len(b) == len(dst) && len(a) == 1 && len(dst) > 1:
		x := a[0]
		for i, y := range b {
			dst[i] = at(x, y)
		}
	default:
		b = b[:len(dst)]
		for i, x := range a[:len(dst)] {
			dst[i] = at(x, b[i])
		}
	}
}

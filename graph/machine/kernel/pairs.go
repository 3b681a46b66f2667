package kernel

import "unsafe"

// pairLoops are loops for windows of 2 × 2 that lie side by side, nil for any other windows.
func pairLoops[T Float](w *Windows) *loops[T] {
	if !w.pairs() || w.Columns < lanes[T]() {
		return nil
	}
	return loopsOf[T]()
}

// pairs reports whether the windows are 2 × 2 and lie side by side.
func (w *Windows) pairs() bool {
	return w.KernelHeight == 2 && w.KernelWidth == 2 && w.StrideY == 2 && w.StrideX == 2 && w.Top == 0 && w.Left == 0 &&
		2*w.Rows <= w.Height && 2*w.Columns <= w.Width
}

// leadingOfPairs is what leading is for two entries of each of two lines: 0 to 3, or -1. It
// branches only where there is NaN, for nothing could foresee which entry is the largest.
func leadingOfPairs[T Float](upper, lower *[2]T, least T) (lead int, most T) {
	v := [4]T{upper[0], upper[1], lower[0], lower[1]}
	if sum := v[0] + v[1] + v[2] + v[3]; sum != sum {
		lead, most = -1, least
		for i, x := range v {
			if x > most {
				lead, most = i, x
			}
		}
		return lead, most
	}
	i, j := one(v[1] > v[0]), 2+one(v[3] > v[2])
	lead = i + (j-i)*one(v[j&3] > v[i&3])
	if most = v[lead&3]; most > least {
		return lead, most
	}
	return -1, least
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// lanes is how many numbers fill a vector of the set avx2.
func lanes[T Float]() int { return 32 / int(unsafe.Sizeof(T(0))) }

// overPairs runs a loop for n windows, whole vectors of them: the last one, where they do not
// fill it, has windows that come for the second time.
func overPairs[T Float](n int, loop func(first, count int)) {
	lanes := lanes[T]()
	whole := n / lanes * lanes
	loop(0, whole)
	if whole < n {
		loop(n-lanes, lanes)
	}
}

func (l *loops[T]) pool(dst, channel []T, w *Windows) {
	for y := range w.Rows {
		line, upper, lower := dst[y*w.Columns:][:w.Columns], channel[2*y*w.Width:][:2*w.Columns], channel[(2*y+1)*w.Width:][:2*w.Columns]
		overPairs[T](w.Columns, func(i, n int) { l.poolPairs(&line[i], &upper[2*i], &lower[2*i], n) })
	}
}

// poolAdjoint reports whether each window has a leading entry.
func (l *loops[T]) poolAdjoint(dst, channel, g []T, w *Windows) bool {
	if w.Height > 2*w.Rows || w.Width > 2*w.Columns {
		clear(dst)
	}
	without := 0
	for y := range w.Rows {
		line, from := g[y*w.Columns:][:w.Columns], 2*y*w.Width
		upper, lower := channel[from:][:2*w.Columns], channel[from+w.Width:][:2*w.Columns]
		dstUpper, dstLower := dst[from:][:2*w.Columns], dst[from+w.Width:][:2*w.Columns]
		overPairs[T](w.Columns, func(i, n int) {
			without |= l.poolPairsSlope(&dstUpper[2*i], &dstLower[2*i], &upper[2*i], &lower[2*i], &line[i], n)
		})
	}
	return without == 0
}

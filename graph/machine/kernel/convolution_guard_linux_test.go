package kernel

import (
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"testing"
)

func TestConvolutionsTouchNothingOutsideTheirSlices(t *testing.T) {
	onVectorSets(t, convolutionsStayInside[float64], convolutionsStayInside[float32])
}

func convolutionsStayInside[T Float](t *testing.T) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	rng := rand.New(rand.NewPCG(9, 9))
	const pages = 1 << 16
	fences := []fenced{newFenced(t, pages), newFenced(t, pages), newFenced(t, pages)}
	for range 100 {
		w, filters := randomWindows(rng), 1+rng.IntN(40)
		size, places := w.Channels*w.Height*w.Width, w.Rows*w.Columns
		lengths := []int{size, filters * w.seen(), filters * places, w.Channels * places}
		if slices.Max(lengths)*8 > pages {
			continue
		}
		for _, lower := range []bool{false, true} {
			guarded := func(fence, n int) (values, rest []T) {
				values, rest = array[T](fences[fence], n, 0, lower)
				fill(rest, canary)
				copy(values, numbers[T](rng, n))
				return values, rest
			}
			check := func(what string, results int, a, b int, call func(dst, a, b []T)) {
				x, _ := guarded(1, a)
				y, _ := guarded(2, b)
				dst, rest := guarded(0, results)
				run(t, what, results, func() { call(dst, x, y) })
				if slices.ContainsFunc(rest, func(x T) bool { return x != canary }) {
					t.Fatalf("%+v: %s writes outside its %d entries", w, what, results)
				}
			}
			forward, adjoint := NewConvolution[T](w, filters), NewConvolutionAdjoint[T](w, filters)
			check("Convolution", filters*places, size, filters*w.seen(), forward.Run)
			check("ToImages", size, filters*places, filters*w.seen(), adjoint.ToImages)
			check("ToWeights", filters*w.seen(), filters*places, size, func(dst, g, images []T) { adjoint.ToWeights(dst, g, images, 0, filters) })
			pairs := Windows{Channels: w.Channels, Height: w.Height, Width: w.Width, Rows: w.Height / 2, Columns: w.Width / 2, KernelHeight: 2, KernelWidth: 2, StrideY: 2, StrideX: 2, DilationY: 1, DilationX: 1}
			if pooled := w.Channels * pairs.Rows * pairs.Columns; pooled > 0 {
				check("Pool", pooled, size, 1, func(dst, images, _ []T) { Pool(dst, images, pairs) })
				check("PoolAdjoint", size, size, pooled, func(dst, images, g []T) { PoolAdjoint(dst, images, g, pairs) })
			}
		}
	}
}

package kernel

import (
	"math/rand/v2"
	"testing"
)

// What AVX-512 computes has the bits of AVX2, and what is left over after its vectors, too.
func TestWideVectorsHaveTheBitsOfAVX2(t *testing.T) {
	if !hasAVX2 || !hasAVX512 {
		t.Skip("this processor lacks AVX-512")
	}
	defer func(before, wideBefore bool) { vectors, wide = before, wideBefore }(vectors, wide)
	vectors = true
	t.Run("products in float64", wideProductsAgree[float64])
	t.Run("products in float32", wideProductsAgree[float32])
	t.Run("convolutions in float64", wideConvolutionsAgree[float64])
	t.Run("convolutions in float32", wideConvolutionsAgree[float32])
}

// mixed are ordinary numbers, and here and there hard ones.
func mixed[T Float](rng *rand.Rand, n int) []T {
	x := numbers[T](rng, n)
	for range n / 50 {
		x[rng.IntN(n)] = T(hardNumbers[rng.IntN(len(hardNumbers))])
	}
	return x
}

func wideProductsAgree[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	for n := range 600 {
		rows, inner, columns := 1+rng.IntN(40), rng.IntN(40), 1+rng.IntN(120)
		if n%20 == 0 { // larger than blocks
			inner += wholeBlocks.depth
			columns += wholeBlocks.width
			rows += wholeBlocks.height
		}
		m := Multiply(rows, inner, columns, rng.IntN(2) == 0, rng.IntN(2) == 0)
		m.method = []method{direct, packed}[rng.IntN(2)]
		if rng.IntN(2) == 0 {
			m.blocks = smallBlocks
		}
		size := rows * columns
		a, b, bias := mixed[T](rng, rows*inner), mixed[T](rng, inner*columns), mixed[T](rng, columns)
		slope, factor := mixed[T](rng, size), mixed[T](rng, size)
		for name, run := range map[string]func(p *Product[T], dst, relu []T){
			"with a bias": func(p *Product[T], dst, _ []T) { p.Run(dst, a, b, bias) },
			"rectified":   func(p *Product[T], dst, relu []T) { p.RunRectified(dst, relu, a, b, bias) },
			"scaled":      func(p *Product[T], dst, _ []T) { p.RunScaled(dst, a, b, slope, factor) },
			"gated":       func(p *Product[T], dst, _ []T) { p.RunScaled(dst, a, b, slope, nil) },
		} {
			var results, rectified [2][]T
			for i := range results {
				wide = i == 1
				results[i], rectified[i] = garbage[T](size), garbage[T](size)
				run(NewProduct[T](m), results[i], rectified[i])
			}
			sameBits(t, results[1], results[0], "%+v %s", m, name)
			sameBits(t, rectified[1], rectified[0], "%+v %s", m, name)
		}
	}
}

func wideConvolutionsAgree[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 24))
	for n := range 200 {
		w, filters, batches := randomWindows(rng), 1+rng.IntN(150), 1+rng.IntN(2)
		if n%20 == 0 {
			w.Channels += deepest / (w.KernelHeight * w.KernelWidth)
		}
		size, result := batches*w.Channels*w.Height*w.Width, batches*filters*w.Rows*w.Columns
		images, weights, g := mixed[T](rng, size), mixed[T](rng, filters*w.seen()), mixed[T](rng, result)
		for i := range g {
			if rng.IntN(3) > 0 {
				g[i] = 0
			}
		}
		var results, toImages, toWeights [2][]T
		for i := range results {
			wide = i == 1
			results[i], toImages[i], toWeights[i] = garbage[T](result), garbage[T](size), garbage[T](len(weights))
			NewConvolution[T](w, filters).Run(results[i], images, weights)
			a := NewConvolutionAdjoint[T](w, filters)
			a.ToImages(toImages[i], g, weights)
			a.ToWeights(toWeights[i], g, images, 0, filters)
		}
		sameBits(t, results[1], results[0], "%d filters on %+v", filters, w)
		sameBits(t, toImages[1], toImages[0], "%d filters on %+v: gradient of images", filters, w)
		sameBits(t, toWeights[1], toWeights[0], "%d filters on %+v: gradient of weights", filters, w)
	}
}

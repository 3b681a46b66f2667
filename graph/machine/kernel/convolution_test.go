package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// randomWindows are windows on images as they come: with strides, padding, dilation, and what
// is left over at the edges.
func randomWindows(rng *rand.Rand) Windows {
	w := Windows{
		Channels: 1 + rng.IntN(20), KernelHeight: 1 + rng.IntN(4), KernelWidth: 1 + rng.IntN(4),
		StrideY: 1 + rng.IntN(3), StrideX: 1 + rng.IntN(3), DilationY: 1 + rng.IntN(2), DilationX: 1 + rng.IntN(3),
	}
	w.Top, w.Left = rng.IntN(w.KernelHeight), rng.IntN(w.KernelWidth)
	seenY, seenX := (w.KernelHeight-1)*w.DilationY+1, (w.KernelWidth-1)*w.DilationX+1
	w.Height, w.Width = max(1, seenY-2*w.Top)+rng.IntN(12), max(1, seenX-2*w.Left)+rng.IntN(12)
	w.Rows, w.Columns = (w.Height+2*w.Top-seenY)/w.StrideY+1, (w.Width+2*w.Left-seenX)/w.StrideX+1
	return w
}

func TestConvolutionsAreThoseOfTheDefinition(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		convolve[float64](t, 1e-12)
		convolve[float32](t, 2e-4)
	})
}

func convolve[T Float](t *testing.T, tolerance float64) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 60 {
		w, filters, batches := randomWindows(rng), 1+rng.IntN(13), 1+rng.IntN(3)
		size, places, seen := w.Channels*w.Height*w.Width, w.Rows*w.Columns, w.seen()
		images, weights, g := converted[T](normal(rng, batches*size)), converted[T](normal(rng, filters*seen)), converted[T](normal(rng, batches*filters*places))
		for i := range g { // a pooling leaves that many
			if rng.IntN(3) > 0 {
				g[i] = 0
			}
		}
		result, toImages, toWeights := make([]float64, len(g)), make([]float64, len(images)), make([]float64, len(weights))
		at := 0
		for b := range batches {
			for k := range filters {
				for y := range w.Rows {
					for x := range w.Columns {
						weight := k * seen
						for c := range w.Channels {
							for i := range w.KernelHeight {
								for j := range w.KernelWidth {
									if entry, inside := w.see(nil, c, y, x, i, j); inside {
										entry += b * size
										result[at] += float64(images[entry]) * float64(weights[weight])
										toImages[entry] += float64(g[at]) * float64(weights[weight])
										toWeights[weight] += float64(g[at]) * float64(images[entry])
									}
									weight++
								}
							}
						}
						at++
					}
				}
			}
		}
		got := garbage[T](len(g))
		NewConvolution[T](w, filters).Run(got, images, weights)
		compareTo(t, w, "result", got, result, tolerance)
		a := NewConvolutionAdjoint[T](w, filters)
		for range 2 { // what a call leaves behind does not show in the next one
			got = garbage[T](len(images))
			a.ToImages(got, g, weights)
			compareTo(t, w, "gradient of images", got, toImages, tolerance)
			got = garbage[T](len(weights))
			a.ToWeights(got, g, images, filters/2, filters)
			a.ToWeights(got, g, images, 0, filters/2)
			compareTo(t, w, "gradient of weights", got, toWeights, tolerance)
		}
	}
}

func compareTo[T Float](t *testing.T, w Windows, what string, got []T, want []float64, tolerance float64) {
	t.Helper()
	for i, x := range want {
		if !(math.Abs(float64(got[i])-x) <= tolerance*(1+math.Abs(x))) {
			t.Fatalf("%+v: entry %d of the %s is %v instead of %v", w, i, what, got[i], x)
		}
	}
}

func TestConvolutionAdjointsPassOverZeros(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		w := Windows{Channels: 1, Height: 3, Width: 3, Rows: 3, Columns: 3, KernelHeight: 1, KernelWidth: 1, StrideY: 1, StrideX: 1, DilationY: 1, DilationX: 1}
		g, nan := []float64{0, 1, math.Copysign(0, -1), 0, 0, 0, 0, 0, 0}, slices.Repeat([]float64{math.NaN()}, 9)
		images, weights, got := slices.Clone(nan), []float64{0}, make([]float64, 9)
		images[1] = 7
		a := NewConvolutionAdjoint[float64](w, 1)
		if a.ToWeights(weights, g, images, 0, 1); weights[0] != 7 {
			t.Errorf("the gradient of the weight is %v instead of 7", weights[0])
		}
		if a.ToImages(got, g, nan[:1]); got[0] != 0 || got[1] == got[1] || got[2] != 0 {
			t.Errorf("the gradient of the images is %v instead of [0 NaN 0...]", got)
		}
	})
}

func TestPoolingsOfPairsAgree(t *testing.T) {
	forBoth(t, poolingsAgree[float64], poolingsAgree[float32])
}

func poolingsAgree[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	special := converted[T]([]float64{0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1), 1, 1})
	for range 300 {
		w := Windows{Channels: 1 + rng.IntN(3), Height: 2 + rng.IntN(9), Width: 2 + rng.IntN(50), KernelHeight: 2, KernelWidth: 2, StrideY: 2, StrideX: 2, DilationY: 1, DilationX: 1}
		w.Rows, w.Columns = w.Height/2, w.Width/2
		images, g := numbers[T](rng, w.Channels*w.Height*w.Width), numbers[T](rng, w.Channels*w.Rows*w.Columns)
		for i := range images {
			if rng.IntN(3) == 0 {
				images[i] = special[rng.IntN(len(special))]
			}
		}
		var pooled, slope [2][]T
		for i, vectorised := range []bool{false, true} {
			pooled[i], slope[i] = garbage[T](len(g)), garbage[T](len(images))
			bySet(vectorised, func() {
				Pool(pooled[i], images, w)
				PoolAdjoint(slope[i], images, g, w)
			})
		}
		for i := range g {
			if bits(pooled[0][i]) != bits(pooled[1][i]) {
				t.Fatalf("%+v: pooled entry %d is %v, by the portable kernel %v", w, i, pooled[1][i], pooled[0][i])
			}
		}
		for i := range images {
			if x, y := slope[0][i], slope[1][i]; bits(x) != bits(y) && (x == x || y == y) {
				t.Fatalf("%+v: slope %d is %v, by the portable kernel %v", w, i, y, x)
			}
		}
	}
}

func BenchmarkConvolution(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, c := range []struct{ channels, side, filters int }{{1, 28, 32}, {32, 14, 64}, {64, 7, 128}} {
		w := Windows{Channels: c.channels, Height: c.side, Width: c.side, Rows: c.side, Columns: c.side, KernelHeight: 3, KernelWidth: 3, Top: 1, Left: 1, StrideY: 1, StrideX: 1, DilationY: 1, DilationX: 1}
		const batch = 20
		images, weights := normal(rng, batch*c.channels*c.side*c.side), normal(rng, c.filters*w.seen())
		g := normal(rng, batch*c.filters*c.side*c.side)
		for i := range g {
			if rng.IntN(5) > 0 {
				g[i] = 0
			}
		}
		forward, adjoint := NewConvolution[float64](w, c.filters), NewConvolutionAdjoint[float64](w, c.filters)
		result := make([]float64, len(g))
		for name, call := range map[string]func(){
			"result":    func() { forward.Run(result, images, weights) },
			"ToImages":  func() { adjoint.ToImages(images, g, weights) },
			"ToWeights": func() { adjoint.ToWeights(weights, g, images, 0, c.filters) },
		} {
			b.Run(fmt.Sprintf("%d filters on %dx%dx%d/%s", c.filters, c.channels, c.side, c.side, name), func(b *testing.B) {
				for b.Loop() {
					call()
				}
			})
		}
	}
}

package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// see is what a window sees in a channel of an image at a place, by definition.
func (w Windows) see(image []float64, c, y, x, i, j int) (entry int, inside bool) {
	row, column := y*w.StrideY-w.Top+i*w.DilationY, x*w.StrideX-w.Left+j*w.DilationX
	return (c*w.Height+row)*w.Width + column, row >= 0 && row < w.Height && column >= 0 && column < w.Width
}

func TestWindowsSeeTheirImages(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, w := range []Windows{
		{Channels: 2, Height: 5, Width: 6, Rows: 5, Columns: 6, KernelHeight: 3, KernelWidth: 3, Top: 1, Left: 1, StrideY: 1, StrideX: 1, DilationY: 1, DilationX: 1},
		{Channels: 3, Height: 7, Width: 5, Rows: 3, Columns: 2, KernelHeight: 2, KernelWidth: 3, StrideY: 2, StrideX: 2, DilationY: 1, DilationX: 1},
		{Channels: 1, Height: 6, Width: 7, Rows: 4, Columns: 5, KernelHeight: 2, KernelWidth: 2, Top: 0, Left: 0, StrideY: 1, StrideX: 1, DilationY: 2, DilationX: 2},
	} {
		const batches = 2
		size, seen := w.Channels*w.Height*w.Width, w.Channels*w.KernelHeight*w.KernelWidth
		images, dst := normal(rng, batches*size), make([]float64, batches*w.Rows*w.Columns*seen)
		Unfold(dst, images, w)
		weights, folded, want := normal(rng, len(dst)), make([]float64, len(images)), make([]float64, len(images))
		Fold(folded, weights, w)
		pooled, g := make([]float64, batches*w.Channels*w.Rows*w.Columns), make([]float64, batches*w.Channels*w.Rows*w.Columns)
		for i := range g {
			g[i] = 1
		}
		at := 0
		for b := range batches {
			image := images[b*size:][:size]
			for y := range w.Rows {
				for x := range w.Columns {
					for c := range w.Channels {
						for i := range w.KernelHeight {
							for j := range w.KernelWidth {
								entry, inside := w.see(image, c, y, x, i, j)
								expected := 0.0
								if inside {
									expected = image[entry]
									want[b*size+entry] += weights[at]
								}
								if dst[at] != expected {
									t.Fatalf("%+v: entry %d is %v, want %v", w, at, dst[at], expected)
								}
								at++
							}
						}
					}
				}
			}
		}
		for i := range want {
			if math.Abs(want[i]-folded[i]) > 1e-12 {
				t.Fatalf("%+v: folded entry %d is %v, want %v", w, i, folded[i], want[i])
			}
		}
		if w.DilationX > 1 {
			continue // pooling knows none
		}
		Pool(pooled, images, w)
		slope := make([]float64, len(images))
		PoolAdjoint(slope, images, g, w)
		at, total := 0, 0.0
		for b := range batches {
			for c := range w.Channels {
				for y := range w.Rows {
					for x := range w.Columns {
						most := math.Inf(-1)
						for i := range w.KernelHeight {
							for j := range w.KernelWidth {
								if entry, inside := w.see(nil, c, y, x, i, j); inside {
									most = max(most, images[b*size+entry])
								}
							}
						}
						if pooled[at] != most {
							t.Fatalf("%+v: pooled entry %d is %v, want %v", w, at, pooled[at], most)
						}
						at++
					}
				}
			}
		}
		for _, s := range slope {
			total += s
		}
		if total != float64(len(g)) {
			t.Errorf("%+v: %v of %d gradients come back", w, total, len(g))
		}
	}
}

func normal(rng *rand.Rand, n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = rng.NormFloat64()
	}
	return values
}

package kernel

import (
	"math/rand/v2"
	"testing"
)

// Filters by vectors have the bits of products with unfolded windows, whatever is left over.
func TestFilterBanksHaveTheBitsOfUnfoldedProducts(t *testing.T) {
	onVectorSets(t, filterBanksAgree[float64], filterBanksAgree[float32])
}

func filterBanksAgree[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	for n := range 150 {
		w, filters, batches := randomWindows(rng), 1+rng.IntN(60), 1+rng.IntN(2)
		if n%10 == 0 { // deeper than what stays in the cache at a time
			w.Channels += deepest / (w.KernelHeight * w.KernelWidth)
		}
		images, weights := numbers[T](rng, batches*w.Channels*w.Height*w.Width), numbers[T](rng, filters*w.seen())
		if n%2 == 0 {
			for range 5 {
				images[rng.IntN(len(images))] = T(hardNumbers[rng.IntN(len(hardNumbers))])
				weights[rng.IntN(len(weights))] = T(hardNumbers[rng.IntN(len(hardNumbers))])
			}
		}
		size := batches * filters * w.Rows * w.Columns
		got, want := garbage[T](size), garbage[T](size)
		newUnfolding[T](w, filters).run(want, images, weights)
		bank := newFilterBank[T](w, filters)
		for range 2 {
			bank.run(got, images, weights)
			sameBits(t, got, want, "%d filters on %+v", filters, w)
		}
	}
}

package data_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"actscope/data"
)

func TestStreamFollowsNumPy(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	for _, seed := range []uint32{0, 42, math.MaxUint32} {
		rng := data.NewRandomState(seed)
		uniform := make([]float64, 700)
		for i := range uniform {
			uniform[i] = rng.Float64()
		}
		reference.identical(fmt.Sprintf("uniform_%d", seed), uniform)

		rng.Seed(seed)
		gauss := make([]float64, 701)
		for i := range gauss {
			gauss[i] = rng.NormFloat64()
		}
		reference.close(fmt.Sprintf("gauss_%d", seed), gauss)
	}
}

func TestBoundedFollowsNumPy(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	rng := data.NewRandomState(7)
	var got []float64
	for _, max := range reference.values("bounded_max") {
		for range 10 {
			got = append(got, float64(rng.Bounded(uint32(max))))
		}
	}
	reference.identical("bounded", got)
}

func TestPermutationAndShuffleFollowNumPy(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	rng := data.NewRandomState(11)
	for _, n := range []int{0, 1, 2, 3, 10, 1000} {
		reference.identical(fmt.Sprintf("permutation_%d", n), floats(rng.Permutation(n)))
	}
	letters := make([]float64, 26)
	for i := range letters {
		letters[i] = float64(i)
	}
	rng.Shuffle(len(letters), func(i, j int) { letters[i], letters[j] = letters[j], letters[i] })
	reference.identical("shuffle", letters)
}

func TestKeptGaussianOutlivesDrawsButNotSeeding(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	rng := data.NewRandomState(3)
	got := []float64{rng.NormFloat64(), rng.Float64(), float64(rng.Permutation(5)[0]), rng.NormFloat64(), rng.NormFloat64()}
	rng.Seed(3)
	reference.close("mixed", append(got, rng.NormFloat64()))
}

func TestCloneGoesItsOwnWay(t *testing.T) {
	rng := data.NewRandomState(5)
	rng.NormFloat64() // keeps a second one
	clone := rng.Clone()
	want := draws(rng.Clone())
	rng.Permutation(1000)
	if got := draws(clone); !slices.Equal(got, want) {
		t.Error("drawing from the original moved its clone")
	}
	if got := draws(rng); slices.Equal(got, want) {
		t.Error("the original stood still")
	}
}

// draws returns the next numbers of a stream, of every kind.
func draws(rng *data.RandomState) []float64 {
	values := []float64{rng.NormFloat64(), rng.NormFloat64(), rng.Float64(), float64(rng.Bounded(1000))}
	return append(values, floats(rng.Permutation(700))...)
}

func TestPermutationIntoDoesNotAllocate(t *testing.T) {
	rng := data.NewRandomState(1)
	order := make([]int, 300)
	if n := testing.AllocsPerRun(10, func() { rng.PermutationInto(order) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

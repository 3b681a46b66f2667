package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// fence is what stands behind results.
const fence = 77

func TestEntriesThatAreNotZeroArePicked(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		picks[float64](t)
		picks[float32](t)
	})
}

func picks[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	special := []float64{0, math.Copysign(0, -1), 0, 0, math.NaN(), math.Inf(-1), math.SmallestNonzeroFloat32, 2}
	for n := range 100 {
		x, offsets := make([]T, n), make([]int32, n)
		values, places := garbage[T](n+1), make([]int32, n+1)
		for i := range x {
			x[i], offsets[i] = T(special[rng.IntN(len(special))]), rng.Int32()
		}
		values[n], places[n] = fence, fence
		count, at := notZeros(values[:n], places[:n], x, offsets), 0
		for i, v := range x {
			if v != 0 {
				if bits(values[at]) != bits(v) || places[at] != offsets[i] {
					t.Fatalf("entry %d of %d, %v at %d, is picked as %v at %d", i, n, v, offsets[i], values[at], places[at])
				}
				at++
			}
		}
		if count != at || values[n] != fence || places[n] != fence {
			t.Errorf("of %d entries %d are picked instead of %d, or more is written", n, count, at)
		}
	}
}

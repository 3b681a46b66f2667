package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

func numbers[T Float](rng *rand.Rand, n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(rng.NormFloat64())
	}
	return x
}

// garbage is memory that a kernel has to overwrite completely.
func garbage[T Float](n int) []T {
	x := make([]T, n)
	fill(x, T(math.NaN()))
	return x
}

// sameBits fails where got is not bit for bit want; one NaN is as good as another.
func sameBits[T Float](t testing.TB, got, want []T) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d entries, want %d", len(got), len(want))
	}
	for i := range want {
		g, w := float64(got[i]), float64(want[i])
		if math.Float64bits(g) != math.Float64bits(w) && !(math.IsNaN(g) && math.IsNaN(w)) {
			t.Fatalf("entry %d is %v, want %v", i, g, w)
		}
	}
}

// sameButRounding allows some hundred roundings.
func sameButRounding(t testing.TB, got, want []float64) {
	t.Helper()
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= 1e-13*math.Max(1, math.Abs(want[i]))) {
			t.Fatalf("entry %d is %v, want %v", i, got[i], want[i])
		}
	}
}

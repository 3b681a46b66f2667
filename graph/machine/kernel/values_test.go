package kernel

import (
	"fmt"
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

// sameBits fails where got is not bit for bit want; one NaN is as good as another. What
// it is about may be said as by Printf.
func sameBits[T Float](t testing.TB, got, want []T, about ...any) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d entries, want %d", text(about), len(got), len(want))
	}
	for i := range want {
		g, w := float64(got[i]), float64(want[i])
		if math.Float64bits(g) != math.Float64bits(w) && !(math.IsNaN(g) && math.IsNaN(w)) {
			t.Fatalf("%s: entry %d is %v, want %v", text(about), i, g, w)
		}
	}
}

// sameButRounding allows some hundred roundings.
func sameButRounding[T Float](t testing.TB, got, want []T, about ...any) {
	t.Helper()
	unit := 0x1p-53
	if _, single := any(T(0)).(float32); single {
		unit = 0x1p-24
	}
	for i := range want {
		g, w := float64(got[i]), float64(want[i])
		if g != w && !(math.IsNaN(g) && math.IsNaN(w)) && !(math.Abs(g-w) <= 900*unit*math.Max(1, math.Abs(w))) {
			t.Fatalf("%s: entry %d is %v, want %v", text(about), i, g, w)
		}
	}
}

func text(about []any) string {
	if len(about) == 0 {
		return "result"
	}
	return fmt.Sprintf(about[0].(string), about[1:]...)
}

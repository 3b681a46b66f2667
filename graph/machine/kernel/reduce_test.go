package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestPortableSumAddsInOrderAlongAnyAxis(t *testing.T) {
	bySet(false, func() {
		rng := rand.New(rand.NewPCG(2, 2))
		for _, shape := range [][3]int{{1, 64, 8}, {1, 7, 3}, {5, 6, 1}, {1, 9, 1}, {3, 4, 17}, {2, 1, 5}, {4, 3, 16}} {
			outer, axis, inner := shape[0], shape[1], shape[2]
			src := numbers[float64](rng, outer*axis*inner)
			want := make([]float64, outer*inner)
			for o := range outer {
				for k := range axis {
					for i := range inner {
						want[o*inner+i] += src[(o*axis+k)*inner+i]
					}
				}
			}
			got := garbage[float64](outer * inner)
			Sum(got, src, axis, inner)
			sameBits(t, got, want)
		}
	})
}

func TestRepeatWritesEachBlockInARow(t *testing.T) {
	got := garbage[float64](12)
	Repeat(got, []float64{1, 2, 3, 4}, 2, 3)
	sameBits(t, got, []float64{1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4})
	Repeat(got, []float64{1, 2, 3, 4}, 1, 3)
	sameBits(t, got, []float64{1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4})
}

func TestTransposeSwapsAxes(t *testing.T) {
	got := garbage[float64](6)
	Transpose(got, []float64{1, 2, 3, 4, 5, 6}, 3)
	sameBits(t, got, []float64{1, 4, 2, 5, 3, 6})
}

func TestFiniteSeesEveryEntry(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		for n := range 12 {
			values := make([]float64, n)
			for i := range values {
				values[i] = math.MaxFloat64
			}
			if !Finite(values) {
				t.Errorf("%d large numbers are not finite", n)
			}
			for i := range values {
				for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
					values[i] = x
					if Finite(values) {
						t.Errorf("%v at %d of %d was not seen", x, i, n)
					}
					values[i] = -1
				}
			}
		}
	})
}

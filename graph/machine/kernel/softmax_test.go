package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// close fails where got is further from want than a few roundings of the largest.
func close(t *testing.T, what string, got, want []float64) {
	t.Helper()
	for i, w := range want {
		if math.Abs(got[i]-w) > 1e-14*math.Max(1, math.Abs(w)) {
			t.Fatalf("%s[%d] is %v, want %v", what, i, got[i], w)
		}
	}
}

func TestSoftmaxOfRows(t *testing.T) {
	z := []float64{800, 801, 802, -800, -801, -802, 0, 0, 0}
	dst, scratch := make([]float64, 9), make([]float64, 9)
	total := 1 + math.Exp(-1) + math.Exp(-2)
	p := []float64{math.Exp(-2) / total, math.Exp(-1) / total, 1 / total, 1 / total, math.Exp(-1) / total, math.Exp(-2) / total, 1. / 3, 1. / 3, 1. / 3}
	Softmax(dst, z, scratch, 3, false)
	close(t, "softmax", dst, p)
	log := make([]float64, 9)
	Softmax(log, z, scratch, 3, true)
	for i := range p {
		p[i] = math.Log(p[i])
	}
	close(t, "its logarithm", log, p)
}

func TestSoftmaxSlopesAreDifferences(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const rows, columns, h = 5, 7, 1e-6
	z, g := make([]float64, rows*columns), make([]float64, rows*columns)
	for i := range z {
		z[i], g[i] = rng.NormFloat64(), rng.NormFloat64()
	}
	for _, logarithm := range []bool{false, true} {
		at := func() (y []float64, sum float64) {
			y = make([]float64, len(z))
			Softmax(y, z, make([]float64, len(z)), columns, logarithm)
			for i := range y {
				sum += y[i] * g[i]
			}
			return y, sum
		}
		y, _ := at()
		slope := make([]float64, len(z))
		SoftmaxAdjoint(slope, y, g, columns, logarithm)
		for i := range z {
			kept := z[i]
			z[i] = kept + h
			_, above := at()
			z[i] = kept - h
			_, below := at()
			z[i] = kept
			if d := (above - below) / (2 * h); math.Abs(d-slope[i]) > 1e-8 {
				t.Fatalf("logarithm %v: slope %d is %v, differences say %v", logarithm, i, slope[i], d)
			}
		}
	}
}

func TestAxesArePermuted(t *testing.T) {
	shape := []int{2, 3, 4, 5}
	src := make([]float64, 120)
	for i := range src {
		src[i] = float64(i)
	}
	strides := []int{60, 20, 5, 1}
	for _, axes := range [][]int{{0, 1, 2, 3}, {0, 3, 1, 2}, {0, 2, 3, 1}, {3, 2, 1, 0}, {1, 0, 2, 3}, {2, 3, 0, 1}, {1, 3, 0, 2}, {0, 2, 1, 3}} {
		dst := make([]float64, 120)
		Permuted(Permute(shape, axes), dst, src)
		i := 0
		for a := range shape[axes[0]] {
			for b := range shape[axes[1]] {
				for c := range shape[axes[2]] {
					for d := range shape[axes[3]] {
						if want := float64(a*strides[axes[0]] + b*strides[axes[1]] + c*strides[axes[2]] + d*strides[axes[3]]); dst[i] != want {
							t.Fatalf("axes %v: entry %d is %v, want %v", axes, i, dst[i], want)
						}
						i++
					}
				}
			}
		}
	}
}

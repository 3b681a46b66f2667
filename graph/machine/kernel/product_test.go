package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func numbers(rng *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	return x
}

func BenchmarkProduct(b *testing.B) {
	for _, c := range []struct {
		rows, inner, columns int
		transA, transB       bool
	}{
		{64, 2, 8, false, false}, {64, 8, 8, false, false}, {64, 8, 1, false, false},
		{64, 1, 8, false, true}, {64, 8, 8, false, true},
		{2, 64, 8, true, false}, {8, 64, 8, true, false}, {8, 64, 1, true, false},
		{64, 12, 12, false, false}, {64, 16, 16, false, false}, {64, 2, 64, false, false},
		{16, 64, 16, true, false}, {2, 256, 64, true, false}, {64, 256, 1, true, false},
		{256, 64, 64, false, false}, {256, 64, 64, false, true}, {64, 256, 64, true, false},
		{256, 1024, 1024, false, false}, {1024, 256, 1024, true, false},
	} {
		rng := rand.New(rand.NewPCG(1, 1))
		dst, x, y := make([]float64, c.rows*c.columns), numbers(rng, c.rows*c.inner), numbers(rng, c.inner*c.columns)
		for _, m := range []method{dots, tiled, rowwise, gathered} {
			if m == dots && (c.columns != 1 || c.transA) || m == tiled && c.transA || m == rowwise && c.transA || m == gathered && !c.transA {
				continue
			}
			p := NewProduct(c.rows, c.inner, c.columns, c.transA, c.transB)
			star := ""
			if p.method == m {
				star = "*"
			}
			p.method = m
			p.allocate()
			b.Run(fmt.Sprintf("%dx%dx%d %v %v %s%s", c.rows, c.inner, c.columns, c.transA, c.transB, p.Method(), star), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					p.Run(dst, x, y, nil)
				}
				b.ReportMetric(float64(c.rows*c.inner*c.columns)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "mul/ns")
			})
		}
	}
}

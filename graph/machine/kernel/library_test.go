package kernel

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/blas"
)

// BenchmarkAgainstLibrary measures large products beside those of a BLAS, turn by turn:
// gonum's, or OpenBLAS with that build tag (then set OPENBLAS_NUM_THREADS=1). The metric
// of-library is the median of its time over that of the kernel set, both on one thread.
//
//	OPENBLAS_NUM_THREADS=1 CGO_LDFLAGS=-lopenblas go test -tags openblas -run '^$' -bench Library ./graph/machine/kernel
func BenchmarkAgainstLibrary(b *testing.B) {
	const rows, inner, columns = 256, 1024, 1024
	b.Run("float64", func(b *testing.B) {
		againstLibrary(b, rows, inner, columns, func(dst, x, y []float64) {
			testedLibrary.Dgemm(blas.NoTrans, blas.NoTrans, rows, columns, inner, 1, x, inner, y, columns, 0, dst, columns)
		})
	})
	b.Run("float32", func(b *testing.B) {
		againstLibrary(b, rows, inner, columns, func(dst, x, y []float32) {
			testedLibrary.Sgemm(blas.NoTrans, blas.NoTrans, rows, columns, inner, 1, x, inner, y, columns, 0, dst, columns)
		})
	})
}

func againstLibrary[T Float](b *testing.B, rows, inner, columns int, library func(dst, x, y []T)) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // gonum's products run on several threads
	rng := rand.New(rand.NewPCG(1, 1))
	x, y := numbers[T](rng, rows*inner), numbers[T](rng, inner*columns)
	got, want := make([]T, rows*columns), make([]T, rows*columns)
	m := Multiplication{rows: rows, inner: inner, columns: columns, blocks: wholeBlocks, method: rowwise}
	if vectors {
		m.method = packed
	}
	p := NewProduct[T](m)
	var ratios, speeds []float64
	for b.Loop() {
		start := time.Now()
		p.Run(got, x, y, nil)
		own := time.Since(start)
		start = time.Now()
		library(want, x, y)
		ratios = append(ratios, float64(time.Since(start))/float64(own))
		speeds = append(speeds, 2*float64(rows*inner*columns)/float64(own.Nanoseconds()))
	}
	for i := range want {
		if d := float64(got[i] - want[i]); d > 1e-2 || d < -1e-2 {
			b.Fatalf("entry %d is %v, the library's %v", i, got[i], want[i])
		}
	}
	slices.Sort(ratios)
	slices.Sort(speeds)
	b.ReportMetric(ratios[len(ratios)/2], "of-library")
	b.ReportMetric(speeds[len(speeds)/2], "GFLOP/s")
}

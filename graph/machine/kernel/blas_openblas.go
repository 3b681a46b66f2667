//go:build openblas

package kernel

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/netlib/blas/netlib"
)

// Large products go to the BLAS that netlib is linked with: build with
// CGO_LDFLAGS=-lopenblas. Its order of summation depends on the processor and on its
// number of threads, which the environment sets (OPENBLAS_NUM_THREADS).
func init() {
	libraryProduct = func(p *Product, dst, a, b []float64) {
		transA, strideA := blas.NoTrans, p.inner
		if p.transA {
			transA, strideA = blas.Trans, p.rows
		}
		transB, strideB := blas.NoTrans, p.columns
		if p.transB {
			transB, strideB = blas.Trans, p.inner
		}
		netlib.Implementation{}.Dgemm(transA, transB, p.rows, p.columns, p.inner, 1, a, strideA, b, strideB, 0, dst, p.columns)
	}
}

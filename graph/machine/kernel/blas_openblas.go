//go:build openblas

package kernel

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/netlib/blas/netlib"
)

// hasLibrary says that large products have a BLAS to go to: the one that netlib is
// linked with. Build with CGO_LDFLAGS=-lopenblas. Its order of summation depends on the
// processor and on its number of threads, which the environment sets
// (OPENBLAS_NUM_THREADS).
const hasLibrary = true

func (p *Product[T]) runLibrary(dst, a, b []T) {
	transA, strideA := blas.NoTrans, p.inner
	if p.transA {
		transA, strideA = blas.Trans, p.rows
	}
	transB, strideB := blas.NoTrans, p.columns
	if p.transB {
		transB, strideB = blas.Trans, p.inner
	}
	switch dst := any(dst).(type) {
	case []float64:
		netlib.Implementation{}.Dgemm(transA, transB, p.rows, p.columns, p.inner, 1, any(a).([]float64), strideA, any(b).([]float64), strideB, 0, dst, p.columns)
	case []float32:
		netlib.Implementation{}.Sgemm(transA, transB, p.rows, p.columns, p.inner, 1, any(a).([]float32), strideA, any(b).([]float32), strideB, 0, dst, p.columns)
	}
}

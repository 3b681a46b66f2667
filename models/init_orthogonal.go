package models

import (
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"

	"actscope/data"
	"actscope/graph"
)

// orthogonal fills w with the Q of the QR decomposition of a Gaussian matrix, whose
// columns change sign where R's diagonal is negative: without that the draw is not
// uniform (Mezzadri, Notices of the AMS 54, 2007). The Gaussians are drawn row by
// row into a matrix of at least as many rows as columns, which is w or its
// transpose.
func orthogonal(w graph.Parameter, _ float64, s *data.RandomState) {
	tall, wide := max(w.Rows, w.Columns), min(w.Rows, w.Columns)
	q := blas64.General{Rows: tall, Cols: wide, Stride: wide, Data: make([]float64, tall*wide)}
	for i := range q.Data {
		q.Data[i] = s.NormFloat64()
	}
	tau, workspace := make([]float64, wide), []float64{0}
	lapack64.Geqrf(q, tau, workspace, -1) // asks for the size of the workspace
	workspace = make([]float64, int(workspace[0]))
	lapack64.Geqrf(q, tau, workspace, len(workspace))
	negative := make([]bool, wide)
	for j := range negative {
		negative[j] = q.Data[j*wide+j] < 0
	}
	lapack64.Orgqr(q, tau, workspace, len(workspace))
	for i := range tall {
		for j := range wide {
			v := q.Data[i*wide+j]
			if negative[j] {
				v = -v
			}
			if w.Rows >= w.Columns {
				w.Values[i*w.Columns+j] = v
			} else {
				w.Values[j*w.Columns+i] = v
			}
		}
	}
}

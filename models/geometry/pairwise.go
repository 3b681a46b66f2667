package geometry

import (
	"fmt"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// PairwiseCorrelation is the rank correlation between the Euclidean distances of all
// pairs of rows in x and those of the same pairs in y: 1 where y keeps the order of all
// distances, as turning and scaling do. It is NaN where all distances are equal in one
// of them, as in a constant layer, and of fewer than three rows.
func PairwiseCorrelation(x, y mat.Matrix) (float64, error) {
	rows, _ := x.Dims()
	if others, _ := y.Dims(); others != rows {
		return 0, fmt.Errorf("geometry: pairs of %d rows with those of %d", rows, others)
	}
	return correlation(ranks(pairwise(x)), ranks(pairwise(y))), nil
}

// pairwise are the distances of all pairs of rows.
func pairwise(a mat.Matrix) []float64 {
	rows, _ := a.Dims()
	m := mat.DenseCopyOf(a)
	distances := make([]float64, 0, rows*(rows-1)/2)
	for i := range rows {
		for j := range i {
			distances = append(distances, floats.Distance(m.RawRowView(i), m.RawRowView(j), 2))
		}
	}
	return distances
}

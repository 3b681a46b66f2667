package geometry

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// CKA is the linear centred kernel alignment of what two layers make of the same rows,
// x (rows × units) and y (rows × other units):
// ‖YᵀX‖² / (‖XᵀX‖ ‖YᵀY‖) in Frobenius norms, columns centred (Kornblith et al. 2019).
// It is 1 where one is the other turned and scaled, 0 where they have nothing linear in
// common, and NaN where one is constant, as it is of one row.
func CKA(x, y mat.Matrix) (float64, error) {
	rows, _ := x.Dims()
	if others, _ := y.Dims(); others != rows || rows == 0 {
		return 0, fmt.Errorf("geometry: alignment of %d rows with %d", rows, others)
	}
	return alignment(centred(x), centred(y)), nil
}

// alignment is CKA of centred matrices. Where there are more units than rows, the
// products of rows are the smaller matrices and give the same.
func alignment(x, y *mat.Dense) float64 {
	var xx, yy, xy mat.Dense
	rows, units := x.Dims()
	_, others := y.Dims()
	var cross float64
	if max(units, others) <= rows {
		xx.Mul(x.T(), x)
		yy.Mul(y.T(), y)
		xy.Mul(y.T(), x)
		cross = squaredNorm(&xy)
	} else {
		xx.Mul(x, x.T())
		yy.Mul(y, y.T())
		xy.MulElem(&xx, &yy)
		cross = mat.Sum(&xy)
	}
	scale := mat.Norm(&xx, 2) * mat.Norm(&yy, 2)
	if scale == 0 {
		return undefined
	}
	return min(cross/scale, 1)
}

// squaredNorm is the square of the Frobenius norm.
func squaredNorm(m *mat.Dense) float64 {
	norm := mat.Norm(m, 2)
	return norm * norm
}

// Spearman is the correlation of the ranks of two samples (Spearman 1904): 1 where
// one rises with the other, however it does. Equal values share their mean rank. It
// is NaN of fewer than two values, where one sample is constant, and where a value is
// NaN. Samples of different lengths are an error.
func Spearman(x, y []float64) (float64, error) {
	if len(x) != len(y) {
		return 0, fmt.Errorf("geometry: rank correlation of %d values with %d", len(x), len(y))
	}
	return correlation(ranks(x), ranks(y)), nil
}

// LeastRankedRows is the fewest rows of a group of which [SpearmanWithin] takes a correlation: that of two
// rows is -1 or 1 whatever they are.
const LeastRankedRows = 3

// SpearmanWithin is the mean of [Spearman] within groups of the rows, weighted by their rows. Groups
// that differ in level have a correlation when they are taken together even if there is none within them, or
// the opposite (Simpson 1951). Left out are groups of fewer than [LeastRankedRows] rows, with a NaN,
// and where all x are equal, so that there is no order to keep. A group whose y are all equal while
// its x are not counts as 0. Ties share their mean rank. It is NaN where no group is left, or where y varies in
// none. Samples of different lengths are an error.
func SpearmanWithin(x, y []float64, groups []string) (float64, error) {
	if len(x) != len(y) || len(x) != len(groups) {
		return 0, fmt.Errorf("geometry: rank correlation of %d values with %d in %d groups", len(x), len(y), len(groups))
	}
	members := make(map[string][]int)
	for row, group := range groups {
		members[group] = append(members[group], row)
	}
	sum, counted, varies := 0., 0, false
	for _, group := range slices.Sorted(maps.Keys(members)) { // in one order, so that sums have the same bits
		rows := members[group]
		a, b := ranks(valuesOf(x, rows)), ranks(valuesOf(y, rows))
		if len(rows) < LeastRankedRows || a == nil || b == nil || slices.Min(a) == slices.Max(a) {
			continue
		}
		counted += len(rows)
		if slices.Min(b) < slices.Max(b) {
			varies = true
			sum += float64(len(rows)) * correlation(a, b)
		}
	}
	if !varies {
		return undefined, nil
	}
	return min(max(sum/float64(counted), -1), 1), nil
}

// correlation is Pearson's, NaN where it is not defined.
func correlation(x, y []float64) float64 {
	if x == nil || y == nil || len(x) < 2 {
		return math.NaN()
	}
	return min(max(stat.Correlation(x, y, nil), -1), 1)
}

// ranks are the ranks of values, from 1, or nil where there is a NaN.
func ranks(values []float64) []float64 {
	type placed struct {
		value float64
		row   int
	}
	order := make([]placed, len(values))
	for i, v := range values {
		if math.IsNaN(v) {
			return nil
		}
		order[i] = placed{v, i}
	}
	slices.SortFunc(order, func(a, b placed) int {
		switch { // cheaper than cmp.Compare, which asks for NaN
		case a.value < b.value:
			return -1
		case a.value > b.value:
			return 1
		}
		return 0
	})
	rank := make([]float64, len(values))
	for i := 0; i < len(order); {
		j := i + 1
		for j < len(order) && order[j].value == order[i].value {
			j++
		}
		for _, at := range order[i:j] {
			rank[at.row] = float64(i+1+j) / 2
		}
		i = j
	}
	return rank
}

// pairRanks are the ranks of the Euclidean distances between all pairs of rows.
func pairRanks(a mat.Matrix) []float64 {
	rows, _ := a.Dims()
	m := mat.DenseCopyOf(a)
	distances := make([]float64, 0, rows*(rows-1)/2)
	for i := range rows {
		for j := range i {
			distances = append(distances, floats.Distance(m.RawRowView(i), m.RawRowView(j), 2))
		}
	}
	return ranks(distances)
}

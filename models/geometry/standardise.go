package geometry

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// standardised are the columns of a matrix that vary, with mean 0 and deviation 1.
type standardised struct {
	total           int   // units of the matrix
	units           []int // those that vary
	mean, deviation []float64
	columns         *mat.Dense
}

func standardise(a mat.Matrix) standardised {
	rows, units := a.Dims()
	s := standardised{total: units}
	var columns []float64
	for j := range units {
		column := mat.Col(nil, j, a)
		mean, deviation := stat.PopMeanStdDev(column, nil)
		if !(deviation > 0) || floats.Max(column) == floats.Min(column) {
			continue
		}
		s.units, s.mean, s.deviation = append(s.units, j), append(s.mean, mean), append(s.deviation, deviation)
		for _, v := range column {
			columns = append(columns, (v-mean)/deviation)
		}
	}
	if len(s.units) > 0 {
		s.columns = mat.DenseCopyOf(mat.NewDense(len(s.units), rows, columns).T())
	}
	return s
}

// features are the columns for a linear model whose penalty is |w|², and how its weights
// are those of the columns. More columns than rows become coordinates of the space that
// the rows span: the products of rows stay, and no weight outside of it would help.
func (s standardised) features() (features *mat.Dense, back func(weights []float64) []float64) {
	rows, columns := s.columns.Dims()
	same := func(weights []float64) []float64 { return weights }
	if columns <= rows {
		return s.columns, same
	}
	var gram mat.SymDense
	gram.SymOuterK(1, s.columns)
	var eigen mat.EigenSym
	if !eigen.Factorize(&gram, true) {
		return s.columns, same
	}
	values := eigen.Values(nil) // ascending
	first := 0
	for first < rows-1 && values[first] <= 1e-14*float64(rows)*values[rows-1] {
		first++
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	features, scaled := mat.NewDense(rows, rows-first, nil), mat.NewDense(rows, rows-first, nil)
	for j := first; j < rows; j++ {
		root := math.Sqrt(values[j])
		for i := range rows {
			features.Set(i, j-first, vectors.At(i, j)*root)
			scaled.Set(i, j-first, vectors.At(i, j)/root)
		}
	}
	return features, func(weights []float64) []float64 {
		var perRow, perColumn mat.VecDense
		perRow.MulVec(scaled, mat.NewVecDense(len(weights), weights))
		perColumn.MulVec(s.columns.T(), &perRow)
		return perColumn.RawVector().Data
	}
}

// unscaled turns weights and bias for the columns into those for all units as they
// are.
func (s standardised) unscaled(weights []float64, bias float64) (all []float64, constant float64) {
	all = make([]float64, s.total)
	for i, unit := range s.units {
		all[unit] = weights[i] / s.deviation[i]
		bias -= all[unit] * s.mean[i]
	}
	return all, bias
}

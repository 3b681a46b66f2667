package data

import (
	"fmt"
	"math"
	"slices"
)

// Standardiser maps each column x to (x - Mean) / Scale.
type Standardiser struct {
	Mean  []float64 // of each column
	Scale []float64 // population standard deviation, 1 for a constant column
}

// Standardise returns a copy of the set with every column at mean 0 and
// population standard deviation 1, and the map that did it. The arithmetic is
// that of scikit-learn's StandardScaler. Columns so large that their deviation
// overflows are an error.
func Standardise(s Set) (Set, Standardiser, error) {
	if err := s.Validate(); err != nil {
		return Set{}, Standardiser{}, err
	}
	z := Standardiser{Mean: make([]float64, s.Columns), Scale: make([]float64, s.Columns)}
	for j := range s.Columns {
		mean, variance := moments(s, j)
		if math.IsNaN(variance) || math.IsInf(variance, 0) {
			return Set{}, Standardiser{}, fmt.Errorf("data: column %d is too large to be standardised: its variance overflows", j)
		}
		z.Mean[j] = mean
		z.Scale[j] = scale(mean, variance, s.Rows())
	}
	standard := s.Clone()
	if err := z.Apply(standard.X); err != nil {
		return Set{}, Standardiser{}, err
	}
	return standard, z, nil
}

// Apply standardises points in place: x holds any number of rows, row-major.
func (z Standardiser) Apply(x []float64) error {
	columns := len(z.Mean)
	if len(z.Scale) != columns || columns == 0 {
		return fmt.Errorf("data: standardiser has %d means and %d scales", columns, len(z.Scale))
	}
	if len(x)%columns != 0 {
		return fmt.Errorf("data: %d coordinates do not make whole rows of %d columns", len(x), columns)
	}
	for row := range slices.Chunk(x, columns) {
		for j := range row {
			row[j] = (row[j] - z.Mean[j]) / z.Scale[j]
		}
	}
	return nil
}

// moments returns mean and population variance of a column by the corrected
// two-pass algorithm of Chan, Golub and LeVeque, "Algorithms for Computing the
// Sample Variance" (The American Statistician 37, 1983), summed row by row.
func moments(s Set, column int) (mean, variance float64) {
	n := float64(s.Rows())
	var sum float64
	for i := range s.Rows() {
		sum += s.Row(i)[column]
	}
	mean = sum / n
	var residue, squares float64
	for i := range s.Rows() {
		d := s.Row(i)[column] - mean
		residue += d
		squares += float64(d * d)
	}
	return mean, (squares - float64(residue*residue)/n) / n
}

// scale returns the deviation, or 1 where the variance lies within the error
// that the two-pass algorithm makes on a constant column (scikit-learn's
// _is_constant_feature).
func scale(mean, variance float64, rows int) float64 {
	const epsilon = 0x1p-52
	n := float64(rows)
	shift := n * mean * epsilon
	if variance <= float64(n*epsilon*variance)+float64(shift*shift) {
		return 1
	}
	return math.Sqrt(variance)
}

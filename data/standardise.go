package data

import (
	"fmt"
	"math"
	"slices"

	"actscope/internal/input"
)

// Standardiser maps each column x to (x - Mean) / Scale.
type Standardiser struct {
	Mean  []float64 `json:"mean"`  // of each column
	Scale []float64 `json:"scale"` // population standard deviation, 1 for a constant column
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
		mean, variance := moments(s.X, s.Columns, j)
		if math.IsNaN(variance) || math.IsInf(variance, 0) {
			return Set{}, Standardiser{}, fmt.Errorf("data: column %d is too large to be standardised: its variance overflows", j)
		}
		z.Mean[j] = mean
		z.Scale[j] = 1
		if !constant(mean, variance, s.Rows()) {
			z.Scale[j] = math.Sqrt(variance)
		}
	}
	standard := s.Clone()
	if err := z.Apply(standard.X); err != nil {
		return Set{}, Standardiser{}, err
	}
	return standard, z, nil
}

// StandardiseTargets returns the map that gives every target of a regression, over the rows of the
// set, mean 0 and population standard deviation 1: [Standardiser.Apply] of the Y of this and other
// sets, and [Standardiser.Undo] of what a network predicts. Targets that are classes or labels are an
// error, and so is one that is constant but for rounding.
func StandardiseTargets(train Set) (Standardiser, error) {
	if err := train.Validate(); err != nil {
		return Standardiser{}, err
	}
	if train.Targets.Task != Regression {
		return Standardiser{}, fmt.Errorf("data: targets of the task %s are not standardised", train.Targets.Task)
	}
	columns := train.Targets.Columns()
	z := Standardiser{Mean: make([]float64, columns), Scale: make([]float64, columns)}
	for j := range columns {
		mean, variance := moments(train.Y, columns, j)
		if constant(mean, variance, train.Rows()) {
			which := ""
			if columns > 1 {
				which = fmt.Sprintf(" %d", j)
			}
			return Standardiser{}, input.Refuse("", "target%s is %v in all %d rows, but for rounding: there is nothing to predict, choose another target", which, mean, train.Rows())
		}
		z.Mean[j], z.Scale[j] = mean, math.Sqrt(variance)
	}
	return z, nil
}

// Apply standardises points in place: x holds any number of rows, row-major.
func (z Standardiser) Apply(x []float64) error {
	return z.each(x, func(v, mean, scale float64) float64 { return (v - mean) / scale })
}

// Undo takes standardised points back in place: x holds any number of rows, row-major.
func (z Standardiser) Undo(x []float64) error {
	return z.each(x, func(v, mean, scale float64) float64 { return float64(v*scale) + mean })
}

// each maps all numbers of rows by their column's mean and scale.
func (z Standardiser) each(x []float64, f func(v, mean, scale float64) float64) error {
	columns := len(z.Mean)
	if len(z.Scale) != columns || columns == 0 {
		return fmt.Errorf("data: standardiser has %d means and %d scales", columns, len(z.Scale))
	}
	if len(x)%columns != 0 {
		return fmt.Errorf("data: %d coordinates do not make whole rows of %d columns", len(x), columns)
	}
	for row := range slices.Chunk(x, columns) {
		for j := range row {
			row[j] = f(row[j], z.Mean[j], z.Scale[j])
		}
	}
	return nil
}

// moments returns mean and population variance of a column of rows by the corrected
// two-pass algorithm of Chan, Golub and LeVeque, "Algorithms for Computing the
// Sample Variance" (The American Statistician 37, 1983), summed row by row.
func moments(rows []float64, columns, column int) (mean, variance float64) {
	n := float64(len(rows) / columns)
	var sum float64
	for i := column; i < len(rows); i += columns {
		sum += rows[i]
	}
	mean = sum / n
	var residue, squares float64
	for i := column; i < len(rows); i += columns {
		d := rows[i] - mean
		residue += d
		squares += float64(d * d)
	}
	return mean, (squares - float64(residue*residue)/n) / n
}

// constant says that the variance lies within the error that the two-pass algorithm
// makes on a constant column (scikit-learn's _is_constant_feature).
func constant(mean, variance float64, rows int) bool {
	const epsilon = 0x1p-52
	n := float64(rows)
	shift := n * mean * epsilon
	return variance <= float64(n*epsilon*variance)+float64(shift*shift)
}

package data

import (
	"fmt"
	"math"
)

// Farthest returns the row of a class that lies farthest from a point by
// Euclidean distance, the first such row on a tie. A class without rows is an
// error.
func (s Set) Farthest(class int, point []float64) (row int, err error) {
	if len(point) != s.Columns {
		return 0, fmt.Errorf("data: reference point has %d coordinates, the set %d columns", len(point), s.Columns)
	}
	rows, err := s.presentClass(class)
	if err != nil {
		return 0, err
	}
	farthest := math.Inf(-1)
	for _, i := range rows {
		if d := distance(s.Row(i), point); d > farthest {
			row, farthest = i, d
		}
	}
	return row, nil
}

// ClassMean returns the mean point of a class. A class without rows is an error.
func (s Set) ClassMean(class int) ([]float64, error) {
	rows, err := s.presentClass(class)
	if err != nil {
		return nil, err
	}
	mean := make([]float64, s.Columns)
	for _, i := range rows {
		for j, v := range s.Row(i) {
			mean[j] += v
		}
	}
	for j := range mean {
		mean[j] /= float64(len(rows))
	}
	return mean, nil
}

// presentClass returns the rows of a class, of which there has to be one.
func (s Set) presentClass(class int) ([]int, error) {
	rows := s.ClassRows(class)
	if len(rows) == 0 {
		return nil, fmt.Errorf("data: none of the %d rows is of class %d", s.Rows(), class)
	}
	return rows, nil
}

// distance squares and adds in numpy.linalg.norm's order: two points that tie
// there tie here.
func distance(a, b []float64) float64 {
	var squares float64
	for j := range a {
		d := a[j] - b[j]
		squares += float64(d * d)
	}
	return math.Sqrt(squares)
}

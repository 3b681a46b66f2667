package data

import (
	"errors"
	"fmt"
	"math"
)

// Set is a matrix of points and the target of each, which is a class where nothing else is
// said. The other methods take for granted what Validate checks.
type Set struct {
	X       []float64 // Rows() x Columns, row-major
	Columns int       // coordinates of a point
	Y       []float64 // Rows() x Targets.Columns(), row-major
	Targets Targets   // what Y holds; the zero value is one of two classes, 0 or 1
}

// Rows returns the number of points.
func (s Set) Rows() int { return len(s.Y) / s.Targets.Columns() }

// Target returns the targets of point i: a view of Y, like [Set.Row].
func (s Set) Target(i int) []float64 {
	from, to := i*s.Targets.Columns(), (i+1)*s.Targets.Columns()
	return s.Y[from:to:to]
}

// Row returns the coordinates of point i: a view of X, not a copy. Like an
// index into a slice it panics for an i that is not a row.
func (s Set) Row(i int) []float64 {
	from, to := i*s.Columns, (i+1)*s.Columns
	return s.X[from:to:to]
}

// First returns the first rows, all of them where there are no more: views of X
// and Y, not copies.
func (s Set) First(rows int) Set {
	rows = min(rows, s.Rows())
	end, last := rows*s.Columns, rows*s.Targets.Columns()
	return Set{X: s.X[:end:end], Columns: s.Columns, Y: s.Y[:last:last], Targets: s.Targets}
}

// From returns the rows from the given one on, which is one: views of X and Y, not copies.
func (s Set) From(row int) Set {
	return Set{X: s.X[row*s.Columns:], Columns: s.Columns, Y: s.Y[row*s.Targets.Columns():], Targets: s.Targets}
}

// Select returns a copy of the given rows in the given order; a row may be
// asked for more than once.
func (s Set) Select(rows []int) Set {
	chosen := Set{
		X:       make([]float64, 0, len(rows)*s.Columns),
		Columns: s.Columns,
		Y:       make([]float64, 0, len(rows)*s.Targets.Columns()),
		Targets: s.Targets,
	}
	for _, i := range rows {
		chosen.X = append(chosen.X, s.Row(i)...)
		chosen.Y = append(chosen.Y, s.Target(i)...)
	}
	return chosen
}

// Clone returns a copy that shares no memory with s.
func (s Set) Clone() Set {
	return Set{
		X:       append([]float64(nil), s.X...),
		Columns: s.Columns,
		Y:       append([]float64(nil), s.Y...),
		Targets: s.Targets,
	}
}

// Validate returns an error unless the set has a row and a column, X and Y have as many
// rows, all coordinates are finite and all targets are what Targets says.
func (s Set) Validate() error {
	switch {
	case s.Columns < 1:
		return fmt.Errorf("data: set has %d columns: at least 1 is needed", s.Columns)
	case len(s.Y) == 0:
		return errors.New("data: set has no rows")
	case len(s.X)%s.Columns != 0 || len(s.X)/s.Columns*s.Targets.Columns() != len(s.Y):
		return fmt.Errorf("data: set has %d coordinates in %d columns for %d labels", len(s.X), s.Columns, len(s.Y))
	}
	for i, v := range s.X {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("data: row %d, column %d of the set is %v: coordinates have to be finite", i/s.Columns, i%s.Columns, v)
		}
	}
	return s.Targets.check(s.Y)
}

// ClassRows returns the rows of a class in ascending order, none if the class
// is missing or the targets are no classes.
func (s Set) ClassRows(class int) []int {
	if s.Targets.Task != Classification {
		return nil
	}
	var rows []int
	for i, y := range s.Y {
		if y == float64(class) {
			rows = append(rows, i)
		}
	}
	return rows
}

// Extent returns the interval that a column of the set spans. For a set without
// rows it is empty: Min is +Inf and Max -Inf.
func (s Set) Extent(column int) Interval {
	span := Interval{Min: math.Inf(1), Max: math.Inf(-1)}
	for i := range s.Rows() {
		v := s.Row(i)[column]
		span.Min = math.Min(span.Min, v)
		span.Max = math.Max(span.Max, v)
	}
	return span
}

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

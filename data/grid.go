package data

import (
	"fmt"
	"math"
)

// MaxGridPoints is the largest grid that is made.
const MaxGridPoints = 1 << 24

// Interval is a closed range of one coordinate.
type Interval struct{ Min, Max float64 }

// Widen returns the interval with a margin added on both sides.
func (i Interval) Widen(margin float64) Interval {
	return Interval{Min: i.Min - margin, Max: i.Max + margin}
}

func (i Interval) validate(axis string) error {
	if width := i.Max - i.Min; !(width >= 0) || math.IsInf(width, 1) {
		return fmt.Errorf("data: grid's %s axis runs from %v to %v: it needs finite ends in ascending order", axis, i.Min, i.Max)
	}
	return nil
}

// Grid is a rectangle of points over two axes.
type Grid struct {
	X, Y   []float64 // the axes
	Points []float64 // len(X) * len(Y) rows of two coordinates, x fastest
}

// GridOver returns a grid of columns x rows points, spaced evenly on each axis
// with both ends included, by numpy.linspace's arithmetic.
func GridOver(x, y Interval, columns, rows int) (Grid, error) {
	if err := x.validate("x"); err != nil {
		return Grid{}, err
	}
	if err := y.validate("y"); err != nil {
		return Grid{}, err
	}
	if columns < 1 || rows < 1 || columns > MaxGridPoints/rows {
		return Grid{}, fmt.Errorf("data: grid of %d x %d points: each side needs at least 1, both together at most %d", columns, rows, MaxGridPoints)
	}
	return newGrid(linspace(x.Min, x.Max, columns), linspace(y.Min, y.Max, rows)), nil
}

// GridByStep returns a grid whose axes go up from Min in the given step and end
// before Max, by numpy.arange's arithmetic. (Rounding may let the last point
// reach Max, as it does there.)
func GridByStep(x, y Interval, step float64) (Grid, error) {
	if err := x.validate("x"); err != nil {
		return Grid{}, err
	}
	if err := y.validate("y"); err != nil {
		return Grid{}, err
	}
	if !(step > 0) || math.IsInf(step, 0) {
		return Grid{}, fmt.Errorf("data: grid step is %v: it has to be finite and above 0", step)
	}
	columns, rows := steps(x, step), steps(y, step)
	if columns < 1 || rows < 1 || columns*rows > MaxGridPoints {
		return Grid{}, fmt.Errorf("data: grid step %v gives %v x %v points: each side needs at least 1, both together at most %d", step, columns, rows, MaxGridPoints)
	}
	return newGrid(arange(x.Min, step, int(columns)), arange(y.Min, step, int(rows))), nil
}

func newGrid(x, y []float64) Grid {
	points := make([]float64, 0, 2*len(x)*len(y))
	for _, py := range y {
		for _, px := range x {
			points = append(points, px, py)
		}
	}
	return Grid{X: x, Y: y, Points: points}
}

// linspace is numpy.linspace: n values from start to stop, both included; for
// n = 1 only start.
func linspace(start, stop float64, n int) []float64 {
	values := make([]float64, n)
	if n == 0 {
		return values
	}
	values[0] = start
	if n == 1 {
		return values
	}
	step := (stop - start) / float64(n-1)
	for i := range values {
		values[i] = float64(float64(i)*step) + start
	}
	values[n-1] = stop
	return values
}

// steps is the length of numpy.arange over the interval, which may be beyond
// any integer.
func steps(i Interval, step float64) float64 {
	return math.Ceil((i.Max - i.Min) / step)
}

// arange is numpy.arange of n values: it adds multiples of the first two
// values' difference, which may differ from step in the last bit.
func arange(start, step float64, n int) []float64 {
	delta := (start + step) - start
	values := make([]float64, n)
	for i := range values {
		values[i] = start + float64(float64(i)*delta)
	}
	if n > 1 {
		values[1] = start + step
	}
	return values
}

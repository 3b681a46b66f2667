package experiment

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"actscope/data"
	"actscope/internal/panics"
)

// Plane is the plane in input space on which boundaries are drawn: the inputs
// themselves where there are two, otherwise the first two principal axes of the
// standardised points, through their mean.
type Plane struct {
	// axes are columns of unit length, inputs × 2; nil for the inputs themselves.
	axes *mat.Dense
}

// Principal says whether the plane is spanned by principal axes.
func (p Plane) Principal() bool { return p.axes != nil }

// PlaneOf chooses the plane of standardised points. A single input is the first
// axis; the second then carries nothing.
func PlaneOf(s data.Set) (_ Plane, err error) {
	defer panics.Catch(&err, "finding the principal axes of %d rows of %d inputs", s.Rows(), s.Columns)
	if s.Columns == 2 {
		return Plane{}, nil
	}
	axes := mat.NewDense(s.Columns, 2, nil)
	if s.Columns == 1 {
		axes.Set(0, 0, 1)
		return Plane{axes}, nil
	}
	var pc stat.PC
	if !pc.PrincipalComponents(mat.NewDense(s.Rows(), s.Columns, s.X), nil) {
		return Plane{}, errors.New("the principal axes of the points cannot be found")
	}
	var vectors mat.Dense
	pc.VectorsTo(&vectors)
	_, found := vectors.Dims() // fewer than two where there are two points
	for j := range min(2, found) {
		axis := mat.Col(nil, j, &vectors)
		if axis[largestAt(axis)] < 0 { // an axis has no direction of its own: give it one
			for i := range axis {
				axis[i] = -axis[i]
			}
		}
		axes.SetCol(j, axis)
	}
	return Plane{axes}, nil
}

func largestAt(v []float64) int {
	at := 0
	for i := range v {
		if math.Abs(v[i]) > math.Abs(v[at]) {
			at = i
		}
	}
	return at
}

// Project gives the coordinates in the plane of each row of a set, rows × 2.
func (p Plane) Project(s data.Set) data.Set {
	if p.axes == nil {
		return s
	}
	var projected mat.Dense
	projected.Mul(mat.NewDense(s.Rows(), s.Columns, s.X), p.axes)
	return data.Set{X: projected.RawMatrix().Data, Columns: 2, Y: s.Y}
}

// Lift gives the inputs of points in the plane (rows × 2, row-major), one row each.
func (p Plane) Lift(points []float64) []float64 {
	if p.axes == nil {
		return points
	}
	var lifted mat.Dense
	lifted.Mul(mat.NewDense(len(points)/2, 2, points), p.axes.T())
	return lifted.RawMatrix().Data
}

// gridSide and gridMargin define the grid on which every run keeps its
// probabilities: over all standardised points.
const (
	gridSide   = 33
	gridMargin = 0.5
)

// boundaryStep is the spacing of the grid behind the decision boundaries, and
// boundarySide the most that it may have per axis.
const (
	boundaryStep = 0.025
	boundarySide = 400
)

// CoarseGrid is the coarse grid of arrays.npz.
func (d *Dataset) CoarseGrid() (data.Grid, error) {
	return gridAround(d.Plane.Project(d.Standardised), gridSide)
}

// BoundaryGrid is the fine grid of the decision boundaries, over the test points.
func (d *Dataset) BoundaryGrid() (data.Grid, error) {
	test := d.Plane.Project(d.Test)
	x, y := test.Extent(0).Widen(gridMargin), test.Extent(1).Widen(gridMargin)
	if math.Max(x.Max-x.Min, y.Max-y.Min) > boundarySide*boundaryStep {
		return data.GridOver(x, y, boundarySide, boundarySide)
	}
	return data.GridByStep(x, y, boundaryStep)
}

// FilmGrid is a coarser grid over the same plane, with the given number of nodes per axis.
func (d *Dataset) FilmGrid(nodes int) (data.Grid, error) {
	return gridAround(d.Plane.Project(d.Test), nodes)
}

// gridAround spans the points of a set with a margin.
func gridAround(s data.Set, side int) (data.Grid, error) {
	return data.GridOver(s.Extent(0).Widen(gridMargin), s.Extent(1).Widen(gridMargin), side, side)
}

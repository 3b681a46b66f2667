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
	// every is the step from one point that the axes are of to the next: 1 where they are of
	// all.
	every int
	// held is the share of the points' variance in the plane.
	held float64
}

// Principal says whether the plane is spanned by principal axes.
func (p Plane) Principal() bool { return p.axes != nil }

// OfEvery says that principal axes are those of every point (1), every second one, and so on.
func (p Plane) OfEvery() int { return p.every }

// Held is the share of the variance of those points that the plane holds: 1 where it holds all.
func (p Plane) Held() float64 {
	if p.axes == nil {
		return 1
	}
	return p.held
}

// decomposed bounds rows times columns times the smaller of both where principal axes are
// looked for: about a second and, with the vectors, some hundred megabytes.
const decomposed = 1 << 30

// thinned is the fewest steps from row to row with which those that are left are few enough.
func thinned(rows, columns int) int {
	every := 1
	for ; ; every++ {
		left := float64((rows + every - 1) / every)
		if left <= 2 || left*float64(columns)*min(left, float64(columns)) <= decomposed {
			return every
		}
	}
}

// PlaneOf chooses the plane of standardised points. A single input is the first
// axis; the second then carries nothing. Of so many points that their decomposition would
// take long every second one, or third, and so on, decides the axes: see [Plane.OfEvery].
func PlaneOf(s data.Set) (_ Plane, err error) {
	defer panics.Catch(&err, "finding the principal axes of %d rows of %d inputs", s.Rows(), s.Columns)
	if s.Columns == 2 {
		return Plane{}, nil
	}
	axes := mat.NewDense(s.Columns, 2, nil)
	if s.Columns == 1 {
		axes.Set(0, 0, 1)
		return Plane{axes, 1, 1}, nil
	}
	every := thinned(s.Rows(), s.Columns)
	if every > 1 {
		var rows []int
		for i := 0; i < s.Rows(); i += every {
			rows = append(rows, i)
		}
		s = s.Select(rows)
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
	variances := pc.VarsTo(nil)
	inPlane, all := 0.0, 0.0
	for j, v := range variances {
		if all += v; j < 2 {
			inPlane += v
		}
	}
	return Plane{axes, every, inPlane / all}, nil
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
	return data.Set{X: projected.RawMatrix().Data, Columns: 2, Y: s.Y, Targets: s.Targets}
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
// boundarySide the most that it may have per axis. Of points with many columns grids are
// coarser: a grid has no more coordinates than boundaryCoordinates, a film's than
// filmCoordinates.
const (
	boundaryStep        = 0.025
	boundarySide        = 400
	boundaryCoordinates = 1 << 26
	filmCoordinates     = 1 << 21
)

// sideWithin is the side of a square grid, at least 16 and at most so many nodes.
func sideWithin(most, coordinates, columns int) int {
	return max(16, min(most, int(math.Sqrt(float64(coordinates/columns)))))
}

// CoarseGrid is the coarse grid of arrays.npz.
func (d *Dataset) CoarseGrid() (data.Grid, error) {
	return gridAround(d.Plane.Project(d.Standardised), gridSide)
}

// BoundaryGrid is the fine grid of the decision boundaries, over the test points.
func (d *Dataset) BoundaryGrid() (data.Grid, error) {
	test := d.Plane.Project(d.Test)
	x, y := test.Extent(0).Widen(gridMargin), test.Extent(1).Widen(gridMargin)
	side := sideWithin(boundarySide, boundaryCoordinates, d.Test.Columns)
	if math.Max(x.Max-x.Min, y.Max-y.Min) > float64(side)*boundaryStep {
		return data.GridOver(x, y, side, side)
	}
	return data.GridByStep(x, y, boundaryStep)
}

// FilmGrid is a coarser grid over the same plane, with the given number of nodes per axis, or
// fewer where there are many columns.
func (d *Dataset) FilmGrid(nodes int) (data.Grid, error) {
	return gridAround(d.Plane.Project(d.Test), sideWithin(nodes, filmCoordinates, d.Test.Columns))
}

// gridAround spans the points of a set with a margin.
func gridAround(s data.Set, side int) (data.Grid, error) {
	return data.GridOver(s.Extent(0).Widen(gridMargin), s.Extent(1).Widen(gridMargin), side, side)
}

package play

import (
	"math"

	"actscope/data"
	"actscope/internal/experiment"
)

// plane is the plane that maps and points are drawn in. Its coordinates are those of the points, in
// their units, where there are two columns; the principal axes of the standardised points where there are
// more; and the column and nothing where there is one.
type plane struct {
	data        *experiment.Dataset
	raw         bool // the coordinates are the columns' own
	domain      [4]float64
	train, test [][2]float64
	trainRows   []int // of the raw points
	testRows    []int
	maps        map[int][]float64 // the inputs of the nodes of a map of some side, top row first
}

// domainMargin is by how much the domain is wider than the points, in standard deviations.
const domainMargin = 0.5

func planeOf(d *experiment.Dataset) (plane, error) {
	p := plane{data: d, raw: d.Raw.Columns <= 2, maps: map[int][]float64{}}
	all := d.Plane.Project(d.Standardised)
	p.train, p.test = p.project(d.Train), p.project(d.Test)
	x, y := all.Extent(0).Widen(domainMargin), all.Extent(1).Widen(domainMargin)
	p.domain = [4]float64{p.outside(0, x.Min), p.outside(0, x.Max), p.outside(1, y.Min), p.outside(1, y.Max)}
	train, test, err := rowsOf(d)
	p.trainRows, p.testRows = train, test
	return p, err
}

// outside is a coordinate of the plane as the page shows it, and inside goes back.
func (p plane) outside(axis int, v float64) float64 {
	if !p.raw || axis >= p.data.Raw.Columns {
		return v
	}
	return v*p.data.Scaling.Scale[axis] + p.data.Scaling.Mean[axis]
}

func (p plane) inside(axis int, v float64) float64 {
	if !p.raw || axis >= p.data.Raw.Columns {
		return v
	}
	return (v - p.data.Scaling.Mean[axis]) / p.data.Scaling.Scale[axis]
}

// project gives the rows of a scaled set as the page shows them.
func (p plane) project(s data.Set) [][2]float64 {
	flat := p.data.Plane.Project(s)
	points := make([][2]float64, s.Rows())
	for i := range points {
		row := flat.Row(i)
		points[i] = [2]float64{p.outside(0, row[0]), p.outside(1, row[1])}
	}
	return points
}

// inputs are those of a point that the page shows.
func (p plane) inputs(at [2]float64) []float64 {
	return p.data.Plane.Lift([]float64{p.inside(0, at[0]), p.inside(1, at[1])})
}

// grid are the inputs of the nodes of a map, whose first row is the top: the middles of side × side cells
// that fill the domain.
func (p plane) grid(side int) []float64 {
	if inputs, there := p.maps[side]; there {
		return inputs
	}
	nodes := make([]float64, 0, 2*side*side)
	for row := range side {
		for column := range side {
			x := p.domain[0] + (float64(column)+0.5)/float64(side)*(p.domain[1]-p.domain[0])
			y := p.domain[3] - (float64(row)+0.5)/float64(side)*(p.domain[3]-p.domain[2])
			nodes = append(nodes, p.inside(0, x), p.inside(1, y))
		}
	}
	p.maps[side] = p.data.Plane.Lift(nodes)
	return p.maps[side]
}

// rowsOf are the raw rows that became the training rows and the test rows.
func rowsOf(d *experiment.Dataset) (train, test []int, err error) {
	numbered := data.Set{Columns: 1, Y: d.Raw.Y, Targets: d.Raw.Targets}
	for i := range d.Raw.Rows() {
		numbered.X = append(numbered.X, float64(i))
	}
	one, two, err := d.SplitAlike(numbered)
	if err != nil {
		return nil, nil, err
	}
	numbers := func(s data.Set) (rows []int) {
		for _, v := range s.X {
			rows = append(rows, int(math.Round(v)))
		}
		return rows
	}
	return numbers(one), numbers(two), nil
}

// pointAtFirst puts the dragged point on the first test row.
func (l *Laboratory) pointAtFirst() { l.point = l.plane.test[0] }

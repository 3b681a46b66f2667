package study

import (
	"actscope/data"
)

// Dataset is the data of one comparison on its way from the points to the rows
// that are trained on.
type Dataset struct {
	// Raw are the points as made, Standardised the same with mean 0 and deviation
	// 1 over all rows, as the article does before it splits them.
	Raw, Standardised data.Set
	// Scaling is what was subtracted and divided by.
	Scaling data.Standardiser
	// Train and Test are the standardised rows in the order of the split.
	Train, Test data.Set
	// Far are the two points whose signal is traced, one of each class.
	Far [2][]float64
}

// References from which the traced samples lie farthest, by class, in
// standardised coordinates; the article's choice for the two moons.
var farFrom = [2][]float64{{-1.2, -0.3}, {1.2, 0.3}}

// loadDataset makes the points of a configuration, standardises and splits them.
func loadDataset(c Config) (Dataset, error) {
	var d Dataset
	var err error
	if d.Raw, err = data.Moons(data.MoonsConfig{Samples: c.Samples, Noise: c.Noise, Seed: uint32(c.DataSeed)}); err != nil {
		return Dataset{}, asConfigError(err)
	}
	if d.Standardised, d.Scaling, err = data.Standardise(d.Raw); err != nil {
		return Dataset{}, err
	}
	d.Train, d.Test, err = data.Split(d.Standardised, data.SplitConfig{TestFraction: c.TestFraction, Seed: uint32(c.SplitSeed)})
	if err != nil {
		return Dataset{}, asConfigError(err)
	}
	return d, nil
}

// findFar picks the points that are traced.
func (d *Dataset) findFar() error {
	for class := range d.Far {
		row, err := d.Train.Farthest(class, farFrom[class])
		if err != nil {
			return badSetting("samples", "%d points leave no training row of class %d, and one of each class is traced: take more points, or another split-seed", d.Raw.Rows(), class)
		}
		d.Far[class] = d.Train.Row(row)
	}
	return nil
}

// FirstRows are the first training rows as they stand, at most so many.
func (d Dataset) FirstRows(rows int) data.Set {
	first := min(rows, d.Train.Rows())
	return data.Set{X: d.Train.X[:first*d.Train.Columns], Columns: d.Train.Columns, Y: d.Train.Y[:first]}
}

// gridSide and gridMargin define the grid on which every run keeps its
// probabilities: over all standardised points.
const (
	gridSide   = 33
	gridMargin = 0.5
)

// grid is the coarse grid of arrays.npz.
func (d Dataset) grid() (data.Grid, error) {
	all := d.Standardised
	return data.GridOver(all.Extent(0).Widen(gridMargin), all.Extent(1).Widen(gridMargin), gridSide, gridSide)
}

// boundaryStep is the spacing of the grid behind the decision boundaries.
const boundaryStep = 0.025

// BoundaryGrid is the fine grid of the decision boundaries, over the test points.
func (d Dataset) BoundaryGrid() (data.Grid, error) {
	return data.GridByStep(d.Test.Extent(0).Widen(gridMargin), d.Test.Extent(1).Widen(gridMargin), boundaryStep)
}

// FilmGrid is a coarser grid over the same plane, with so many nodes per axis.
func (d Dataset) FilmGrid(nodes int) (data.Grid, error) {
	return data.GridOver(d.Test.Extent(0).Widen(gridMargin), d.Test.Extent(1).Widen(gridMargin), nodes, nodes)
}

package data_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"actscope/data"
)

func TestGridOverFollowsNumPy(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	grid, err := data.GridOver(data.Interval{Min: -2.3, Max: 1.9}, data.Interval{Min: 0.1, Max: 0.7}, 7, 4)
	if err != nil {
		t.Fatal(err)
	}
	reference.identical("grid_over", grid.Points)
}

func TestGridByStepFollowsNumPy(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	for _, c := range []struct {
		name string
		x, y data.Interval
		step float64
	}{
		{"grid_by_step", data.Interval{Min: -2.31, Max: 2.17}, data.Interval{Min: 0.3, Max: 0.5}, 0.025},
		{"grid_of_tenths", data.Interval{Min: 1, Max: 1.3}, data.Interval{Min: 1, Max: 1.3}, 0.1},
	} {
		grid, err := data.GridByStep(c.x, c.y, c.step)
		if err != nil {
			t.Fatal(err)
		}
		reference.identical(c.name, grid.Points)
	}
}

func TestGridPointsRunAlongX(t *testing.T) {
	grid, err := data.GridOver(data.Interval{Min: 0, Max: 2}, data.Interval{Min: 5, Max: 6}, 3, 2)
	if err != nil {
		t.Fatal(err)
	}
	if want := []float64{0, 5, 1, 5, 2, 5, 0, 6, 1, 6, 2, 6}; !slices.Equal(grid.Points, want) {
		t.Errorf("points %v, want %v", grid.Points, want)
	}
	if !slices.Equal(grid.X, []float64{0, 1, 2}) || !slices.Equal(grid.Y, []float64{5, 6}) {
		t.Errorf("axes %v and %v", grid.X, grid.Y)
	}
}

func TestGridOfOnePointStandsAtTheMinimum(t *testing.T) {
	grid, err := data.GridOver(data.Interval{Min: -1, Max: 1}, data.Interval{Min: 3, Max: 3}, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	if want := []float64{-1, 3}; !slices.Equal(grid.Points, want) {
		t.Errorf("points %v, want %v", grid.Points, want)
	}
}

func TestGridsRefuseWhatHasNoPoints(t *testing.T) {
	unit, inf, nan := data.Interval{Min: 0, Max: 1}, math.Inf(1), math.NaN()
	for _, bad := range []data.Interval{{Min: 1, Max: 0}, {Min: nan, Max: 1}, {Min: 0, Max: nan}, {Min: 0, Max: inf}, {Min: -inf, Max: -inf}, {Min: -math.MaxFloat64, Max: math.MaxFloat64}} {
		if _, err := data.GridOver(bad, unit, 2, 2); err == nil || !strings.Contains(err.Error(), "x axis") {
			t.Errorf("x over %v: error %v", bad, err)
		}
		if _, err := data.GridByStep(unit, bad, 0.5); err == nil || !strings.Contains(err.Error(), "y axis") {
			t.Errorf("y over %v: error %v", bad, err)
		}
	}
	for _, size := range [][2]int{{0, 1}, {1, 0}, {-3, -3}, {1 << 13, 1 << 12}, {math.MaxInt, 2}} {
		if _, err := data.GridOver(unit, unit, size[0], size[1]); err == nil {
			t.Errorf("a grid of %v points was made", size)
		}
	}
	for _, step := range []float64{0, -0.1, nan, inf, 1e-300, 1e-4} {
		if _, err := data.GridByStep(unit, unit, step); err == nil {
			t.Errorf("a grid of step %v was made", step)
		}
	}
	if _, err := data.GridByStep(data.Interval{Min: 1, Max: 1}, unit, 0.1); err == nil {
		t.Error("a grid without columns was made")
	}
}

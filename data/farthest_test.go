package data_test

import (
	"slices"
	"strings"
	"testing"

	"actscope/data"
)

func TestFarthestOfAClass(t *testing.T) {
	for _, c := range []struct {
		name  string
		class int
		point []float64
		row   int
	}{
		{"the other corner", 0, []float64{-1.2, -0.3}, 3},
		{"the other corner, mirrored", 0, []float64{1.2, 0.3}, 0},
		{"the first on a tie", 1, []float64{0.5, 0.5}, 1},
		{"the only difference is one coordinate", 1, []float64{0, 0.1}, 1},
	} {
		if row, err := square().Farthest(c.class, c.point); err != nil || row != c.row {
			t.Errorf("%s: row %d, error %v, want row %d", c.name, row, err, c.row)
		}
	}
}

// Squares that differ may have one root; numpy.linalg.norm sees the roots.
func TestDistancesThatRoundAlikeTie(t *testing.T) {
	set := data.Set{X: []float64{1, 0, 1, 0x1p-26}, Columns: 2, Y: []float64{0, 0}}
	if row, err := set.Farthest(0, []float64{0, 0}); err != nil || row != 0 {
		t.Errorf("row %d, error %v, want row 0", row, err)
	}
}

func TestMissingClassIsAnError(t *testing.T) {
	set := square().Select([]int{0, 3})
	if _, err := set.Farthest(1, []float64{0, 0}); err == nil || !strings.Contains(err.Error(), "none of the 2 rows is of class 1") {
		t.Errorf("Farthest: error %v", err)
	}
	if _, err := set.ClassMean(1); err == nil || !strings.Contains(err.Error(), "none of the 2 rows is of class 1") {
		t.Errorf("ClassMean: error %v", err)
	}
}

func TestFarthestRefusesAPointOfOtherDimension(t *testing.T) {
	if _, err := square().Farthest(0, []float64{1}); err == nil {
		t.Error("no error")
	}
}

func TestClassMean(t *testing.T) {
	set := data.Set{X: []float64{1, 2, 10, 20, 3, 6}, Columns: 2, Y: []float64{0, 1, 0}}
	if mean, err := set.ClassMean(0); err != nil || !slices.Equal(mean, []float64{2, 4}) {
		t.Errorf("mean %v, error %v", mean, err)
	}
}

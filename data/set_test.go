package data_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"actscope/data"
)

func square() data.Set {
	return data.Set{
		X:       []float64{-1, -1, 1, -1, -1, 1, 1, 1},
		Columns: 2,
		Y:       []float64{0, 1, 1, 0},
	}
}

func TestSelectCopiesRowsInOrder(t *testing.T) {
	set := square()
	got := set.Select([]int{3, 0, 3})
	want := data.Set{X: []float64{1, 1, -1, -1, 1, 1}, Columns: 2, Y: []float64{0, 0, 0}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	got.X[0] = 9
	if diff := cmp.Diff(square(), set); diff != "" {
		t.Errorf("changing the selection changed the set:\n%s", diff)
	}
	if empty := set.Select(nil); empty.Rows() != 0 || empty.Columns != 2 {
		t.Errorf("nothing selected gives %+v", empty)
	}
}

func TestFirstRowsAreAViewThatAppendCannotLeave(t *testing.T) {
	set := square()
	first := set.First(2)
	want := data.Set{X: []float64{-1, -1, 1, -1}, Columns: 2, Y: []float64{0, 1}}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if first.X[1] = 7; set.X[1] != 7 {
		t.Error("the first rows are copies")
	}
	_, _ = append(first.X, 8), append(first.Y, 8)
	if set.X[4] != -1 || set.Y[2] != 1 {
		t.Error("append wrote into the next row")
	}
	if diff := cmp.Diff(set, set.First(9)); diff != "" {
		t.Errorf("of four rows the first nine differ:\n%s", diff)
	}
}

func TestLaterRowsAreAView(t *testing.T) {
	set := square()
	later := set.From(3)
	if diff := cmp.Diff(set.Select([]int{3}), later); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if later.X[0] = 7; set.X[6] != 7 {
		t.Error("the later rows are copies")
	}
}

func TestRowIsAViewThatAppendCannotLeave(t *testing.T) {
	set := square()
	set.Row(1)[0] = 7
	if set.X[2] != 7 {
		t.Error("row is a copy")
	}
	_ = append(set.Row(1), 8)
	if set.X[4] != -1 {
		t.Error("append wrote into the next row")
	}
}

func TestCloneSharesNothing(t *testing.T) {
	set := square()
	clone := set.Clone()
	clone.X[0], clone.Y[0] = 9, 9
	if diff := cmp.Diff(square(), set); diff != "" {
		t.Errorf("changing the clone changed the set:\n%s", diff)
	}
}

func TestExtent(t *testing.T) {
	set := square()
	set.X[2] = 5
	if got, want := set.Extent(0), (data.Interval{Min: -1, Max: 5}); got != want {
		t.Errorf("column 0 spans %v, want %v", got, want)
	}
	if got, want := set.Extent(1).Widen(0.5), (data.Interval{Min: -1.5, Max: 1.5}); got != want {
		t.Errorf("column 1 widened spans %v, want %v", got, want)
	}
	if got := (data.Set{Columns: 1}).Extent(0); !math.IsInf(got.Min, 1) || !math.IsInf(got.Max, -1) {
		t.Errorf("no rows span %v", got)
	}
}

func TestValidate(t *testing.T) {
	if err := square().Validate(); err != nil {
		t.Errorf("a sound set: %v", err)
	}
	for _, c := range []struct {
		message string
		damage  func(*data.Set)
	}{
		{"0 columns", func(s *data.Set) { s.Columns = 0 }},
		{"-2 columns", func(s *data.Set) { s.Columns = -2 }},
		{"no rows", func(s *data.Set) { s.X, s.Y = nil, nil }},
		{"8 coordinates in 2 columns for 3 labels", func(s *data.Set) { s.Y = s.Y[:3] }},
		{"7 coordinates in 2 columns for 4 labels", func(s *data.Set) { s.X = s.X[:7] }},
		{"row 2, column 1 of the set is NaN", func(s *data.Set) { s.X[5] = math.NaN() }},
		{"row 0, column 0 of the set is -Inf", func(s *data.Set) { s.X[0] = math.Inf(-1) }},
		{"label of row 3 is 2", func(s *data.Set) { s.Y[3] = 2 }},
		{"label of row 1 is NaN", func(s *data.Set) { s.Y[1] = math.NaN() }},
	} {
		set := square()
		c.damage(&set)
		if err := set.Validate(); err == nil || !strings.Contains(err.Error(), c.message) {
			t.Errorf("error %v, want one with %q", err, c.message)
		}
	}
}

func TestClassRowsAscend(t *testing.T) {
	set := square()
	if got := set.ClassRows(1); !slices.Equal(got, []int{1, 2}) {
		t.Errorf("class 1 in rows %v", got)
	}
	if got := set.ClassRows(2); len(got) != 0 {
		t.Errorf("class 2 in rows %v", got)
	}
}

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

package data_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"actscope/data"
)

// Constant, all but constant, far from zero, tiny: see testdata/reference.py.
func TestStandardiseHardColumnsFollowsScikitLearn(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	set := data.Set{X: reference.values("columns_x"), Columns: 6, Y: make([]float64, 10)}
	standard, z, err := data.Standardise(set)
	if err != nil {
		t.Fatal(err)
	}
	reference.close("columns_std", standard.X)
	reference.close("columns_mean", z.Mean)
	reference.close("columns_scale", z.Scale)
}

// What is standardised as a target is what is as a column.
func TestTargetsAreStandardisedAsColumnsAre(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	columns := data.Set{X: reference.values("columns_x"), Columns: 6, Y: make([]float64, 10)}
	hard := data.Set{X: make([]float64, 10), Columns: 1, Targets: data.Targets{Task: data.Regression, Count: 3}}
	var want []float64
	for i := range 10 {
		hard.Y = append(hard.Y, columns.Row(i)[3:]...) // the others are constant, as it seems
		want = append(want, reference.values("columns_std")[6*i+3:6*i+6]...)
	}
	z, err := data.StandardiseTargets(hard)
	if err != nil {
		t.Fatal(err)
	}
	y := slices.Clone(hard.Y)
	if err := z.Apply(y); err != nil || !slices.Equal(z.Mean, reference.values("columns_mean")[3:]) {
		t.Fatal(z.Mean, err)
	}
	for i := range want {
		if !(math.Abs(y[i]-want[i]) <= tolerance*max(1, math.Abs(want[i]))) {
			t.Errorf("target %d becomes %v, want %v", i, y[i], want[i])
		}
	}
	if err := z.Undo(y); err != nil {
		t.Fatal(err)
	}
	for i := range y {
		if !(math.Abs(y[i]-hard.Y[i]) <= 1e-15*max(1, math.Abs(hard.Y[i]))) {
			t.Errorf("target %d comes back as %v, not %v", i, y[i], hard.Y[i])
		}
	}
}

func TestTargetsWithoutDeviationAreRefused(t *testing.T) {
	for _, c := range []struct {
		y       []float64
		targets data.Targets
		message string
	}{
		{[]float64{2.5, 2.5, 2.5}, data.Targets{Task: data.Regression}, "target is 2.5 in all 3 rows, but for rounding: there is nothing to predict, choose another target"},
		{[]float64{1, 0.1, 2, 0.1, 3, 0.1}, data.Targets{Task: data.Regression, Count: 2}, "target 1 is 0.1"},
		{[]float64{1, 0, 1}, data.Targets{}, "data: targets of the task classes are not standardised"},
		{[]float64{1, 0, 1}, data.Targets{Task: data.MultiLabel}, "data: targets of the task labels are not standardised"},
		{[]float64{1, math.NaN(), 1}, data.Targets{Task: data.Regression}, "data: target of row 1 is NaN"},
	} {
		_, err := data.StandardiseTargets(data.Set{X: make([]float64, 3), Columns: 1, Y: c.y, Targets: c.targets})
		if err == nil || !strings.HasPrefix(err.Error(), c.message) {
			t.Errorf("%v, want %s", err, c.message)
		}
	}
}

func TestStandardiseLeavesItsArgument(t *testing.T) {
	set := data.Set{X: []float64{1, 2, 3, 4}, Columns: 2, Y: []float64{0, 1}}
	standard, _, err := data.Standardise(set)
	if err != nil {
		t.Fatal(err)
	}
	if want := []float64{1, 2, 3, 4}; !slices.Equal(set.X, want) {
		t.Errorf("X became %v", set.X)
	}
	if want := []float64{-1, -1, 1, 1}; !slices.Equal(standard.X, want) {
		t.Errorf("standardised to %v, want %v", standard.X, want)
	}
	if !slices.Equal(standard.Y, set.Y) || &standard.Y[0] == &set.Y[0] {
		t.Error("labels are not a copy")
	}
}

func TestStandardiseOneRowGivesZeros(t *testing.T) {
	standard, z, err := data.Standardise(data.Set{X: []float64{5, -7}, Columns: 2, Y: []float64{1}})
	if err != nil {
		t.Fatal(err)
	}
	if want := []float64{0, 0}; !slices.Equal(standard.X, want) {
		t.Errorf("got %v, want %v", standard.X, want)
	}
	if want := []float64{1, 1}; !slices.Equal(z.Scale, want) {
		t.Errorf("scale %v, want %v", z.Scale, want)
	}
}

func TestStandardiseRefusesWhatHasNoDeviation(t *testing.T) {
	for _, c := range []struct {
		name    string
		set     data.Set
		message string
	}{
		{"no rows", data.Set{Columns: 2}, "no rows"},
		{"NaN", data.Set{X: []float64{1, math.NaN()}, Columns: 1, Y: []float64{0, 1}}, "row 1, column 0"},
		{"squares overflow", data.Set{X: []float64{0, -1e200, 0, 1e200}, Columns: 2, Y: []float64{0, 1}}, "column 1"},
		{"sum overflows", data.Set{X: []float64{1e308, 1e308}, Columns: 1, Y: []float64{0, 1}}, "column 0"},
	} {
		if _, _, err := data.Standardise(c.set); err == nil || !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.message)
		}
	}
}

func TestApplyRefusesForeignPoints(t *testing.T) {
	z := data.Standardiser{Mean: []float64{1, 2}, Scale: []float64{1, 2}}
	x := []float64{1, 2, 3}
	if err := z.Apply(x); err == nil {
		t.Error("three coordinates were taken for rows of two")
	}
	if want := []float64{1, 2, 3}; !slices.Equal(x, want) {
		t.Errorf("x became %v", x)
	}
	if err := (data.Standardiser{}).Apply(x); err == nil {
		t.Error("an empty standardiser was applied")
	}
}

func TestColumnsAreStandardisedEachForItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := drawSet(t)
		standard, z, err := data.Standardise(set)
		if err != nil {
			t.Fatal(err)
		}
		for j := range set.Columns {
			alone := data.Set{Columns: 1, Y: set.Y}
			var want []float64
			for i := range set.Rows() {
				alone.X = append(alone.X, set.Row(i)[j])
				want = append(want, standard.Row(i)[j])
			}
			got, own, err := data.Standardise(alone)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got.X, want) || own.Mean[0] != z.Mean[j] || own.Scale[0] != z.Scale[j] {
				t.Fatalf("column %d of %d differs from the same column alone", j, set.Columns)
			}
		}
	})
}

// drawSet draws a set of 1 to 9 columns.
func drawSet(t *rapid.T) data.Set {
	rows, columns := rapid.IntRange(2, 40).Draw(t, "rows"), rapid.IntRange(1, 9).Draw(t, "columns")
	return data.Set{
		X:       rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), rows*columns, rows*columns).Draw(t, "x"),
		Columns: columns,
		Y:       rapid.SliceOfN(rapid.SampledFrom([]float64{0, 1}), rows, rows).Draw(t, "y"),
	}
}

package data_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"actscope/data"
)

func TestSplitFollowsScikitLearn(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	for _, c := range []struct {
		rows     int
		fraction float64
		seed     uint32
	}{
		{2, 0.5, 0}, {3, 0.25, 42}, {5, 0.2, 1}, {7, 0.3, math.MaxUint32}, {100, 0.07, 3}, {1001, 0.1, 42},
	} {
		train, test, err := data.SplitRows(c.rows, data.SplitConfig{TestFraction: c.fraction, Seed: c.seed})
		if err != nil {
			t.Fatal(err)
		}
		reference.identical(fmt.Sprintf("split_%d_train", c.rows), floats(train))
		reference.identical(fmt.Sprintf("split_%d_test", c.rows), floats(test))
	}
}

func TestStratifiedSplitFollowsScikitLearn(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	for name, c := range map[string]data.SplitConfig{
		"two":   {TestFraction: 0.25, Seed: 42},
		"ties":  {TestFraction: 0.35, Seed: 1},
		"rare":  {TestFraction: 0.1, Seed: math.MaxUint32},
		"small": {TestFraction: 0.5},
		"many":  {TestFraction: 0.33, Seed: 7},
	} {
		c.Stratify = true
		set := data.Set{Columns: 1, Y: reference.values("stratified_" + name + "_y")}
		for i := range set.Y {
			set.X = append(set.X, float64(i))
		}
		set.Targets.Count = int(slices.Max(set.Y)) + 1
		train, test, err := data.Split(set, c)
		if err != nil {
			t.Fatal(name, err)
		}
		reference.identical("stratified_"+name+"_train", train.X)
		reference.identical("stratified_"+name+"_test", test.X)
		if train.Targets != set.Targets || test.Targets != set.Targets {
			t.Error(train.Targets, test.Targets)
		}
	}
}

// A class that no row has is no class of the split.
func TestStratifiedSplitHoldsTheSameShareOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := data.Set{Columns: 1, Targets: data.Targets{Count: rapid.IntRange(2, 6).Draw(t, "classes")}}
		for class := range set.Targets.Count {
			rows := rapid.IntRange(0, 60).Filter(func(n int) bool { return n != 1 }).Draw(t, "rows")
			for range rows {
				set.X, set.Y = append(set.X, float64(len(set.X))), append(set.Y, float64(class))
			}
		}
		c := data.SplitConfig{TestFraction: rapid.Float64Range(0.05, 0.95).Draw(t, "fraction"), Seed: rapid.Uint32().Draw(t, "seed"), Stratify: true}
		train, test, err := data.Split(set, c)
		var setting *data.InputError
		switch {
		case len(set.Y) == 0 && err != nil, errors.As(err, &setting): // too few rows
			return
		case err != nil:
			t.Fatal(err)
		}
		for class := range set.Targets.Count {
			n, tested := len(set.ClassRows(class)), len(test.ClassRows(class))
			want := float64(n) * float64(test.Rows()) / float64(set.Rows())
			if !(math.Abs(float64(tested)-want) < 2) {
				t.Fatalf("%d of %d rows of class %d are tested, of all %d of %d", tested, n, class, test.Rows(), set.Rows())
			}
		}
		all := slices.Concat(train.X, test.X)
		slices.Sort(all)
		if !slices.Equal(all, set.X) {
			t.Fatalf("rows %v", all)
		}
	})
}

func TestStratifiedSplitRefusesWhatHasNoClassesToDivide(t *testing.T) {
	for _, c := range []struct {
		set     data.Set
		message string
	}{
		{data.Set{X: make([]float64, 4), Columns: 1, Y: []float64{1, 2, 3, 4}, Targets: data.Targets{Task: data.Regression}}, "the targets are no classes, of which the same share could be held out (task regression)"},
		{data.Set{X: make([]float64, 4), Columns: 1, Y: []float64{1, 0, 1, 0}, Targets: data.Targets{Task: data.MultiLabel}}, "the targets are no classes, of which the same share could be held out (task labels)"},
		{data.Set{X: make([]float64, 4), Columns: 1, Y: []float64{0, 0, 1, 0}}, "class 1 has one row, which cannot be both trained on and tested: drop that class, or do without"},
		{data.Set{X: make([]float64, 6), Columns: 1, Y: []float64{0, 0, 1, 1, 2, 2}, Targets: data.Targets{Count: 3}}, "one of training and test has 2 rows for 3 classes: choose another test fraction, or do without"},
	} {
		_, _, err := data.Split(c.set, data.SplitConfig{TestFraction: 0.25, Stratify: true})
		if err == nil || err.Error() != "SplitConfig.Stratify: "+c.message {
			t.Errorf("%v, want %s", err, c.message)
		}
	}
	if _, _, err := data.SplitRows(9, data.SplitConfig{TestFraction: 0.25, Stratify: true}); err == nil {
		t.Error("rows are divided by classes that nobody named")
	}
}

func TestSplitUsesEveryRowOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(2, 200).Draw(t, "rows")
		c := data.SplitConfig{
			TestFraction: rapid.Float64Range(1e-9, 0.5).Draw(t, "fraction"),
			Seed:         rapid.Uint32().Draw(t, "seed"),
		}
		train, test, err := data.SplitRows(rows, c)
		if err != nil {
			t.Fatal(err)
		}
		if len(train) == 0 || len(test) == 0 {
			t.Fatalf("%d rows to train on, %d to test", len(train), len(test))
		}
		all := slices.Concat(train, test)
		slices.Sort(all)
		for i, row := range all {
			if row != i || len(all) != rows {
				t.Fatalf("rows %v of %d", all, rows)
			}
		}
	})
}

func TestSplitKeepsPointsWithTheirLabels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := drawSet(t)
		c := data.SplitConfig{TestFraction: 0.3, Seed: 8}
		train, test, err := data.Split(set, c)
		if err != nil {
			t.Fatal(err)
		}
		trainRows, testRows, err := data.SplitRows(set.Rows(), c)
		if err != nil {
			t.Fatal(err)
		}
		for _, side := range []struct {
			part data.Set
			rows []int
		}{{train, trainRows}, {test, testRows}} {
			for i, row := range side.rows {
				if !slices.Equal(side.part.Row(i), set.Row(row)) || side.part.Y[i] != set.Y[row] {
					t.Errorf("row %d of the part is not row %d of the set", i, row)
				}
			}
		}
	})
}

func TestSplitRefusesToLeaveASideEmpty(t *testing.T) {
	for _, c := range []struct {
		rows     int
		fraction float64
	}{
		{400, 0}, {400, 1}, {400, -0.25}, {400, 1.5}, {400, math.NaN()}, {400, math.Inf(1)}, {3, 0.7}, {2, 0.51},
	} {
		_, _, err := data.SplitRows(c.rows, data.SplitConfig{TestFraction: c.fraction})
		var setting *data.InputError
		if !errors.As(err, &setting) || setting.Key != "SplitConfig.TestFraction" {
			t.Errorf("%v of %d rows: error %v, want one about SplitConfig.TestFraction", c.fraction, c.rows, err)
		}
	}
	for _, rows := range []int{-1, 0, 1} {
		if _, _, err := data.SplitRows(rows, data.SplitConfig{TestFraction: 0.5}); err == nil {
			t.Errorf("%d rows were split", rows)
		}
	}
	if _, _, err := data.Split(data.Set{}, data.SplitConfig{TestFraction: 0.5}); err == nil {
		t.Error("a set without rows was split")
	}
}

// The largest fraction that an error names is accepted.
func TestSplitErrorNamesAFractionThatWorks(t *testing.T) {
	for rows := 2; rows < 2000; rows++ {
		largest := float64(rows-1) / float64(rows)
		if _, _, err := data.SplitRows(rows, data.SplitConfig{TestFraction: largest}); err != nil {
			t.Errorf("%d rows: %v", rows, err)
		}
	}
}

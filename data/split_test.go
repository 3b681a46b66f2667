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

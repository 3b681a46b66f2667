package sweep

import (
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"testing"

	"actscope/internal/experiment"
)

const numbersGrid = "dataset: \"y = x1*x2\"\nsamples: 60\nactivations: [relu, tanh]\nhidden: \"4\"\nepochs: 20\nseed: 1..2\n"

// The independent truth is each trial, trained and measured by itself.
func TestTrialsThatPredictNumbersKeepTheirFits(t *testing.T) {
	f := folderOf(t, numbersGrid)
	complete(t, f, Whole, 1)
	text := table(t, f)
	columns, rows := cells(t, text)
	if len(rows) != 4 {
		t.Fatalf("%d rows", len(rows))
	}
	for i, row := range rows {
		trial, err := f.Plan.Trial(i)
		if err != nil {
			t.Fatal(err)
		}
		d, network, err := experiment.TrainOne(t.Context(), trial.Config)
		if err != nil {
			t.Fatal(err)
		}
		m, err := experiment.Measure(t.Context(), network, d, experiment.Signals)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]float64{
			"train_r2": m.TrainFit.R2, "test_r2": m.TestFit.R2, "test_rmse": m.TestFit.RMSE, "test_mae": m.TestFit.MAE,
			"fresh_r2": m.FreshFit.R2, "fresh_rmse": m.FreshFit.RMSE,
		} {
			if got, err := strconv.ParseFloat(row[slices.Index(columns, name)], 64); err != nil || got != want {
				t.Errorf("trial %d, %s: %v, want %v", i, name, row[slices.Index(columns, name)], want)
			}
		}
		if row[slices.Index(columns, "test_accuracy")] != "" || row[slices.Index(columns, "fresh_accuracy")] != "" {
			t.Errorf("trial %d has an accuracy: %v", i, row)
		}
	}

	sharded := folderOf(t, numbersGrid)
	for i := range 3 {
		complete(t, sharded, Shard{i, 3}, 2)
	}
	if table(t, sharded) != text {
		t.Error("another table of three shards")
	}
}

func TestATableOfClassesAndNumbersHasBoth(t *testing.T) {
	f := folderOf(t, "dataset: [moons, \"y = x1*x2\"]\nsamples: 60\nactivations: relu\nhidden: \"4\"\nepochs: 5\n")
	complete(t, f, Whole, 1)
	columns, rows := cells(t, table(t, f))
	for i, want := range []struct{ has, lacks string }{{"test_accuracy", "test_r2"}, {"test_r2", "test_accuracy"}} {
		if rows[i][slices.Index(columns, want.has)] == "" || rows[i][slices.Index(columns, want.lacks)] != "" {
			t.Errorf("row %d: %v", i, rows[i])
		}
	}
}

// cells are the columns' names and the rows of a table.
func cells(t *testing.T, table string) (columns []string, rows [][]string) {
	t.Helper()
	r := csv.NewReader(strings.NewReader(table))
	r.Comment = '#'
	all, err := r.ReadAll()
	if err != nil || len(all) < 2 {
		t.Fatal(len(all), err)
	}
	return all[0], all[1:]
}

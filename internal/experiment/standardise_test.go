package experiment

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"actscope/internal/config"
	"actscope/internal/input"
)

// pointsFile is a file of 40 points, the last column the target.
func pointsFile(t *testing.T, y func(i int) string) config.Points {
	t.Helper()
	text := "a,b,y\n"
	for i := range 40 {
		text += fmt.Sprintf("%v,%v,%s\n", float64(i*i)/7, math.Sin(float64(i)), y(i))
	}
	file := filepath.Join(t.TempDir(), "points.csv")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	p := config.Article().Points
	p.Dataset = "csv:" + file
	return p
}

// moment are mean and deviation of a column, by their definition.
func moment(x []float64, columns, column int) (mean, deviation float64) {
	n := float64(len(x) / columns)
	for i := column; i < len(x); i += columns {
		mean += x[i] / n
	}
	for i := column; i < len(x); i += columns {
		deviation += (x[i] - mean) * (x[i] - mean) / n
	}
	return mean, math.Sqrt(deviation)
}

func TestColumnsAreStandardisedOverTheRowsThatAreAsked(t *testing.T) {
	p := pointsFile(t, func(i int) string { return []string{"no", "yes"}[i%2] })
	for _, how := range []string{config.StandardiseAll, config.StandardiseTrain, config.StandardiseNone} {
		p.Standardise = how
		d, err := Load(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		over := d.Train.X
		if how == config.StandardiseAll {
			over = d.Standardised.X
		}
		for column := range 2 {
			mean, deviation := moment(over, 2, column)
			if how == config.StandardiseNone {
				mean, deviation = d.Scaling.Mean[column], d.Scaling.Scale[column]
			}
			if math.Abs(mean) > 1e-12 || math.Abs(deviation-1) > 1e-12 {
				t.Errorf("%q: column %d has mean %v and deviation %v", how, column, mean, deviation)
			}
		}
		again := slices.Clone(d.Raw.X)
		if err := d.Scaling.Apply(again); err != nil || !slices.Equal(again, d.Standardised.X) {
			t.Errorf("%q: the scaling is not that of the points: %v", how, err)
		}
		if how == config.StandardiseNone && !slices.Equal(d.Raw.X, d.Standardised.X) {
			t.Error("none: the points are scaled")
		}
	}
}

// The held-out rows have no part in what the training rows are scaled by.
func TestTrainingRowsDoNotSeeTheTest(t *testing.T) {
	p := pointsFile(t, func(i int) string { return fmt.Sprint(3*i%11, ".5") })
	p.Standardise, p.Task = config.StandardiseTrain, "regression"
	d, err := Load(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(strings.TrimPrefix(p.Dataset, "csv:"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	held := 0
	for i, x := range slices.Collect(slices.Chunk(d.Standardised.X, 2)) {
		if in := slices.ContainsFunc(slices.Collect(slices.Chunk(d.Train.X, 2)), func(row []float64) bool { return slices.Equal(row, x) }); !in {
			lines[i+1], held = strings.Replace(lines[i+1], ",", "e2,", 1), held+1
		}
	}
	if held != 10 {
		t.Fatalf("%d rows are held out", held)
	}
	if err := os.WriteFile(strings.TrimPrefix(p.Dataset, "csv:"), []byte(strings.Join(lines, "")), 0o666); err != nil {
		t.Fatal(err)
	}
	other, err := Load(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(d.Train.X, other.Train.X) || !slices.Equal(d.Train.Y, other.Train.Y) || slices.Equal(d.Test.X, other.Test.X) {
		t.Error("other test rows change the training rows")
	}
}

func TestNumbersToPredictFollow(t *testing.T) {
	p := pointsFile(t, func(i int) string { return fmt.Sprint(100+3*i%11, ".5") })
	for _, how := range []string{config.StandardiseAll, config.StandardiseTrain, config.StandardiseNone} {
		p.Standardise, p.Task = how, "regression"
		d, err := Load(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		mean, deviation := moment(d.Train.Y, 1, 0)
		if how == config.StandardiseNone {
			mean, deviation = d.TargetScaling.Mean[0], d.TargetScaling.Scale[0]
		}
		if math.Abs(mean) > 1e-12 || math.Abs(deviation-1) > 1e-12 {
			t.Errorf("%q: mean %v and deviation %v", how, mean, deviation)
		}
	}
}

func TestWaysToStandardiseThatThereAreNotAreRefused(t *testing.T) {
	p := config.Article().Points
	p.Standardise = "tarin"
	_, err := Load(t.Context(), p)
	var bad *input.Error
	if !errors.As(err, &bad) || bad.Key != "standardise" || !strings.Contains(err.Error(), "did you mean train") {
		t.Error(err)
	}
}

package cost

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"actscope/internal/experiment"
	"actscope/internal/input"
)

// small is a search that takes a moment.
func small() Config {
	c := Default()
	c.Target, c.Share = 0.7, 0.5
	c.Widths, c.Depths, c.Rates, c.Seeds, c.TestRows = []int{1, 2}, []int{1, 2}, []float64{0.5, 2}, 24, 200
	c.Training.Samples, c.Training.Epochs = 60, 20
	c.Training.Activations = []string{"sigmoid", "relu"}
	return c
}

var program = experiment.Provenance{Version: "v1", Kernels: "k"}

// runSmall searches with the given number of trainings at a time and the log at path, and
// stops after stopAfter new trainings, if that is not 0.
func runSmall(t *testing.T, jobs int, path string, stopAfter int) (*Result, int, error) {
	t.Helper()
	c := small()
	log, err := OpenLog(path, c, program)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	trained := make(chan bool, 10_000)
	trainings, err := NewTrainings(c, jobs, log, func(bool) {
		if trained <- true; stopAfter > 0 && len(trained) >= stopAfter {
			stop()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Search(ctx, c, 2, trainings)
	if failed := log.Write(); failed != nil {
		t.Fatal(failed)
	}
	return r, len(trained), err
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestResultDoesNotDependOnTheNumberOfWorkers(t *testing.T) {
	dir := t.TempDir()
	one, n, err := runSmall(t, 1, filepath.Join(dir, "one"), 0)
	if err != nil {
		t.Fatal(err)
	}
	many, m, err := runSmall(t, 5, filepath.Join(dir, "many"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(asJSON(t, one), asJSON(t, many)); d != "" || n != m {
		t.Errorf("%d and %d trainings\n%s", n, m, d)
	}
	first, _ := os.ReadFile(filepath.Join(dir, "one"))
	second, _ := os.ReadFile(filepath.Join(dir, "many"))
	if len(first) == 0 || string(first) != string(second) {
		t.Error("the logs differ")
	}
}

func TestStoppedSearchGoesOnWhereItWas(t *testing.T) {
	dir := t.TempDir()
	want, all, err := runSmall(t, 2, filepath.Join(dir, "whole"), 0)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "log")
	sum := 0
	for stops := 0; ; stops++ {
		got, n, err := runSmall(t, 2, path, 30)
		sum += n
		if errors.Is(err, context.Canceled) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(asJSON(t, want), asJSON(t, got)); d != "" {
			t.Error(d)
		}
		if stops < 2 || sum != all {
			t.Errorf("%d trainings in %d parts instead of %d", sum, stops+1, all)
		}
		return
	}
}

func TestLogOfOtherTrainingsOrProgramsIsNotUsed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	log, err := OpenLog(path, small(), program)
	if err != nil {
		t.Fatal(err)
	}
	if err := log.Add(Trial{Activation: "relu"}, Attempt{Accuracy: 0.1 + 0.2}); err != nil {
		t.Fatal(err)
	}
	if err := log.Write(); err != nil {
		t.Fatal(err)
	}
	other, rows, search := small(), small(), Quick()
	other.Training.Noise = 0.3
	rows.TestRows++
	search.Training, search.TestRows = small().Training, small().TestRows
	search.Training.Activations = []string{"gelu"}
	for name, c := range map[string]struct {
		config  Config
		program experiment.Provenance
		want    int
	}{
		"the same":        {small(), program, 1},
		"another search":  {search, program, 1},
		"other data":      {other, program, 0},
		"other test rows": {rows, program, 0},
		"another program": {small(), experiment.Provenance{Version: "v2", Kernels: "k"}, 0},
		"other kernels":   {small(), experiment.Provenance{Version: "v1", Kernels: "l"}, 0},
	} {
		log, err := OpenLog(path, c.config, c.program)
		if err != nil || log.Trainings() != c.want {
			t.Errorf("%s: %d trials, %v", name, log.Trainings(), err)
		}
	}
	again, err := OpenLog(path, small(), program)
	if err != nil {
		t.Fatal(err)
	}
	if a, ok := again.Find(Trial{Activation: "relu"}); !ok || a.Accuracy != 0.1+0.2 {
		t.Errorf("%+v", a)
	}
}

func TestLogOfAFileThatChangedIsNotUsed(t *testing.T) {
	points, path := filepath.Join(t.TempDir(), "points.csv"), filepath.Join(t.TempDir(), "log")
	c := small()
	c.Training.Dataset = "csv:" + points
	for i, content := range []string{"a,label\n1,x\n2,y\n", "a,label\n1,x\n3,y\n"} {
		if err := os.WriteFile(points, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		log, err := OpenLog(path, c, program)
		if err != nil || log.Trainings() != 0 {
			t.Fatalf("content %d: %d trials, %v", i, log.Trainings(), err)
		}
		if err := log.Add(Trial{Activation: "relu"}, Attempt{}); err != nil {
			t.Fatal(err)
		}
		if err := log.Write(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestBrokenLogIsAnErrorThatSaysWhatToDo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte(`{"plan":"`), 0o666); err != nil {
		t.Fatal(err)
	}
	var setting *input.Error
	if _, err := OpenLog(path, small(), program); !errors.As(err, &setting) || setting.Key != "out" {
		t.Errorf("%v", err)
	}
}

func TestDivergenceIsAnAttemptThatFailed(t *testing.T) {
	failures := 0
	trainings := newTrainings(t, small(), func(diverged bool) {
		if diverged {
			failures++
		}
	})
	attempts, err := trainings.Train(t.Context(), []Trial{{Activation: "relu", Shape: Shape{2, 8}, Rate: 1e200}})
	if err != nil || !attempts[0].Diverged || attempts[0].Accuracy != 0 || failures != 1 {
		t.Errorf("%+v, %v", attempts, err)
	}
}

// newTrainings trains two networks at a time and remembers nothing.
func newTrainings(t *testing.T, c Config, done func(diverged bool)) *Trainings {
	t.Helper()
	log, err := OpenLog(filepath.Join(t.TempDir(), "log"), c, program)
	if err != nil {
		t.Fatal(err)
	}
	trainings, err := NewTrainings(c, 2, log, done)
	if err != nil {
		t.Fatal(err)
	}
	return trainings
}

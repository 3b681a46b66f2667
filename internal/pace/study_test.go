package pace

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"actscope/internal/config"
	"actscope/internal/input"
)

// small is a configuration that takes a moment.
func small() config.Config {
	c := config.Article()
	c.Samples, c.Epochs, c.Hidden = 60, 10, []int{4}
	return c
}

func TestStudyPredictsTheArticlesRun(t *testing.T) {
	c := config.Article()
	r, err := Study(context.Background(), c, Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	sigmoid, relu := r.Summary.Networks[0], r.Summary.Networks[1]
	drift := sigmoid.Drift
	for _, got := range []struct {
		what              string
		value, want, room float64
	}{
		{"the line's loss", float64(r.Summary.LineLoss), 0.26903, 1e-5},
		{"sigmoid's final loss", float64(sigmoid.FinalLoss), 0.28216, 1e-4},
		{"ReLU's final loss", float64(relu.FinalLoss), 0.03527, 1e-4},
		{"sigmoid's test accuracy", float64(sigmoid.TestAccuracy), 0.79, 1e-9},
		{"the modes with 60 % of sigmoid's error", float64(sigmoid.Modes), 2, 0},
		{"their slowest time constant", float64(sigmoid.SlowestTau), 736, 1},
		{"the trace of sigmoid's kernel at the end", float64(drift.TraceRatio[len(drift.TraceRatio)-1]), 2.4, 0.05},
		{"the alignment at the start", float64(drift.Alignment[0]), 1, 1e-12},
		{"the largest stable rate", float64(sigmoid.LargestRate), 8 / 2.7475, 1e-3},
		{"eigenvalues", float64(len(sigmoid.Eigenvalues)), 300, 0},
		{"those of the test rows", float64(len(sigmoid.TestEigenvalues)), 100, 0},
	} {
		if !(math.Abs(got.value-got.want) <= got.room) {
			t.Errorf("%s: %v, it was found to be %v", got.what, got.value, got.want)
		}
	}
	if sigmoid.LineTo != 0 || relu.HalfLine == 0 {
		t.Errorf("sigmoid leaves the line in epoch %d, ReLU halves it in %d", sigmoid.LineTo, relu.HalfLine)
	}
}

func TestKernelsOfManyRowsAreOfTheFirst(t *testing.T) {
	c := small()
	c.Samples = 1600
	r, err := Study(context.Background(), c, Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s := r.Summary; s.TrainingRows != 1200 || s.Rows != 1000 || s.Networks[0].Twin.Reason == "" || len(s.Networks[0].Loss) != 10 {
		t.Errorf("%d of %d rows, twin %q", s.Rows, s.TrainingRows, s.Networks[0].Twin.Reason)
	}
}

func TestStudiesAreReadBack(t *testing.T) {
	r, err := Study(context.Background(), small(), Options{Draws: 2}, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(r.Summary)
	if err != nil {
		t.Fatal(err)
	}
	load := func(text string) (*Result, error) {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, "run.json"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return Load(folder)
	}
	again, err := load(string(text))
	if err != nil {
		t.Fatal(err)
	}
	if written, err := json.Marshal(again.Summary); err != nil || string(written) != string(text) {
		t.Errorf("read and written it is another, %v", err)
	}
	for _, c := range [][2]string{
		{`"command":"kernel"`, `"command":"theory"`}, {`"epochs":[0,`, `"epochs":[7,`}, {`"name":"sigmoid"`, `"name":"tanh"`},
		{`"eigenvalues":[`, `"eigenvalues":[-1,`}, {`"tau":[`, `"tau":[1,`}, {`"widths":[8,`, `"widths":[800,`},
	} {
		var bad *input.Error
		if _, err := load(strings.Replace(string(text), c[0], c[1], 1)); !errors.As(err, &bad) {
			t.Errorf("%s: %v", c[1], err)
		}
	}
}

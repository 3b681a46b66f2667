package analysis

import (
	"errors"
	"math"
	"strings"
	"testing"

	"actscope/internal/config"
	"actscope/internal/input"
	"actscope/internal/sweep"
	"actscope/models"
)

// predicted is the record of a trial of numbers, on fresh points or not.
func predicted(r2 float64, fresh bool) sweep.Record {
	nan := math.NaN()
	r := sweep.Record{Spread: []float64{1}, TestAccuracy: nan, Fits: &sweep.Fits{Test: models.Fit{R2: r2}, Fresh: models.Fit{R2: nan, RMSE: nan, MAE: nan}}}
	if fresh {
		r.FreshRows, r.Fits.Test.R2, r.Fits.Fresh = 20_000, 0.99, models.Fit{R2: r2}
	}
	return r
}

func TestNumbersAreJudgedByR2(t *testing.T) {
	for _, fresh := range []bool{true, false} {
		r := analysed(t, "seed: 1..5\n", func(c config.Config) sweep.Record { return predicted(-0.5+0.2*float64(c.Seed), fresh) })
		if !r.Regression || len(r.Groups) != 2 {
			t.Fatalf("fresh %t: %+v", fresh, r)
		}
		for _, g := range r.Groups {
			// Below 0, where a share of rows could not be, and never above 1.
			if s := g.Score; math.Abs(s.Mean-0.1) > 1e-12 || !(s.Low < -0.2) || !(s.High > 0.3 && s.High < 1) {
				t.Errorf("fresh %t: %+v", fresh, s)
			}
		}
	}
}

func TestClassesAndNumbersAreNotCompared(t *testing.T) {
	_, err := Analyse(t.Context(), published(t, "dataset: [moons, \"y = x1*x2\"]\n", func(c config.Config) sweep.Record {
		if c.Dataset == "moons" {
			return sweep.Record{Spread: []float64{1}, TestAccuracy: 0.5}
		}
		return predicted(0.5, false)
	}))
	var bad *input.Error
	if !errors.As(err, &bad) || bad.Key != "dataset" || !strings.Contains(err.Error(), "make a sweep of each") {
		t.Errorf("got %v", err)
	}
}

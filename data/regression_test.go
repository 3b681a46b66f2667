package data_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"actscope/data"
)

func TestLinearTargetsFollowScikitLearn(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	for name, c := range map[string]data.RegressionConfig{
		"two":   {Samples: 100, Noise: 0.18, Seed: 42},
		"exact": {Samples: 7, Features: 2, Informative: 2, Outputs: 1},
		"many":  {Samples: 51, Features: 10, Informative: 4, Outputs: 3, Bias: -7.5, Noise: 2, Seed: math.MaxUint32},
		"one":   {Samples: 5, Features: 1, Outputs: 2, Bias: 1, Noise: 0.1, Seed: 3},
	} {
		set, err := data.LinearTargets(c)
		if err != nil {
			t.Fatal(err)
		}
		reference.close("regression_"+name+"_x", set.X)
		reference.close("regression_"+name+"_y", set.Y)
		if err := set.Validate(); err != nil || set.Rows() != c.Samples || set.Targets != (data.Targets{Task: data.Regression, Count: max(c.Outputs, 1)}) {
			t.Errorf("%s: %d rows, %v, %v", name, set.Rows(), set.Targets, err)
		}
	}
}

// The coefficients, which are found by solving two rows' equations, are those of the set.
func TestFreshPointsHaveTheCoefficientsOfTheSet(t *testing.T) {
	coefficients := func(s data.Set) [2]float64 {
		a, b := s.Row(0), s.Row(1)
		d := a[0]*b[1] - a[1]*b[0]
		return [2]float64{(s.Y[0]*b[1] - s.Y[1]*a[1]) / d, (s.Y[1]*a[0] - s.Y[0]*b[0]) / d}
	}
	for seed := range uint32(8) { // some shuffle the columns, some leave them
		c := data.GeneratorConfig{Name: "regression", Samples: 31, Seed: seed}
		set, err := data.Generate(c)
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := data.Fresh(c, 1000)
		if err != nil || fresh.Rows() != 1000 || slices.Equal(fresh.X[:62], set.X) {
			t.Fatal(fresh.Rows(), err)
		}
		want, got := coefficients(set), coefficients(fresh)
		for j := range want {
			if !(math.Abs(got[j]-want[j]) < 1e-8) || !(want[j] >= 0 && want[j] < 100) {
				t.Errorf("seed %d: coefficients %v, want %v", seed, got, want)
			}
		}
	}
}

func TestLinearTargetsRefuseSettingsOutsideTheirDomain(t *testing.T) {
	for field, c := range map[string]data.RegressionConfig{
		"RegressionConfig.Samples":     {Samples: 1},
		"RegressionConfig.Noise":       {Samples: 9, Noise: math.NaN()},
		"RegressionConfig.Features":    {Samples: data.MaxSamples, Features: 14},
		"RegressionConfig.Informative": {Samples: 9, Features: 3, Informative: 4},
		"RegressionConfig.Outputs":     {Samples: 9, Outputs: -1},
		"RegressionConfig.Bias":        {Samples: 9, Bias: math.Inf(1)},
	} {
		_, err := data.LinearTargets(c)
		var setting *data.InputError
		if !errors.As(err, &setting) || setting.Key != field {
			t.Errorf("%+v: error %v, want one about %s", c, err, field)
		}
	}
	if _, err := data.LinearTargets(data.RegressionConfig{Samples: 9, Noise: 1e200}); err == nil {
		t.Error("numbers too large are made")
	}
}

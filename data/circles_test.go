package data_test

import (
	"errors"
	"math"
	"testing"

	"actscope/data"
)

func TestCirclesFollowScikitLearn(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	for _, c := range []struct {
		counts [2]int
		config data.CirclesConfig
	}{
		{[2]int{1, 1}, data.CirclesConfig{Samples: 2, Noise: 0.1, Seed: 42}},
		{[2]int{2, 3}, data.CirclesConfig{Samples: 5, Noise: 0.3, Seed: 0}},
		{[2]int{200, 200}, data.CirclesConfig{Samples: 400, Noise: 0.18, Seed: 42, Factor: 0.5}},
		{[2]int{150, 151}, data.CirclesConfig{Samples: 301, Noise: 0.05, Seed: math.MaxUint32, Factor: 0.8}},
		{[2]int{32, 68}, data.CirclesConfig{Samples: 100, Share: 0.68, Seed: 5, Factor: 0.25}},
		{[2]int{99, 1}, data.CirclesConfig{Samples: 100, Noise: 0.2, Share: 0.01, Seed: 6, Factor: 0.99}},
		{[2]int{1, 6}, data.CirclesConfig{Samples: 7, Noise: 1e6, Share: 0.9, Seed: 9}},
	} {
		follows(t, reference, "circles", c.counts, func() (data.Set, error) { return data.Circles(c.config) })
	}
}

func TestCirclesWithoutNoiseHaveTheirRadii(t *testing.T) {
	set, err := data.Circles(data.CirclesConfig{Samples: 101, Factor: 0.3})
	if err != nil {
		t.Fatal(err)
	}
	for i, class := range set.Y {
		p, radius := set.Row(i), []float64{1, 0.3}[int(class)]
		if got := math.Hypot(p[0], p[1]); math.Abs(got-radius) > 1e-15 {
			t.Errorf("point %v of class %v lies %v from the origin", p, class, got)
		}
	}
}

func TestCirclesRefuseAFactorOutsideItsDomain(t *testing.T) {
	for _, factor := range []float64{-0.1, 1, 1.5, math.NaN(), math.Inf(1)} {
		_, err := data.Circles(data.CirclesConfig{Samples: 9, Factor: factor})
		var setting *data.InputError
		if !errors.As(err, &setting) || setting.Key != "CirclesConfig.Factor" {
			t.Errorf("factor %v: error %v, want one about CirclesConfig.Factor", factor, err)
		}
	}
	_, err := data.Circles(data.CirclesConfig{Samples: 1})
	var setting *data.InputError
	if !errors.As(err, &setting) || setting.Key != "CirclesConfig.Samples" {
		t.Errorf("error %v, want one about CirclesConfig.Samples", err)
	}
}

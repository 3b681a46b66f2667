package data_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"actscope/data"
)

func TestMoonsAndScalesFollowScikitLearn(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	for _, c := range []data.MoonsConfig{
		{Samples: 2, Noise: 0.18, Seed: 42},
		{Samples: 3, Noise: 0.18, Seed: 42},
		{Samples: 5, Noise: 0.3, Seed: 0},
		{Samples: 64, Noise: 0, Seed: 7},
		{Samples: 1001, Noise: 0.18, Seed: math.MaxUint32},
		{Samples: 50, Noise: 1e6, Seed: 1},
	} {
		key := fmt.Sprintf("moons_%d_", c.Samples)
		raw, err := data.Moons(c)
		if err != nil {
			t.Fatal(err)
		}
		reference.close(key+"x", raw.X)
		reference.identical(key+"y", raw.Y)
		standard, z, err := data.Standardise(raw)
		if err != nil {
			t.Fatal(err)
		}
		reference.close(key+"std", standard.X)
		reference.close(key+"mean", z.Mean)
		reference.close(key+"scale", z.Scale)
	}
}

func TestUnevenMoonsFollowScikitLearn(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	for _, c := range []struct {
		counts [2]int
		config data.MoonsConfig
	}{
		{[2]int{32, 68}, data.MoonsConfig{Samples: 100, Noise: 0.18, Share: 0.68, Seed: 5}},
		{[2]int{1, 6}, data.MoonsConfig{Samples: 7, Noise: 0.1, Share: 0.9, Seed: 9}},
		{[2]int{270, 31}, data.MoonsConfig{Samples: 301, Share: 0.104, Seed: 3}},
	} {
		follows(t, reference, "moons", c.counts, func() (data.Set, error) { return data.Moons(c.config) })
	}
}

func TestMoonsWithoutNoiseLieOnTheArcs(t *testing.T) {
	set, err := data.Moons(data.MoonsConfig{Samples: 101})
	if err != nil {
		t.Fatal(err)
	}
	if outer, inner := len(set.ClassRows(0)), len(set.ClassRows(1)); outer != 50 || inner != 51 {
		t.Errorf("%d points on the outer and %d on the inner arc, want 50 and 51", outer, inner)
	}
	centres := [][2]float64{{0, 0}, {1, 0.5}}
	for i, class := range set.Y {
		p, centre := set.Row(i), centres[int(class)]
		if radius := math.Hypot(p[0]-centre[0], p[1]-centre[1]); math.Abs(radius-1) > 1e-15 {
			t.Errorf("point %v of class %v lies %v from its centre", p, class, radius)
		}
	}
}

func TestMoonsRefuseSettingsOutsideTheirDomain(t *testing.T) {
	for _, c := range []struct {
		config data.MoonsConfig
		field  string
	}{
		{data.MoonsConfig{Samples: -1}, "MoonsConfig.Samples"},
		{data.MoonsConfig{Samples: 0}, "MoonsConfig.Samples"},
		{data.MoonsConfig{Samples: 1}, "MoonsConfig.Samples"},
		{data.MoonsConfig{Samples: data.MaxSamples + 1}, "MoonsConfig.Samples"},
		{data.MoonsConfig{Samples: math.MaxInt}, "MoonsConfig.Samples"},
		{data.MoonsConfig{Samples: 9, Noise: -1e-300}, "MoonsConfig.Noise"},
		{data.MoonsConfig{Samples: 9, Noise: math.NaN()}, "MoonsConfig.Noise"},
		{data.MoonsConfig{Samples: 9, Noise: math.Inf(1)}, "MoonsConfig.Noise"},
		{data.MoonsConfig{Samples: 99, Noise: math.MaxFloat64}, "MoonsConfig.Noise"},
		{data.MoonsConfig{Samples: 9, Share: 1}, "MoonsConfig.Share"},
	} {
		_, err := data.Moons(c.config)
		var setting *data.InputError
		if !errors.As(err, &setting) || setting.Key != c.field || !strings.Contains(err.Error(), c.field) {
			t.Errorf("%+v: error %v, want one about %s", c.config, err, c.field)
		}
	}
}

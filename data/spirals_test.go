package data_test

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"actscope/data"
)

// The reference is a second implementation of the definition, over NumPy, with
// two turns.
func TestSpiralsFollowTheirDefinition(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	for _, c := range []struct {
		counts [2]int
		config data.SpiralsConfig
	}{
		{[2]int{1, 1}, data.SpiralsConfig{Samples: 2, Seed: 42, Turns: 2}},
		{[2]int{150, 151}, data.SpiralsConfig{Samples: 301, Noise: 0.18, Seed: 0, Turns: 2}},
		{[2]int{13, 64}, data.SpiralsConfig{Samples: 77, Noise: 0.5, Share: 0.83, Seed: math.MaxUint32, Turns: 2}},
	} {
		follows(t, reference, "spirals", c.counts, func() (data.Set, error) { return data.Spirals(c.config) })
	}
}

// The reference writes the arms as complex numbers.
func TestSpiralsOfManyArmsFollowTheirDefinition(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	for _, c := range []data.SpiralsConfig{
		{Classes: 3, Samples: 92, Noise: 0.1, Seed: 4},
		{Classes: 5, Samples: 11, Seed: 8},
	} {
		set, err := data.Spirals(c)
		if err != nil {
			t.Fatal(err)
		}
		reference.close(fmt.Sprintf("spirals_of_%d_x", c.Classes), set.X)
		reference.identical(fmt.Sprintf("spirals_of_%d_y", c.Classes), set.Y)
		if err := set.Validate(); err != nil || set.Targets.Classes() != c.Classes {
			t.Errorf("%v, %v", set.Targets, err)
		}
	}
}

// The benchmark's 97 pairs: angle i pi / 16, radius 6.5 (104 - i) / 104.
func TestSpiralsAreTheBenchmark(t *testing.T) {
	set, err := data.Spirals(data.SpiralsConfig{Samples: 194})
	if err != nil {
		t.Fatal(err)
	}
	rows := set.ClassRows(1)
	slices.SortFunc(rows, func(a, b int) int { return -cmp.Compare(length(set.Row(a)), length(set.Row(b))) })
	opposite := set.ClassRows(0)
	slices.SortFunc(opposite, func(a, b int) int { return -cmp.Compare(length(set.Row(a)), length(set.Row(b))) })
	if len(rows) != 97 || len(opposite) != 97 {
		t.Fatalf("%d and %d points", len(rows), len(opposite))
	}
	for i := range 97 {
		angle, radius := float64(i)*math.Pi/16, 6.5*float64(104-i)/104
		x, y := radius*math.Sin(angle), radius*math.Cos(angle)
		for _, c := range []struct {
			p    []float64
			sign float64
		}{{set.Row(rows[i]), 1}, {set.Row(opposite[i]), -1}} {
			if math.Hypot(c.p[0]-c.sign*x, c.p[1]-c.sign*y) > 1e-13 {
				t.Errorf("pair %d: %v, want %v times (%v, %v)", i, c.p, c.sign, x, y)
			}
		}
	}
}

func length(p []float64) float64 { return math.Hypot(p[0], p[1]) }

func TestSpiralsRefuseTurnsOutsideTheirDomain(t *testing.T) {
	for _, turns := range []float64{-1, data.MaxTurns + 1, math.NaN(), math.Inf(1)} {
		_, err := data.Spirals(data.SpiralsConfig{Samples: 9, Turns: turns})
		var setting *data.InputError
		if !errors.As(err, &setting) || setting.Key != "SpiralsConfig.Turns" {
			t.Errorf("%v turns: error %v, want one about SpiralsConfig.Turns", turns, err)
		}
	}
}

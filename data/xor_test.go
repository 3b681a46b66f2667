package data_test

import (
	"math"
	"testing"

	"actscope/data"
)

// The reference is a second implementation of the definition, over NumPy.
func TestXORFollowsItsDefinition(t *testing.T) {
	reference := open(t, "testdata/reference.npz")
	for _, c := range []struct {
		counts [2]int
		config data.XORConfig
	}{
		{[2]int{1, 1}, data.XORConfig{Samples: 2, Seed: 42}},
		{[2]int{150, 151}, data.XORConfig{Samples: 301, Noise: 0.18, Seed: 0}},
		{[2]int{13, 64}, data.XORConfig{Samples: 77, Noise: 0.5, Share: 0.83, Seed: math.MaxUint32}},
	} {
		follows(t, reference, "xor", c.counts, func() (data.Set, error) { return data.XOR(c.config) })
	}
}

// Points and labels agree without noise, and the corners are filled alike:
// uniform coordinates have mean 1/2 and variance 1/12.
func TestXORWithoutNoiseFillsFourCorners(t *testing.T) {
	const samples = 40_000
	set, err := data.XOR(data.XORConfig{Samples: samples, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	var corners [2][2]int
	var sum, squares [2]float64
	for i, class := range set.Y {
		p := set.Row(i)
		if (p[0] > 0) == (p[1] > 0) != (class == 0) || p[0] == 0 || p[1] == 0 {
			t.Fatalf("point %v is of class %v", p, class)
		}
		side := 0
		if p[0] > 0 {
			side = 1
		}
		corners[int(class)][side]++
		for j, v := range p {
			if math.Abs(v) > 1 {
				t.Fatalf("point %v lies outside the square", p)
			}
			d := math.Abs(v) - 0.5
			sum[j] += d
			squares[j] += d * d
		}
	}
	if want := [2][2]int{{samples / 4, samples / 4}, {samples / 4, samples / 4}}; corners != want {
		t.Errorf("corners hold %v points", corners)
	}
	for j := range sum {
		mean, variance := sum[j]/samples, squares[j]/samples
		if math.Abs(mean) > 0.006 || math.Abs(variance-1./12) > 0.002 {
			t.Errorf("coordinate %d: mean %v, variance %v", j, 0.5+mean, variance)
		}
	}
}

package data

import (
	"fmt"
	"math"
)

// MaxSamples is the largest set that the generators make: about 0.4 GB.
const MaxSamples = 10_000_000

// MoonsConfig describes a set of two moons.
type MoonsConfig struct {
	Samples int     // points of both moons together, 2 to MaxSamples
	Noise   float64 // standard deviation of the Gaussian noise on each coordinate, 0 or more
	Seed    uint32  // of the set's own stream, for the order of the rows and the noise
}

func (c MoonsConfig) validate() error {
	if c.Samples < 2 || c.Samples > MaxSamples {
		return &SettingError{"MoonsConfig.Samples", c.Samples, fmt.Sprintf("from 2 to %d", MaxSamples)}
	}
	if math.IsNaN(c.Noise) || math.IsInf(c.Noise, 0) || c.Noise < 0 {
		return &SettingError{"MoonsConfig.Noise", c.Noise, "finite and 0 or more"}
	}
	return nil
}

// Moons returns two interleaving half circles: class 0 on the outer arc
// (cos t, sin t), class 1 on the inner arc (1 - cos t, 1/2 - sin t), t evenly
// spaced over [0, pi]. With an odd number of samples the inner arc has one more.
// Rows are shuffled first and displaced by the noise afterwards, as
// sklearn.datasets.make_moons does; the points agree with it within 1e-14.
func Moons(c MoonsConfig) (Set, error) {
	if err := c.validate(); err != nil {
		return Set{}, err
	}
	rng := NewRandomState(c.Seed)
	moons := arcs(c.Samples/2, c.Samples-c.Samples/2)
	moons = moons.Select(rng.Permutation(c.Samples))
	for i := range moons.X {
		moons.X[i] += float64(c.Noise * rng.NormFloat64())
		if math.IsInf(moons.X[i], 0) {
			return Set{}, &SettingError{"MoonsConfig.Noise", c.Noise, "small enough for the points to stay finite"}
		}
	}
	return moons, nil
}

// arcs returns the two half circles without noise, the outer one first.
func arcs(outer, inner int) Set {
	s := Set{
		X:       make([]float64, 0, 2*(outer+inner)),
		Columns: 2,
		Y:       make([]float64, 0, outer+inner),
	}
	for _, t := range linspace(0, math.Pi, outer) {
		s.X = append(s.X, math.Cos(t), math.Sin(t))
		s.Y = append(s.Y, 0)
	}
	for _, t := range linspace(0, math.Pi, inner) {
		s.X = append(s.X, 1-math.Cos(t), 1-math.Sin(t)-0.5)
		s.Y = append(s.Y, 1)
	}
	return s
}

package data

import "math"

// MoonsConfig describes a set of two moons.
type MoonsConfig struct {
	Samples int     // points of both moons together, 2 to MaxSamples
	Noise   float64 // standard deviation of the Gaussian noise on each coordinate, 0 or more
	Share   float64 // of class 1 among the points, as in Generate; 0 for even classes
	Seed    uint32  // of the set's own stream, for the order of the rows and the noise
}

// Moons returns two interleaving half circles: class 0 on the outer arc
// (cos t, sin t), class 1 on the inner arc (1 - cos t, 1/2 - sin t), t evenly
// spaced over [0, pi]. With an odd number of samples the inner arc has one more.
// Rows are shuffled first and displaced by the noise afterwards, as
// sklearn.datasets.make_moons does; the points agree with it within 1e-14.
func Moons(c MoonsConfig) (Set, error) {
	return moons.generate("MoonsConfig", GeneratorConfig{Samples: c.Samples, Noise: c.Noise, Share: c.Share, Seed: c.Seed}, 0)
}

var moons = classGenerator{
	odd: 1,
	draw: func(_, rng *RandomState, counts []int, noise float64) Set {
		return shuffledWithNoise(arcs(counts[0], counts[1]), rng, noise)
	},
}

// arcs returns the two half circles without noise, the outer one first.
func arcs(outer, inner int) Set {
	s := emptyPlane([]int{outer, inner})
	for _, t := range linspace(0, math.Pi, outer) {
		sin, cos := math.Sincos(t)
		s.X = append(s.X, cos, sin)
		s.Y = append(s.Y, 0)
	}
	for _, t := range linspace(0, math.Pi, inner) {
		sin, cos := math.Sincos(t)
		s.X = append(s.X, 1-cos, 1-sin-0.5)
		s.Y = append(s.Y, 1)
	}
	return s
}

package data

import "math"

// DefaultFactor is the radius of the inner circle where none is given:
// scikit-learn's. A noise as large as the gap of 0.2 blurs both into one.
const DefaultFactor = 0.8

// CirclesConfig describes a set of two circles.
type CirclesConfig struct {
	Samples int     // points of both circles together, 2 to MaxSamples
	Noise   float64 // standard deviation of the Gaussian noise on each coordinate, 0 or more
	Share   float64 // of class 1 among the points, as in Generate; 0 for even classes
	Seed    uint32  // of the set's own stream, for the order of the rows and the noise
	Factor  float64 // radius of the inner circle, above 0 and below 1; 0 for DefaultFactor
}

// Circles returns two circles around the origin: class 0 on the outer one, of
// radius 1, class 1 on the inner one, of radius Factor, each evenly spaced from
// the angle 0. With an odd number of samples the inner circle has one more. Rows
// are shuffled first and displaced by the noise afterwards, as
// sklearn.datasets.make_circles does; the points agree with it within 1e-14.
func Circles(c CirclesConfig) (Set, error) {
	if c.Factor == 0 {
		c.Factor = DefaultFactor
	}
	if !(c.Factor > 0 && c.Factor < 1) {
		return Set{}, badSetting("CirclesConfig.Factor", c.Factor, "above 0 and below 1, or 0 for the default")
	}
	return circles(c.Factor).generate("CirclesConfig", GeneratorConfig{Samples: c.Samples, Noise: c.Noise, Share: c.Share, Seed: c.Seed}, 0)
}

func circles(factor float64) classGenerator {
	return classGenerator{
		odd: 1,
		draw: func(_, rng *RandomState, counts []int, noise float64) Set {
			s := emptyPlane(counts)
			for class, radius := range []float64{1, factor} {
				step := 2 * math.Pi / float64(counts[class])
				for i := range counts[class] {
					t := float64(i) * step
					s.X = append(s.X, math.Cos(t)*radius, math.Sin(t)*radius)
					s.Y = append(s.Y, float64(class))
				}
			}
			return shuffledWithNoise(s, rng, noise)
		},
	}
}

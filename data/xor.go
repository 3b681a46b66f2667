package data

// XORConfig describes a set of the exclusive or of two signs.
type XORConfig struct {
	Samples int     // points of all corners together, 2 to MaxSamples
	Noise   float64 // standard deviation of the Gaussian noise on each coordinate, 0 or more
	Share   float64 // of class 1 among the points, as in Generate; 0 for even classes
	Seed    uint32  // of the set's own stream, for the points, the order of the rows and the noise
}

// XOR returns points over the square from -1 to 1, of class 0 where their
// coordinates have one sign and of class 1 where they have two: four corners,
// uniformly filled, each as wide as high, that meet along the axes. A class
// alternates between its two corners, so that these differ by one point at most.
// Rows are shuffled and then displaced by the noise, which carries points across
// the axes.
//
// The stream is this package's own: class 0 before class 1 and x before y, the
// distance of a coordinate from its axis is 1 - Float64, which is never 0.
func XOR(c XORConfig) (Set, error) {
	return xor.generate("XORConfig", GeneratorConfig{Samples: c.Samples, Noise: c.Noise, Share: c.Share, Seed: c.Seed}, 0)
}

var xor = classGenerator{odd: 1, draw: drawXOR}

func drawXOR(_, rng *RandomState, counts []int, noise float64) Set {
	corners := [2][2][2]float64{
		{{1, 1}, {-1, -1}},
		{{-1, 1}, {1, -1}},
	}
	s := emptyPlane(counts)
	for class := range corners {
		for i := range counts[class] {
			for _, sign := range corners[class][i%2] {
				s.X = append(s.X, sign*(1-rng.Float64()))
			}
			s.Y = append(s.Y, float64(class))
		}
	}
	return shuffledWithNoise(s, rng, noise)
}

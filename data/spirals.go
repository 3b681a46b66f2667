package data

import (
	"fmt"
	"math"
)

// DefaultTurns is how often the spirals wind where no number is given: as in the
// benchmark, which is hard for small networks.
const DefaultTurns = 3

// MaxTurns is the largest number of turns.
const MaxTurns = 1000

// SpiralsConfig describes a set of two spirals.
type SpiralsConfig struct {
	Samples int     // points of both spirals together, 2 to MaxSamples
	Noise   float64 // standard deviation of the Gaussian noise on each coordinate, 0 or more
	Share   float64 // of class 1 among the points, as in Generate; 0 for even classes
	Seed    uint32  // of the set's own stream, for the order of the rows and the noise
	Turns   float64 // of each spiral, above 0 and up to MaxTurns; 0 for DefaultTurns
}

// Spirals returns two spirals that wind about the origin into each other, one
// unit apart: class 1 at r (sin t, cos t), class 0 opposite at -r (sin t, cos t).
// The angle t is evenly spaced over all turns, from the outer end, and r shrinks
// evenly to 1/2, by one unit each half turn. With an odd number of samples
// class 1 has one more. Rows are shuffled first and displaced by the noise
// afterwards.
//
// With 194 samples, three turns and no noise these are the points of Wieland's
// benchmark, as Lang and Witbrock give it in "Learning to Tell Two Spirals Apart"
// (Proceedings of the 1988 Connectionist Models Summer School).
func Spirals(c SpiralsConfig) (Set, error) {
	if c.Turns == 0 {
		c.Turns = DefaultTurns
	}
	if !(c.Turns > 0 && c.Turns <= MaxTurns) {
		return Set{}, badSetting("SpiralsConfig.Turns", c.Turns, fmt.Sprintf("above 0 and up to %d, or 0 for the default", MaxTurns))
	}
	return spirals(c.Turns).generate("SpiralsConfig", sampling{c.Samples, c.Noise, c.Share, c.Seed})
}

func spirals(turns float64) generator {
	return generator{
		name: "spirals",
		odd:  1,
		draw: func(_, rng *RandomState, counts [2]int, noise float64) Set {
			s := emptyPlane(counts[0] + counts[1])
			for class, side := range []float64{-1, 1} {
				for _, t := range linspace(0, 2*math.Pi*turns, counts[class]) {
					r := side * (2*turns + 0.5 - t/math.Pi)
					s.X = append(s.X, r*math.Sin(t), r*math.Cos(t))
					s.Y = append(s.Y, float64(class))
				}
			}
			return shuffledWithNoise(s, rng, noise)
		},
	}
}

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

// SpiralsConfig describes a set of spirals.
type SpiralsConfig struct {
	Samples int     // points of all spirals together, 2 to MaxSamples
	Noise   float64 // standard deviation of the Gaussian noise on each coordinate, 0 or more
	Share   float64 // of class 1 of two among the points, as in Generate; 0 for even classes
	Classes int     // spirals, 2 to MaxClasses; 0 stands for 2
	Seed    uint32  // of the set's own stream, for the order of the rows and the noise
	Turns   float64 // of each spiral, above 0 and up to MaxTurns; 0 for DefaultTurns
}

// Spirals returns two spirals that wind about the origin into each other, one
// unit apart: class 1 at r (sin t, cos t), class 0 opposite at -r (sin t, cos t).
// The angle t is evenly spaced over all turns, from the outer end, and r shrinks
// evenly to 1/2, by one unit each half turn. Of k classes, class c is on the spiral of class 0
// turned by 2 pi c/k, counter-clockwise, and 2/k from the next. Samples that the classes cannot
// share evenly go to the last of them, one each. Rows are shuffled first and displaced by the
// noise afterwards.
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
	return spirals(c.Turns).generate("SpiralsConfig", GeneratorConfig{Samples: c.Samples, Noise: c.Noise, Share: c.Share, Classes: c.Classes, Seed: c.Seed}, 0)
}

func spirals(turns float64) classGenerator {
	return classGenerator{
		odd:  1,
		many: true,
		draw: func(_, rng *RandomState, counts []int, noise float64) Set {
			s := emptyPlane(counts)
			for class, n := range counts {
				for _, t := range linspace(0, 2*math.Pi*turns, n) {
					r := -(2*turns + 0.5 - t/math.Pi)
					x, y := turned(r*math.Sin(t), r*math.Cos(t), class, len(counts))
					s.X = append(s.X, x, y)
					s.Y = append(s.Y, float64(class))
				}
			}
			return shuffledWithNoise(s, rng, noise)
		},
	}
}

// turned is a point turned about the origin by part/parts of a circle: by a half exactly.
func turned(x, y float64, part, parts int) (float64, float64) {
	switch {
	case part == 0:
		return x, y
	case 2*part == parts:
		return -x, -y
	}
	sin, cos := math.Sincos(2 * math.Pi * float64(part) / float64(parts))
	return float64(x*cos) - float64(y*sin), float64(x*sin) + float64(y*cos)
}

package data

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"actscope/internal/input"
	"actscope/internal/nearest"
)

// GeneratorConfig describes a set that a generator makes, which is known by its
// name. What only one kind of set has, as the factor of the circles, is at its
// default; the generator's own function, such as [Circles], takes it as well.
type GeneratorConfig struct {
	Name    string  // one of GeneratorNames
	Samples int     // points of both classes together, 2 to MaxSamples
	Noise   float64 // standard deviation of the Gaussian noise on each coordinate, 0 or more
	Share   float64 // of class 1 among the points, above 0 and below 1; 0 for even classes
	Seed    uint32  // of the set's own stream
}

// generators are listed in this order.
var generators = []generator{
	moons,
	circles(DefaultFactor),
	blobs,
	xor,
	spirals(DefaultTurns),
}

// Generate returns the set that the generator of that name makes; an unknown
// name is an error that suggests the nearest known one.
//
// Share times Samples, rounded to the nearest whole number, is the number of
// points of class 1. A half goes to the class to which scikit-learn gives the odd
// point of an even split: class 0 for blobs, class 1 for the others. A share that
// leaves a class without points is an error.
func Generate(c GeneratorConfig) (Set, error) {
	g, err := generatorNamed(c.Name)
	if err != nil {
		return Set{}, err
	}
	return g.generate("GeneratorConfig", sampling{c.Samples, c.Noise, c.Share, c.Seed})
}

// FreshSeed is the seed of the points that [Fresh] draws for a set of a seed: it differs
// in the highest bit, so that sets of seeds below 2³¹ never share their points with the
// fresh ones of another.
func FreshSeed(seed uint32) uint32 { return seed ^ 1<<31 }

// Fresh draws new points, as many as Samples says, from the law of the set of Seed: what
// only the seed decides of the law, the centres of blobs, is as in that set, and the
// points and their noise come from the stream of [FreshSeed].
func Fresh(c GeneratorConfig) (Set, error) {
	g, err := generatorNamed(c.Name)
	if err != nil {
		return Set{}, err
	}
	s := sampling{c.Samples, c.Noise, c.Share, c.Seed}
	return g.generateFrom("GeneratorConfig", s, NewRandomState(c.Seed), NewRandomState(FreshSeed(c.Seed)))
}

func generatorNamed(name string) (generator, error) {
	for _, g := range generators {
		if g.name == name {
			return g, nil
		}
	}
	want := "one of " + strings.Join(GeneratorNames(), ", ")
	if near := nearest.Name(name, GeneratorNames()); near != "" {
		want += fmt.Sprintf(": did you mean %s?", near)
	}
	return generator{}, badSetting("GeneratorConfig.Name", name, want)
}

// GeneratorNames returns the names of all generators, the moons first.
func GeneratorNames() []string {
	names := make([]string, len(generators))
	for i, g := range generators {
		names[i] = g.name
	}
	return names
}

// generator makes one kind of set.
type generator struct {
	name string
	odd  int // class that gets the odd point of an even split
	// draw returns counts[0] points of class 0 and counts[1] of class 1 with their
	// noise, in random order. What the points of one seed have in common, such as the
	// centres of blobs, comes from law, which is rng itself or another stream.
	draw func(law, rng *RandomState, counts [2]int, noise float64) Set
}

// generate makes a set from the settings, which errors call fields of owner.
func (g generator) generate(owner string, s sampling) (Set, error) {
	rng := NewRandomState(s.Seed)
	return g.generateFrom(owner, s, rng, rng)
}

// generateFrom makes a set whose law and whose points come from two streams.
func (g generator) generateFrom(owner string, s sampling, law, rng *RandomState) (Set, error) {
	if err := s.validate(owner); err != nil {
		return Set{}, err
	}
	counts, err := s.counts(owner, g.odd)
	if err != nil {
		return Set{}, err
	}
	set := g.draw(law, rng, counts, s.Noise)
	for _, v := range set.X {
		if !(math.Abs(v) <= MaxCoordinate) {
			return Set{}, badSetting(owner+".Noise", s.Noise, fmt.Sprintf("small enough for the points to stay below %v", MaxCoordinate))
		}
	}
	return set, nil
}

// emptyPlane returns a set of two columns with room for a number of points.
func emptyPlane(rows int) Set {
	return Set{X: make([]float64, 0, 2*rows), Columns: 2, Y: make([]float64, 0, rows)}
}

// shuffledWithNoise returns the points in random order and then displaced, which
// is the order in which scikit-learn draws.
func shuffledWithNoise(s Set, rng *RandomState, noise float64) Set {
	shuffled := s.Select(rng.Permutation(s.Rows()))
	for i := range shuffled.X {
		shuffled.X[i] += float64(noise * rng.NormFloat64())
	}
	return shuffled
}

// MaxSamples is the largest set that the generators make: about 0.4 GB.
const MaxSamples = 10_000_000

// sampling is what the configurations of all generators have in common. Its
// fields are documented there.
type sampling struct {
	Samples int
	Noise   float64
	Share   float64
	Seed    uint32
}

// validate checks the settings, which errors call fields of owner.
func (s sampling) validate(owner string) error {
	if s.Samples < 2 || s.Samples > MaxSamples {
		return badSetting(owner+".Samples", s.Samples, fmt.Sprintf("from 2 to %d", MaxSamples))
	}
	if math.IsNaN(s.Noise) || math.IsInf(s.Noise, 0) || s.Noise < 0 {
		return badSetting(owner+".Noise", s.Noise, "finite and 0 or more")
	}
	if !(s.Share >= 0 && s.Share < 1) {
		return badSetting(owner+".Share", s.Share, "above 0 and below 1, or 0 for even classes")
	}
	return nil
}

// counts returns how many points each class gets: Share of the samples, rounded
// to a whole number, is class 1, and a half goes to the class odd.
func (s sampling) counts(owner string, odd int) ([2]int, error) {
	share := s.Share
	if share == 0 {
		share = 0.5
	}
	exact := share * float64(s.Samples)
	ones := int(math.Floor(exact + 0.5))
	if odd == 0 {
		ones = int(math.Ceil(exact - 0.5))
	}
	if ones < 1 || ones >= s.Samples {
		return [2]int{}, badSetting(owner+".Share", s.Share,
			fmt.Sprintf("such that both classes have one of the %d points", s.Samples))
	}
	return [2]int{s.Samples - ones, ones}, nil
}

// InputError is what a setting outside its domain or a file that cannot be read gives. A
// setting is named as a caller writes it, such as "MoonsConfig.Noise".
type InputError = input.Error

// badSetting is an error about a field of a configuration.
func badSetting(field string, value any, want string) error {
	if text, ok := value.(string); ok {
		value = strconv.Quote(text)
	}
	return input.Refuse(field, "%v: it has to be %s", value, want)
}

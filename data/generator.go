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
// Noise is that of the target where this is a number.
type GeneratorConfig struct {
	Name    string  // one of GeneratorNames, or a formula: see [Formula]
	Samples int     // points of all classes together, 2 to MaxSamples
	Noise   float64 // standard deviation of the Gaussian noise on each coordinate, 0 or more
	Share   float64 // of class 1 of two among the points, above 0 and below 1; 0 for even classes
	Classes int     // of blobs and spirals, 2 to MaxClasses; 0 stands for 2
	Seed    uint32  // of the set's own stream
}

// generators are listed in this order.
var generators = []struct {
	name string
	generator
}{
	{"moons", moons},
	{"circles", circles(DefaultFactor)},
	{"blobs", blobs},
	{"xor", xor},
	{"spirals", spirals(DefaultTurns)},
	{"regression", linear{}},
}

// generator makes one kind of set.
type generator interface {
	// generate makes the set that the settings describe, whose name it need not look at, or
	// with fresh above 0 as many new points of its law: see [Fresh]. Errors call the settings
	// fields of owner.
	generate(owner string, c GeneratorConfig, fresh int) (Set, error)
}

// Generate returns the set that the generator of that name makes; an unknown
// name is an error that suggests the nearest known one.
//
// Share times Samples, rounded to the nearest whole number, is the number of
// points of class 1. A half goes to the class to which scikit-learn gives the odd
// point of an even split: class 0 for blobs, class 1 for the others. A share that
// leaves a class without points is an error. More than two classes are even, and the points
// left over go to the first of blobs and to the last of spirals, one each.
func Generate(c GeneratorConfig) (Set, error) {
	g, err := generatorNamed(c.Name)
	if err != nil {
		return Set{}, err
	}
	return g.generate("GeneratorConfig", c, 0)
}

// FreshSeed is the seed of the points that [Fresh] draws for a set of a seed: it differs
// in the highest bit, so that sets of seeds below 2³¹ never share their points with the
// fresh ones of another.
func FreshSeed(seed uint32) uint32 { return seed ^ 1<<31 }

// Fresh draws new points, 2 to [MaxSamples], from the law of the set that the settings
// describe: what only the seed decides of the law, as the centres of blobs, is as in that
// set, and the points and their noise come from the stream of [FreshSeed].
func Fresh(c GeneratorConfig, samples int) (Set, error) {
	g, err := generatorNamed(c.Name)
	if err != nil {
		return Set{}, err
	}
	if samples < 2 || samples > MaxSamples {
		return Set{}, badSetting("samples", samples, fmt.Sprintf("from 2 to %d", MaxSamples))
	}
	return g.generate("GeneratorConfig", c, samples)
}

func generatorNamed(name string) (generator, error) {
	if IsFormula(name) {
		return readFormula("GeneratorConfig.Name", name)
	}
	for _, g := range generators {
		if g.name == name {
			return g, nil
		}
	}
	want := "one of " + strings.Join(GeneratorNames(), ", ")
	if strings.ContainsAny(name, "*/+(") {
		want += ", or a formula with a comparison or =, such as x2>sin(3*x1) or y=x1*x2"
	}
	if near := nearest.Name(name, GeneratorNames()); near != "" {
		want += fmt.Sprintf(": did you mean %s?", near)
	}
	return nil, badSetting("GeneratorConfig.Name", name, want)
}

// GeneratorNames returns the names of all generators, the moons first.
func GeneratorNames() []string {
	names := make([]string, len(generators))
	for i, g := range generators {
		names[i] = g.name
	}
	return names
}

// classGenerator makes points of classes.
type classGenerator struct {
	odd  int  // 0 if the points left over of an even split go to the first classes, 1 if to the last
	many bool // there may be more than two classes
	// draw returns counts[i] points of class i with their
	// noise, in random order. What the points of one seed have in common, such as the
	// centres of blobs, comes from law, which is rng itself or another stream.
	draw func(law, rng *RandomState, counts []int, noise float64) Set
}

func (g classGenerator) generate(owner string, c GeneratorConfig, fresh int) (Set, error) {
	if err := c.check(owner); err != nil {
		return Set{}, err
	}
	law := NewRandomState(c.Seed)
	rng := law
	if fresh > 0 {
		c.Samples, rng = fresh, NewRandomState(FreshSeed(c.Seed))
	}
	counts, err := g.counts(owner, c)
	if err != nil {
		return Set{}, err
	}
	set := g.draw(law, rng, counts, c.Noise)
	if err := checkSize(owner, c, set.X); err != nil {
		return Set{}, err
	}
	set.Targets = ofClasses(len(counts))
	return set, nil
}

// emptyPlane returns a set of two columns with room for the points of all classes.
func emptyPlane(counts []int) Set {
	rows := 0
	for _, n := range counts {
		rows += n
	}
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

// check reports the first setting outside the domain of all generators.
func (c GeneratorConfig) check(owner string) error {
	if c.Samples < 2 || c.Samples > MaxSamples {
		return badSetting(owner+".Samples", c.Samples, fmt.Sprintf("from 2 to %d", MaxSamples))
	}
	if math.IsNaN(c.Noise) || math.IsInf(c.Noise, 0) || c.Noise < 0 {
		return badSetting(owner+".Noise", c.Noise, "finite and 0 or more")
	}
	if !(c.Share >= 0 && c.Share < 1) {
		return badSetting(owner+".Share", c.Share, "above 0 and below 1, or 0 for even classes")
	}
	return nil
}

// checkNoClasses reports settings that only classes have.
func (c GeneratorConfig) checkNoClasses(owner string) error {
	switch {
	case c.Classes != 0 && c.Classes != 2:
		return badSetting(owner+".Classes", c.Classes, "2 for this set: blobs and spirals have more")
	case c.Share != 0:
		return badSetting(owner+".Share", c.Share, "0: the share of a class is not chosen in this set")
	}
	return c.check(owner)
}

// checkSize reports noise by which numbers have become too large.
func checkSize(owner string, c GeneratorConfig, numbers []float64) error {
	for _, v := range numbers {
		if !(math.Abs(v) <= MaxCoordinate) {
			return badSetting(owner+".Noise", c.Noise, fmt.Sprintf("small enough for the points to stay below %v", MaxCoordinate))
		}
	}
	return nil
}

// counts returns how many points each class gets: Share of the samples, rounded
// to a whole number, is class 1, and a half goes to the class odd.
func (g classGenerator) counts(owner string, c GeneratorConfig) ([]int, error) {
	k := c.Classes
	switch {
	case k == 0:
		k = 2
	case k != 2 && !g.many:
		return nil, badSetting(owner+".Classes", k, "2 for this set: blobs and spirals have more")
	case k < 2 || k > MaxClasses:
		return nil, badSetting(owner+".Classes", k, fmt.Sprintf("from 2 to %d", MaxClasses))
	case k > c.Samples:
		return nil, badSetting(owner+".Classes", k, fmt.Sprintf("at most %d, the number of points", c.Samples))
	case k > 2 && c.Share != 0:
		return nil, badSetting(owner+".Share", c.Share, "0, for even classes, where there are more than two")
	}
	counts := make([]int, k)
	if k > 2 {
		for i := range counts {
			counts[i] = c.Samples / k
			if rest := c.Samples % k; g.odd == 0 && i < rest || g.odd == 1 && i >= k-rest {
				counts[i]++
			}
		}
		return counts, nil
	}
	share := c.Share
	if share == 0 {
		share = 0.5
	}
	exact := share * float64(c.Samples)
	ones := int(math.Floor(exact + 0.5))
	if g.odd == 0 {
		ones = int(math.Ceil(exact - 0.5))
	}
	if ones < 1 || ones >= c.Samples {
		return nil, badSetting(owner+".Share", c.Share,
			fmt.Sprintf("such that both classes have one of the %d points", c.Samples))
	}
	return []int{c.Samples - ones, ones}, nil
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

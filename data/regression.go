package data

import (
	"fmt"
	"math"
)

// RegressionConfig describes a set whose targets are linear in the points.
type RegressionConfig struct {
	Samples     int     // points, 2 to MaxSamples
	Features    int     // coordinates of a point; 0 stands for 2
	Informative int     // how many of them the targets depend on; 0 stands for all
	Outputs     int     // targets of a point; 0 stands for 1
	Bias        float64 // added to every target
	Noise       float64 // standard deviation of the Gaussian noise on each target, 0 or more
	Seed        uint32  // of the set's own stream, for all that is drawn
}

// LinearTargets returns points whose coordinates are standard Gaussians, with targets that are
// a weighted sum of the informative coordinates, the bias and noise. The coefficients are uniform
// over 0 to 100. Rows and columns are shuffled in the end. Points and targets agree with
// those of sklearn.datasets.make_regression within 1e-12.
func LinearTargets(c RegressionConfig) (Set, error) {
	const owner = "RegressionConfig"
	if c.Features == 0 {
		c.Features = 2
	}
	if c.Informative == 0 {
		c.Informative = c.Features
	}
	if c.Outputs == 0 {
		c.Outputs = 1
	}
	general := GeneratorConfig{Samples: c.Samples, Noise: c.Noise}
	if err := general.check(owner); err != nil {
		return Set{}, err
	}
	most := MaxCoordinates / c.Samples // of the numbers of a row
	switch {
	case c.Features < 1 || c.Features >= most:
		return Set{}, badSetting(owner+".Features", c.Features, fmt.Sprintf("from 1 to %d for so many points", most-1))
	case c.Informative < 1 || c.Informative > c.Features:
		return Set{}, badSetting(owner+".Informative", c.Informative, fmt.Sprintf("from 1 to %d, the number of features", c.Features))
	case c.Outputs < 1 || c.Outputs > most-c.Features:
		return Set{}, badSetting(owner+".Outputs", c.Outputs, fmt.Sprintf("from 1 to %d for so many points", most-c.Features))
	case !(math.Abs(c.Bias) <= MaxCoordinate):
		return Set{}, badSetting(owner+".Bias", c.Bias, fmt.Sprintf("a number of at most %v", MaxCoordinate))
	}
	set, _ := c.draw(NewRandomState(c.Seed), nil)
	if err := checkSize(owner, general, set.Y); err != nil {
		return Set{}, err
	}
	return set, nil
}

// linear is the generator of [LinearTargets] on a plane.
type linear struct{}

func (linear) generate(owner string, c GeneratorConfig, fresh int) (Set, error) {
	if err := c.checkNoClasses(owner); err != nil {
		return Set{}, err
	}
	plane := RegressionConfig{Samples: c.Samples, Features: 2, Informative: 2, Outputs: 1, Noise: c.Noise, Seed: c.Seed}
	set, law := plane.draw(NewRandomState(c.Seed), nil)
	if fresh > 0 {
		plane.Samples = fresh
		set, _ = plane.draw(NewRandomState(FreshSeed(c.Seed)), &law)
	}
	if err := checkSize(owner, c, set.Y); err != nil {
		return Set{}, err
	}
	return set, nil
}

// linearLaw is what the seed decides of the law of [LinearTargets].
type linearLaw struct {
	coefficients []float64 // Informative x Outputs
	columns      []int     // the features in their shuffled order
}

// draw draws the points, the coefficients, the noise and the order of rows and columns, as
// scikit-learn does: without coefficients and order of columns where the law is known.
func (c RegressionConfig) draw(rng *RandomState, known *linearLaw) (Set, linearLaw) {
	s := Set{
		X: make([]float64, c.Samples*c.Features), Columns: c.Features,
		Y: make([]float64, c.Samples*c.Outputs), Targets: Targets{Task: Regression, Count: c.Outputs},
	}
	for i := range s.X {
		s.X[i] = rng.NormFloat64()
	}
	var law linearLaw
	if known != nil {
		law = *known
	} else {
		law.coefficients = make([]float64, c.Informative*c.Outputs)
		for i := range law.coefficients {
			law.coefficients[i] = 100 * rng.Float64()
		}
	}
	for i := range c.Samples {
		y := s.Target(i)
		for j, x := range s.Row(i)[:c.Informative] {
			for k := range y {
				y[k] += float64(x * law.coefficients[j*c.Outputs+k])
			}
		}
		for k := range y {
			y[k] += c.Bias
		}
	}
	if c.Noise > 0 {
		for i := range s.Y {
			s.Y[i] += float64(c.Noise * rng.NormFloat64())
		}
	}
	s = s.Select(rng.Permutation(c.Samples))
	if known == nil {
		law.columns = rng.Permutation(c.Features)
	}
	before := make([]float64, c.Features)
	for i := range c.Samples {
		row := s.Row(i)
		copy(before, row)
		for j, from := range law.columns {
			row[j] = before[from]
		}
	}
	return s, law
}

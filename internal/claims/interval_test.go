package claims

import (
	"math"
	"math/rand/v2"
	"testing"

	"actscope/internal/stats"
)

// On one data set the interval is Student's.
func TestIntervalOnOneDataSetIsStudents(t *testing.T) {
	var s sample
	values := []float64{2, 4, 4, 5, 7, 9}
	for i, v := range values {
		s.add(Pair{42, int64(i)}, v)
	}
	mean, low, high := s.mean()
	want := stats.Summarise(values)
	if mean != want.Mean || math.Abs(low-want.Low) > 1e-9 || math.Abs(high-want.High) > 1e-9 {
		t.Errorf("%v, %v to %v, want %+v", mean, low, high, want)
	}
	lone := sample{[]Pair{{42, 0}, {142, 1}}, []float64{1, 2}}
	if mean, low, high := lone.mean(); mean != 1.5 || !math.IsNaN(low) || !math.IsNaN(high) {
		t.Errorf("of one seed each: %v, %v to %v", mean, low, high)
	}
}

// By hand: two data sets, levels 1 and 11, deviations ±1 in both: s² = 4/(4-2) = 2,
// t(0.975, 2) = 4.302653, half = t √(2/4).
func TestLevelsOfDataSetsAreNoVariation(t *testing.T) {
	s := sample{[]Pair{{42, 0}, {42, 1}, {142, 2}, {142, 3}}, []float64{0, 2, 10, 12}}
	mean, low, high := s.mean()
	half := 4.302653 * math.Sqrt(0.5)
	if mean != 6 || math.Abs(low-6+half) > 1e-5 || math.Abs(high-6-half) > 1e-5 {
		t.Errorf("%v, %v to %v", mean, low, high)
	}
}

// Both designs cover the mean that they are to cover, over the data sets at hand, as
// often as they say.
func TestIntervalsCoverAsOftenAsTheySay(t *testing.T) {
	random := rand.New(rand.NewPCG(19, 20))
	levels := []float64{0.1, -3, 2, 5, 0.7}
	const truth, repetitions, seeds = (0.1 - 3 + 2 + 5 + 0.7) / 5, 1000, 25
	for name, everywhere := range map[string]bool{"every data set": true, "one data set each": false} {
		covered := 0
		for range repetitions {
			var s sample
			for seed := range seeds {
				own := random.NormFloat64()
				for k, level := range levels {
					if everywhere || seed*len(levels)/seeds == k {
						s.add(Pair{DataSeeds[k], int64(seed)}, level+own+0.5*random.NormFloat64())
					}
				}
			}
			if _, low, high := s.mean(); low <= truth && truth <= high {
				covered++
			}
		}
		if share := float64(covered) / repetitions; math.Abs(share-0.95) > 0.02 {
			t.Errorf("%s: covers in %.3f", name, share)
		}
	}
}

package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Of one stratum the interval is Student's.
func TestIntervalOfOneStratumIsStudents(t *testing.T) {
	values := []float64{2, 4, 4, 5, 7, 9}
	var observations []Observation
	for i, v := range values {
		observations = append(observations, Observation{v, 42, int64(i)})
	}
	got, want := SummariseStrata(observations), Summarise(values)
	if got.Mean != want.Mean || math.Abs(got.Low-want.Low) > 1e-9 || math.Abs(got.High-want.High) > 1e-9 {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := SummariseStrata([]Observation{{1, 42, 0}, {2, 142, 1}}); got.Mean != 1.5 || !math.IsNaN(got.Low) || !math.IsNaN(got.High) {
		t.Errorf("of one cluster each: %+v", got)
	}
}

// By hand: two strata, levels 1 and 11, deviations ±1 in both: s² = 4/(4-2) = 2,
// t(0.975, 2) = 4.302653, half = t √(2/4).
func TestLevelsOfStrataAreNotVariation(t *testing.T) {
	got := SummariseStrata([]Observation{{0, 42, 0}, {2, 42, 1}, {10, 142, 2}, {12, 142, 3}})
	half := 4.302653 * math.Sqrt(0.5)
	if got.Mean != 6 || math.Abs(got.Low-6+half) > 1e-5 || math.Abs(got.High-6-half) > 1e-5 {
		t.Errorf("%+v", got)
	}
	if len(got.Strata) != 2 || got.Strata[0] != (Stratum{42, 1}) || got.Strata[1] != (Stratum{142, 11}) {
		t.Errorf("strata %v", got.Strata)
	}
}

// Whether clusters are in every stratum or in one each, intervals cover the mean over the
// strata at hand as often as they say.
func TestIntervalsCoverAsOftenAsTheySay(t *testing.T) {
	random := rand.New(rand.NewPCG(19, 20))
	levels := []float64{0.1, -3, 2, 5, 0.7}
	const truth, repetitions, clusters = (0.1 - 3 + 2 + 5 + 0.7) / 5, 1000, 25
	for name, everywhere := range map[string]bool{"every stratum": true, "one stratum each": false} {
		covered := 0
		for range repetitions {
			var observations []Observation
			for cluster := range clusters {
				own := random.NormFloat64()
				for k, level := range levels {
					if everywhere || cluster*len(levels)/clusters == k {
						observations = append(observations, Observation{level + own + 0.5*random.NormFloat64(), int64(k), int64(cluster)})
					}
				}
			}
			if s := SummariseStrata(observations); s.Low <= truth && truth <= s.High {
				covered++
			}
		}
		if share := float64(covered) / repetitions; math.Abs(share-0.95) > 0.02 {
			t.Errorf("%s: covers in %.3f", name, share)
		}
	}
}

package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// By hand: numerators 1, 2, 3 and denominators 2, 4, 6 have the ratio 1/2 whatever chance
// does; a denominator around zero has none.
func TestRatioOfMeans(t *testing.T) {
	if r, low, high, ok := RatioOfMeans([]float64{10, 11, 12}, []float64{20, 22, 24}, 0.95); !ok || !near(r, 0.5, 1e-12) || !near(low, 0.5, 1e-6) || !near(high, 0.5, 1e-6) {
		t.Errorf("%v (%v to %v), %v", r, low, high, ok)
	}
	for _, of := range [][2][]float64{{{1, 2, 3}, {-1, 0, 1}}, {{1}, {1}}, {nil, nil}, {{1, 2}, {1}}} {
		if r, _, _, ok := RatioOfMeans(of[0], of[1], 0.95); ok {
			t.Errorf("%v: %v", of, r)
		}
	}
}

func TestRatioIsCoveredAsOftenAsItSays(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 22))
	const repetitions, truth = 2000, 0.4
	covered := 0
	for range repetitions {
		var a, b []float64
		for range 30 {
			common := random.NormFloat64()
			a, b = append(a, truth*5+common+random.NormFloat64()), append(b, 5+common+2*random.NormFloat64())
		}
		if _, low, high, ok := RatioOfMeans(a, b, 0.9); ok && low <= truth && truth <= high {
			covered++
		}
	}
	if share := float64(covered) / repetitions; math.Abs(share-0.9) > 0.02 {
		t.Errorf("covers in %.3f", share)
	}
}

package report

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// probability is the inverse of quantiseProbability, as film.js's boundary has it.
func probability(code byte) float64 {
	if code == noProbability {
		return math.NaN()
	}
	u := (float64(code) - 127) / 127
	return 0.5 + 0.5*u*math.Abs(u)
}

func coordinate(code uint16, lo, hi float64) float64 {
	if code == noCoordinate {
		return math.NaN()
	}
	t := float64(code) / 65534
	return lo*(1-t) + hi*t
}

func TestProbabilitiesSurviveQuantising(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		got := probability(quantiseProbability(p))
		// Half a level wide, where the levels lie 2·√|2p−1|/127 apart in 2p−1.
		d := math.Abs(2*p - 1)
		if bound := 0.5*(math.Sqrt(d)/127+1/(4.*127*127)) + 1e-12; math.Abs(got-p) > bound {
			t.Errorf("%v comes back as %v, off by more than %v", p, got, bound)
		}
		if (got > 0.5) && p < 0.5 || (got < 0.5) && p > 0.5 {
			t.Errorf("%v crosses the boundary to %v", p, got)
		}
	})
	for p, want := range map[float64]float64{0: 0, 0.5: 0.5, 1: 1, -3: 0, 7: 1} {
		if got := probability(quantiseProbability(p)); got != want {
			t.Errorf("%v comes back as %v, want %v", p, got, want)
		}
	}
}

func TestCoordinatesSurviveQuantising(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.Float64Range(-1e300, 1e300).Draw(t, "lo")
		hi := lo + rapid.Float64Range(0, 1e300).Draw(t, "width")
		v := rapid.Float64Range(lo, hi).Draw(t, "v")
		got := coordinate(quantiseCoordinate(v, lo, hi), lo, hi)
		if bound := (hi-lo)/65534/2 + 1e-9*math.Abs(v) + 1e-300; hi > lo && math.Abs(got-v) > bound {
			t.Errorf("%v in %v to %v comes back as %v", v, lo, hi, got)
		}
	})
	if got := coordinate(quantiseCoordinate(-math.MaxFloat64, -math.MaxFloat64, math.MaxFloat64), -math.MaxFloat64, math.MaxFloat64); got != -math.MaxFloat64 {
		t.Errorf("the lower end of all numbers comes back as %v", got)
	}
}

func TestWhatIsNotFiniteStaysRecognisable(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if got := probability(quantiseProbability(v)); !math.IsNaN(got) {
			t.Errorf("probability %v comes back as %v", v, got)
		}
		if got := coordinate(quantiseCoordinate(v, 0, 1), 0, 1); !math.IsNaN(got) {
			t.Errorf("coordinate %v comes back as %v", v, got)
		}
	}
}

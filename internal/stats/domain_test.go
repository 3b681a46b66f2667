package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// drawn are n values of a distribution.
func drawn(n int, draw func() float64) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = draw()
	}
	return values
}

// Intervals have the mean inside, stay in their domain, where Student's leaves it, and cover
// the distribution's mean about as often as they say.
func TestIntervalsOfDomainsCoverAndStayInside(t *testing.T) {
	random := rand.New(rand.NewPCG(61, 62))
	normal := func(mean, deviation float64) float64 { return mean + deviation*random.NormFloat64() }
	for _, c := range []struct {
		name      string
		domain    Domain
		low, high float64
		draw      func() float64
	}{
		{"accuracies of 100 rows, close to 1", Shares, 0, 1, func() float64 {
			right := 0.0
			p := 1 / (1 + math.Exp(-normal(4, 0.7)))
			for range 100 {
				if random.Float64() < p {
					right++
				}
			}
			return right / 100
		}},
		{"shares of all sizes", Shares, 0, 1, random.Float64},
		{"losses", Positive, 0, math.Inf(1), func() float64 { return math.Exp(normal(-3, 0.6)) }},
		{"losses, some of which 0", Positive, 0, math.Inf(1), func() float64 { return max(0, normal(0.5, 0.5)) }},
		{"correlations", Correlations, -1, 1, func() float64 { return math.Tanh(normal(0.5, 0.7)) }},
		{"correlations close to -1", Correlations, -1, 1, func() float64 { return -math.Tanh(normal(1.5, 0.35)) }},
	} {
		truth := 0.0
		const draws, repetitions = 200_000, 2000
		for range draws {
			truth += c.draw() / draws
		}
		for _, n := range []int{5, 20} {
			covered, students, outside := 0, 0, 0
			for range repetitions {
				values := drawn(n, c.draw)
				s, plain := Summarise(values).In(c.domain), Summarise(values)
				if !(c.low <= s.Low && s.Low <= s.Mean && s.Mean <= s.High && s.High <= c.high) || s.Mean != plain.Mean || s.Median != plain.Median {
					t.Fatalf("%s: %+v of %v", c.name, s, values)
				}
				if s.Low <= truth && truth <= s.High {
					covered++
				}
				if plain.Low <= truth && truth <= plain.High {
					students++
				}
				if plain.Low < c.low || plain.High > c.high {
					outside++
				}
			}
			share, before := float64(covered)/repetitions, float64(students)/repetitions
			t.Logf("%s, %d values: covers in %.3f, Student's in %.3f, of which %.3f leave the domain", c.name, n, share, before, float64(outside)/repetitions)
			if share < 0.91 || share < before-0.01 || n == 5 && outside == 0 {
				t.Errorf("%s, %d values: covers in %.3f, Student's in %.3f, outside %d", c.name, n, share, before, outside)
			}
		}
	}
}

// By hand: log-odds of 0.9 are ln 9, their slope 1/0.09.
func TestIntervalsOfDomainsByHand(t *testing.T) {
	half := Summarise([]float64{0.8, 0.9, 1}).High - 0.9
	s := Summarise([]float64{0.8, 0.9, 1}).In(Shares)
	if odds := 9 * math.Exp(half/0.09); !near(s.High, odds/(1+odds), 1e-12) {
		t.Errorf("%+v", s)
	}
	s = Summarise([]float64{1, 2, 3}).In(Positive)
	if half := Summarise([]float64{1, 2, 3}).High - 2; !near(s.Low, 2*math.Exp(-half/2), 1e-12) || !near(s.High, 2*math.Exp(half/2), 1e-12) {
		t.Errorf("%+v", s)
	}
	for name, values := range map[string][]float64{"all right": {1, 1, 1}, "all wrong": {0, 0}, "all alike": {0.3, 0.3, 0.3}} {
		if s := Summarise(values).In(Shares); s.Low != values[0] || s.High != values[0] {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if s := Summarise([]float64{-1, -1, math.Nextafter(-1, 0)}).In(Correlations); !(s.Low >= -1 && s.Low <= s.Mean && s.Mean <= s.High) {
		t.Errorf("close to -1: %+v", s)
	}
	if s := Summarise([]float64{0.5}).In(Shares); !math.IsNaN(s.Low) || !math.IsNaN(s.High) {
		t.Errorf("of one value: %+v", s)
	}
}

// Far from its bounds a domain does not matter.
func TestDomainsDoNotMatterFarFromTheirBounds(t *testing.T) {
	values := []float64{0.5001, 0.5002, 0.5004, 0.4998, 0.5}
	want := Summarise(values)
	for _, d := range []Domain{Shares, Positive, Correlations} {
		if s := Summarise(values).In(d); !near(s.Low, want.Low, 1e-6) || !near(s.High, want.High, 1e-6) {
			t.Errorf("%+v, want %+v", s, want)
		}
	}
}

// Strata and clusters have the same deviation in every domain.
func TestStrataHaveDomainsToo(t *testing.T) {
	observations := []Observation{{0.9, 42, 0}, {1, 42, 1}, {0.97, 142, 2}, {1, 142, 3}}
	plain := SummariseStrata(observations)
	s := SummariseStrata(observations).In(Shares)
	if low, high := Shares.interval(plain.Mean, plain.High-plain.Mean); plain.High <= 1 || s.High > 1 || !near(s.Low, low, 1e-12) || !near(s.High, high, 1e-12) || s.Mean != plain.Mean {
		t.Errorf("%+v, Student's %+v", s, plain)
	}
}

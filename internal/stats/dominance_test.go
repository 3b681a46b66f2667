package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The example of R's effsize: cliff.delta gives -0.25. Its pairs by hand: 17 above, 32
// below, of 60.
func TestCliffsDeltaAgreesWithR(t *testing.T) {
	treatment := []float64{10, 10, 20, 20, 20, 30, 30, 30, 40, 50}
	control := []float64{10, 20, 30, 40, 40, 50}
	if d := CliffsDelta(treatment, control); !near(d, -0.25, 1e-12) {
		t.Errorf("delta = %v, want -0.25", d)
	}
	for name, c := range map[string]struct {
		a, b []float64
		want float64
	}{
		"all above":        {[]float64{3, 4}, []float64{1, 2}, 1},
		"all equal":        {[]float64{1, 1}, []float64{1, 1, 1}, 0},
		"NaN is no value":  {[]float64{3, math.NaN()}, []float64{math.NaN(), 1}, 1},
		"of nothing":       {nil, []float64{1}, math.NaN()},
		"against a number": {[]float64{1, 2, 3, 4}, []float64{3}, -0.25},
	} {
		if d := CliffsDelta(c.a, c.b); !near(d, c.want, 1e-12) {
			t.Errorf("%s: %v, want %v", name, d, c.want)
		}
	}
}

func TestCliffsDeltaCountsPairs(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 50 {
		a, b := make([]float64, 1+random.IntN(20)), make([]float64, 1+random.IntN(20))
		for i := range a {
			a[i] = float64(random.IntN(10))
		}
		for i := range b {
			b[i] = float64(random.IntN(10))
		}
		balance := 0
		for _, v := range a {
			for _, w := range b {
				switch {
				case v > w:
					balance++
				case v < w:
					balance--
				}
			}
		}
		if want := float64(balance) / float64(len(a)*len(b)); !near(CliffsDelta(a, b), want, 1e-12) {
			t.Errorf("%v, %v: %v, want %v", a, b, CliffsDelta(a, b), want)
		}
	}
}

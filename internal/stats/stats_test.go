package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func near(a, b, tolerance float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= tolerance
}

func TestSummaryHasStudentsInterval(t *testing.T) {
	s := Summarise([]float64{2, 4, 4, 5, 7, 9}) // s.d. 2.48328, t(0.975, 5) = 2.570582
	half := 2.570582 * 2.483277 / math.Sqrt(6)
	if s.Count != 6 || !near(s.Mean, 31.0/6, 1e-12) || s.Median != 4.5 || !near(s.Low, 31.0/6-half, 1e-5) || !near(s.High, 31.0/6+half, 1e-5) {
		t.Errorf("got %+v", s)
	}
	if s := Summarise([]float64{3}); s.Mean != 3 || s.Median != 3 || !math.IsNaN(s.Low) || !math.IsNaN(s.High) {
		t.Errorf("of one value: %+v", s)
	}
	if s := Summarise(nil); s.Count != 0 || !math.IsNaN(s.Mean) || !math.IsNaN(s.Median) {
		t.Errorf("of none: %+v", s)
	}
	if s := Summarise([]float64{1, 1, 1}); s.Low != 1 || s.High != 1 {
		t.Errorf("of equal values: %+v", s)
	}
}

// numpy.quantile's default.
func TestQuantilesInterpolate(t *testing.T) {
	values := []float64{1, 2, 4, 8}
	for q, want := range map[float64]float64{0: 1, 0.25: 1.75, 0.5: 3, 0.9: 6.8, 1: 8} {
		if got := Quantile(values, q); !near(got, want, 1e-12) {
			t.Errorf("the %v quantile is %v, want %v", q, got, want)
		}
	}
	if !math.IsNaN(Quantile(nil, 0.5)) || Quantile([]float64{5}, 0.3) != 5 {
		t.Error("of none or one")
	}
}

// Values of scipy.stats.mannwhitneyu(a, b, alternative="two-sided", method="exact").
func TestMannWhitneyAgreesWithTables(t *testing.T) {
	a := []float64{19, 22, 16, 29, 24}
	b := []float64{20, 11, 17, 12}
	if p := MannWhitney(a, b); !near(p, 0.1111111111, 1e-9) { // U = 17 of 20
		t.Errorf("p = %v, want 1/9", p)
	}
	if p := MannWhitney([]float64{1, 2, 3}, []float64{4, 5, 6}); !near(p, 0.1, 1e-12) {
		t.Errorf("p = %v, want 2/20", p)
	}
	if p := MannWhitney([]float64{1, 1}, []float64{1, 1}); p != 1 {
		t.Errorf("of equal values p = %v", p)
	}
	many := make([]float64, 60)
	if p := MannWhitney(many, many); p != 1 {
		t.Errorf("of many equal values p = %v", p)
	}
	if !math.IsNaN(MannWhitney(nil, a)) {
		t.Error("p of nothing")
	}
}

func TestSignedRankAgreesWithTables(t *testing.T) {
	for name, c := range map[string]struct {
		differences []float64
		want        float64
	}{
		"all of one sign": {[]float64{1, 2, 3, 4, 5}, 2.0 / 32},
		// Wilcoxon's own example as in scipy's documentation: p = 0.041259765625.
		"Darwin's plants": {[]float64{6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75}, 0.041259765625},
		"no difference":   {[]float64{0, 0, 0}, 1},
		"zeros left out":  {[]float64{0, 1, 2, 3, 0, 4, 5}, 2.0 / 32},
		"ties":            {[]float64{1, 1, 1, -1}, 10.0 / 16}, // at most one negative, or at most one positive: 2(1+4)/16
		"symmetric":       {[]float64{1, -1}, 1},
		"nothing":         {nil, math.NaN()},
	} {
		if p := SignedRank(c.differences); !near(p, c.want, 1e-12) {
			t.Errorf("%s: p = %v, want %v", name, p, c.want)
		}
	}
}

func TestSignedRankApproximatesItsExactForm(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		var differences []float64
		for range exactPairs {
			differences = append(differences, math.Round(10*(random.NormFloat64()+0.15)))
		}
		differences = slices.DeleteFunc(differences, func(d float64) bool { return d == 0 })
		ranks, positive := doubledRanks(differences)
		if exact, normal := signedRankExact(ranks, positive), signedRankNormal(ranks, positive); !near(exact, normal, 0.004) {
			t.Errorf("exact %v, normal %v", exact, normal)
		}
	}
}

// R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm").
func TestHolmAgreesWithR(t *testing.T) {
	got := Holm([]float64{0.01, 0.04, math.NaN(), 0.03, 0.005})
	want := []float64{0.03, 0.06, math.NaN(), 0.06, 0.02}
	for i := range want {
		if !near(got[i], want[i], 1e-12) {
			t.Errorf("corrected to %v, want %v", got, want)
			break
		}
	}
	if got := Holm([]float64{0.9, 0.8}); got[0] != 1 || got[1] != 1 {
		t.Errorf("large ones became %v", got)
	}
}

package stats

import (
	"math"
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
		t.Errorf("without values: %+v", s)
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
	inf := math.Inf(1)
	if q := Quantile([]float64{1, 2, inf}, 0.5); q != 2 {
		t.Errorf("median beside infinity %v", q)
	}
	if q := Quantile([]float64{1, inf, inf}, 0.75); q != inf {
		t.Errorf("between infinities %v", q)
	}
	if !math.IsNaN(Quantile(nil, 0.5)) || Quantile([]float64{5}, 0.3) != 5 {
		t.Error("the quantile of no value or of one")
	}
}

package figures

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"actscope/viz"
)

func TestDensityOfNormalValuesIsTheBellCurve(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	values := make([]float64, 200_000)
	for i := range values {
		values[i] = 5 + 2*r.NormFloat64()
	}
	d := estimateDensity(values)
	for i, h := range d.bins {
		x := d.lo + (d.hi-d.lo)*float64(i)/float64(len(d.bins)-1)
		if want := math.Exp(-0.5 * (x - 5) * (x - 5) / 4); math.Abs(h-want) > 0.03 {
			t.Errorf("height %.3f at %.2f, want %.3f", h, x, want)
		}
	}
}

func TestDensityOfUniformValuesIsFlatUpToTheEnds(t *testing.T) {
	values := make([]float64, 10_000)
	for i := range values {
		values[i] = float64(i) / 9999
	}
	d := estimateDensity(values)
	for i, h := range d.bins[1 : len(d.bins)-1] {
		if h < 0.95 {
			t.Errorf("height %v at bin %d", h, i+1)
		}
	}
}

func TestDensityBearsFewAndEqualValues(t *testing.T) {
	for _, values := range [][]float64{nil, {1}, {2, 2, 2}, {1, 2}, {-math.MaxFloat64, math.MaxFloat64}, {0, 0, 0, 0, 0, 1e300}} {
		for _, h := range estimateDensity(values).bins {
			if !(h >= 0 && h <= 1) {
				t.Errorf("height %v of %v", h, values)
				break
			}
		}
	}
}

func TestRunningMedianFollowsTheTrendAndNotThePeaks(t *testing.T) {
	ps := make([]viz.Point, 5000)
	for i := range ps {
		ps[i] = viz.Pt(float64(i), float64(i))
		if i%10 == 3 {
			ps[i].Y = 1e9
		}
		if i%50 == 7 {
			ps[i].Y = math.NaN()
		}
	}
	medians := runningMedian(ps, 200)
	if n := len(medians); n > 500 || medians[0].X != 0 || medians[n-1].X != 4999 {
		t.Errorf("%d medians from %v to %v", n, medians[0], medians[n-1])
	}
	for _, m := range medians[1 : len(medians)-1] {
		if math.Abs(m.Y-m.X) > 25 {
			t.Errorf("the median at %v is %v", m.X, m.Y)
		}
	}
}

func TestRunningMedianOfNothingButNaNIsNaN(t *testing.T) {
	for _, m := range runningMedian([]viz.Point{viz.Pt(1, math.NaN()), viz.Pt(2, math.Inf(1))}, 5) {
		if !math.IsNaN(m.Y) {
			t.Error(m)
		}
	}
}

func TestFrontierIsTheBestAtOrBelowEachCost(t *testing.T) {
	points := []CostedNetwork{{Cost: 9, Share: 0.4}, {Cost: 3, Share: 0.1}, {Cost: 20, Share: 0.9}, {Cost: 12, Share: 0.3}, {Cost: 9, Share: 0.5}, {Cost: 30, Share: 0.9}}
	got := frontier(points, func(c CostedNetwork) float64 { return c.Share })
	want := []viz.Point{viz.Pt(3, 0.1), viz.Pt(9, 0.1), viz.Pt(9, 0.4), viz.Pt(9, 0.4), viz.Pt(9, 0.5), viz.Pt(20, 0.5), viz.Pt(20, 0.9), viz.Pt(30, 0.9)}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestTheScaleOfChiPutsOneInTheMiddle(t *testing.T) {
	s := chiScale{}
	for chi, want := range map[float64]float64{0: 0, 1: 0.5, math.Inf(1): 1, 2: 0.8, 0.5: 0.2} {
		if got := s.Position(chi); math.Abs(got-want) > 1e-15 {
			t.Errorf("χ₁ %v is at %v, want %v", chi, got, want)
		}
	}
	if !math.IsNaN(s.Position(math.NaN())) {
		t.Error("NaN has a place")
	}
}

// Subnormal ranges have no bins: their width would be 0.
func TestDensityOfAllButEqualValuesIsFlat(t *testing.T) {
	for _, b := range estimateDensity([]float64{0, 5e-324, 1e-310, 0}).bins {
		if b != 1 {
			t.Fatal(b)
		}
	}
}

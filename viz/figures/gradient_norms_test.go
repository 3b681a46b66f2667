package figures

import (
	"math"
	"testing"

	"actscope/viz"
)

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

package stats

import (
	"math"
	"slices"
	"testing"
)

func TestRankCorrelationIsSciPys(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		x, y []float64
		want float64 // of scipy.stats.spearmanr
	}{
		{[]float64{1, 2, 2, 5, inf, inf, 3}, []float64{2, 1, 4, 4, 9, 7, inf}, 0.6697529571185361},
		{[]float64{1, 2, 3, 4, 5, 6}, []float64{6, 5, 4, 1, 3, 2}, -0.8285714285714287},
	} {
		rho, low, high := RankCorrelation(c.x, c.y)
		if math.Abs(rho-c.want) > 1e-12 || !(-1 <= low && low < rho && rho < high && high <= 1) {
			t.Errorf("%v in [%v, %v], SciPy has %v", rho, low, high, c.want)
		}
	}
	if _, low, high := RankCorrelation(nil, nil); !math.IsNaN(low) || !math.IsNaN(high) {
		t.Error("bounds of nothing")
	}
	if rho, _, _ := RankCorrelation([]float64{1, 1, 1, 1}, []float64{1, 2, 3, 4}); !math.IsNaN(rho) {
		t.Errorf("a constant correlates by %v", rho)
	}
	if rho, low, high := RankCorrelation([]float64{1, 2, 3, 4, 5}, []float64{1, 2, 3, 4, 5}); rho != 1 || low > 1 || high != 1 {
		t.Errorf("equals correlate by %v in [%v, %v]", rho, low, high)
	}
}

func TestEqualValuesShareTheirRank(t *testing.T) {
	if got := Ranks([]float64{3, 1, 3, math.Inf(1), 2}); !slices.Equal(got, []float64{3.5, 1, 3.5, 5, 2}) {
		t.Errorf("ranks %v", got)
	}
}

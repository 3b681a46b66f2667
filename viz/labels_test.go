package viz

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSpreadLabelsKeepTheirOrderAndDoNotOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.Float64Range(0, 500), 1, 12).Draw(t, "want")
		slices.Sort(want)
		height := make([]float64, len(want))
		total := 0.0
		for i := range height {
			height[i] = rapid.Float64Range(5, 60).Draw(t, "height")
			total += height[i]
		}
		got := pushApart(want, height, 0, 500)
		for i := range got {
			if i > 0 && got[i]-height[i]/2 < got[i-1]+height[i-1]/2-1e-6 {
				t.Fatalf("labels %d and %d overlap: %v of heights %v", i-1, i, got, height)
			}
			if total <= 500 && (got[i]-height[i]/2 < -1e-6 || got[i]+height[i]/2 > 500+1e-6) {
				t.Fatalf("label %d leaves the room: %v of heights %v", i, got, height)
			}
		}
	})
}

func TestLabelsWithRoomStayWhereTheyAre(t *testing.T) {
	got := pushApart([]float64{20, 60, 90}, []float64{20, 20, 20}, 0, 100)
	if !slices.Equal(got, []float64{20, 60, 90}) {
		t.Error(got)
	}
}

func TestEqualLabelsSpreadEvenlyAroundTheirPlace(t *testing.T) {
	got := pushApart([]float64{50, 50, 50}, []float64{10, 10, 10}, 0, 100)
	for i, y := range []float64{40, 50, 60} {
		if math.Abs(got[i]-y) > 1e-9 {
			t.Error(got)
		}
	}
}

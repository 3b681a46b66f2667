package viz

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func labels(ts []Tick) string {
	var s []string
	for _, t := range ts {
		if t.Label != "" {
			s = append(s, t.Label)
		}
	}
	return strings.Join(s, " ")
}

func TestTicksAreRoundAndSayWhatTheyMean(t *testing.T) {
	for _, c := range []struct {
		scale Scale
		n     int
		want  string
	}{
		{Linear(0, 1), 5, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{Linear(-2.1, 2.3), 5, "−2 −1 0 1 2"},
		{Linear(-1.71, 1.94), 8, "−1.5 −1.0 −0.5 0.0 0.5 1.0 1.5"},
		{Linear(0, 0.72), 8, "0.0 0.1 0.2 0.3 0.4 0.5 0.6 0.7"},
		{Linear(0.3692, 0.4856), 5, "0.375 0.400 0.425 0.450 0.475"},
		{Linear(0, 800), 8, "0 100 200 300 400 500 600 700 800"},
		{Linear(0, 1).Whole(), 8, "0 1"},
		{Linear(0, 9).Whole(), 4, "0 5"},
		{Linear(0, 3e7), 3, "0 10⁷ 2×10⁷ 3×10⁷"},
		{Linear(0, 3e-9), 3, "0 10⁻⁹ 2×10⁻⁹ 3×10⁻⁹"},
		{Log(0.2, 30), 8, "0.2 0.5 1 2 5 10 20"},
		{Log(0.1, 30), 5, "0.1 0.3 1 3 10 30"},
		{Log(1e-3, 1e9), 4, "0.001 1 1000 10⁶ 10⁹"},
		{Log(2, 3), 4, "2.00 2.25 2.50 2.75 3.00"},
		{LogWithZero(1, 100), 4, "0 1 3 10 30 100"},
		{Categories("a", "b", "c"), 5, "a b c"},
		{Categories("a", "b", "c", "d", "e"), 3, "a c e"},
		{Categories("a", "b", "c", "d"), 2, "b d"},
	} {
		if got := labels(c.scale.Ticks(c.n)); got != c.want {
			t.Errorf("%v: ticks %q, want %q", c.scale, got, c.want)
		}
	}
}

func TestScalesAlwaysHaveAWidth(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range [][2]float64{
		{nan, 1}, {0, nan}, {inf, -inf}, {0, 0}, {3, 3}, {5, 2}, {-1, 1}, {1e300, 1e300}, {-1e308, 1e308}, {math.MaxFloat64, math.MaxFloat64},
		{1e-300, 2e-300}, {5e-324, 5e-324}, {0, 5e-324}, {1, 1 + 1e-16}, {1e15, 1e15 + 1},
	} {
		for _, s := range []Scale{Linear(c[0], c[1]), LinearAround(c[0], c[1], 0.05), Log(c[0], c[1]), LogWithZero(c[0], c[1])} {
			ticks := s.Ticks(6)
			if len(ticks) == 0 || len(ticks) > 60 {
				t.Errorf("%v of %v has %d ticks", s, c, len(ticks))
			}
			for _, k := range ticks {
				if p := s.Position(k.Value); !(p > -1e-6 && p < 1+1e-6) {
					t.Errorf("%v of %v: tick %v is at %v", s, c, k.Value, p)
				}
			}
		}
	}
	for _, s := range []Scale{LinearScale{}, LogScale{}, Categories()} {
		s.Ticks(5)
		if p := s.Position(1); math.IsInf(p, 0) {
			t.Errorf("the zero value of %T puts 1 at %v", s, p)
		}
	}
}

func TestPositionsRiseFromZeroToOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.Float64Range(1e-250, 1e250).Draw(t, "lo")
		hi := lo * rapid.Float64Range(1.01, 1e40).Draw(t, "ratio")
		v := lo + (hi-lo)*rapid.Float64Range(0, 1).Draw(t, "share")
		for _, s := range []Scale{Linear(lo, hi), Log(lo, hi)} {
			if a, b := s.Position(lo), s.Position(hi); math.Abs(a) > 1e-9 || math.Abs(b-1) > 1e-9 {
				t.Fatalf("%v has its ends at %v and %v", s, a, b)
			}
			if p := s.Position(v); p < -1e-9 || p > 1+1e-9 {
				t.Fatalf("%v puts %v at %v", s, v, p)
			}
		}
	})
}

func TestOnlyAShelfHasRoomForZero(t *testing.T) {
	if p := Log(1, 10).Position(0); !math.IsNaN(p) {
		t.Errorf("zero is at %v of a logarithmic scale", p)
	}
	s := LogWithZero(1, 10)
	if p := s.Position(0); !(p > 0 && p < s.Position(1)) {
		t.Errorf("zero is at %v, 1 at %v", p, s.Position(1))
	}
	if p := s.Position(-1); !math.IsNaN(p) {
		t.Errorf("-1 is at %v", p)
	}
}

// Labels of ticks say the values of the ticks, each another, however narrow the scale.
func TestLabelsOfNarrowScalesAreTheirValues(t *testing.T) {
	for _, c := range [][2]float64{{0.4984e-3, 0.4985e-3}, {0.499793336294, 0.499793336311}, {0.5, 0.5 + 3e-12}, {1e9, 1e9 + 3}, {-0.4984, -0.498399}, {2.5e-5, 1e-4}} {
		s := Linear(c[0], c[1])
		seen := map[string]bool{}
		for _, k := range s.Ticks(4) {
			if seen[k.Label] {
				t.Errorf("%v: %q comes twice", c, k.Label)
			}
			seen[k.Label] = true
		}
		away, suffix, far := s.awayFrom()
		if !far {
			continue
		}
		for _, k := range away.Ticks(4) {
			label, err := strconv.ParseFloat(strings.ReplaceAll(k.Label, "−", "-"), 64)
			if got := away.base + label*away.unit; err != nil || math.Abs(got-k.Value) > 1e-3*(c[1]-c[0]) {
				t.Errorf("%v: %q%s is %v, not %v", c, k.Label, suffix, got, k.Value)
			}
		}
	}
}

func TestNoAxisHasASingleTick(t *testing.T) {
	theme := DefaultTheme()
	for _, length := range []float64{110, 160, 300} {
		for _, c := range [][2]float64{{0.45, 0.48}, {0.583, 0.617}, {0.5190, 0.5204}, {-0.97, 0.9}, {12345, 12399}, {0.4244, 0.4247}} {
			for _, vertical := range []bool{false, true} {
				a := newAxisPlan(Axis{Label: "Unit 1", Scale: Linear(c[0], c[1])}, vertical, true)
				a.chooseTicks(theme, length)
				if labelled(a.ticks) < 2 {
					t.Errorf("%v over %v px: %v", c, length, a.ticks)
				}
			}
		}
	}
}

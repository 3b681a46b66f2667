package viz

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNumbersAreWrittenAsOneReadsThem(t *testing.T) {
	var got []string
	for _, v := range []float64{0, 0.25, -0.5, 1234.5, 999999, 1e6, -2.5e-7, 12345678, 1e-300, math.NaN(), math.Inf(1), math.Inf(-1)} {
		got = append(got, Num(v, 4))
	}
	want := []string{"0", "0.25", "−0.5", "1234", "1000000", "10⁶", "−2.5×10⁻⁷", "1.235×10⁷", "10⁻³⁰⁰", "NaN", "∞", "−∞"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got := Fixed(-0.0001, 2) + " " + Fixed(-1.25, 1); got != "0.00 −1.2" {
		t.Error(got)
	}
	if got := Subscript(-120); got != "₋₁₂₀" {
		t.Error(got)
	}
}

func TestPercentagesAreWrittenInOneWay(t *testing.T) {
	for _, c := range []struct {
		share    float64
		decimals int
		want     string
	}{
		{0.79, 1, "79.0 %"}, {0.966, 0, "97 %"}, {1, 1, "100.0 %"}, {0, 2, "0.00 %"}, {-0.032, 1, "−3.2 %"}, {-0.00001, 1, "0.0 %"},
		{0.95, -1, "95 %"}, {0.995, -1, "99.5 %"}, {0.1 + 0.2, -1, "30 %"}, {1e-8, -1, "0.000001 %"},
		{math.NaN(), 1, "–"}, {math.Inf(1), -1, "–"},
	} {
		if got := Percent(c.share, c.decimals); got != c.want {
			t.Errorf("%v with %d decimals is %q, want %q", c.share, c.decimals, got, c.want)
		}
	}
}

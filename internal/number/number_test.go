package number

import (
	"encoding/json"
	"math"
	"testing"
)

func TestNumbersThatJSONLacksBecomeNullAndComeBackAsNaN(t *testing.T) {
	text, err := json.Marshal([]Float{0.1, Float(math.NaN()), Float(math.Inf(-1)), -2e300})
	if err != nil || string(text) != "[0.1,null,null,-2e+300]" {
		t.Fatalf("%s, %v", text, err)
	}
	var back []Float
	if err := json.Unmarshal(text, &back); err != nil || back[0] != 0.1 || !math.IsNaN(float64(back[1])) || back[3] != -2e300 {
		t.Errorf("%v, %v", back, err)
	}
}

func TestPercentagesHaveTheDecimalsAskedFor(t *testing.T) {
	for _, c := range []struct {
		share    float64
		decimals int
		want     string
	}{
		{0.79, 1, "79.0 %"}, {1, 0, "100 %"}, {0.0004, 1, "0.0 %"}, {-0.0004, 1, "0.0 %"}, {-0.02, 1, "-2.0 %"},
		{0.95, -1, "95 %"}, {0.125, -1, "12.5 %"}, {1.0 / 3, -1, "33.333333 %"}, {1e-8, -1, "0.000001 %"}, {math.NaN(), 1, "–"}, {math.Inf(1), -1, "–"},
	} {
		if got := Percent(c.share, c.decimals); got != c.want {
			t.Errorf("%v with %d decimals: %q, want %q", c.share, c.decimals, got, c.want)
		}
	}
}

package stats

import (
	"math"
	"testing"
)

// The values are those of scipy.stats.binomtest(a, a+b).pvalue, SciPy 1.10.
func TestSignTestEqualsSciPys(t *testing.T) {
	for _, c := range []struct {
		a, b int
		p    float64
	}{
		{0, 0, 1.0},
		{0, 1, 1.0},
		{1, 1, 1.0},
		{0, 6, 0.03125},
		{3, 9, 0.14599609375},
		{20, 3, 0.00048828125},
		{50, 50, 1.0},
		{100, 140, 0.01166409231767769},
	} {
		for _, got := range []float64{SignTest(c.a, c.b), SignTest(c.b, c.a)} {
			if math.Abs(got-c.p) > 1e-12*max(1, c.p) {
				t.Errorf("%d against %d: %v, SciPy has %v", c.a, c.b, got, c.p)
			}
		}
	}
}

package figures

import (
	"math"
	"math/rand/v2"
	"testing"
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

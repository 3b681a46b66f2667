package reference

import (
	"math"
	"math/big"
	"testing"
)

// Two formulas that have nothing in common agree where both are good, and with package
// math, which loses digits in the tails.
func TestMillsByTwoFormulas(t *testing.T) {
	for x := 6.0; x <= millsSeries+1; x += 0.37 {
		series, fraction := millsBySeries(number(x)), millsByFraction(number(x))
		difference := number(0).Sub(series, fraction)
		if relative, _ := difference.Quo(difference, series).Float64(); math.Abs(relative) > 0x1p-80 {
			t.Errorf("at %v they differ by %v of them", x, relative)
		}
	}
}

func TestNormalIsThatOfPackageMath(t *testing.T) {
	for x := -37.0; x < 9; x += 0.093 {
		got, _ := Normal(x).Float64()
		if want := NormalByErfc(x); math.Abs(got/want-1) > 0x1p-49 {
			t.Errorf("Φ(%v) = %v, want %v", x, got, want)
		}
	}
	if got, _ := number(0).Mul(rootOf2Pi, rootOf2Pi).Float64(); got != 2*math.Pi {
		t.Errorf("2π = %v", got)
	}
	if got, _ := NormalDensity(2).Float64(); got != 0.05399096651318805 {
		t.Errorf("the density at 2 is %v", got)
	}
	if got := Mills(new(big.Float)); got.Cmp(big.NewFloat(0.5)) != 0 {
		t.Errorf("%v at 0", got)
	}
}

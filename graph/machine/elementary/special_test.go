package elementary

import (
	"math"
	"testing"
)

func TestSpecialValues(t *testing.T) {
	nan, inf, zero, tiny := math.NaN(), math.Inf(1), math.Copysign(0, -1), math.SmallestNonzeroFloat64
	for name, f := range map[string]struct {
		at   func(float64) float64
		want map[float64]float64 // NaN and -0 come extra
		zero float64             // at -0
	}{
		"Exp": {Exp, map[float64]float64{
			0: 1, inf: inf, -inf: 0, math.MaxFloat64: inf, -math.MaxFloat64: 0, tiny: 1,
			709.782712893384: 1.7976931348622732e308, 709.7827128933841: inf, 800: inf,
			-745.1332191019411: tiny, -745.1332191019412: 0, -745: tiny, -744.4400719213812: tiny, -800: 0,
			-708.3964185322641: 2.2250738585072626e-308, // just above the least normal number
		}, 1},
		"Expm1": {Expm1, map[float64]float64{
			0: 0, inf: inf, -inf: -1, 800: inf, -800: -1, -745: -1, tiny: tiny, -tiny: -tiny, 1e-300: 1e-300,
		}, zero},
		"Log": {Log, map[float64]float64{
			0: -inf, 1: 0, inf: inf, -inf: nan, -1: nan, -tiny: nan, tiny: -744.4400719213812,
			0x1p-1022: -708.3964185322641, math.MaxFloat64: 709.782712893384,
		}, -inf},
		"Sigmoid": {Sigmoid, map[float64]float64{
			0: 0.5, inf: 1, -inf: 0, 800: 1, -800: 0, 37: 1, -745: tiny, tiny: 0.5, -tiny: 0.5, math.MaxFloat64: 1, -math.MaxFloat64: 0,
		}, 0.5},
		"Softplus": {Softplus, map[float64]float64{
			0: math.Ln2, inf: inf, -inf: 0, 800: 800, -800: 0, -745: tiny, 1e300: 1e300, math.MaxFloat64: math.MaxFloat64,
		}, math.Ln2},
		"Normal": {Normal, map[float64]float64{
			0: 0.5, inf: 1, -inf: 0, 9: 1, 39: 1, -39: 0, -38.48: tiny, -38.5: 0, 1e300: 1, -1e300: 0, tiny: 0.5, -tiny: 0.5,
		}, 0.5},
		"NormalDensity": {NormalDensity, map[float64]float64{
			0: 0.3989422804014327, inf: 0, -inf: 0, 39: 0, -39: 0, 1e300: 0, tiny: 0.3989422804014327, 1: 0.24197072451914337, -1: 0.24197072451914337,
		}, 0.3989422804014327},
		"Tanh": {Tanh, map[float64]float64{
			0: 0, inf: 1, -inf: -1, 800: 1, -800: -1, tiny: tiny, -tiny: -tiny, 3 * tiny: 3 * tiny, 1e-300: 1e-300, 20: 1, -20: -1, math.MaxFloat64: 1,
		}, zero},
	} {
		t.Run(name, func(t *testing.T) {
			check := func(x, want float64) {
				if got := f.at(x); math.Float64bits(got) != math.Float64bits(want) && !(got != got && want != want) {
					t.Errorf("%v for %v, want %v", got, x, want)
				}
			}
			for x, want := range f.want {
				check(x, want)
			}
			check(nan, nan)
			check(zero, f.zero)
		})
	}
}

func BenchmarkFunctions(b *testing.B) {
	var x [1024]float64
	for i := range x {
		x[i] = float64(i*i%1023)/100 + 0.01
	}
	for _, f := range functions {
		for name, at := range map[string]func(float64) float64{f.name: f.at, f.name + " by package math": f.math} {
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					for _, x := range x {
						at(x)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(x)), "ns/value")
			})
		}
	}
}

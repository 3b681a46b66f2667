package geometry

import (
	"math"
	"testing"

	"actscope/internal/npz"
)

// testdata/quantisation.py says how NumPy gets the numbers.
func TestNumbersAreRoundedAsNumPyAndTheSpecificationsDo(t *testing.T) {
	arrays, err := npz.ReadFile("testdata/quantisation.npz")
	if err != nil {
		t.Fatal(err)
	}
	x, _ := arrays.Lookup("x")
	for name, format := range map[string]NumberFormat{
		"fp16": Float16, "bf16": BFloat16, "fp8_e4m3": Float8E4M3, "fp8_e5m2": Float8E5M2,
		"int1": Uniform(1, -0.7, 1.9), "int4": Uniform(4, -0.7, 1.9), "int8": Uniform(8, -0.7, 1.9),
	} {
		want, ok := arrays.Lookup(name)
		if !ok {
			t.Fatalf("no array %s", name)
		}
		for i, v := range x.Values {
			if got := format.Round(v); got != want.Values[i] {
				t.Errorf("%s of %v is %v, NumPy has %v", name, v, got, want.Values[i])
			}
		}
	}
}

// A number of a format is its own nearest, whatever its code; the codes are read as the
// specifications say.
func TestAllCodesOfEightBitsStandForThemselves(t *testing.T) {
	for _, test := range []struct {
		format         NumberFormat
		fraction, bias int
		finite         func(code int) bool // of the codes without sign
	}{
		{Float8E4M3, 3, 7, func(code int) bool { return code != 0x7f }}, // S.1111.111 is NaN
		{Float8E5M2, 2, 15, func(code int) bool { return code < 0x7c }}, // S.11111.00 is infinity
	} {
		for code := range 256 {
			if !test.finite(code & 0x7f) {
				continue
			}
			exponent, fraction := code&0x7f>>test.fraction, float64(code&(1<<test.fraction-1))/float64(int(1)<<test.fraction)
			v := math.Ldexp(1+fraction, exponent-test.bias)
			if exponent == 0 {
				v = math.Ldexp(fraction, 1-test.bias)
			}
			v = math.Copysign(v, float64(64-code&0x80))
			if got := test.format.Round(v); got != v || math.Signbit(got) != math.Signbit(v) {
				t.Errorf("%s: code %#x, %v, becomes %v", test.format.Name, code, v, got)
			}
		}
	}
}

func TestNumbersThatAreNotFiniteStayOrSaturate(t *testing.T) {
	for _, f := range []NumberFormat{Float16, BFloat16, Float8E5M2} {
		if !math.IsInf(f.Round(math.Inf(-1)), -1) || !math.IsInf(f.Round(1e300), 1) || !math.IsNaN(f.Round(math.NaN())) {
			t.Errorf("%s: %v, %v, %v", f.Name, f.Round(math.Inf(-1)), f.Round(1e300), f.Round(math.NaN()))
		}
	}
	if f := Float8E4M3; f.Round(math.Inf(-1)) != -448 || f.Round(1e300) != 448 || !math.IsNaN(f.Round(math.NaN())) {
		t.Errorf("%s: %v, %v, %v", f.Name, f.Round(math.Inf(-1)), f.Round(1e300), f.Round(math.NaN()))
	}
	if f := Uniform(8, 0, 0); f.Round(3) != 0 {
		t.Errorf("a range of 0 has the number %v", f.Round(3))
	}
}

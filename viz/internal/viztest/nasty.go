package viztest

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"
)

// NastyValues are values that a measurement may hold.
var NastyValues = []float64{
	0, math.Copysign(0, -1), 1, -1, 0.5, math.NaN(), math.Inf(1), math.Inf(-1), 1e300, -1e300, 1e-300, math.MaxFloat64, math.SmallestNonzeroFloat64, 33.5e6, 1e6,
}

// TryNasty calls try for each of the kinds, with nasty values among others and alone.
func TryNasty(t testing.TB, kinds int, try func(t testing.TB, v []float64, kind int)) {
	t.Helper()
	for kind := range kinds {
		for _, a := range NastyValues {
			try(t, []float64{0.1, 0.7, a, 0.3, 0.2, math.NaN(), 0.9, a, 0.4, 0.5, 1, 0.6}, kind)
			try(t, slices.Repeat([]float64{a}, 12), kind)
		}
		try(t, slices.Concat(NastyValues, NastyValues), kind)
	}
}

// FuzzValues fuzzes try with 9 to 60 values, from the bits of any.
func FuzzValues(f *testing.F, kinds uint8, try func(t testing.TB, v []float64, kind int)) {
	encode := func(v ...float64) []byte {
		var b []byte
		for _, x := range v {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
		}
		return b
	}
	for kind := range kinds {
		f.Add(kind, encode(NastyValues...))
		f.Add(kind, encode(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
		f.Add(kind, encode(0, 0, 0, 0, 0, 0, 0, 0, 0))
	}
	f.Fuzz(func(t *testing.T, kind uint8, data []byte) {
		var v []float64
		for ; len(data) >= 8 && len(v) < 60; data = data[8:] {
			v = append(v, math.Float64frombits(binary.LittleEndian.Uint64(data)))
		}
		if len(v) >= 9 {
			try(t, v, int(kind))
		}
	})
}

package doctor_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"actscope/models/doctor"
)

// Arrays of any shape under the names of intermediates change no verdict and break nothing.
func TestOddIntermediatesAreNoTrouble(t *testing.T) {
	names := []string{"Z1", "A1", "dZ1", "dA1", "delta_2", "h", "o", "hidden", "probs", "l1", "l2_delta", "A0", "dX", "z", "scores", "loss", "d2", "g1", "error", "A-1", "Z99999999999999999999", "dA100", "hidden_inputs", "AL"}
	rng := rand.New(rand.NewPCG(7, 7))
	for range cases(t, 150) {
		s := draw(rng)
		if rng.IntN(4) == 0 { // a single layer
			last := len(s.w) - 1
			s.widths, s.w, s.b = s.widths[last:], s.w[last:], s.b[last:]
			s.x = tableOf(s.rows, s.widths[0], func(int, int) float64 { return rng.NormFloat64() })
		}
		arrays, _ := s.file(rng, nil)
		before, err := doctor.Judge(t.Context(), arrays, s.given(t))
		if err != nil {
			t.Fatal(err)
		}
		sizes := append([]int{0, 1, s.rows, s.rows, s.rows + 1}, s.widths...)
		for _, name := range names {
			if rng.IntN(3) > 0 {
				continue
			}
			a := doctor.Array{Name: name}
			size := 1
			for range rng.IntN(4) {
				a.Shape = append(a.Shape, sizes[rng.IntN(len(sizes))])
				size *= a.Shape[len(a.Shape)-1]
			}
			for range size {
				a.Values = append(a.Values, []float64{rng.NormFloat64(), rng.NormFloat64(), 0, 1e300, math.NaN()}[rng.IntN(4+rng.IntN(2))])
			}
			if name != "loss" || size != 1 {
				arrays = append(arrays, a)
			}
		}
		after, err := doctor.Judge(t.Context(), arrays, s.given(t))
		if err != nil {
			t.Fatal(err)
		}
		if after.Verdict != before.Verdict {
			t.Errorf("%s becomes %s", before.Verdict, after.Verdict)
		}
		if _, err := json.Marshal(after); err != nil {
			t.Error(err)
		}
	}
}

package article

import (
	"actscope/internal/npz"
	"fmt"
	"math"
	"slices"
	"testing"
)

// Each predicate is true of numbers that it should accept and false of numbers
// just beyond.
func TestPredicatesCanFail(t *testing.T) {
	for id, test := range map[string]struct{ yes, no [][]float64 }{
		"sigmoid-loss-stalls": {[][]float64{{0.287, 0.282}}, [][]float64{{0.30, 0.28}, {0.27, 0.2801}}},
		"relu-loss-falls":     {[][]float64{{.15, .06, .05, .035}}, [][]float64{{.15, .06, .06, .035}, {.15, .06, .05, .04}, {.05, .06, .05, .03}}},
		"sigmoid-accuracy":    {[][]float64{{0.79}}, [][]float64{{0.80}, {0.78}}},
		"relu-accuracy":       {[][]float64{{0.96}}, [][]float64{{0.97}, {0.95}}},
		"sigmoid-spread":      {[][]float64{{0.26, 0.19}}, [][]float64{{0.26, 0.21}, {0.28, 0.19}, {0.19, 0.26}}},
		"relu-spread":         {[][]float64{{1.15, 1.67}}, [][]float64{{1.15, 1.65}, {1.17, 1.67}, {1.67, 1.15}}},
		"first-signal-alike":  {[][]float64{{1.7, 2.3}}, [][]float64{{1.6, 2}, {2, 2.4}}},
		"sigmoid-compresses":  {[][]float64{{0.34}}, [][]float64{{0.24}, {0.36}}},
		"relu-retains":        {[][]float64{{0.3, 0.31}}, [][]float64{{0.3, 0.3}, {0.31, 0.3}}},
		"sigmoid-narrow-band": {[][]float64{{0.5}, {0.6}}, [][]float64{{0.49}, {0.61}}},
		"relu-output":         {[][]float64{{3, 9}, {3, 20.5}}, [][]float64{{3, 8.9}, {3, 20.6}, {10, 9.5}}},
	} {
		var a *Assertion
		for i := range assertions {
			if assertions[i].ID == id {
				a = &assertions[i]
			}
		}
		if a == nil {
			t.Fatalf("no claim %s", id)
		}
		for _, v := range test.yes {
			if !a.holds(v) {
				t.Errorf("%s does not hold of %v", id, v)
			}
		}
		for _, v := range test.no {
			if a.holds(v) {
				t.Errorf("%s holds of %v", id, v)
			}
		}
	}
}

func TestDeparturesAreFound(t *testing.T) {
	reference, err := referenceArrays()
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range []struct {
		array string
		by    float64
		found bool
	}{
		{"relu_final_W2", 2e-9, true},
		{"relu_final_W2", 5e-10, false},
		{"y_test", 1, true},
		{"first_shuffles", 1, true},
		{"x_std", 1e-13, true},
		{"sigmoid_init_W1", 1e-14, true},
		{"sigmoid_loss_history", 2e-9, true},
		{"sigmoid_trace", math.NaN(), true},
	} {
		t.Run(fmt.Sprint(change.array, change.by), func(t *testing.T) {
			changed := slices.Clone(reference)
			i := slices.IndexFunc(changed, func(a npz.Array) bool { return a.Name == change.array })
			changed[i].Values = slices.Clone(changed[i].Values)
			changed[i].Values[len(changed[i].Values)-1] += change.by
			found := departuresFrom(reference, changed)
			if got := len(found) == 1 && found[0].Name == change.array; got != change.found || len(found) > 1 {
				t.Errorf("found %v", found)
			}
		})
	}
	if found := departuresFrom(reference, reference[1:]); len(found) != 1 || !math.IsInf(found[0].Distance, 1) {
		t.Errorf("a missing array gives %v", found)
	}
}

package study

import (
	"testing"
)

// The verdicts of the study's own table, which were found with NumPy.
func TestVerdictsOnTheArticlesRun(t *testing.T) {
	want := []struct{ id, verdict string }{
		{"sigmoid-loss-stalls", "holds"},
		{"relu-loss-falls", "holds"},
		{"sigmoid-accuracy", "holds"},
		{"relu-accuracy", "holds"},
		{"sigmoid-spread", "holds"},
		{"relu-spread", "holds"},
		{"first-signal-alike", "holds"},
		{"sigmoid-compresses", "class 0 only"},
		{"relu-retains", "class 1 only"},
		{"sigmoid-narrow-band", "class 0 only"},
		{"relu-output", "holds"},
	}
	claims, err := Judge(articleResult(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(claims) != len(want) {
		t.Fatalf("%d claims, want %d", len(claims), len(want))
	}
	for i, c := range claims {
		if c.ID != want[i].id || verdict(c) != want[i].verdict {
			t.Errorf("%s: %s, want %s: %s", c.ID, verdict(c), want[i].id, want[i].verdict)
		}
		for j, q := range c.Measured {
			if c.Reference[j].Name != q.Name || !within(q.Value, c.Reference[j].Value, 1e-9) {
				t.Errorf("%s: measured %v, reference %v", c.ID, q, c.Reference[j])
			}
		}
	}
}

// verdict is the outcome in words: "holds", "does not hold", or "class 0 only".
func verdict(c Claim) string {
	if c.Holds {
		return "holds"
	}
	for _, v := range c.HoldsFor {
		if v.Holds {
			return v.Sample + " only"
		}
	}
	return "does not hold"
}

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

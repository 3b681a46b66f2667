package geometry

import (
	"math"
	"testing"
)

func spearman(t *testing.T, x, y []float64) float64 {
	t.Helper()
	r, err := Spearman(x, y)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The example of intelligence and hours of television in Wikipedia's article on the
// coefficient: -29/165.
func TestSpearmanOfAPublishedExample(t *testing.T) {
	iq := []float64{106, 100, 86, 101, 99, 103, 97, 113, 112, 110}
	hours := []float64{7, 27, 2, 50, 28, 29, 20, 12, 6, 17}
	if r := spearman(t, iq, hours); math.Abs(r+29.0/165) > 1e-15 {
		t.Errorf("%v, want %v", r, -29.0/165)
	}
}

func TestSpearmanSeesOnlyTheOrder(t *testing.T) {
	x := []float64{3, 1, 4, 1.5, 9, 2.6}
	cubes, falling := make([]float64, len(x)), make([]float64, len(x))
	for i, v := range x {
		cubes[i], falling[i] = v*v*v+7, math.Exp(-v)
	}
	if r := spearman(t, x, cubes); r != 1 {
		t.Errorf("a rising function: %v", r)
	}
	if r := spearman(t, x, falling); r != -1 {
		t.Errorf("a falling function: %v", r)
	}
	if r := spearman(t, x, append(falling[:0:0], math.Inf(1), 0, 2, 1, math.Inf(-1), 3)); math.IsNaN(r) {
		t.Error("infinities have ranks, too")
	}
}

// With ties the coefficient is Pearson's of mean ranks: ranks 1.5 1.5 3 4 and
// 1 2.5 2.5 4 give 4.5/√(4.5 · 4.5) - 0.75/4.5.
func TestSpearmanSharesRanksOfTies(t *testing.T) {
	r := spearman(t, []float64{1, 1, 2, 3}, []float64{1, 2, 2, 5})
	if want := 3.75 / 4.5; math.Abs(r-want) > 1e-15 {
		t.Errorf("%v, want %v", r, want)
	}
}

func TestSpearmanWithoutOrderIsUndefined(t *testing.T) {
	for name, pair := range map[string][2][]float64{
		"no values":      {{}, {}},
		"one value":      {{1}, {2}},
		"constant":       {{1, 1, 1}, {1, 2, 3}},
		"both constant":  {{1, 1, 1}, {2, 2, 2}},
		"not a number":   {{1, 2, math.NaN()}, {1, 2, 3}},
		"nor the second": {{1, 2, 3}, {math.NaN(), 2, 3}},
	} {
		if r := spearman(t, pair[0], pair[1]); !math.IsNaN(r) {
			t.Errorf("%s: %v", name, r)
		}
	}
	if _, err := Spearman([]float64{1, 2}, []float64{1}); err == nil {
		t.Error("samples of two lengths are taken")
	}
}

package geometry

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"actscope/internal/npz"
)

// reference are the arrays of testdata/reference.py, which says how NumPy gets them.
type reference struct {
	t      *testing.T
	arrays npz.Arrays
	name   string
}

var referenceCases = []string{"dense", "rectified", "wide", "narrow", "squashed"}

func eachReference(t *testing.T, check func(t *testing.T, r reference)) {
	arrays, err := npz.ReadFile("testdata/reference.npz")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range referenceCases {
		t.Run(name, func(t *testing.T) { check(t, reference{t, arrays, name}) })
	}
}

func (r reference) take(what string) npz.Array {
	a, ok := r.arrays.Lookup(r.name + "_" + what)
	if !ok {
		r.t.Fatalf("no array %s_%s", r.name, what)
	}
	return a
}

func (r reference) values(what string) []float64 { return r.take(what).Values }

func (r reference) matrix(what string) *mat.Dense {
	a := r.take(what)
	return mat.NewDense(a.Shape[0], a.Shape[1], a.Values)
}

// same compares a value with that of the reference, to tolerance times its size.
func (r reference) same(what string, got float64, err error, tolerance float64) {
	r.t.Helper()
	if want := r.values(what)[0]; err != nil || !(math.Abs(got-want) <= tolerance*max(1, math.Abs(want))) {
		r.t.Errorf("%s: %v, %v; NumPy has %v", what, got, err, want)
	}
}

func TestMetricsEqualNumPys(t *testing.T) {
	eachReference(t, func(t *testing.T, r reference) {
		a, other, labels := r.matrix("a"), r.matrix("other"), r.values("y")
		rows, units := a.Dims()
		r.same("effective_rank", EffectiveRank(a), nil, 1e-9)
		value, err := CKA(a, other)
		r.same("cka", value, err, 1e-12)
		value, err = FisherRatio(a, labels)
		r.same("fisher", value, err, 1e-12)
		value, err = NC1(a, labels)
		r.same("nc1", value, err, 1e-10)
		r.same("pairwise", correlation(pairRanks(a), pairRanks(other)), nil, 1e-12)
		rounded := func(values []float64) []float64 { // to produce ties
			out := make([]float64, len(values))
			for i, v := range values {
				out[i] = math.RoundToEven(v*10) / 10
			}
			return out
		}
		target := r.values("target")
		value, err = Spearman(rounded(mat.Col(nil, 0, a)), rounded(target))
		r.same("spearman", value, err, 1e-12)
		half := rows / 2
		value, err = Decoded(a.Slice(0, half, 0, units), target[:half], a.Slice(half, rows, 0, units), target[half:])
		r.same("decoded", value, err, 1e-9)
	})
}

func TestProbesEqualNumPys(t *testing.T) {
	eachReference(t, func(t *testing.T, r reference) {
		a, want := r.matrix("a"), r.values("probe")
		_, units := a.Dims()
		p, err := FitProbe(t.Context(), a, r.values("y"))
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range p.Weights {
			if math.Abs(w-want[i]) > 1e-8 {
				t.Errorf("weight %d: %v, NumPy has %v", i, w, want[i])
			}
		}
		if math.Abs(p.Bias-want[units]) > 1e-8 {
			t.Errorf("bias %v, NumPy has %v", p.Bias, want[units])
		}
	})
}

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

func TestRankCorrelationsWithinGroupsEqualSciPys(t *testing.T) {
	arrays, err := npz.ReadFile("testdata/within.npz")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"one", "opposite", "unequal", "ties", "few", "many", "infinite", "constant", "unknown"} {
		r := reference{t, arrays, name}
		var groups []string
		for _, g := range r.values("groups") {
			groups = append(groups, fmt.Sprint(g))
		}
		within, err := SpearmanWithin(r.values("x"), r.values("y"), groups)
		r.same("within", within, err, 1e-12)
		pooled, err := Spearman(r.values("x"), r.values("y"))
		if want := r.values("pooled")[0]; err != nil || !(math.Abs(pooled-want) <= 1e-12) && !(math.IsNaN(pooled) && math.IsNaN(want)) {
			t.Errorf("%s pooled: %v, %v; SciPy has %v", name, pooled, err, want)
		}
	}
}

func TestRankCorrelationsWithinGroupsThatHaveNone(t *testing.T) {
	for name, c := range map[string]struct {
		x, y   []float64
		groups []string
	}{
		"no row":             {},
		"two rows a group":   {[]float64{1, 2, 3, 4}, []float64{1, 2, 3, 4}, []string{"a", "a", "b", "b"}},
		"equal x":            {[]float64{1, 1, 1}, []float64{1, 2, 3}, []string{"a", "a", "a"}},
		"equal y everywhere": {[]float64{1, 2, 3, 1, 2, 3}, []float64{7, 7, 7, 8, 8, 8}, []string{"a", "a", "a", "b", "b", "b"}},
		"NaN":                {[]float64{1, 2, math.NaN()}, []float64{1, 2, 3}, []string{"a", "a", "a"}},
	} {
		if got, err := SpearmanWithin(c.x, c.y, c.groups); err != nil || !math.IsNaN(got) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	if _, err := SpearmanWithin([]float64{1}, []float64{1}, nil); err == nil {
		t.Error("rows without groups were taken")
	}
}

package stats

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

// Values of scipy.stats.mannwhitneyu(a, b, alternative="two-sided", method="exact").
func TestMannWhitneyAgreesWithTables(t *testing.T) {
	a := []float64{19, 22, 16, 29, 24}
	b := []float64{20, 11, 17, 12}
	if p := MannWhitney(a, b); !near(p, 0.1111111111, 1e-9) { // U = 17 of 20
		t.Errorf("p = %v, want 1/9", p)
	}
	if p := MannWhitney([]float64{1, 2, 3}, []float64{4, 5, 6}); !near(p, 0.1, 1e-12) {
		t.Errorf("p = %v, want 2/20", p)
	}
	if p := MannWhitney([]float64{1, 1}, []float64{1, 1}); p != 1 {
		t.Errorf("of equal values p = %v", p)
	}
	many := make([]float64, 60)
	if p := MannWhitney(many, many); p != 1 {
		t.Errorf("of many equal values p = %v", p)
	}
	if !math.IsNaN(MannWhitney(nil, a)) || !math.IsNaN(MannWhitney([]float64{1, math.NaN()}, a)) {
		t.Error("p without a sample, or without a value")
	}
}

// Every pair of small samples, against an enumeration of all ways to divide their values.
func TestMannWhitneyEqualsEnumeration(t *testing.T) {
	for n := 2; n <= 7; n++ {
		values := make([]float64, n)
		for code := range 1 << (2 * n) { // values from 0 to 3, each with two bits
			for i := range values {
				values[i] = float64(code >> (2 * i) & 3)
			}
			if !slices.IsSorted(values[1:]) { // the order within the second sample says nothing
				continue
			}
			for size := 1; size < n; size++ {
				got, want := MannWhitney(values[:size], values[size:]), enumerated(values, size)
				if !near(got, want, 1e-12) || got != MannWhitney(values[size:], values[:size]) {
					t.Fatalf("%v and %v: p = %v, want %v", values[:size], values[size:], got, want)
				}
			}
		}
	}
}

// enumerated is twice the smaller tail of the doubled rank sum of the first size values over
// all ways to choose that many of them.
func enumerated(values []float64, size int) float64 {
	ranks := make([]int, len(values))
	for i, v := range values {
		for _, w := range values {
			switch {
			case w < v:
				ranks[i] += 2
			case w == v:
				ranks[i]++
			}
		}
	}
	sum := func(chosen int) (total, count int) {
		for i, r := range ranks {
			if chosen>>i&1 == 1 {
				total, count = total+r, count+1
			}
		}
		return total, count
	}
	observed, _ := sum(1<<size - 1)
	below, above, all := 0, 0, 0
	for chosen := range 1 << len(values) {
		total, count := sum(chosen)
		if count != size {
			continue
		}
		all++
		if total <= observed {
			below++
		}
		if total >= observed {
			above++
		}
	}
	return min(1, 2*float64(min(below, above))/float64(all))
}

// Samples with ties and of unequal sizes, whose p-values were taken for 0.
func TestMannWhitneyOfTiedValues(t *testing.T) {
	if p := MannWhitney([]float64{1, 1}, []float64{1, 1, 1, 0, 1, 1, 1, 1}); p != 1 {
		t.Errorf("p = %v, want 1", p)
	}
	random := rand.New(rand.NewPCG(5, 6))
	for range 20 {
		a, b := make([]float64, exactRows/3), make([]float64, exactRows-exactRows/3)
		for i := range a {
			a[i] = float64(random.IntN(8))
		}
		for i := range b {
			b[i] = float64(random.IntN(7))
		}
		exact, larger := MannWhitney(a, b), MannWhitney(append(slices.Clone(a), 3), b) // normal from here on
		if math.Abs(exact-larger) > 0.08 {
			t.Errorf("exact %v, with one value more %v", exact, larger)
		}
	}
}

// The table was made by testdata/rank_tests.py.
func TestRankTestsAgreeWithSciPysPermutations(t *testing.T) {
	text, err := os.ReadFile("testdata/rank_tests.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases struct {
		MannWhitney []struct {
			A, B []float64
			P    float64
		} `json:"mann_whitney"`
		SignedRank []struct {
			Differences []float64
			P           float64
		} `json:"signed_rank"`
	}
	if err := json.Unmarshal(text, &cases); err != nil || len(cases.MannWhitney) < 8 || len(cases.SignedRank) < 5 {
		t.Fatalf("%v: %+v", err, cases)
	}
	for _, c := range cases.MannWhitney {
		if p := MannWhitney(c.A, c.B); !near(p, c.P, 1e-12) {
			t.Errorf("%v and %v: p = %v, want %v", c.A, c.B, p, c.P)
		}
	}
	for _, c := range cases.SignedRank {
		if p := SignedRank(c.Differences); !near(p, c.P, 1e-12) {
			t.Errorf("%v: p = %v, want %v", c.Differences, p, c.P)
		}
	}
}

func TestSignedRankAgreesWithTables(t *testing.T) {
	for name, c := range map[string]struct {
		differences []float64
		want        float64
	}{
		"all of one sign": {[]float64{1, 2, 3, 4, 5}, 2.0 / 32},
		// Wilcoxon's own example as in scipy's documentation: p = 0.041259765625.
		"Darwin's plants": {[]float64{6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75}, 0.041259765625},
		"no difference":   {[]float64{0, 0, 0}, 1},
		"zeros left out":  {[]float64{0, 1, 2, 3, 0, 4, 5}, 2.0 / 32},
		"ties":            {[]float64{1, 1, 1, -1}, 10.0 / 16}, // at most one negative, or at most one positive: 2(1+4)/16
		"symmetric":       {[]float64{1, -1}, 1},
		"infinite ones":   {[]float64{math.Inf(1), 0.1, math.Inf(1), -0.2, 0.3}, 2 * 3.0 / 32}, // ranks 4.5, 1, 4.5, -2, 3: sums below 3 are 0, 1 and 2
		// Ties of fractions, which rounding hides: seven of eight positive, the negative one alike.
		"fractions": {[]float64{0.98 - 0.93, 0.88 - 0.83, 0.93 - 0.88, 0.97 - 0.92, 0.95 - 0.9, 0.85 - 0.8, 0.75 - 0.7, 0.7 - 0.75}, 18.0 / 256},
		"nothing":   {nil, math.NaN()},
	} {
		if p := SignedRank(c.differences); !near(p, c.want, 1e-12) {
			t.Errorf("%s: p = %v, want %v", name, p, c.want)
		}
	}
}

func TestSignedRankApproximatesItsExactForm(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		var differences []float64
		for range exactPairs {
			differences = append(differences, math.Round(10*(random.NormFloat64()+0.15)))
		}
		differences = slices.DeleteFunc(differences, func(d float64) bool { return d == 0 })
		ranks, positive := doubledRanks(differences)
		if exact, normal := signedRankExact(ranks, positive), signedRankNormal(ranks, positive); !near(exact, normal, 0.004) {
			t.Errorf("exact %v, normal %v", exact, normal)
		}
	}
}

// Whatever the signs and the division, no p-value is below the least one, and one reaches it.
func TestLeastPValuesAreThoseOfEnumeration(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		differences []float64
		want        float64
	}{
		{[]float64{1, -2, 3, 4, -5}, 2.0 / 32}, {[]float64{1, 2, 3, 4, 5, -6}, 2.0 / 64}, {[]float64{0, 1, 0, 2, 3, 0}, 2.0 / 8},
		{[]float64{1, -1, 1, 1}, 2.0 / 16}, {[]float64{inf, -inf, 0.01, 0.02, -inf, 0.01}, 2.0 / 64}, {[]float64{0, 0}, 1}, {[]float64{3}, 1},
	} {
		least := 1.0
		for signs := range 1 << len(c.differences) {
			signed := slices.Clone(c.differences)
			for i := range signed {
				if signs>>i&1 == 1 {
					signed[i] = -signed[i]
				}
			}
			least = min(least, SignedRank(signed))
		}
		if got := LeastSignedRank(c.differences); got != least || !near(got, c.want, 1e-15) {
			t.Errorf("%v: at least %v, enumerated %v, want %v", c.differences, got, least, c.want)
		}
	}
	for _, c := range []struct {
		values []float64
		size   int
		want   float64
	}{
		{[]float64{1, 2, 3, 4, 5, 6}, 3, 2.0 / 20}, {[]float64{8, 1, 2, 3, 4, 5, 6, 7}, 4, 2.0 / 70}, {[]float64{1, 1, 1, 1}, 2, 1},
		{[]float64{-inf, -inf, 3, 4, 4}, 2, 2.0 / 10}, {[]float64{1, 1, 1, 2, 2, 2, 2}, 3, 2.0 / 35}, {[]float64{1, 1, 1, 1, 2}, 1, 2.0 / 5},
	} {
		least := 1.0
		for chosen := range 1 << len(c.values) {
			var a, b []float64
			for i, v := range c.values {
				if chosen>>i&1 == 1 {
					a = append(a, v)
				} else {
					b = append(b, v)
				}
			}
			if len(a) == c.size {
				least = min(least, MannWhitney(a, b))
			}
		}
		if got := LeastMannWhitney(c.values[:c.size], c.values[c.size:]); got != least || !near(got, c.want, 1e-15) {
			t.Errorf("%v, %d of them: at least %v, enumerated %v, want %v", c.values, c.size, got, least, c.want)
		}
	}
	if !math.IsNaN(LeastSignedRank(nil)) || !math.IsNaN(LeastMannWhitney(nil, []float64{1})) {
		t.Error("a least p-value without a test")
	}
}

// R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm").
func TestHolmAgreesWithR(t *testing.T) {
	got := Holm([]float64{0.01, 0.04, math.NaN(), 0.03, 0.005})
	want := []float64{0.03, 0.06, math.NaN(), 0.06, 0.02}
	for i := range want {
		if !near(got[i], want[i], 1e-12) {
			t.Errorf("corrected to %v, want %v", got, want)
			break
		}
	}
	if got := Holm([]float64{0.9, 0.8}); got[0] != 1 || got[1] != 1 {
		t.Errorf("large ones became %v", got)
	}
}

// The example of R's effsize: cliff.delta gives -0.25. Its pairs by hand: 17 above, 32
// below, of 60.
func TestCliffsDeltaAgreesWithR(t *testing.T) {
	treatment := []float64{10, 10, 20, 20, 20, 30, 30, 30, 40, 50}
	control := []float64{10, 20, 30, 40, 40, 50}
	if d := CliffsDelta(treatment, control); !near(d, -0.25, 1e-12) {
		t.Errorf("delta = %v, want -0.25", d)
	}
	for name, c := range map[string]struct {
		a, b []float64
		want float64
	}{
		"all above":        {[]float64{3, 4}, []float64{1, 2}, 1},
		"all equal":        {[]float64{1, 1}, []float64{1, 1, 1}, 0},
		"NaN is left out":  {[]float64{3, math.NaN()}, []float64{math.NaN(), 1}, 1},
		"an empty sample":  {nil, []float64{1}, math.NaN()},
		"against a number": {[]float64{1, 2, 3, 4}, []float64{3}, -0.25},
	} {
		if d := CliffsDelta(c.a, c.b); !near(d, c.want, 1e-12) {
			t.Errorf("%s: %v, want %v", name, d, c.want)
		}
	}
}

func TestCliffsDeltaCountsPairs(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 50 {
		a, b := make([]float64, 1+random.IntN(20)), make([]float64, 1+random.IntN(20))
		for i := range a {
			a[i] = float64(random.IntN(10))
		}
		for i := range b {
			b[i] = float64(random.IntN(10))
		}
		balance := 0
		for _, v := range a {
			for _, w := range b {
				switch {
				case v > w:
					balance++
				case v < w:
					balance--
				}
			}
		}
		if want := float64(balance) / float64(len(a)*len(b)); !near(CliffsDelta(a, b), want, 1e-12) {
			t.Errorf("%v, %v: %v, want %v", a, b, CliffsDelta(a, b), want)
		}
	}
}
